// The keys: what they do, and the help that lists them, from one table.

import { el } from "./dom.js";

const OWN = [
  ["↑ ↓", "the number before, the next"],
  ["← →", "into the digits of the number and along them; in the grid, along the crops"],
  ["0 … 9", "type the number anew; on a digit or crops, make them that digit"],
  ["Space", "by digit: choose the crop; with Shift and the arrows: a range; Ctrl A: all"],
  ["Shift ↑ ↓ ← →", "page: move the scan (also by dragging it)"],
  ["Ctrl wheel", "page: larger and smaller (also a double click or two fingers)"],
  ["Esc", "leave what is being typed, choose no crops"],
];

/** Single keys and what they do; `app.command` finds more than the app itself. */
export function bindings(app, commands) {
  return [
    ["Enter", "right as it stands: accept, and go to the next for review", () => app.confirm()],
    ["n", "next for review", () => app.next()],
    ["b", "back to the one before for review", () => app.next(-1)],
    ["a", "accept as right and stay", () => app.accept()],
    ["x", "no number; on a digit or crops, no digit (also Delete)", () => app.none()],
    ["u", "undo (also Ctrl Z)", () => app.undo()],
    ["r", "do again what was undone (also Ctrl Y)", () => app.redo()],
    ["s", "save corrections.csv", commands.save],
    ["o", "overview", () => commands.show("overview")],
    ["p", "the number on its page", () => commands.show("page")],
    ["t", "the number in the table", () => commands.show("numbers")],
    ["d", "by digit", () => commands.show("digits")],
    ["[", "the page or digit before", () => app.view.turn?.(-1)],
    ["]", "the next page or digit", () => app.view.turn?.(1)],
    ["+", "larger", () => app.view.zoom?.by(1.25)],
    ["-", "smaller", () => app.view.zoom?.by(0.8)],
    ["f", "page: as wide as the window", () => app.view.zoom?.fit()],
    ["h", "page: hide what was read, show it again", () => app.view.hide?.()],
    ["/", "filter", commands.filter],
    ["?", "these keys", commands.help],
  ];
}

const ALIASES = { Delete: "x", Backspace: "x", "=": "+" };
const PANS = {
  ArrowUp: [0, -0.25],
  ArrowDown: [0, 0.25],
  ArrowLeft: [-0.25, 0],
  ArrowRight: [0.25, 0],
};

/** Is something typed here that keys must leave alone? The number's own field takes digits only. */
function isTyped(target) {
  return target.matches("input:not(#field):not([type=checkbox]), select, textarea");
}

/** Listen for keys on the whole document. */
export function listen(app, table) {
  const acts = new Map(table.map(([key, , act]) => [key, act]));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const { target, key } = event;
    if (isTyped(target)) {
      if (key === "Escape" && !target.value) app.view.focus();
      return;
    }
    if (isStep(event)) {
      if (target.id === "field" && target.value !== target.defaultValue) return;
      if (key.toLowerCase() === "y" || event.shiftKey) app.redo();
      else app.undo();
    } else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (!press(app, acts, event)) return;
    event.preventDefault();
  });
}

function isStep({ ctrlKey, metaKey, key }) {
  return (ctrlKey || metaKey) && ["z", "y"].includes(key.toLowerCase());
}

/** Do what a key without Ctrl says; false leaves it to the browser. */
function press(app, acts, { key, target, shiftKey }) {
  const inField = target.id === "field";
  if (/^[0-9]$/.test(key)) return !inField && type(app, key);
  if (shiftKey && PANS[key] && app.view.zoom && !inField) {
    app.view.zoom.pan(...PANS[key]);
    return true;
  }
  if (key === "Enter") {
    if (!target.matches("[data-number], .digit, [role=gridcell], body, main")) return false;
    acts.get(key)();
    return true;
  }
  if (inField && (key === "Delete" || key === "Backspace")) return false;
  const act = acts.get(ALIASES[key] ?? key);
  if (!act || (key.length === 1 && !app.store.singleKeys)) return false;
  act();
  return true;
}

/** A digit typed outside the field. */
function type(app, digit) {
  if (!app.inspector.hasFocus && app.view.type?.(digit)) return true;
  if (!app.number || !app.view.go) return false;
  if (app.position === 0) app.inspector.type(digit);
  else {
    const { position, selected } = app;
    app.redigit([[selected, position]], digit);
    app.enter(Math.min(position + 1, app.number.digits.length));
  }
  return true;
}

/** The help: a list of all keys. */
export function help(table) {
  const line = ([key, what]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, what));
  return el("dl", { class: "keys" }, ...[...OWN, ...table].map(line));
}
