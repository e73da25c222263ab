// Zoom and pan of a page in a scrolling viewport: wheel, drag, pinch and keys.

import { el } from "./dom.js";

const LARGEST = 4; // CSS pixels a pixel of the page
const MARGIN = 24;

export class Zoom {
  scale = 0; // CSS pixels a pixel of the page; 0 is fitted to the width
  dragged = false;
  #pointers = new Map();

  constructor(viewport, sheet) {
    this.viewport = viewport;
    this.sheet = sheet;
    this.shown = el("output", { class: "zoom", "aria-label": "Zoom" });
    this.fitted = true;
    this.#listen();
    new ResizeObserver(() => this.fitted && this.page && this.fit()).observe(viewport);
  }

  /** Show a page of `width` x `height` pixels from its top. */
  open(page) {
    this.page = page;
    if (this.fitted) this.fit();
    else this.#set(this.scale);
    this.viewport.scrollTo(0, 0);
  }

  /** As wide as the viewport. */
  fit() {
    const room = this.viewport.clientWidth - MARGIN;
    if (room <= 0 || !this.page) return;
    this.#set(Math.min(room / this.page.width, LARGEST));
    this.fitted = true;
  }

  /** Larger or smaller, around a point of the viewport, its middle by default. */
  by(factor, x = this.viewport.clientWidth / 2, y = this.viewport.clientHeight / 2) {
    if (!this.page) return;
    const before = this.scale;
    const { viewport, sheet } = this;
    const across = (viewport.scrollLeft + x - sheet.offsetLeft) / before;
    const down = (viewport.scrollTop + y - sheet.offsetTop) / before;
    const least = Math.min((viewport.clientWidth - MARGIN) / this.page.width / 2, 0.25);
    this.#set(Math.min(LARGEST, Math.max(least, before * factor)));
    this.fitted = false;
    viewport.scrollLeft = across * this.scale + sheet.offsetLeft - x;
    viewport.scrollTop = down * this.scale + sheet.offsetTop - y;
  }

  /** Move the viewport by shares of its size. */
  pan(x, y) {
    this.viewport.scrollBy(x * this.viewport.clientWidth, y * this.viewport.clientHeight);
  }

  /** Scroll a box of the page into view, if it is not there yet. */
  reveal(box) {
    const { viewport, sheet, scale } = this;
    const axes = [
      ["scrollLeft", sheet.offsetLeft + box.x * scale, box.width * scale, viewport.clientWidth],
      ["scrollTop", sheet.offsetTop + box.y * scale, box.height * scale, viewport.clientHeight],
    ];
    for (const [scroll, start, length, room] of axes) {
      const margin = Math.min(60, room / 4);
      if (start - margin < viewport[scroll] || start + length + margin > viewport[scroll] + room) {
        viewport[scroll] = start + length / 2 - room / 2;
      }
    }
  }

  #set(scale) {
    this.scale = scale;
    this.sheet.style.width = `${this.page.width * scale}px`;
    this.sheet.style.height = `${this.page.height * scale}px`;
    this.sheet.style.setProperty("--scale", scale);
    this.shown.textContent = `${Math.round(scale * 100)} %`;
  }

  #listen() {
    const { viewport } = this;
    const inside = ({ clientX, clientY }) => {
      const { left, top } = viewport.getBoundingClientRect();
      return [clientX - left, clientY - top];
    };
    viewport.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.by(Math.exp(-event.deltaY / 300), ...inside(event));
      },
      { passive: false },
    );
    viewport.addEventListener("dblclick", (event) => this.by(1.6, ...inside(event)));
    viewport.addEventListener("pointerdown", (event) => this.#down(event));
    viewport.addEventListener("pointermove", (event) => this.#move(event, inside));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      viewport.addEventListener(end, (event) => this.#pointers.delete(event.pointerId));
    }
  }

  #down(event) {
    this.dragged = false;
    if (event.button === 0) this.#pointers.set(event.pointerId, event);
  }

  /** One mouse drags the page; two fingers pinch it; one finger scrolls by itself. */
  #move(event, inside) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const other = [...this.#pointers.values()].find(
      (pointer) => pointer.pointerId !== event.pointerId,
    );
    if (other) {
      const gap = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      this.by(gap(event) / Math.max(1, gap(before)), ...inside(other));
    } else if (event.pointerType === "mouse") {
      const [x, y] = [before.clientX - event.clientX, before.clientY - event.clientY];
      if (!this.dragged && Math.hypot(x, y) < 4) return;
      this.dragged = true;
      this.viewport.scrollBy(x, y);
    } else return;
    this.#pointers.set(event.pointerId, event);
  }
}
