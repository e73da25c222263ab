// The view of the whole run: how much was read, how sure it is, what was slow and what failed.

import { chart, legend, section, table } from "./charts.js";
import { count, el, percent } from "./dom.js";
import { nameOf } from "./data.js";

const STEPS = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0001];
const SLOWEST = 8;

export class OverviewView {
  constructor(app) {
    this.app = app;
    this.root = el("section", { class: "view overview", "aria-label": "Overview" });
  }

  show() {
    this.edited();
  }

  chosen() {}

  focus() {
    document.getElementById("main").focus();
  }

  edited() {
    const { run } = this.app;
    const inside = this.root.contains(document.activeElement);
    const parts = [this.#figures(), this.#histogram(), this.#classes()];
    if (run.failures.length) parts.push(this.#failures());
    parts.push(this.#slowest(), this.#settings());
    this.root.replaceChildren(...parts.filter(Boolean));
    if (inside) this.focus();
  }

  #figures() {
    const { run, edits } = this.app;
    const review = this.app.reviews.length;
    const { done } = this.app.progress();
    const entries = edits.entries();
    const corrected = entries.filter(([, edit]) => !edit.accepted).length;
    const figure = (value, label, more, href, kind = "") =>
      el(
        "li",
        { class: kind },
        el(
          href ? "a" : "div",
          href ? { href } : {},
          el("b", {}, value.toLocaleString("en")),
          el("span", {}, label),
          more ? el("small", {}, more) : null,
        ),
      );
    const sure = run.numbers.length - review;
    const share = (part) => (run.numbers.length ? percent(part / run.numbers.length, 1) : "");
    const list = el("ul", { class: "figures" });
    list.append(
      figure(run.pages.length, run.pages.length === 1 ? "page" : "pages", files(run), "#page/1"),
      figure(run.numbers.length, "numbers", count(run.digits.length, "digit"), "#numbers?state="),
      figure(sure, "accepted", share(sure), "#numbers?state=sure", "sure"),
      figure(review, "for review", share(review), "#numbers?state=review", "review"),
      figure(
        review - done,
        "still to do",
        `${done.toLocaleString("en")} done`,
        "#numbers?state=open",
        "review",
      ),
      figure(
        corrected,
        "corrected",
        `${(entries.length - corrected).toLocaleString("en")} accepted by you`,
        "#numbers?state=corrected",
        "corrected",
      ),
    );
    if (run.unread) list.append(figure(run.unread, "unread cells", "ink, no digit found"));
    if (run.failures.length)
      list.append(figure(run.failures.length, "failed", "listed below", null, "failed"));
    return section("What was read", list);
  }

  #histogram() {
    const { numbers } = this.app.run;
    const bins = STEPS.slice(0, -1).map((low, at) => ({
      low,
      high: STEPS[at + 1],
      sure: 0,
      review: 0,
    }));
    for (const number of numbers) {
      const bin = bins.findLast(({ low }) => number.confidence >= low);
      bin[number.review ? "review" : "sure"] += 1;
    }
    const shown = (edge) => `${Math.round(edge * 1000) / 10}`;
    const bars = bins.map(({ low, high, sure, review }) => ({
      label: shown(low),
      title: `${shown(low)} to ${shown(Math.min(high, 1))} %: ${sure} accepted, ${review} for review`,
      href: `#numbers?low=${shown(low)}&high=${high > 1 ? "" : shown(high)}&sort=confidence`,
      parts: [
        [sure, "sure"],
        [review, "review"],
      ],
    }));
    return section(
      "Confidence of the numbers",
      legend([
        ["sure", "accepted"],
        ["review", "for review"],
      ]),
      chart(bars, "Numbers by confidence"),
      el("p", { class: "quiet axis" }, "Confidence from, in %. Choose a bar to see its numbers."),
    );
  }

  #classes() {
    const { run } = this.app;
    const bars = Array.from({ length: 10 }, (_, digit) => ({ digit, sure: 0, weak: 0 }));
    for (const digit of run.digits) {
      const bar = bars[Number(digit.digit)];
      if (bar) bar[digit.confidence < 0.9 ? "weak" : "sure"] += 1;
    }
    return section(
      "Digits",
      legend([
        ["sure", "at least 90 % sure"],
        ["review", "less"],
      ]),
      chart(
        bars.map(({ digit, sure, weak }) => ({
          label: String(digit),
          title: `${digit}: ${sure + weak} read, ${weak} of them less than 90 % sure`,
          href: `#digits/${digit}`,
          parts: [
            [sure, "sure"],
            [weak, "review"],
          ],
        })),
        "Digits by class",
      ),
      el("p", { class: "quiet axis" }, "Choose a digit to see all its crops, least certain first."),
    );
  }

  #failures() {
    const rows = this.app.run.failures.map(({ file, page, error, message }) => [
      page ? `${file}, page ${page}` : file,
      error,
      message,
    ]);
    return section("Failed", table(["File", "Error", "What happened and what helps"], rows));
  }

  #slowest() {
    const { run } = this.app;
    const slow = run.pages
      .filter(({ seconds }) => typeof seconds === "number")
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, SLOWEST);
    if (!slow.length) return null;
    const rows = slow.map((page) => [
      el("a", { href: `#page/${page.index + 1}` }, nameOf(run, page.index)),
      `${page.seconds.toFixed(2)} s`,
      count(page.numbers.length, "number"),
    ]);
    return section("Slowest pages", table(["Page", "Time", "Numbers"], rows));
  }

  #settings() {
    const { run } = this.app;
    const facts = {
      results: run.results,
      digitscan: run.version,
      model: run.model,
      run: run.id,
      ...run.settings,
    };
    const list = el("dl", { class: "facts" });
    for (const [name, value] of Object.entries(facts)) {
      if (value === "") continue;
      list.append(
        el(
          "div",
          {},
          el("dt", {}, name),
          el("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value)),
        ),
      );
    }
    return section("Settings", list);
  }
}

function files(run) {
  return `of ${count(new Set(run.pages.map(({ file }) => file)).size, "file")}`;
}
