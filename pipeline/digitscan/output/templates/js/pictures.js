// Snippets and crops, drawn out of the pages' sheets; a sheet is loaded when it is first seen.

const KEPT = 48; // sheets kept decoded

/** Pictures by address, the longest unused forgotten first. */
const loaded = new Map();

/** The picture at an address, as a promise of an image element. */
export function picture(url) {
  let image = loaded.get(url);
  loaded.delete(url);
  image ??= new Promise((resolve, reject) => {
    const element = new Image();
    element.onload = () => resolve(element);
    element.onerror = () => reject(new Error(`no picture at ${url.slice(0, 200)}`));
    element.src = url;
  });
  loaded.set(url, image);
  if (loaded.size > KEPT) loaded.delete(loaded.keys().next().value);
  return image;
}

const waiting = new Map();

/** Draw once the canvas has been on the page for a moment: what flies past loads nothing. */
function whenSeen(canvas, url, draw) {
  if (!url) {
    canvas.classList.add("missing");
    return;
  }
  if (waiting.size === 0) setTimeout(drawSeen, 30);
  waiting.set(canvas, { url, draw });
}

function drawSeen() {
  for (const [canvas, { url, draw }] of waiting) {
    if (!canvas.isConnected) continue;
    picture(url).then(draw, () => {
      canvas.classList.add("missing");
      canvas.dispatchEvent(new Event("missing", { bubbles: true }));
    });
  }
  waiting.clear();
}

/** Size a canvas in CSS pixels, its own pixels as fine as the screen's. */
function size(canvas, width, height) {
  const fine = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * fine);
  canvas.height = Math.round(height * fine);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

/** Draw a number's snippet into a canvas, as large as fits `width` x `height` CSS pixels. */
export function drawSnippet(canvas, run, number, width, height) {
  const { x, y, width: across, height: down } = number.snippet;
  const scale = Math.min(width / across, height / down, 2);
  size(canvas, Math.round(across * scale), Math.round(down * scale));
  whenSeen(canvas, run.pages[number.page].sheet, (sheet) => {
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(sheet, x, y, across, down, 0, 0, canvas.width, canvas.height);
  });
}

const AROUND = 1.5; // a digit's crop is this much larger than its box

/**
 * Draw a digit with what stands around it, paler, into a square canvas of `side` CSS pixels.
 * Where the snippet ends, its outermost pixels go on.
 */
export function drawDigit(canvas, run, digit, side) {
  const number = run.numbers[digit.number];
  const { snippet } = number;
  size(canvas, side, side);
  const of = snippet.scale;
  const edge = Math.max(digit.box.width, digit.box.height) * AROUND * of;
  const left = snippet.x + (digit.box.x + digit.box.width / 2 - snippet.left) * of - edge / 2;
  const top = snippet.y + (digit.box.y + digit.box.height / 2 - snippet.top) * of - edge / 2;
  const across = span(left, edge, snippet.x, snippet.width);
  const down = span(top, edge, snippet.y, snippet.height);
  if (!across || !down) return;
  whenSeen(canvas, run.pages[number.page].sheet, (sheet) => {
    const context = canvas.getContext("2d");
    const scale = canvas.width / edge;
    context.imageSmoothingQuality = "high";
    for (const [y, height, toY, toHeight] of down) {
      for (const [x, width, toX, toWidth] of across) {
        context.drawImage(
          sheet,
          x,
          y,
          width,
          height,
          toX * scale,
          toY * scale,
          toWidth * scale,
          toHeight * scale,
        );
      }
    }
    const half = (digit.box.width / 2) * of * 1.25 * scale;
    context.fillStyle = "rgb(255 255 255 / 45%)";
    context.fillRect(0, 0, canvas.width / 2 - half, canvas.height);
    context.fillRect(canvas.width / 2 + half, 0, canvas.width / 2 - half, canvas.height);
  });
}

/**
 * How a crop from `start` of `length` is filled from a snippet along one axis: parts as
 * [from, length there, to, length in the crop]; the snippet's first or last pixel fills what lies
 * outside. Null where the crop and the snippet do not meet.
 */
export function span(start, length, first, size) {
  const from = Math.max(start, first);
  const to = Math.min(start + length, first + size);
  if (to - from <= 0) return null;
  const parts = [[from, to - from, from - start, to - from]];
  if (from > start) parts.push([first, 1, 0, from - start]);
  if (to < start + length) parts.push([first + size - 1, 1, to - start, start + length - to]);
  return parts;
}

/** Draw a number with the page around it into a canvas of `width` x `height` CSS pixels. */
export function drawAround(canvas, run, number, width, height) {
  const page = run.pages[number.page];
  const { box } = number;
  size(canvas, width, height);
  const across = Math.min(
    page.width,
    Math.max(box.width * 1.4, (box.height * 4.5 * width) / height),
  );
  const down = (across * height) / width;
  const left = Math.min(Math.max(0, box.x + box.width / 2 - across / 2), page.width - across);
  const top = Math.min(
    Math.max(0, box.y + box.height / 2 - down / 2),
    Math.max(0, page.height - down),
  );
  whenSeen(canvas, page.picture, (scan) => {
    const context = canvas.getContext("2d");
    const fine = canvas.width / across;
    const of = page.picture_scale;
    context.imageSmoothingQuality = "high";
    context.drawImage(
      scan,
      left * of,
      top * of,
      across * of,
      down * of,
      0,
      0,
      canvas.width,
      canvas.height,
    );
    context.strokeStyle = number.review ? "#b34700" : "#0068a8";
    context.lineWidth = 2 * (canvas.width / width);
    const pad = 0.12 * box.height;
    context.strokeRect(
      (box.x - left - pad) * fine,
      (box.y - top - pad) * fine,
      (box.width + 2 * pad) * fine,
      (box.height + 2 * pad) * fine,
    );
  });
}
