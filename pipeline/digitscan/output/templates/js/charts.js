// Parts of the overview: cards, tables, and bars that lead somewhere.

import { el, svg } from "./dom.js";

/** A card with a heading. */
export function section(title, ...children) {
  const id = `about-${title.toLowerCase().replaceAll(" ", "-")}`;
  const heading = el("h2", { id }, title);
  return el("section", { class: "card", "aria-labelledby": id }, heading, ...children);
}

/** A table of rows of texts or elements. */
export function table(heads, rows) {
  const line = (cells, tag) =>
    el("tr", {}, ...cells.map((cell) => el(tag, tag === "th" ? { scope: "col" } : {}, cell)));
  const head = el("thead", {}, line(heads, "th"));
  const body = el("tbody", {}, ...rows.map((row) => line(row, "td")));
  const frame = { class: "scroll", tabindex: "0", role: "group", "aria-label": heads[0] };
  return el("div", frame, el("table", {}, head, body));
}

/** What the colours of a chart stand for, as [kind, text]. */
export function legend(entries) {
  const texts = entries.map(([kind, text]) => el("span", { class: kind }, text));
  return el("p", { class: "legend" }, ...texts);
}

const total = ({ parts }) => parts.reduce((sum, [many]) => sum + many, 0);

/**
 * Bars that are links, of { label, title, href, parts }, each stacked of parts [many, kind].
 *
 * Heights go by the square root, so that what is rare is still seen.
 */
export function chart(bars, label) {
  const most = Math.max(1, ...bars.map(total));
  const items = bars.map((bar) => {
    const all = total(bar);
    const tall = all ? Math.max(2, Math.sqrt(all / most) * 100) : 0;
    const link = { href: bar.href, title: bar.title, "aria-label": bar.title };
    const figure = el("span", {}, all ? all.toLocaleString("en") : "");
    return el("li", {}, el("a", link, figure, stack(bar.parts, all, tall), el("b", {}, bar.label)));
  });
  return el("ul", { class: "chart", "aria-label": label }, ...items);
}

/** One bar, `tall` of 100 high. */
function stack(parts, all, tall) {
  const box = { viewBox: "0 0 10 100", preserveAspectRatio: "none", "aria-hidden": "true" };
  const drawing = svg("svg", box);
  let y = 100;
  for (const [many, kind] of parts) {
    const height = all ? (tall * many) / all : 0;
    y -= height;
    drawing.append(svg("rect", { class: kind, x: 0, y, width: 10, height }));
  }
  return drawing;
}
