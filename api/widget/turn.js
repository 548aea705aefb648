// One question and what becomes of it, as it comes in. A turn holds its own sources: no other turn can reach them.

import { disagreementsView, laterView, understoodView } from "./beside.js";
import { dotted, el, english } from "./dom.js";
import { thumbs } from "./feedback.js";
import { narrowed } from "./filters.js";
import { asText } from "./plain.js";
import { refusalView, why } from "./refusal.js";
import { Problem } from "./service.js";
import { about, titled } from "./standing.js";
import { Interrupted } from "./stream.js";

const SAID_FOR = 4000; // ms
const STAGES = ["retrieve", "rerank", "read", "verify", "reconnect"];

/**
 * What a turn may ask of the widget around it.
 * @typedef {object} Around
 * @property {import("./strings.js").Words} words
 * @property {import("./service.js").Service} service
 * @property {import("./card.js").Card} card
 * @property {(turn: Turn) => void} again
 * @property {(turn: Turn) => void} edit
 * @property {(turn: Turn, citation: import("./types").Citation, from: HTMLElement) => void} open
 * @property {(said: string) => void} announce
 * @property {(id: string, rating: string, comment: string) => Promise<void>} rate
 */

export class Turn {
  /** @type {import("./types").Answer | null} */
  answer = null;
  /** What is said aloud once the turn is finished. */
  spoken = "";
  #around;
  #chosen = [];
  #cited = new Set();
  #stated = [];
  #told = 0; // of those, by the connection that we have now
  #understood = el("div");
  #says = el("p", { class: "says", part: "answer", dir: "auto" });
  #status = el("p", { class: "status" });
  #sources = el("ol", { class: "sources", part: "sources" });
  #below = el("div");

  /** @param {string} question @param {import("./types").Filters} filters @param {Around} around */
  constructor(question, filters, around) {
    this.question = question;
    this.filters = filters;
    this.#around = around;
    const only = narrowed(filters, around.words);
    this.#status.textContent = around.words.say("retrieve");
    this.body = el("div", { class: "answer", "aria-busy": "true" }, this.#understood, this.#says, this.#status, this.#sources, this.#below);
    this.element = el(
      "article",
      { part: "turn", class: "turn", tabindex: -1, onpointerover: this.#trace, onfocusin: this.#trace, onpointerleave: this.#rest, onfocusout: this.#rest },
      el("h2", { dir: "auto" }, question),
      only && el("p", { class: "only" }, only),
      this.body,
    );
    this.#says.addEventListener("click", (event) => {
      const numbers = cites(event.target) ?? [];
      if (!event.target.closest("button")) this.choose(String(numbers) === String(this.#chosen) ? [] : numbers);
    });
  }

  /** Show one event of the stream. */
  take(kind, data) {
    const { words } = this.#around;
    if (kind === "status" && STAGES.includes(data.stage)) this.#status.textContent = words.say(data.stage);
    else if (kind === "passages") this.#status.textContent = words.say("reading", { count: data.passages.length });
    else if (kind === "statement") this.#state(data.statement, data.citations);
    else if (kind === "reconnect") this.#reconnect();
    else if (kind === "answer") this.#finish(data);
  }

  /** Say why there is no answer, or not all of it, and what to do. */
  fail(error, stopped) {
    const { words, again } = this.#around;
    const said = words.say(stopped ? "stopped" : failure(error));
    const more = this.#stated.length > 0 && !stopped && ` ${words.say("partial")}`;
    const told = error instanceof Problem && error.message;
    const retry = el("button", { type: "button", onclick: () => again(this) }, words.say("again"));
    this.#settle(el("div", { class: stopped ? "note" : "note failed", part: "error" }, el("p", {}, said, more, told && [" ", english(told)]), retry));
    this.spoken = told ? `${said} ${told}` : said;
  }

  /** Light up these citations and their sentences until others are chosen. */
  choose(numbers) {
    this.#chosen = numbers;
    this.#light(numbers);
  }

  // What is told once more is left where it stands: somebody may be reading it, with the keyboard on it.
  #reconnect() {
    this.#told = 0;
    this.#status.textContent = this.#around.words.say("reconnect");
  }

  #restart() {
    this.#says.replaceChildren();
    this.#sources.replaceChildren();
    this.#cited.clear();
    this.#stated = [];
    this.#told = 0;
  }

