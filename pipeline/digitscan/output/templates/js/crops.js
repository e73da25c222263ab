// One digit as an element: a crop in the grid, or a digit of the number chosen.

import { nameOf } from "./data.js";
import { el, percent, sign } from "./dom.js";
import { digitAs, hasDigits, textOf } from "./edits.js";
import { drawDigit } from "./pictures.js";
import { WEAK } from "./words.js";

const SIDES = { grid: 56, panel: 44 };

function picture(run, digit, side) {
  const canvas = el("canvas", { "aria-hidden": "true" });
  drawDigit(canvas, run, digit, side);
  return canvas;
}

/** A crop of the grid, marked where it is chosen or was changed. */
export function gridCell(run, digit, edit, { at, active, chosen }) {
  const number = run.numbers[digit.number];
  const page = nameOf(run, number.page);
  const now = digitAs(number, edit, digit);
  const changed = now !== digit.digit;
  const name = [
    digit.digit,
    percent(digit.confidence),
    `digit ${digit.position} of ${textOf(number, edit) || "none"}`,
    page,
  ];
  if (changed) name.push(now === "" ? "marked as no digit" : `corrected to ${now}`);
  return el(
    "div",
    {
      role: "gridcell",
      class: `crop${changed ? " changed" : ""}`,
      tabindex: active ? "0" : "-1",
      "aria-selected": chosen ? "true" : "false",
      "aria-label": name.join(", "),
      "data-at": at,
      title: `${page}: ${number.text}`,
    },
    picture(run, digit, SIDES.grid),
    el("span", {}, percent(digit.confidence)),
    changed ? el("b", {}, now || "–") : null,
    chosen ? sign("accepted") : null,
  );
}

/** A digit of the number chosen, above what else it may be; `choose` and `make` are told. */
export function digitCell(run, digit, edit, { pressed, choose, make }) {
  const number = run.numbers[digit.number];
  const disabled = !hasDigits(number, edit);
  const now = digitAs(number, edit, digit);
  const changed = now !== digit.digit;
  const button = el(
    "button",
    {
      type: "button",
      class: `digit${changed ? " changed" : ""}${digit.confidence < WEAK ? " weak" : ""}`,
      "aria-label": told(digit, now),
      "aria-pressed": pressed ? "true" : "false",
      disabled,
      onclick: choose,
    },
    picture(run, digit, SIDES.panel),
    el("b", {}, now || "–"),
    el("span", {}, percent(digit.confidence)),
  );
  return el("div", { class: "cell" }, button, ...runnersUp(digit, disabled, make));
}

function told(digit, now) {
  const others = digit.others.map(([other, share]) => `${other} ${percent(share)}`);
  const reads = now === digit.digit ? now : `${now || "none"}, read as ${digit.digit}`;
  return [
    `Digit ${digit.position}: ${reads}`,
    percent(digit.confidence),
    others.length ? `then ${others.join(", ")}` : "no other is likely",
  ].join(", ");
}

function runnersUp(digit, disabled, make) {
  return digit.others.map(([other, share]) =>
    el(
      "button",
      {
        type: "button",
        class: "runner",
        disabled,
        "aria-label": `Make digit ${digit.position} a ${other}, ${percent(share)} likely`,
        onclick: () => make(String(other)),
      },
      el("b", {}, String(other)),
      ` ${percent(share, share < 0.1 ? 1 : 0)}`,
    ),
  );
}
