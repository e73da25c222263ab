// Elements and words: everything shown goes through here as text, never as markup.

/** An element with attributes (`on...` are listeners, false and null leave out) and children. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** One of the page's drawn signs; `review`, `accepted`, `corrected`, ... */
export function sign(name) {
  const drawn = svg("svg", { class: "sign", "aria-hidden": "true" });
  drawn.append(svg("use", { href: `#sign-${name}` }));
  return drawn;
}

/** "99.87 %"; rounded down, so that nothing less than sure says 100. */
export function percent(share, places = share > 0.99 ? 2 : share > 0.1 ? 1 : 2) {
  const scale = 10 ** places;
  return `${(Math.floor(share * 100 * scale + 1e-9) / scale).toFixed(places)} %`;
}

/** "1 number", "12,345 numbers". */
export function count(many, one, more = `${one}s`) {
  return `${many.toLocaleString("en")} ${many === 1 ? one : more}`;
}

const SHOWN = 6000; // milliseconds

let silence = 0;

/** Say something to screen readers and, for a while, in the corner of the page. */
export function say(text) {
  const place = document.getElementById("said");
  place.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => (place.textContent = ""), SHOWN);
}