  #finish(answer) {
    const { words, service, open } = this.#around;
    this.answer = answer;
    // What was shown is the answer already, and somebody may be reading it with the keyboard: it is left alone.
    const stated = answer.statements.map((statement) => keyed(statement, used(statement, answer.citations)));
    if (String(stated) !== String(this.#stated)) {
      this.#restart();
      for (const statement of answer.statements) this.#state(statement, answer.citations);
    }
    this.#understood.replaceChildren(...[understoodView(answer, words)].filter(Boolean));
    if (answer.answered) this.spoken = words.say("answered", { count: answer.citations.length, text: answer.text });
    else this.spoken = words.say("notAnswered", { text: Object.values(why(answer.refusal, words)).filter(Boolean).join(" ") });
    this.#settle(
      answer.reader === "llm" && answer.reader_note && el("p", { class: "note" }, words.say("partial")),
      answer.answered ? null : refusalView(answer.refusal, words, service.base),
      ...disagreementsView(answer, words, (citation, from) => open(this, citation, from)),
      laterView(answer, words, service.base),
      this.#actions(answer),
    );
  }

  #settle(...content) {
    this.#status.remove();
    this.body.setAttribute("aria-busy", "false");
    this.#below.replaceChildren(...content.filter(Boolean));
  }

  #state(statement, citations) {
    const mine = used(statement, citations);
    const said = keyed(statement, mine);
    if (this.#stated[this.#told] !== said && this.#told < this.#stated.length) this.#restart();
    this.#told += 1;
    if (this.#stated[this.#told - 1] === said) return;
    this.#stated.push(said);
    for (const citation of mine) this.#cite(citation);
    const marks = mine.map((citation) => this.#mark(citation));
    const text = el("bdi", { class: "statement", "data-cites": statement.citations.join(" ") }, statement.text);
    const { words } = this.#around;
    const reports = words.say("reports", { count: statement.reports ?? 1 });
    const whole = [text, el("span", { class: "marks" }, marks)];
    this.#says.append(...(statement.item ? [el("span", { class: "item" }, whole)] : whole), " ");
    if (statement.reports > 1) this.#says.append(el("span", { class: "reports" }, reports), " ");
  }

  #mark(citation) {
    const { words, card, open } = this.#around;
    const { number, paragraph } = citation;
    const label = words.say("marker", { number, paragraph, title: isolated(titled(citation)) });
    const mark = el(
      "button", { type: "button", class: "mark", part: "citation", "data-cites": number, "aria-label": label },
      el("span", {}, String(number)),
    );
    card.attach(mark, citation, () => open(this, citation, mark));
    return mark;
  }

  #cite(citation) {
    if (this.#cited.has(citation.number)) return;
    this.#cited.add(citation.number);
    const { words, open } = this.#around;
    const { number, paragraph } = citation;
    const entry = el(
      "button",
      { type: "button", class: "entry", "data-cites": number, onclick: () => open(this, citation, entry) },
      el("span", { class: "number" }, String(number)),
      el("span", { class: "title", dir: "auto" }, titled(citation)),
      el("span", { class: "about" }, dotted(...about(citation, words, words.say("paragraph", { number: paragraph })))),
    );
    this.#sources.append(el("li", {}, entry));
  }

  #actions(answer) {
    const { words, again, edit, announce, rate, service } = this.#around;
    const act = (key, onclick) => el("button", { type: "button", class: "quiet", onclick }, words.say(key));
    const copy = act("copy", async () => {
      const key = await navigator.clipboard.writeText(asText(answer, words, service.base)).then(
        () => "copied",
        () => "notCopied",
      );
      copy.textContent = words.say(key);
      setTimeout(() => (copy.textContent = words.say("copy")), SAID_FOR);
      announce(words.say(key));
    });
    const [row, below] = thumbs((rating, comment) => rate(answer.id, rating, comment), words, announce);
    return el(
      "div", { class: "actions", part: "actions" },
      answer.answered && navigator.clipboard && copy, act("again", () => again(this)), act("edit", () => edit(this)), row, below,
    );
  }

  #trace = (event) => this.#light(cites(event.target) ?? this.#chosen);

  #rest = () => this.#light(this.#chosen);

  #light(numbers) {
    for (const tied of this.body.querySelectorAll("[data-cites]"))
      tied.classList.toggle("lit", cites(tied).some((number) => numbers.includes(number)));
  }
}

// What a reader can do about it: the name of a string.
function failure(error) {
  if (error instanceof Problem) {
    if ([401, 403].includes(error.status)) return "denied";
    return error.status < 500 && error.status !== 429 ? "unusable" : "busy";
  }
  if (navigator.onLine === false) return "offline";
  return error instanceof Interrupted ? "broken" : "unreachable";
}

function cites(element) {
  return element.closest("[data-cites]")?.dataset.cites.split(" ") ?? null;
}

function used(statement, citations) {
  return citations.filter((citation) => statement.citations.includes(citation.number));
}

// By which a statement is known to be the one that is shown already.
function keyed(statement, citations) {
  return JSON.stringify([statement, citations]);
}

// In a label there are no elements to isolate a title's direction of writing: characters do it.
function isolated(text) {
  return `\u2068${text}\u2069`;
}
