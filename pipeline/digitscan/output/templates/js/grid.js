// The view by digit: all crops read as one digit, the least certain first, to retype many at once.

import { Choice } from "./choice.js";
import { CLASSES, classLinks, whatToMake } from "./classes.js";
import { gridCell } from "./crops.js";
import { el } from "./dom.js";
import { hasDigits } from "./edits.js";
import { VirtualList } from "./virtual.js";

const [WIDE, TALL] = [72, 92]; // of a crop with its figure

export class DigitsView {
  digit = "0";
  at = 0; // the crop that has the keyboard
  #choice = new Choice();
  #pressed = false; // a pointer is down: focus that moves is its doing

  constructor(app) {
    this.app = app;
    this.byDigit = Object.fromEntries(CLASSES.map((digit) => [digit, []]));
    for (const digit of app.run.digits) this.byDigit[digit.digit]?.push(digit);
    for (const crops of Object.values(this.byDigit)) {
      crops.sort((one, other) => one.confidence - other.confidence || one.index - other.index);
    }
    this.tabs = el("nav", { class: "classes", "aria-label": "Digits" });
    this.grid = el("div", { role: "grid", class: "crops", "aria-multiselectable": "true" });
    this.virtual = new VirtualList(this.grid, TALL, (row) => this.#row(row));
    this.bar = el("div", {
      class: "tools chosen",
      role: "toolbar",
      "aria-label": "What was chosen",
    });
    this.empty = el("p", { class: "empty" });
    this.root = el("section", { class: "view digits", "aria-label": "By digit" });
    this.root.append(this.tabs, this.grid, this.empty, this.bar);
    this.grid.addEventListener("keydown", (event) => this.#key(event));
    this.grid.addEventListener("click", (event) => this.#click(event));
    this.grid.addEventListener("focusin", ({ target }) => {
      const at = Number(target.dataset.at);
      if (at === this.at) return;
      this.at = at;
      if (!this.#pressed) this.#choice.anchor = at;
      this.#tellApp();
    });
    this.grid.addEventListener("pointerdown", () => (this.#pressed = true));
    addEventListener("pointerup", () => (this.#pressed = false));
    new ResizeObserver(() => this.#flow()).observe(this.grid);
  }

  get crops() {
    return this.byDigit[this.digit];
  }

  /** Come here, to a class if the address names one. */
  show(rest) {
    const digit = CLASSES.includes(rest) ? rest : this.digit;
    if (digit !== this.digit) {
      this.digit = digit;
      this.at = 0;
      this.#choice.clear();
    }
    this.#showTabs();
    this.grid.setAttribute("aria-label", `Crops read as ${this.digit}, least certain first`);
    this.empty.textContent = `Nothing was read as ${this.digit}.`;
    this.empty.hidden = this.crops.length > 0;
    this.columns = 0;
    this.#flow();
    this.#showBar();
    this.#tellApp();
  }

  order() {
    return this.crops.map((crop) => crop.number);
  }

  place() {
    return this.at;
  }

  go(at) {
    this.#moveTo(at);
  }

  /** The class before or after. */
  turn(by) {
    this.app.goTo(`#digits/${(Number(this.digit) + by + 10) % 10}`);
  }

  /** Show the crop of the chosen number, if it is here. */
  chosen(focus) {
    const { app } = this;
    if (this.crops[this.at]?.number !== app.selected) {
      const found = this.crops.findIndex((crop) => crop.number === app.selected);
      if (found >= 0) this.at = this.#choice.anchor = found;
    }
    if (this.crops.length) this.#reveal(focus);
  }

  /** A digit was typed: what is chosen is that. */
  type(value) {
    this.#make(value);
    return true;
  }

  none() {
    this.#make("");
    return true;
  }

  clear() {
    this.#choice.clear();
    this.#redraw();
  }

  edited() {
    this.#redraw();
  }

  focus() {
    if (this.crops.length) this.#reveal(true);
  }

  /** Retype the crops chosen, or the one with the keyboard. */
  #make(value) {
    const { app, crops } = this;
    const asked = this.#choice.size
      ? crops.filter((crop) => this.#choice.has(crop))
      : crops.slice(this.at, this.at + 1);
    const places = asked
      .filter((crop) => hasDigits(app.run.numbers[crop.number], app.edits.get(crop.number)))
      .map((crop) => [crop.number, crop.position]);
    this.#choice.clear();
    if (places.length) app.redigit(places, value, { seen: false });
    this.#redraw();
  }

  #flow() {
    const columns = Math.max(1, Math.floor((this.grid.clientWidth - 8) / WIDE));
    if (columns === this.columns || this.grid.clientWidth === 0) return;
    this.columns = columns;
    this.grid.setAttribute("aria-colcount", columns);
    this.grid.setAttribute("aria-rowcount", Math.ceil(this.crops.length / columns));
    this.virtual.reset(Math.ceil(this.crops.length / columns), Math.floor(this.at / columns));
    this.virtual.activate(Math.floor(this.at / columns));
  }

  #row(row) {
    const from = row * this.columns;
    const crops = this.crops.slice(from, from + this.columns);
    const cells = crops.map((crop, column) =>
      gridCell(this.app.run, crop, this.app.edits.get(crop.number), {
        at: from + column,
        active: from + column === this.at,
        chosen: this.#choice.has(crop),
      }),
    );
    return el("div", { role: "row", class: "row", "aria-rowindex": row + 1 }, ...cells);
  }

  #click(event) {
    const cell = event.target.closest(".crop");
    if (!cell) return;
    const at = Number(cell.dataset.at);
    if (event.shiftKey) this.#choice.extend(this.crops, at);
    else this.#choice.toggle(this.crops, at);
    this.#moveTo(at);
  }

  #key(event) {
    const { at, columns, crops } = this;
    if (event.key === " ") {
      this.#choice.toggle(crops, at);
      this.#redraw();
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      this.#choice.all(crops);
      this.#redraw();
    } else if (event.key === "Escape") this.clear();
    else if (event.ctrlKey || event.altKey || event.metaKey) return;
    else {
      const to = {
        ArrowRight: at + 1,
        ArrowLeft: at - 1,
        ArrowDown: Math.min(at + columns, crops.length - 1),
        ArrowUp: at - columns,
        PageDown: Math.min(at + columns * this.virtual.page, crops.length - 1),
        PageUp: Math.max(at - columns * this.virtual.page, 0),
        Home: 0,
        End: crops.length - 1,
      }[event.key];
      if (to === undefined) return;
      if (to >= 0 && to < crops.length) {
        if (event.shiftKey) this.#choice.extend(crops, to);
        else this.#choice.anchor = to;
        this.#moveTo(to);
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #moveTo(at) {
    this.at = at;
    this.#tellApp();
    this.#redraw();
    this.#reveal(true);
  }

  #tellApp() {
    const crop = this.crops[this.at];
    if (!crop) return;
    this.app.selected = crop.number;
    this.app.position = crop.position;
    this.app.inspector.show();
  }

  #reveal(focus) {
    const row = this.virtual.activate(Math.floor(this.at / this.columns));
    if (focus) row?.querySelector(`[data-at="${this.at}"]`)?.focus({ preventScroll: true });
  }

  #redraw() {
    const inside = this.grid.contains(document.activeElement);
    this.virtual.refresh();
    this.#showBar();
    if (inside) this.#reveal(true);
  }

  #showTabs() {
    this.tabs.replaceChildren(...classLinks(this.byDigit, this.digit));
    this.tabs
      .querySelector("[aria-current]")
      .scrollIntoView({ block: "nearest", inline: "center" });
  }

  #showBar() {
    const acts = { make: (value) => this.#make(value), clear: () => this.clear() };
    this.bar.replaceChildren(...whatToMake(this.#choice.size, this.digit, acts));
  }
}
