// The ten digits above the grid of crops, and below it what the crops chosen can be made.

import { count, el } from "./dom.js";

export const CLASSES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** A link to the crops of each digit, with their number; `digit` is the one shown. */
export function classLinks(byDigit, digit) {
  return CLASSES.map((one) =>
    el(
      "a",
      {
        href: `#digits/${one}`,
        "aria-current": one === digit ? "true" : null,
        "aria-label": `${one}: ${count(byDigit[one].length, "crop")}`,
      },
      el("b", {}, one),
      el("span", {}, byDigit[one].length.toLocaleString("en")),
    ),
  );
}

/** What can be done to `many` chosen crops read as `digit`, or to the one with the keyboard. */
export function whatToMake(many, digit, { make, clear }) {
  const hint = many
    ? `${count(many, "crop")} chosen. Make ${many === 1 ? "it" : "them"}`
    : "Space or a click chooses crops, Shift chooses ranges. Make the crop";
  const button = (label, value, name) =>
    el("button", { type: "button", "aria-label": name, onclick: () => make(value) }, label);
  return [
    el("span", {}, hint),
    el(
      "span",
      { class: "makes" },
      ...CLASSES.filter((other) => other !== digit).map((other) =>
        button(other, other, `Make what is chosen a ${other}`),
      ),
      button("no digit", "", "Mark what is chosen as no digit"),
      many ? el("button", { type: "button", onclick: clear }, "Choose none") : null,
    ),
  ];
}
