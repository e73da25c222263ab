// Which numbers a list shows, and in which order.

import { isOpen, stateOf, textOf } from "./edits.js";

export const NO_FILTER = { file: "", page: "", text: "", low: "", high: "", kind: "", state: "" };

/** A pattern of digits: `?` stands for any one, `^` for the start, `$` for the end. */
function pattern(text) {
  const safe = text.replace(/[.*+()[\]{}|\\]/g, "\\$&").replaceAll("?", ".");
  return new RegExp(safe);
}

/** Tests of one number, those that the filter asks for only. */
function tests(run, edits, filter) {
  const asked = [];
  if (filter.file) {
    const part = filter.file.toLowerCase();
    const pages = run.pages.map(({ file }) => file.toLowerCase().includes(part));
    asked.push((number) => pages[number.page]);
  }
  if (filter.page) asked.push((number) => run.pages[number.page].page === Number(filter.page));
  if (filter.text) {
    const wanted = pattern(filter.text);
    asked.push((number) => wanted.test(textOf(number, edits.get(number.index))));
  }
  if (filter.low) asked.push((number) => number.confidence * 100 >= Number(filter.low));
  if (filter.high) asked.push((number) => number.confidence * 100 < Number(filter.high));
  if (filter.kind) asked.push((number) => number.kind === filter.kind);
  const state = STATES[filter.state];
  if (state) asked.push((number) => state(number, edits.get(number.index)));
  return asked;
}

/** What may be asked of review and state, by the filter's value. */
const STATES = {
  review: (number) => number.review,
  sure: (number) => !number.review,
  open: isOpen,
  accepted: (number, edit) => stateOf(edit) === "accepted",
  corrected: (number, edit) => stateOf(edit) === "corrected",
};

/** By which key of a number each column is sorted. */
const KEYS = {
  place: (number) => number.index,
  text: (number, edit) => textOf(number, edit),
  confidence: (number) => number.confidence,
  file: (number) => number.page,
  kind: (number) => number.kind,
  state: (number, edit) => (isOpen(number, edit) ? 0 : edit ? 2 : 1),
};

/** Indices of the numbers that pass, sorted by a column; equal ones keep the order of reading. */
export function chosen(run, edits, filter, sort = { by: "place", down: false }) {
  const asked = tests(run, edits, filter);
  const passed = run.numbers.filter((number) => asked.every((test) => test(number)));
  if (sort.by !== "place" || sort.down) {
    const keys = new Map(
      passed.map((number) => [number, KEYS[sort.by](number, edits.get(number.index))]),
    );
    const sign = sort.down ? -1 : 1;
    passed.sort((one, other) => {
      const [left, right] = [keys.get(one), keys.get(other)];
      if (left === right) return one.index - other.index;
      return left < right ? -sign : sign;
    });
  }
  return passed.map((number) => number.index);
}
