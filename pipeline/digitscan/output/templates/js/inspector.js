// The panel beside every view: the number chosen, its digits, and what can be said of it.

import { el, percent, sign } from "./dom.js";
import { nameOf } from "./data.js";
import { hasDigits, textOf } from "./edits.js";
import { drawAround, drawDigit } from "./pictures.js";
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
    this.was.textContent = edit && !edit.accepted ? `read as ${number.text}` : percent(number.confidence);
    this.canvas.setAttribute("aria-label", `The scan around ${number.text}`);
    if (this.#drawn !== index) {
      this.#drawn = index;
      const width = Math.max(200, this.canvas.parentElement.clientWidth - 34);
      drawAround(this.canvas, this.app.run, number, width, Math.round(Math.min(width * 0.3, innerHeight * 0.11)));
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
      el("button", { type: "button", class: kind, onclick: act }, sign(name), label, " ", el("kbd", {}, key));
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
      el("p", { id: "field-hint", class: "hidden" }, "Type the number and press Enter; only digits count."),
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
    const whole = hasDigits(number, edit);
    const inside = this.digits.contains(document.activeElement);
    const typed = edit?.text === undefined ? null : [...edit.text];
    this.digits.replaceChildren(
      ...number.digits.map((digit) => {
        const now = typed ? (whole ? typed[digit.position - 1] : digit.digit) : (edit?.digits?.[digit.position] ?? digit.digit);
        return this.#digit(number, digit, now, whole, position === digit.position);
      }),
    );
    if (inside) this.focusDigit();
  }

  #digit(number, digit, now, whole, pressed) {
    const { app } = this;
    const canvas = el("canvas", { "aria-hidden": "true" });
    drawDigit(canvas, app.run, digit, 44);
    const others = digit.others.map(([other, share]) => `${other} ${percent(share)}`);
    const changed = now !== digit.digit;
    const name = [
      `Digit ${digit.position}: ${changed ? `${now === "" ? "none" : now}, read as ${digit.digit}` : digit.digit}`,
      percent(digit.confidence),
      others.length ? `then ${others.join(", ")}` : "no other is likely",
    ].join(", ");
    const button = el(
      "button",
      {
        type: "button",
        class: `digit${changed ? " changed" : ""}${digit.confidence < 0.9 ? " weak" : ""}`,
        "aria-label": name,
        "aria-pressed": pressed ? "true" : "false",
        disabled: !whole,
        onclick: () => {
          app.select(number.index, { position: digit.position });
          this.focusDigit();
        },
      },
      canvas,
      el("b", {}, now === "" ? "–" : now),
      el("span", {}, percent(digit.confidence)),
    );
    const runners = digit.others.map(([other, share]) =>
      el(
        "button",
        {
          type: "button",
          class: "runner",
          disabled: !whole,
          "aria-label": `Make digit ${digit.position} a ${other}, ${percent(share)} likely`,
          onclick: () => app.redigit([[number.index, digit.position]], String(other)),
        },
        el("b", {}, String(other)),
        ` ${percent(share, share < 0.1 ? 1 : 0)}`,
      ),
    );
    return el("div", { class: "cell" }, button, ...runners);
  }

  #showLinks(number) {
    this.links.replaceChildren(
      el("a", { href: `#page/${number.page + 1}/${number.number}` }, "On the page ", el("kbd", {}, "p")),
      el("a", { href: "#numbers" }, "In the table ", el("kbd", {}, "t")),
    );
  }
}
