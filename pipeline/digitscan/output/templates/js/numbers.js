// The view of all numbers: a table to filter and sort.

import { count, el } from "./dom.js";
import { NO_FILTER, chosen } from "./filter.js";
import { NumberList } from "./list.js";

const STATES = [
  ["", "any"],
  ["open", "waiting for review"],
  ["review", "for review, done or not"],
  ["sure", "accepted by confidence"],
  ["accepted", "accepted by you"],
  ["corrected", "corrected"],
];

export class NumbersView {
  go = (_, index) => this.app.select(index, { focus: true });

  constructor(app) {
    this.app = app;
    this.filter = { ...NO_FILTER };
    this.sort = { by: "place", down: false };
    this.list = new NumberList(app, {
      label: "Numbers",
      columns: ["snippet", "text", "confidence", "file", "kind", "state"],
      rowHeight: 56,
      sorted: (by) => this.#sorted(by),
    });
    this.found = el("output", { class: "quiet", "aria-live": "polite" });
    this.form = this.#form();
    this.empty = el("p", { class: "empty", hidden: true }, "No number passes this filter.");
    this.root = el("section", { class: "view numbers", "aria-label": "Numbers" });
    this.root.append(this.form, this.list.root, this.empty);
  }

  /** Come here, with a filter from the address if it has one. */
  show(rest) {
    if (rest !== "") {
      const asked = new URLSearchParams(rest);
      this.filter = { ...NO_FILTER, ...Object.fromEntries(asked) };
      this.sort = { by: asked.get("sort") ?? "place", down: asked.get("down") === "1" };
      for (const field of this.form.elements)
        if (field.name) field.value = this.filter[field.name] ?? "";
    }
    this.apply();
    const lost = this.app.number && this.list.rowOf(this.app.selected) < 0;
    if (lost && rest === "") this.#reset();
    else if (lost || !this.app.number) this.app.select(this.list.indices[0] ?? -1);
  }

  /** Filter and sort, and show what is left. */
  apply() {
    const indices = chosen(this.app.run, this.app.edits, this.filter, this.sort);
    this.list.heads(this.sort);
    this.list.fill(indices);
    this.empty.hidden = indices.length > 0;
    this.found.textContent =
      indices.length === this.app.run.numbers.length
        ? count(indices.length, "number")
        : `${indices.length.toLocaleString("en")} of ${count(this.app.run.numbers.length, "number")}`;
    this.list.chosen(false);
  }

  order() {
    return this.list.indices;
  }

  chosen(focus) {
    if (this.list.rowOf(this.app.selected) < 0 && focus) this.#reset();
    this.list.chosen(focus);
  }

  edited(indices) {
    this.list.edited(indices);
  }

  focus() {
    this.list.chosen(true);
  }

  #form() {
    const named = (name, label, field) => {
      field.id = `filter-${name}`;
      return el("div", { class: `asked ${name}` }, el("label", { for: field.id }, label), field);
    };
    const input = (name, label, attributes) =>
      named(name, label, el("input", { name, ...attributes }));
    const select = (name, label, options) =>
      named(
        name,
        label,
        el("select", { name }, ...options.map(([value, text]) => el("option", { value }, text))),
      );
    const kinds = [...new Set(this.app.run.numbers.map((number) => number.kind))].sort();
    const share = { type: "number", min: "0", max: "100", step: "any", inputmode: "decimal" };
    const form = el(
      "form",
      { class: "filter", role: "search", "aria-label": "Filter the numbers" },
      input("text", "Reading", {
        type: "search",
        placeholder: "042, ^7, 1?3",
        autocomplete: "off",
        spellcheck: "false",
      }),
      select("state", "State", STATES),
      input("file", "File", { type: "search", autocomplete: "off", spellcheck: "false" }),
      input("page", "Page", { type: "number", min: "1", inputmode: "numeric" }),
      input("low", "From %", share),
      input("high", "Under %", share),
      select("kind", "Kind", [["", "any"], ...kinds.map((kind) => [kind, kind])]),
      el("div", { class: "clear" }, this.found, el("button", { type: "reset" }, "Clear")),
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.#asked());
    form.addEventListener("reset", () => setTimeout(() => this.#asked()));
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.type === "reset") return;
      event.preventDefault();
      if (this.list.rowOf(this.app.selected) < 0) this.app.select(this.list.indices[0] ?? -1);
      this.list.chosen(true);
    });
    return form;
  }

  #asked() {
    this.filter = { ...NO_FILTER, ...Object.fromEntries(new FormData(this.form)) };
    this.#remember();
    this.apply();
  }

  #reset() {
    this.filter = { ...NO_FILTER };
    this.form.reset();
    this.apply();
  }

  #sorted(by) {
    if (this.sort.by !== by) this.sort = { by, down: false };
    else if (!this.sort.down) this.sort = { by, down: true };
    else this.sort = { by: "place", down: false };
    this.#remember();
    this.apply();
    this.list.head.querySelector(`[data-sort="${by}"]`).focus();
  }

  /** Keep the filter in the address, so that a reload shows the same. */
  #remember() {
    const asked = Object.entries(this.filter).filter(([, value]) => value);
    if (this.sort.by !== "place")
      asked.push(["sort", this.sort.by], ["down", this.sort.down ? "1" : "0"]);
    const rest = new URLSearchParams(asked).toString();
    history.replaceState(null, "", rest ? `#numbers?${rest}` : "#numbers");
  }
}
