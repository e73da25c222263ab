// What ties the views together: the number chosen, what a key does to it, and where one is.

import { Edits, hasDigits, isOpen, redigited, retyped, stateOf, textOf } from "./edits.js";
import { count, say } from "./dom.js";

/** The page's state; views are told of changes and ask it for everything. */
export class App {
  selected = -1; // index of a number
  position = 0; // of a digit in it; 0 for the number as a whole
  view = null;
  views = {};
  inspector = null;
  goTo = null; // shows what an address such as "#digits/7" names

  constructor(run, store) {
    this.run = run;
    this.store = store;
    this.edits = new Edits();
    this.edits.load(store.edits());
    this.reviews = run.numbers.filter((number) => number.review).map((number) => number.index);
  }

  get number() {
    return this.run.numbers[this.selected];
  }

  get edit() {
    return this.edits.get(this.selected);
  }

  /** Choose a number, or a digit in it; `focus` puts the keyboard there. */
  select(index, { position = 0, focus = false } = {}) {
    if (index < 0 || index >= this.run.numbers.length) return;
    this.selected = index;
    this.position = position;
    this.view?.chosen(focus);
    this.inspector?.show();
  }

  /** Choose a digit of the number by its position and put the keyboard on it; 0 leaves the digits. */
  enter(position) {
    const digits = this.number?.digits.length ?? 0;
    if (position > digits || !hasDigits(this.number, this.edit)) return;
    this.position = Math.max(0, position);
    this.inspector.show();
    if (this.position > 0) this.inspector.focusDigit();
    else this.view.chosen(true);
  }

  /** Say what the number is: the text typed, "" for no number. */
  retype(text, index = this.selected) {
    this.edits.set([[index, retyped(this.run.numbers[index], text)]]);
    this.#announce(index);
  }

  /** Say what digits are, given as [number, position]: a digit, or "" for none. */
  redigit(places, value) {
    const changes = new Map();
    for (const [index, position] of places) {
      const before = changes.has(index) ? changes.get(index) : this.edits.get(index);
      changes.set(index, redigited(this.run.numbers[index], before ?? undefined, position, value));
    }
    this.edits.set([...changes]);
    if (changes.size === 1) this.#announce([...changes.keys()][0]);
    else
      say(`${count(places.length, "digit")} ${value === "" ? "marked as none" : `now ${value}`}.`);
  }

  /** The number is right as it stands. */
  accept() {
    if (!this.number || this.edit) return;
    this.edits.set([[this.selected, { accepted: true }]]);
    this.#announce();
  }

  /** Accept and go on to the next number for review. */
  confirm() {
    this.accept();
    this.next();
  }

  /** Mark the digit chosen as none, or the number if none is chosen. */
  none() {
    if (!this.number) return;
    if (!this.inspector.hasFocus && this.view.none?.()) return;
    if (this.position > 0) this.redigit([[this.selected, this.position]], "");
    else this.retype("");
  }

  undo() {
    this.#stepped(this.edits.undo(), "Undone");
  }

  redo() {
    this.#stepped(this.edits.redo(), "Done again");
  }

  /** Go to the next number that waits for review, in the order of the view; -1 goes back. */
  next(by = 1) {
    const order = this.view.order?.() ?? this.reviews;
    const here = this.view.place?.() ?? order.indexOf(this.selected);
    for (let step = 1; step <= order.length; step++) {
      const at =
        ((((here < 0 && by < 0 ? 0 : here) + by * step) % order.length) + order.length) %
        order.length;
      if (!isOpen(this.run.numbers[order[at]], this.edits.get(order[at]))) continue;
      if (!this.view.go) this.goTo("#numbers");
      if (this.view.go) this.view.go(at, order[at]);
      else this.select(order[at], { focus: true });
      return;
    }
    this.#nothingLeft(order);
  }

  /** How many numbers for review there are, and how many of them are done. */
  progress() {
    const open = this.reviews.filter((index) => !this.edits.get(index)).length;
    return { all: this.reviews.length, done: this.reviews.length - open };
  }

  #nothingLeft(order) {
    const { all, done } = this.progress();
    if (done === all)
      say(all ? "All numbers for review are done. Press s to save." : "No number is for review.");
    else say(`None left ${order === this.reviews ? "" : "in this list"}; ${all - done} elsewhere.`);
  }

  #stepped(indices, word) {
    if (!indices.length) {
      say(`Nothing to ${word === "Undone" ? "undo" : "do again"}.`);
      return;
    }
    say(
      `${word}: ${indices.length === 1 ? this.#told(indices[0]) : count(indices.length, "number")}.`,
    );
    if (this.view.go) this.select(indices[0], { focus: true });
  }

  #announce(index = this.selected) {
    say(`${this.#told(index)}.`);
  }

  #told(index) {
    const number = this.run.numbers[index];
    const edit = this.edits.get(index);
    const text = textOf(number, edit);
    const state = stateOf(edit);
    if (state === "corrected")
      return text === "" ? `${number.text} is no number` : `${number.text} is ${text}`;
    return state === "accepted" ? `${number.text} accepted` : `${number.text} as read`;
  }
}
