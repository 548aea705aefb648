// Dates and outlets that narrow the archive: fields to choose them by, and the words that an answer shows them with.

import { dotted, el } from "./dom.js";

const DATES = ["after", "before", "as_of"];

export class Filters {
  #words;
  #service;
  #changed;
  #chosen = new Set();
  #dates = {};
  #outlets = el("div", { class: "outlets" });
  #asked = false;

  /** @param {() => void} changed called whenever the reader chose something else */
  constructor(service, words, changed) {
    this.#service = service;
    this.#words = words;
    this.#changed = changed;
    for (const name of DATES) this.#dates[name] = el("input", { type: "date", oninput: changed });
    this.element = el(
      "div", { class: "filters", id: "filters", hidden: true },
      el("div", { class: "dates" }, DATES.map((name) => el("label", {}, words.say(name), this.#dates[name]))),
      el("fieldset", {}, el("legend", {}, words.say("outlets")), this.#outlets),
      el("button", { type: "button", class: "quiet", onclick: () => this.set({}) }, words.say("unfilter")),
    );
  }

  /** @returns {import("./types").Filters} only what is set */
  get value() {
    const dates = DATES.map((name) => [name, this.#dates[name].value]).filter(([, day]) => day);
    return { ...Object.fromEntries(dates), ...(this.#chosen.size && { sources: [...this.#chosen] }) };
  }

  /** @param {import("./types").Filters} value */
  set(value) {
    for (const name of DATES) this.#dates[name].value = value[name] ?? "";
    this.#chosen = new Set(value.sources);
    for (const box of this.#outlets.querySelectorAll("input")) box.checked = this.#chosen.has(box.value);
    this.#changed();
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
    if (!this.element.hidden) this.#fetch();
  }

  async #fetch() {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const names = new Set([...this.#chosen, ...(await this.#service.sources())]);
      this.#outlets.replaceChildren(...[...names].map((name) => this.#box(name)));
    } catch {
      this.#asked = false;
      this.#outlets.replaceChildren(this.#words.say("noOutlets"));
    }
  }

  #box(name) {
    const box = el("input", { type: "checkbox", value: name });
    box.checked = this.#chosen.has(name);
    box.addEventListener("change", () => {
      this.#chosen[box.checked ? "add" : "delete"](name);
      this.#changed();
    });
    return el("label", {}, box, el("bdi", {}, name));
  }
}

/** "Only from 1 May 2024 · The Ellery Courier"; nothing where nothing is narrowed. */
export function narrowed(filters, words) {
  const { after, before, as_of, sources = [] } = filters;
  const said = [
    after && words.say("from", { day: words.day(after) }),
    before && words.say("until", { day: words.day(before) }),
    as_of && words.say("known", { day: words.day(as_of) }),
    ...sources,
  ];
  return said.some(Boolean) ? [words.say("only"), " ", ...dotted(...said)] : null;
}
