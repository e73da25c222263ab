// Where a number's reading stands beside its box, so that it hides no other number.

const GAP = 0.15; // of the box's height

/** The side of `box` where a label of `length` characters meets no other box: the first that is free. */
export function sideOf(box, length, others, page) {
  const tall = box.height * 0.6;
  const wide = box.height * (0.36 * length + 0.3);
  const gap = box.height * GAP;
  const middle = box.y + (box.height - tall) / 2;
  const places = {
    right: { x: box.x + box.width + gap, y: middle, width: wide, height: tall },
    above: { x: box.x, y: box.y - gap - tall, width: wide, height: tall },
    left: { x: box.x - gap - wide, y: middle, width: wide, height: tall },
  };
  const free = Object.keys(places).find(
    (side) => inside(places[side], page) && !others.some((other) => meet(places[side], other)),
  );
  return free ?? "above";
}

function inside({ x, y, width, height }, page) {
  return x >= 0 && y >= 0 && x + width <= page.width && y + height <= page.height;
}

function meet(one, other) {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
