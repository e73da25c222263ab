// A list of numbers: one row each with its snippet, virtual, moved through with the arrows.

import { el } from "./dom.js";
import { nameOf } from "./data.js";
import { drawSnippet } from "./pictures.js";
import { VirtualList } from "./virtual.js";
import { chip, meter, reading, told } from "./words.js";

const COLUMNS = {
  snippet: { title: "Scan" },
  text: { title: "Reading", sort: "text" },
  confidence: { title: "Confidence", sort: "confidence" },
  file: { title: "File and page", sort: "file" },
  kind: { title: "Kind", sort: "kind" },
  state: { title: "State", sort: "state" },
};

/** A grid of the numbers in `indices`; `sorted` hears of clicks on the columns' heads. */
export class NumberList {
  indices = [];
  #rows = new Map();

  constructor(app, { label, columns, rowHeight, sorted = null }) {
    this.app = app;
    this.columns = columns;
    this.sorted = sorted;
    this.head = el("div", { role: "row", class: "row head" });
    this.root = el("div", {
      role: "grid",
      class: `list of-${columns.length}`,
      "aria-label": label,
    });
    this.root.append(el("div", { role: "rowgroup", class: "heads" }, this.head));
    this.virtual = new VirtualList(this.root, rowHeight, (at) => this.#row(at));
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("focusin", ({ target }) => {
      const index = Number(target.dataset.number ?? NaN);
      if (!this.virtual.restoring && this.rowOf(index) >= 0 && index !== app.selected)
        app.select(index);
    });
    this.heads(null);
  }

  /** Draw the columns' heads, the sorted one marked. */
  heads(sort) {
    const cells = this.columns.map((name) => {
      const { title, sort: by } = COLUMNS[name];
      const mine = sort && by === sort.by;
      const attributes = { role: "columnheader", class: name };
      if (mine) attributes["aria-sort"] = sort.down ? "descending" : "ascending";
      const inside =
        this.sorted && by
          ? el("button", { type: "button", "data-sort": by, onclick: () => this.sorted(by) }, title)
          : title;
      return el("div", attributes, inside);
    });
    this.head.replaceChildren(...cells);
  }

  /** Show these numbers. */
  fill(indices) {
    this.indices = indices;
    this.#rows = new Map(indices.map((index, at) => [index, at]));
    this.root.setAttribute("aria-rowcount", indices.length + 1);
    const active = this.#rows.get(this.app.selected) ?? (indices.length ? 0 : -1);
    this.virtual.reset(indices.length, active);
  }

  /** The row of a number, -1 if it is not in the list. */
  rowOf(index) {
    return this.#rows.get(index) ?? -1;
  }

  /** Bring the chosen number's row into view, and the keyboard to it. */
  chosen(focus) {
    const at = this.rowOf(this.app.selected);
    if (at < 0) return;
    const row = this.virtual.activate(at);
    if (focus) row?.focus({ preventScroll: true });
  }

  /** Draw again what was edited; null is all. */
  edited(indices) {
    if (indices === null || indices.length > 100) this.virtual.refresh();
    else for (const index of indices) this.virtual.refresh(this.rowOf(index));
  }

  #row(at) {
    const { app } = this;
    const number = app.run.numbers[this.indices[at]];
    const edit = app.edits.get(number.index);
    const chosen = number.index === app.selected;
    const row = el("div", {
      role: "row",
      class: "row",
      tabindex: at === this.virtual.active ? "0" : "-1",
      "aria-rowindex": at + 2,
      "aria-selected": chosen ? "true" : "false",
      "aria-label": `${told(number, edit)}, ${nameOf(app.run, number.page)}`,
      "data-number": number.index,
      onclick: (event) => this.#click(event, number.index),
    });
    row.append(...this.columns.map((name) => this.#cell(name, number, edit)));
    return row;
  }

  #click(event, index) {
    if (event.target.closest(".snippet a")) {
      this.app.selected = index;
      return;
    }
    this.app.select(index, { focus: true });
  }

  #cell(name, number, edit) {
    const { run } = this.app;
    const cell = el("div", { role: "gridcell", class: name });
    if (name === "snippet") {
      const canvas = el("canvas", { "aria-hidden": "true" });
      drawSnippet(canvas, run, number, this.virtual.rowHeight * 3.6, this.virtual.rowHeight - 16);
      const { page } = number;
      const href = `#page/${page + 1}/${number.number}`;
      cell.append(
        el(
          "a",
          { href, tabindex: "-1", title: "Show on the page", "aria-label": "Show on the page" },
          canvas,
        ),
      );
    } else if (name === "text") cell.append(reading(number, edit));
    else if (name === "confidence") cell.append(meter(number.confidence));
    else if (name === "file") cell.append(el("span", {}, nameOf(run, number.page)));
    else if (name === "kind") cell.append(number.kind);
    else cell.append(chip(number, edit));
    return cell;
  }

  #key(event) {
    if (
      event.target.getAttribute("role") !== "row" ||
      event.ctrlKey ||
      event.altKey ||
      event.metaKey
    )
      return;
    const at = this.rowOf(Number(event.target.dataset.number));
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + this.virtual.page,
      PageUp: at - this.virtual.page,
      Home: 0,
      End: this.indices.length - 1,
    }[event.key];
    if (to !== undefined) {
      const row = Math.min(Math.max(0, to), this.indices.length - 1);
      this.app.select(this.indices[row]);
      this.chosen(true);
    } else if (event.key === "ArrowRight") this.app.enter(1);
    else if (event.key === "ArrowLeft") this.app.enter(this.app.number.digits.length);
    else return;
    event.preventDefault();
  }
}
