// How a number is told in words and signs.

import { el, percent, sign } from "./dom.js";
import { isOpen, stateOf, textOf } from "./edits.js";

const STATES = {
  review: "for review",
  sure: "sure",
  accepted: "accepted",
  corrected: "corrected",
  none: "no number",
};

/** One word for where a number stands: review, sure, accepted, corrected or none. */
export function standOf(number, edit) {
  if (isOpen(number, edit)) return "review";
  if (!edit) return "sure";
  return textOf(number, edit) === "" ? "none" : stateOf(edit);
}

/** The sign and words of it. */
export function chip(number, edit) {
  const stand = standOf(number, edit);
  return el("span", { class: `chip ${stand}` }, sign(stand), STATES[stand]);
}

/** A number's name for screen readers. */
export function told(number, edit) {
  const text = textOf(number, edit);
  return [
    `Number ${number.number}`,
    text === "" ? "no number" : [...text].join(" "),
    percent(number.confidence),
    STATES[standOf(number, edit)],
  ].join(", ");
}

export const WEAK = 0.9; // digits less sure than this are marked

/** The digits as read, those that are not sure marked. */
export function marked(number) {
  return number.digits.map(({ digit, confidence }) =>
    confidence < WEAK ? el("u", {}, digit) : digit,
  );
}

/** What stands, and beside it, if it was changed, what was read. */
export function reading(number, edit) {
  const text = textOf(number, edit);
  if (isOpen(number, edit)) return el("span", { class: "reading" }, ...marked(number));
  if (text === number.text) return el("span", { class: "reading" }, text);
  return el(
    "span",
    { class: "reading" },
    text === "" ? "" : el("ins", {}, text),
    " ",
    el("del", {}, number.text),
  );
}

/** Confidence as a figure over a bar; the bar shows how far from sure, by powers of ten. */
export function meter(confidence) {
  const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("i"));
  bar.firstChild.style.width = `${Math.min(100, -Math.log10(Math.max(1e-4, 1 - confidence)) * 25)}%`;
  return el("span", { class: "meter" }, percent(confidence), bar);
}
