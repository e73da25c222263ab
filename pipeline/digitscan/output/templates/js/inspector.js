// The panel beside every view: the number chosen, its digits, and what can be said of it.

import { digitCell } from "./crops.js";
import { nameOf } from "./data.js";
import { el, percent, sign } from "./dom.js";
import { textOf } from "./edits.js";
import { drawAround } from "./pictures.js";
import { chip } from "./words.js";

export class Inspector {
  #shown = -1;
  #drawn = -1;
  #at = 0;

  constructor(app) {
    this.app = app;
    this.title = el("h2");
    this.chip = el("span");
    this.canvas = el("canvas", { class: "around", role: "img" });
    this.field = el("input", {
      id: "field",
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      spellcheck: "false",
      "aria-describedby": "field-hint",
    });
    this.was = el("span", { class: "was" });
    this.digits = el("div", { class: "cells", role: "group", "aria-label": "Digits" });
    this.links = el("div", { class: "links" });
    this.body = el("div", { class: "body", hidden: true });
    this.nothing = el("p", { class: "quiet nothing" }, "No number is chosen.");
    this.root = el("aside", { class: "inspector", "aria-label": "The number chosen" });
    this.#build();
    this.#listen();
  }

  /** Show the number chosen; or, for a moment, the one under the pointer. */
  show(index = this.app.selected, position = this.app.position) {
    const number = this.app.run.numbers[index];
    this.body.hidden = !number;
    this.nothing.hidden = Boolean(number);
    if (!number) return;
    const edit = this.app.edits.get(index);
    this.#shown = index;
    this.#at = position;
    this.root.classList.toggle("preview", index !== this.app.selected);
    this.title.replaceChildren(
      `Number ${number.number} `,
      el("span", { class: "quiet" }, nameOf(this.app.run, number.page)),
    );
    this.chip.replaceChildren(chip(number, edit));
    this.field.value = textOf(number, edit);
    this.was.textContent =
      edit && !edit.accepted ? `read as ${number.text}` : percent(number.confidence);
    this.canvas.setAttribute("aria-label", `The scan around ${number.text}`);
    if (this.#drawn !== index) {
      this.#drawn = index;
      const width = Math.max(200, this.canvas.parentElement.clientWidth - 34);
      drawAround(
        this.canvas,
        this.app.run,
        number,
        width,
        Math.round(Math.min(width * 0.3, innerHeight * 0.11)),
      );
    }
    this.#showDigits(number, edit, position);
    this.#showLinks(number);
  }

  /** Draw again after edits. */
  edited(indices) {
    if (indices === null || indices.includes(this.#shown)) this.show();
  }

  /** Put what stands beside a view under the panel: the page's list, or nothing. */
  beside(list) {
    this.more.replaceChildren(...(list ? [list] : []));
  }

  /** Show the number chosen again after another was shown for a moment. */
  restore() {
    if (this.#shown !== this.app.selected || this.#at !== this.app.position) this.show();
  }

  /** Is the keyboard here, and not in the view? */
  get hasFocus() {
    return this.body.contains(document.activeElement);
  }

  focusDigit() {
    this.digits.querySelector('[aria-pressed="true"]')?.focus();
  }

  /** Begin to type the number anew with a first digit. */
  type(digit) {
    this.show();
    this.field.value = digit;
    this.field.focus();
    this.field.setSelectionRange(1, 1);
  }

  /** Take what is typed for the number shown. Nothing typed is no answer: it stays as it was. */
  commit() {
    const { app, field } = this;
    const number = app.run.numbers[this.#shown];
    const typed = field.value.trim();
    if (number && typed !== "" && typed !== textOf(number, app.edits.get(number.index))) {
      app.retype(typed, number.index);
    } else this.revert();
  }

  revert() {
    const number = this.app.run.numbers[this.#shown];
    if (number) this.field.value = textOf(number, this.app.edits.get(number.index));
  }

  #build() {
    const button = (label, name, key, act, kind = "") =>
      el(
        "button",
        { type: "button", class: kind, onclick: act },
        sign(name),
        label,
        " ",
        el("kbd", {}, key),
      );
    this.body.append(
      el("div", { class: "line" }, this.title, this.chip),
      this.canvas,
      el(
        "div",
        { class: "line entry" },
        el("label", { for: "field" }, "Reads"),
        this.field,
        this.was,
      ),
      el(
        "p",
        { id: "field-hint", class: "hidden" },
        "Type the number and press Enter; only digits count.",
      ),
      this.digits,
      el(
        "div",
        { class: "buttons" },
        button("Accept", "accepted", "Enter", () => this.app.confirm(), "main"),
        button("No number", "none", "x", () => this.app.retype("")),
      ),
      this.links,
    );
    this.more = el("div", { class: "more" });
    this.root.append(this.nothing, this.body, this.more);
  }

  #listen() {
    this.field.addEventListener("beforeinput", (event) => {
      if (event.data && /\D/.test(event.data)) event.preventDefault();
    });
    this.field.addEventListener("focus", () => this.field.select());
    this.field.addEventListener("blur", () => this.commit());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.revert();
        this.app.view.chosen(true);
      } else if (event.key === "Enter") {
        this.commit();
        this.app.confirm();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.digits.addEventListener("keydown", (event) => this.#digitKey(event));
    this.digits.addEventListener("focusin", ({ target }) => {
      const buttons = [...this.digits.querySelectorAll(".digit")];
      if (!buttons.includes(target)) return;
      this.app.position = this.#at = buttons.indexOf(target) + 1;
      for (const button of buttons) {
        button.setAttribute("aria-pressed", button === target ? "true" : "false");
      }
    });
  }

  #digitKey(event) {
    const { app } = this;
    if (event.key === "ArrowRight") app.enter(Math.min(app.position + 1, app.number.digits.length));
    else if (event.key === "ArrowLeft") app.enter(app.position - 1);
    else if (["ArrowUp", "ArrowDown", "Escape"].includes(event.key)) app.enter(0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #showDigits(number, edit, position) {
    const { app } = this;
    const inside = this.digits.contains(document.activeElement);
    const cells = number.digits.map((digit) =>
      digitCell(app.run, digit, edit, {
        pressed: position === digit.position,
        choose: () => {
          app.select(number.index, { position: digit.position });
          this.focusDigit();
        },
        make: (value) => {
          app.position = digit.position;
          app.redigit([[number.index, digit.position]], value);
        },
      }),
    );
    this.digits.replaceChildren(...cells);
    if (inside) this.focusDigit();
  }

  #showLinks(number) {
    this.links.replaceChildren(
      el(
        "a",
        { href: `#page/${number.page + 1}/${number.number}` },
        "On the page ",
        el("kbd", {}, "p"),
      ),
      el("a", { href: "#numbers" }, "In the table ", el("kbd", {}, "t")),
    );
  }
}
