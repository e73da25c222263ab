// What a person says of the numbers read, and how to take it back.
//
// An edit of a number is one of
//   { accepted: true }              it is right as read
//   { text: "0128" }                the whole number was typed anew; "" says that it is none
//   { digits: { 2: "8", 3: "" } }   digits retyped by position; "" says that it is no digit
// each with `when`, the time in ISO 8601. No edit, no key: the number stands as read. Digits that
// were retyped while the whole number was looked at have `seen` beside them.

/** The text of a number as it stands. */
export function textOf(number, edit) {
  if (edit?.text !== undefined) return edit.text;
  if (!edit?.digits) return number.text;
  return number.digits.map((digit) => digitAs(number, edit, digit)).join("");
}

/** What one of its digits is now: a digit, or "" for none. */
export function digitAs(number, edit, { digit, position }) {
  if (edit?.text === undefined) return edit?.digits?.[position] ?? digit;
  return hasDigits(number, edit) ? edit.text[position - 1] : digit;
}

/** "read", "accepted" or "corrected". */
export function stateOf(edit) {
  if (!edit) return "read";
  return edit.accepted ? "accepted" : "corrected";
}

/** Did a person look at the whole number, and not only at some of its digits? */
export function isSeen(number, edit) {
  if (!edit?.digits) return Boolean(edit);
  return Boolean(edit.seen) || number.digits.every(({ position }) => position in edit.digits);
}

/** Does the number still wait for a person? */
export function isOpen(number, edit) {
  return number.review && !isSeen(number, edit);
}

/** The edit that says of a number that it is right as it stands. */
export function accepted(edit) {
  return edit ? { ...edit, seen: true } : { accepted: true };
}

/** The edit that makes `text` of a whole number; what was read, typed again, is accepted. */
export function retyped(number, text) {
  return text === number.text ? { accepted: true } : { text };
}

/** May the digit be changed alone? Not in a number typed anew to another length. */
export function hasDigits(number, edit) {
  return edit?.text === undefined || edit.text.length === number.digits.length;
}

/**
 * The edit that makes `value` of one digit ("" for no digit) on top of what was said before; `seen`
 * tells that the whole number was looked at.
 */
export function redigited(number, edit, position, value, seen) {
  if (edit?.text !== undefined) {
    const typed = [...edit.text];
    if (typed.length !== number.digits.length) return edit;
    typed[position - 1] = value;
    return retyped(number, typed.join(""));
  }
  const whole = seen || Boolean(edit?.accepted || edit?.seen);
  const digits = { ...edit?.digits, [position]: value };
  if (number.digits[position - 1].digit === value) delete digits[position];
  if (Object.keys(digits).length === 0) return whole ? { accepted: true } : null;
  return whole ? { digits, seen: true } : { digits };
}

/** All edits of a run, the steps that led there, and who wants to hear of changes. */
export class Edits {
  #edits = new Map();
  #done = [];
  #undone = [];
  #listeners = [];

  /** `now` tells the time of an edit. */
  constructor(now = () => new Date()) {
    this.now = now;
  }

  get(index) {
    return this.#edits.get(index);
  }

  get size() {
    return this.#edits.size;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  /** Edits as [index, edit], by index. */
  entries() {
    return [...this.#edits].sort(([one], [other]) => one - other);
  }

  /** Take edits from elsewhere in place of all there are; nothing to undo is left. */
  load(entries) {
    this.#edits = new Map(entries);
    this.#done = [];
    this.#undone = [];
    this.#tell(null);
  }

  /** Set edits, given as [index, edit or null], in one step that one undo takes back. */
  set(changes) {
    const when = this.now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
    this.#undone = [];
    this.#done.push(this.#put(changes.map(([index, edit]) => [index, edit && { ...edit, when }])));
  }

  /** Take the last step back; the indices it concerned. */
  undo() {
    return this.#step(this.#done, this.#undone);
  }

  /** Take the last undo back; the indices it concerned. */
  redo() {
    return this.#step(this.#undone, this.#done);
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  #step(from, to) {
    const step = from.pop();
    if (!step) return [];
    to.push(this.#put(step));
    return step.map(([index]) => index);
  }

  /** Put edits in place; the way back. */
  #put(changes) {
    const before = changes.map(([index]) => [index, this.#edits.get(index) ?? null]);
    for (const [index, edit] of changes) {
      if (edit) this.#edits.set(index, edit);
      else this.#edits.delete(index);
    }
    this.#tell(changes.map(([index]) => index));
    return before;
  }

  #tell(indices) {
    for (const listener of this.#listeners) listener(indices);
  }
}
