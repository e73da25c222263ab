// The view by digit: all crops read as one digit, the least certain first, to retype many at once.

import { count, el, percent, sign } from "./dom.js";
import { hasDigits, textOf } from "./edits.js";
import { nameOf } from "./data.js";
import { drawDigit } from "./pictures.js";
import { VirtualList } from "./virtual.js";

const CLASSES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const SIDE = 56;
const [WIDE, TALL] = [72, 92]; // of a crop with its figure

export class DigitsView {
  name = "digits";
  digit = "0";
  at = 0; // the crop that has the keyboard
  #anchor = 0;
  #chosen = new Set(); // indices of digits

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
    this.bar = el("div", { class: "tools chosen", role: "toolbar", "aria-label": "What was chosen" });
    this.empty = el("p", { class: "empty" });
    this.root = el("section", { class: "view digits", "aria-label": "By digit" });
    this.root.append(this.tabs, this.grid, this.empty, this.bar);
    this.grid.addEventListener("keydown", (event) => this.#key(event));
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
      this.#chosen.clear();
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
    location.hash = `#digits/${(Number(this.digit) + by + 10) % 10}`;
  }

  /** Show the crop of the chosen number, if it is here. */
  chosen(focus) {
    const { app } = this;
    if (this.crops[this.at]?.number !== app.selected) {
      const found = this.crops.findIndex((crop) => crop.number === app.selected);
      if (found >= 0) this.at = this.#anchor = found;
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
    this.#chosen.clear();
    this.#redraw();
  }

  edited() {
    this.virtual.refresh();
    this.#showTabs();
  }

  focus() {
    if (this.crops.length) this.#reveal(true);
  }

  /** Retype the crops chosen, or the one with the keyboard. */
  #make(value) {
    const { app, crops } = this;
    const asked = this.#chosen.size
      ? crops.filter((crop) => this.#chosen.has(crop.index))
      : crops.slice(this.at, this.at + 1);
    const places = asked
      .filter((crop) => hasDigits(app.run.numbers[crop.number], app.edits.get(crop.number)))
      .map((crop) => [crop.number, crop.position]);
    this.#chosen.clear();
    if (places.length) app.redigit(places, value);
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
    const cells = crops.map((crop, column) => this.#cell(crop, from + column));
    return el("div", { role: "row", class: "row", "aria-rowindex": row + 1 }, ...cells);
  }

  #cell(crop, at) {
    const { app } = this;
    const number = app.run.numbers[crop.number];
    const edit = app.edits.get(crop.number);
    const now = standing(number, edit, crop);
    const chosen = this.#chosen.has(crop.index);
    const canvas = el("canvas", { "aria-hidden": "true" });
    drawDigit(canvas, app.run, crop, SIDE);
    const change = now === crop.digit ? "" : now === "" ? ", marked as no digit" : `, corrected to ${now}`;
    const cell = el(
      "div",
      {
        role: "gridcell",
        class: `crop${now === crop.digit ? "" : " changed"}`,
        tabindex: at === this.at ? "0" : "-1",
        "aria-selected": chosen ? "true" : "false",
        "aria-label": `${crop.digit}, ${percent(crop.confidence)}, digit ${crop.position} of ${textOf(number, edit) || "none"}, ${nameOf(app.run, number.page)}${change}`,
        "data-at": at,
        title: `${nameOf(app.run, number.page)}: ${number.text}`,
        onclick: (event) => this.#click(event, at),
      },
      canvas,
      el("span", {}, percent(crop.confidence)),
    );
    if (now !== crop.digit) cell.append(el("b", {}, now === "" ? "–" : now));
    if (chosen) cell.append(sign("accepted"));
    return cell;
  }

  #click(event, at) {
    if (event.shiftKey) this.#extend(this.#anchor, at);
    else {
      this.#toggle(at);
      this.#anchor = at;
    }
    this.#moveTo(at);
  }

  #toggle(at) {
    const { index } = this.crops[at];
    if (!this.#chosen.delete(index)) this.#chosen.add(index);
  }

  #extend(from, to) {
    for (let at = Math.min(from, to); at <= Math.max(from, to); at++) this.#chosen.add(this.crops[at].index);
  }

  #key(event) {
    const { at, columns, crops } = this;
    if (event.key === " ") {
      this.#toggle(at);
      this.#anchor = at;
      this.#redraw();
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      for (const crop of crops) this.#chosen.add(crop.index);
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
        if (event.shiftKey) this.#extend(this.#anchor, to);
        else this.#anchor = to;
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
    this.tabs.replaceChildren(
      ...CLASSES.map((digit) =>
        el(
          "a",
          { href: `#digits/${digit}`, "aria-current": digit === this.digit ? "true" : null, "aria-label": `${digit}: ${count(this.byDigit[digit].length, "crop")}` },
          el("b", {}, digit),
          el("span", {}, this.byDigit[digit].length.toLocaleString("en")),
        ),
      ),
    );
  }

  #showBar() {
    const many = this.#chosen.size;
    const hint = many
      ? `${count(many, "crop")} chosen. Make ${many === 1 ? "it" : "them"}`
      : "Space or a click chooses crops, Shift chooses ranges. Make the crop";
    const button = (label, value, name) =>
      el("button", { type: "button", "aria-label": name, onclick: () => this.#make(value) }, label);
    this.bar.replaceChildren(
      el("span", {}, hint),
      el(
        "span",
        { class: "makes" },
        ...CLASSES.filter((digit) => digit !== this.digit).map((digit) => button(digit, digit, `Make what is chosen a ${digit}`)),
        button("no digit", "", "Mark what is chosen as no digit"),
        many ? el("button", { type: "button", onclick: () => this.clear() }, "Choose none") : null,
      ),
    );
  }
}

/** What a crop is now: its digit, another, or "" for none. */
function standing(number, edit, crop) {
  if (edit?.text !== undefined) {
    return edit.text.length === number.digits.length ? edit.text[crop.position - 1] : crop.digit;
  }
  return edit?.digits?.[crop.position] ?? crop.digit;
}
