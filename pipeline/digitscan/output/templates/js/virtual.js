// Long lists of which only what is seen exists.

const SPARE = 6; // rows kept beyond either edge

/** Rows of one height in a scrolling element; row `active` always exists, so focus is not lost. */
export class VirtualList {
  restoring = false; // focus moves to a row made anew, not by the user
  #rows = new Map();
  #wanted = 0;

  /** `render(index)` makes the element of a row. */
  constructor(scroller, rowHeight, render) {
    this.scroller = scroller;
    this.rowHeight = rowHeight;
    this.render = render;
    this.length = 0;
    this.active = -1;
    this.body = document.createElement("div");
    this.body.className = "rows";
    this.body.setAttribute("role", "rowgroup");
    scroller.append(this.body);
    scroller.addEventListener("scroll", () => this.#soon(), { passive: true });
    new ResizeObserver(() => this.#soon()).observe(scroller);
  }

  /** Show `length` rows anew. */
  reset(length, active = -1) {
    this.length = length;
    this.active = active;
    this.body.style.height = `${length * this.rowHeight}px`;
    this.refresh();
  }

  /** Make all rows that exist anew, or one of them; focus inside stays on its row. */
  refresh(index = null) {
    const indices =
      index === null ? [...this.#rows.keys()] : [index].filter((one) => this.#rows.has(one));
    const focused = indices.find((one) => this.#rows.get(one).contains(document.activeElement));
    for (const one of indices) {
      this.#rows.get(one).remove();
      this.#rows.delete(one);
    }
    this.#fill();
    if (focused === undefined) return;
    this.restoring = true;
    this.#rows.get(focused)?.focus({ preventScroll: true });
    this.restoring = false;
  }

  /** The element of a row, if it exists now. */
  row(index) {
    return this.#rows.get(index);
  }

  /** Make a row the active one and bring it into view. */
  activate(index) {
    const before = this.active;
    this.active = index;
    const top = index * this.rowHeight;
    const seen = this.scroller.clientHeight;
    const from = this.scroller.scrollTop;
    const head = this.body.offsetTop;
    if (top < from) this.scroller.scrollTop = top;
    else if (top + this.rowHeight > from + seen - head) {
      this.scroller.scrollTop = top + this.rowHeight - seen + head;
    }
    this.refresh(before);
    this.refresh(index);
    this.#fill();
    return this.row(index);
  }

  /** How many rows are seen at once. */
  get page() {
    return Math.max(1, Math.floor(this.scroller.clientHeight / this.rowHeight) - 1);
  }

  #soon() {
    if (this.#wanted) return;
    this.#wanted = requestAnimationFrame(() => {
      this.#wanted = 0;
      this.#fill();
    });
  }

  #fill() {
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / this.rowHeight) - SPARE);
    const seen = Math.ceil(this.scroller.clientHeight / this.rowHeight);
    const last = Math.min(this.length, first + seen + 2 * SPARE);
    for (const [index, row] of this.#rows) {
      if ((index < first || index >= last) && index !== this.active) {
        row.remove();
        this.#rows.delete(index);
      }
    }
    const made = [];
    for (let index = first; index < last; index++) made.push(index);
    if (this.active >= 0 && this.active < this.length) made.push(this.active);
    for (const index of made) {
      if (this.#rows.has(index)) continue;
      const row = this.render(index);
      row.style.top = `${index * this.rowHeight}px`;
      row.dataset.row = index;
      this.#rows.set(index, row);
      const after = [...this.body.children].find((other) => Number(other.dataset.row) > index);
      this.body.insertBefore(row, after ?? null);
    }
  }
}
