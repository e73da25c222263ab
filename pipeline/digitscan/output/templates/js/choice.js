// Which of a list's items are chosen, by one and by ranges, as file managers do it.

export class Choice {
  #chosen = new Set();
  anchor = 0; // place in the list where a range begins

  get size() {
    return this.#chosen.size;
  }

  has(item) {
    return this.#chosen.has(item);
  }

  clear() {
    this.#chosen.clear();
  }

  /** Choose the item at a place, or no longer; ranges begin there from now on. */
  toggle(items, at) {
    if (!this.#chosen.delete(items[at])) this.#chosen.add(items[at]);
    this.anchor = at;
  }

  /** Choose all from where ranges begin to a place. */
  extend(items, at) {
    const [from, to] = [Math.min(this.anchor, at), Math.max(this.anchor, at)];
    for (const item of items.slice(from, to + 1)) this.#chosen.add(item);
  }

  all(items) {
    for (const item of items) this.#chosen.add(item);
  }
}
