// Edits in the browser's storage, so that closing the tab loses nothing.

const WHO = "digitscan:who";
const KEYS = "digitscan:single-keys";

function isEdit(edit) {
  return Boolean(edit) && (edit.accepted || "text" in edit || "digits" in edit);
}

/** What was kept, or nothing where it is damaged. */
function parsed(kept) {
  try {
    return Object.entries(JSON.parse(kept) ?? {});
  } catch {
    return [];
  }
}

/** The storage of one run. Where the browser keeps nothing, `failed` says so. */
export class Store {
  failed = false;

  constructor(run, storage) {
    this.run = run;
    this.storage = storage;
    this.key = `digitscan:run:${run.id}`;
  }

  /** Edits kept for this run as [index, edit]; what does not fit its numbers is left out. */
  edits() {
    const known = new Map(this.run.numbers.map((number) => [this.#name(number), number.index]));
    return parsed(this.#read(this.key))
      .filter(([name, edit]) => known.has(name) && isEdit(edit))
      .map(([name, edit]) => [known.get(name), edit]);
  }

  keep(edits) {
    const named = edits
      .entries()
      .map(([index, edit]) => [this.#name(this.run.numbers[index]), edit]);
    this.#write(this.key, JSON.stringify(Object.fromEntries(named)));
  }

  get who() {
    return this.#read(WHO) ?? "";
  }

  set who(name) {
    this.#write(WHO, name);
  }

  get singleKeys() {
    return this.#read(KEYS) !== "off";
  }

  set singleKeys(on) {
    this.#write(KEYS, on ? "on" : "off");
  }

  #name(number) {
    const { file, page } = this.run.pages[number.page];
    return `${file}\t${page}\t${number.number}`;
  }

  // Reading and writing both throw where the browser forbids storage or it is full.
  #read(key) {
    try {
      return this.storage().getItem(key);
    } catch {
      this.failed = true;
      return null;
    }
  }

  #write(key, text) {
    try {
      this.storage().setItem(key, text);
    } catch {
      this.failed = true;
    }
  }
}
