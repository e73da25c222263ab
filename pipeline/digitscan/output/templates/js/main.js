// The page begins here: data, views, header, keys, and the address that says which view is shown.

import { App } from "./app.js";
import { corrections } from "./csv.js";
import { openRun } from "./data.js";
import { count, el } from "./dom.js";
import { DigitsView } from "./grid.js";
import { Inspector } from "./inspector.js";
import { bindings, help, listen } from "./keys.js";
import { NumbersView } from "./numbers.js";
import { OverviewView } from "./overview.js";
import { PageView } from "./scan.js";
import { Store } from "./store.js";

const byId = (id) => document.getElementById(id);
const MAKERS = { overview: OverviewView, page: PageView, numbers: NumbersView, digits: DigitsView };

const run = openRun(JSON.parse(byId("data").textContent));
const store = new Store(run, () => localStorage);
const app = new App(run, store);
app.inspector = new Inspector(app);
app.goTo = go;

/** Show what the address names: "#page/3/17", "#numbers?state=open", "#digits/7". */
function route() {
  const [, name, rest] = /^#?([a-z]*)[/?]?(.*)$/.exec(location.hash) ?? [];
  if (name === "main") return;
  const wanted = name in MAKERS ? name : "overview";
  app.views[wanted] ??= new MAKERS[wanted](app);
  const view = app.views[wanted];
  const changed = view !== app.view;
  app.view = view;
  if (changed) {
    document.body.dataset.view = wanted;
    const beside = view.go ? [app.inspector.root] : [];
    byId("main").replaceChildren(view.root, ...beside);
    app.inspector.beside(wanted === "page" ? view.list.root : null);
    for (const link of document.querySelectorAll("[data-view]")) {
      if (link.dataset.view === wanted) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
  view.show(rest ?? "");
  if (changed && view.go) app.inspector.show();
  if (moved) view.focus();
  moved = true;
}
let moved = false;

/** Go where an address says, at once: keys that follow belong there. */
function go(address) {
  if (location.hash !== address) history.pushState(null, "", address);
  route();
}

function show(name) {
  const { number } = app;
  if (name === "page" && number) go(`#page/${number.page + 1}/${number.number}`);
  else if (name === "digits" && number && app.position)
    go(`#digits/${number.digits[app.position - 1].digit}`);
  else go(`#${name}`);
}

function showProgress() {
  const { all, done } = app.progress();
  const bar = byId("progress");
  bar.max = Math.max(1, all);
  bar.value = all ? done : 1;
  byId("progress-text").replaceChildren(
    ...(all
      ? [
          `${done.toLocaleString("en")} of ${all.toLocaleString("en")}`,
          el("span", { class: "wide" }, " reviewed"),
        ]
      : ["nothing for review"]),
  );
  byId("undo").disabled = !app.edits.canUndo;
  if (store.failed)
    warn(
      "This browser keeps nothing for this page: save the corrections before you close the tab.",
    );
}

function warn(text) {
  const warning = byId("warning");
  if (warning.textContent === text) return;
  warning.textContent = text;
  warning.hidden = false;
}

function askToSave() {
  const entries = app.edits.entries();
  const accepted = entries.filter(([, edit]) => edit.accepted).length;
  byId("saving-what").textContent = entries.length
    ? `${count(entries.length - accepted, "number")} corrected, ${accepted.toLocaleString("en")} accepted.`
    : "Nothing is corrected or accepted yet.";
  byId("saving-how").textContent =
    `digitscan apply ${run.results} corrections.csv --out corrected.csv`;
  byId("who").value = store.who;
  byId("saving").showModal();
  byId("who").focus();
}

function download() {
  const text = corrections(run, app.edits, store.who);
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "corrections.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function filter() {
  go("#numbers");
  document.querySelector(".filter input").focus();
}

const table = bindings(app, {
  show,
  filter,
  save: askToSave,
  help: () => byId("helping").showModal(),
});
listen(app, table);
byId("keys").append(help(table));
byId("next").addEventListener("click", () => app.next());
byId("undo").addEventListener("click", () => app.undo());
byId("save").addEventListener("click", askToSave);
byId("help").addEventListener("click", () => byId("helping").showModal());
byId("single-keys").checked = store.singleKeys;
byId("single-keys").addEventListener(
  "change",
  (event) => (store.singleKeys = event.target.checked),
);
byId("cancel").addEventListener("click", () => byId("saving").close());
byId("saving").addEventListener("submit", () => {
  store.who = byId("who").value.trim();
  download();
});

app.edits.onChange((indices) => {
  app.view?.edited(indices);
  app.inspector.edited(indices);
  if (indices !== null) store.keep(app.edits);
  showProgress();
});
addEventListener("missing", () => {
  warn(
    "Pictures of this report are missing: the folder that was written beside it must stay beside it.",
  );
});
addEventListener("storage", (event) => {
  if (event.key === store.key) app.edits.load(store.edits());
});
addEventListener("beforeunload", (event) => {
  if (store.failed && app.edits.size) event.preventDefault();
});
addEventListener("hashchange", route);
showProgress();
route();
performance.mark("digitscan-shown");
