// corrections.csv: the net effect of all edits, as `digitscan apply` reads it.

import { textOf } from "./edits.js";

const HEADER = ["file", "page", "number", "position", "old", "new", "who", "when"];

function field(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * [position, old, new] of each line that an edit of a number comes to: one for the whole number
 * where a person saw it whole, and digits where it does not say which they are.
 */
function changes(number, edit) {
  const text = textOf(number, edit);
  const whole = [["", number.text, text]];
  if (!edit.digits) return whole;
  const digits = number.digits
    .filter(({ position }) => position in edit.digits)
    .map(({ position, digit }) => [position, digit, edit.digits[position]]);
  if (!edit.seen) return digits;
  const some = text !== "" && text.length < number.digits.length;
  return some ? [...whole, ...digits] : whole;
}

/** The text of corrections.csv: UTF-8, LF, RFC 4180. */
export function corrections(run, edits, who) {
  const lines = [HEADER];
  for (const [index, edit] of edits.entries()) {
    const number = run.numbers[index];
    const { file, page } = run.pages[number.page];
    for (const change of changes(number, edit)) {
      lines.push([file, page, number.number, ...change, who, edit.when]);
    }
  }
  return lines.map((line) => line.map(field).join(",") + "\n").join("");
}
