// The view of one page: the scan with boxes and readings over it, and the page's numbers beside.

import { numberBox } from "./boxes.js";
import { nameOf } from "./data.js";
import { el, sign } from "./dom.js";
import { NumberList } from "./list.js";
import { Zoom } from "./zoom.js";

export class PageView {
  page = -1;
  #boxes = new Map();

  constructor(app) {
    this.app = app;
    this.picker = el("select", {
      "aria-label": "Page shown",
      onchange: () => this.#pick(Number(this.picker.value)),
    });
    this.picker.append(
      ...app.run.pages.map((page) =>
        el("option", { value: page.index }, nameOf(app.run, page.index)),
      ),
    );
    this.scan = el("img", { alt: "", draggable: "false" });
    this.layer = el("div", { class: "layer", role: "group" });
    this.lost = el(
      "p",
      { class: "lost" },
      "The scan of this page was not to be had when the report was made.",
    );
    this.sheet = el("div", { class: "sheet" }, this.scan, this.lost, this.layer);
    this.viewport = el("div", { class: "viewport", tabindex: "0", role: "region" }, this.sheet);
    this.zoom = new Zoom(this.viewport, this.sheet);
    this.hider = el(
      "button",
      {
        type: "button",
        "aria-label": "Hide what was read",
        title: "Hide what was read (h)",
        "aria-pressed": "false",
        onclick: () => this.hide(),
      },
      sign("hide"),
    );
    this.list = new NumberList(app, {
      label: "Numbers of this page",
      columns: ["text", "confidence", "state"],
      rowHeight: 36,
    });
    this.root = el("section", { class: "view page", "aria-label": "Page" });
    this.root.append(this.#bar(), this.viewport);
    this.#listen();
  }

  /** Come here: "3" is a page, "3/17" a number on it; nothing is where the number chosen is. */
  show(rest) {
    const [page, number] = rest.split("/").map(Number);
    const { app, page: before } = this;
    if (page >= 1 && page <= app.run.pages.length) {
      this.#open(page - 1);
      const index = app.run.pages[page - 1].numbers.find(
        (one) => app.run.numbers[one].number === number,
      );
      if (index !== undefined) app.select(index);
      else if (app.number?.page !== page - 1) app.select(app.run.pages[page - 1].numbers[0] ?? -1);
    } else this.#open(app.number?.page ?? 0);
    if (this.page === before) this.edited(null);
    this.chosen(false);
  }

  order() {
    return this.app.run.numbers.map((number) => number.index);
  }

  go(_, index) {
    this.app.select(index, { focus: true });
  }

  /** Turn to the page before or after. */
  turn(by) {
    const page = this.page + by;
    if (page >= 0 && page < this.app.run.pages.length) this.#pick(page);
  }

  /** Show the bare scan, or again what was read. */
  hide() {
    const bare = this.sheet.classList.toggle("bare");
    this.hider.setAttribute("aria-pressed", bare ? "true" : "false");
  }

  /** Bring the chosen number's box into view, and the keyboard to it. */
  chosen(focus) {
    const { app } = this;
    if (!app.number) return;
    if (app.number.page !== this.page) this.#open(app.number.page);
    for (const [index, box] of this.#boxes) {
      const mine = index === app.selected;
      box.tabIndex = mine ? 0 : -1;
      box.setAttribute("aria-pressed", mine ? "true" : "false");
    }
    this.list.chosen(false);
    this.zoom.reveal(app.number.box, app.run.pages[this.page]);
    if (focus) this.#boxes.get(app.selected)?.focus({ preventScroll: true });
  }

  edited(indices) {
    this.list.edited(indices);
    for (const index of indices ?? [...this.#boxes.keys()]) {
      const before = this.#boxes.get(index);
      if (!before) continue;
      const focused = before === document.activeElement;
      const box = this.#box(index);
      before.replaceWith(box);
      this.#boxes.set(index, box);
      if (focused) box.focus({ preventScroll: true });
    }
  }

  focus() {
    (this.#boxes.get(this.app.selected) ?? this.viewport).focus({ preventScroll: true });
  }

  #pick(page) {
    history.replaceState(null, "", `#page/${page + 1}`);
    this.show(String(page + 1));
  }

  #open(index) {
    if (index === this.page || !this.app.run.pages[index]) return;
    this.page = index;
    const page = this.app.run.pages[index];
    this.picker.value = String(index);
    this.scan.src = page.picture || "data:,";
    this.scan.hidden = !page.picture;
    this.lost.hidden = Boolean(page.picture);
    this.scan.alt = `Scan of ${nameOf(this.app.run, index)}`;
    this.viewport.setAttribute("aria-label", `Scan of ${nameOf(this.app.run, index)}`);
    this.layer.setAttribute("aria-label", "Numbers on the scan");
    this.#boxes = new Map(page.numbers.map((number) => [number, this.#box(number)]));
    this.layer.replaceChildren(...this.#boxes.values());
    this.list.fill(page.numbers);
    this.zoom.open(page);
  }

  #box(index) {
    const { run, edits, selected } = this.app;
    return numberBox(run, run.numbers[index], edits.get(index), index === selected);
  }

  #bar() {
    const button = (label, name, key, act) =>
      el(
        "button",
        { type: "button", "aria-label": label, title: `${label} (${key})`, onclick: act },
        sign(name),
      );
    return el(
      "div",
      { class: "tools", role: "toolbar", "aria-label": "Page and zoom" },
      button("Page before", "back", "[", () => this.turn(-1)),
      this.picker,
      button("Next page", "next", "]", () => this.turn(1)),
      el("span", { class: "space" }),
      button("Smaller", "out", "-", () => this.zoom.by(1 / 1.25)),
      this.zoom.shown,
      button("Larger", "in", "+", () => this.zoom.by(1.25)),
      button("Fit", "fit", "f", () => this.zoom.fit()),
      this.hider,
    );
  }

  #listen() {
    const { app, layer } = this;
    const over = (event) => event.target.closest(".box");
    layer.addEventListener("pointerover", (event) => {
      const box = over(event);
      if (!box || event.pointerType === "touch" || app.inspector.field === document.activeElement)
        return;
      app.inspector.show(Number(box.dataset.number), Number(event.target.dataset.position ?? 0));
    });
    layer.addEventListener("pointerout", (event) => {
      if (over(event) && event.pointerType !== "touch") app.inspector.restore();
    });
    layer.addEventListener("focusin", (event) => {
      const index = Number(over(event).dataset.number);
      if (index !== app.selected) app.select(index);
    });
    layer.addEventListener("click", (event) => {
      const box = over(event);
      if (!box || this.zoom.dragged) return;
      app.select(Number(box.dataset.number));
      this.list.chosen(this.list.root.offsetParent !== null);
    });
    layer.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const { numbers } = this.app.run.pages[this.page];
    const at = numbers.indexOf(this.app.selected);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: numbers.length - 1 }[event.key];
    if (to !== undefined) {
      if (numbers[to] !== undefined) this.app.select(numbers[to], { focus: true });
    } else if (event.key === "ArrowRight") this.app.enter(1);
    else if (event.key === "ArrowLeft") this.app.enter(this.app.number.digits.length);
    else return;
    event.preventDefault();
  }
}
