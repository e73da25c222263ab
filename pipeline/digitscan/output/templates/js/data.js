// What was read, as objects: the page's data hold arrays of arrays to stay small.

/** Objects of a table of arrays; `columns` names what stands where. */
function objects(columns, rows, make) {
  const at = Object.fromEntries(columns.map((name, index) => [name, index]));
  return rows.map((row, index) => make(row, at, index));
}

/**
 * A run's pages, numbers and digits, tied together by indices.
 *
 * Boxes are in pixels of the page. `number.snippet` is the number's picture in the page's sheet:
 * its place and size there in pixels of the sheet, `left` and `top` in pixels of the page.
 */
export function openRun(data) {
  const numbers = objects(data.number_columns, data.numbers, (row, at, index) => ({
    index,
    page: row[at.page],
    number: row[at.number],
    text: row[at.text],
    confidence: row[at.confidence],
    kind: row[at.kind],
    review: row[at.review] === 1,
    box: { x: row[at.x], y: row[at.y], width: row[at.width], height: row[at.height] },
    snippet: {
      x: row[at.sheet_x],
      y: row[at.sheet_y],
      width: row[at.sheet_width],
      height: row[at.sheet_height],
      scale: row[at.sheet_scale],
      left: Math.max(0, row[at.x] - data.margin),
      top: Math.max(0, row[at.y] - data.margin),
    },
    digits: [],
  }));
  const digits = objects(data.digit_columns, data.digits, (row, at, index) => ({
    index,
    number: row[at.number],
    position: row[at.position],
    digit: String(row[at.digit]),
    confidence: row[at.confidence],
    box: { x: row[at.x], y: row[at.y], width: row[at.width], height: row[at.height] },
    others: row[at.others],
  }));
  for (const digit of digits) numbers[digit.number].digits.push(digit);
  const pages = data.pages.map((page, index) => ({ ...page, index, numbers: [] }));
  for (const number of numbers) pages[number.page].numbers.push(number.index);
  return { ...data.run, pages, numbers, digits, failures: data.failures, unread: data.unread };
}

/** "scan.tif" or, where the file has several pages, "scan.tif, page 2". */
export function nameOf(run, page) {
  const { file } = run.pages[page];
  const alone = run.pages[page - 1]?.file !== file && run.pages[page + 1]?.file !== file;
  return alone && run.pages[page].page === 1 ? file : `${file}, page ${run.pages[page].page}`;
}
