// corrections.csv: the net effect of all edits, as `digitscan apply` reads it.

const HEADER = ["file", "page", "number", "position", "old", "new", "who", "when"];

function field(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** [position, old, new] of each line that an edit of a number comes to. */
function changes(number, edit) {
  if (edit.accepted) return [["", number.text, number.text]];
  if (edit.text !== undefined) return [["", number.text, edit.text]];
  return number.digits
    .filter(({ position }) => edit.digits[position] !== undefined)
    .map(({ position, digit }) => [position, digit, edit.digits[position]]);
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
