// A number on its scan: a box to choose it by, its digits, and the reading beside.

import { el, sign } from "./dom.js";
import { isOpen, textOf } from "./edits.js";
import { sideOf } from "./labels.js";
import { WEAK, marked, standOf, told } from "./words.js";

/** The box of a number, laid over its page in percent. */
export function numberBox(run, number, edit, chosen) {
  const page = run.pages[number.page];
  const box = el("button", {
    type: "button",
    class: `box ${standOf(number, edit)}`,
    tabindex: chosen ? "0" : "-1",
    "aria-pressed": chosen ? "true" : "false",
    "aria-label": told(number, edit),
    "data-number": number.index,
  });
  place(box, number.box, { x: 0, y: 0, width: page.width, height: page.height });
  box.style.setProperty("--tall", number.box.height);
  box.append(...number.digits.map((digit) => digitMark(number, digit)), label(run, number, edit));
  return box;
}

function digitMark(number, digit) {
  const mark = el("i", {
    class: digit.confidence < WEAK ? "weak" : "",
    "data-position": digit.position,
  });
  place(mark, digit.box, number.box);
  return mark;
}

function label(run, number, edit) {
  const stand = standOf(number, edit);
  const page = run.pages[number.page];
  const text = textOf(number, edit);
  const others = page.numbers.filter((one) => one !== number.index);
  const boxes = others.map((one) => run.numbers[one].box);
  const length = Math.max(text.length, number.text.length) + (stand === "sure" ? 0 : 1);
  const element = el("span", { class: `label ${sideOf(number.box, length, boxes, page)}` });
  if (stand !== "sure") element.append(sign(stand));
  if (stand === "none") element.append(el("del", {}, number.text));
  else if (isOpen(number, edit)) element.append(el("span", {}, ...marked(number)));
  else element.append(text);
  return element;
}

/** Lay an element over `box` in percent of `whole`; both in pixels of the page. */
function place(element, box, whole) {
  element.style.left = `${((box.x - whole.x) / whole.width) * 100}%`;
  element.style.top = `${((box.y - whole.y) / whole.height) * 100}%`;
  element.style.width = `${(box.width / whole.width) * 100}%`;
  element.style.height = `${(box.height / whole.height) * 100}%`;
}
