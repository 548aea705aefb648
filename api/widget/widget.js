// <archive-chat>: ask the archive, and check what it says. Shadow DOM, no dependency, no build step.
// An answer shows nothing that the service has not checked, and each of its sentences leads to its paragraph.
// docs/widget.md tells a page's author what can be set, called, heard and styled.

// The service serves this file and those it imports as one, /widget.js; the languages under /assets/.
import { Card } from "./card.js";
import { el } from "./dom.js";
import { Filters, narrowed } from "./filters.js";
import { Frame } from "./frame.js";
import { SourcePanel } from "./reading.js";
import { Service } from "./service.js";
import { keep, recall } from "./store.js";
import { wordsFor } from "./strings.js";
import { style } from "./style.js";
import { Turn } from "./turn.js";

const BASE = new URL(".", import.meta.url);
const ATTRIBUTES = ["layout", "suggestions", "sources", "after", "before", "as-of", "theme", "lang", "dir", "id"];
const ROOM_FOR_TWO = 54; // em of width in which an answer and its source stand side by side
const REMEMBERED = 6; // turns that a follow-up question sends along

class ArchiveChat extends HTMLElement {
  static observedAttributes = ["lang"];

  #internals = this.attachInternals();
  #strings = {};
  #service = new Service(BASE);
  #kept = [];
  #turns = [];
  #running = null;
  #rendering = 0;
  #parts = null;

  connectedCallback() {
    // A page may have set these before this file came.
    for (const name of ["strings", "filters"]) {
      if (!Object.hasOwn(this, name)) continue;
      const given = this[name];
      delete this[name];
      this[name] = given;
    }
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
      this.#kept = recall(this.#key);
      this.shadowRoot.addEventListener("keydown", (event) => this.#escape(event));
    }
    this.#render();
  }

  disconnectedCallback() {
    this.stop();
    this.#parts?.card.hide();
  }

  attributeChangedCallback() {
    if (this.#parts) this.#ready = this.#render();
  }

  /** Replaces what the widget says; what is missing keeps its words. @param {object} strings */
  set strings(strings) {
    this.#strings = { ...strings };
    if (this.#parts) this.#ready = this.#render();
  }

  get strings() {
    return { ...this.#strings };
  }

  /** What narrows the next question. @param {import("./types").Filters} filters */
  set filters(filters) {
    if (this.#parts) this.#parts.filters.set(filters);
    else this.#given = filters;
  }

  get filters() {
    return this.#parts ? this.#parts.filters.value : this.#initial();
  }

  /** The answers of this tab, oldest first. @returns {import("./types").Answer[]} */
  get answers() {
    return this.#kept.map((turn) => turn.answer);
  }

  /** Whether the side panel is shown; always, inline. */
  get open() {
    return this.#parts?.frame.open ?? false;
  }

  /** Shows the side panel. */
  show() {
    this.#parts?.frame.show();
  }

  /** Hides the side panel. */
  close() {
    this.#parts?.frame.close();
  }

  /**
   * Asks as if the reader had typed it, after stopping what is still being answered.
   * @returns {Promise<import("./types").Answer | null>} null where it failed or was stopped; the widget says why
   */
  async ask(question) {
    await this.#ready;
    return this.#ask(this.#append(new Turn(question, this.filters, this.#parts.around)));
  }

  /** Stops what is being answered. */
  stop() {
    this.#running?.abort();
  }

  /** Forgets the conversation, in the tab's storage too. @returns {Promise<void>} once it can be asked again */
  clear() {
    this.stop();
    this.#turns = [];
    this.#save();
    return (this.#ready = this.#render());
  }

  #given = null;
  #settled = () => {};
  #ready = new Promise((resolve) => (this.#settled = resolve));

  get #key() {
    const place = this.id || [...document.querySelectorAll("archive-chat")].indexOf(this);
    return `archive-chat ${BASE.origin} ${place}`;
  }

  #initial() {
    if (this.#given) return this.#given;
    const sources = listed(this.getAttribute("sources"));
    const dates = ["after", "before", "as-of"].map((name) => [name.replace("-", "_"), this.getAttribute(name)]);
    return { ...Object.fromEntries(dates.filter(([, day]) => day)), ...(sources.length && { sources }) };
  }

  // Everything anew: the language changed, or the strings. A question that is being answered is stopped.
  async #render() {
    const rendering = (this.#rendering += 1);
    const words = await wordsFor(this.closest("[lang]")?.lang || navigator.language, this.#strings);
    if (rendering !== this.#rendering || !this.isConnected) return;
    this.stop();
    const filters = this.filters;
    const open = this.#parts?.frame.layered && this.open;
    this.#parts?.card.hide();
    this.#parts = this.#build(words);
    this.shadowRoot.replaceChildren(...this.#parts.frame.elements);
    this.#parts.filters.set(filters);
    this.#turns = [];
    this.#kept = this.#kept.filter((kept) => this.#restore(kept));
    if (open) this.#parts.frame.show();
    this.#settled();
  }

  // The storage is the page's too, and may hold what an older widget left there.
  #restore({ question, filters, answer }) {
    try {
      const turn = new Turn(question, filters ?? {}, this.#parts.around);
      turn.take("answer", answer);
      this.#append(turn);
      return true;
    } catch {
      return false;
    }
  }

  // In the order in which they stand, whichever was answered first.
  #save() {
    this.#kept = answered(this.#turns).map(({ question, filters, answer }) => ({ question, filters, answer }));
    keep(this.#key, this.#kept);
  }

  #build(words) {
    const service = this.#service;
    const tell = (name, detail) => this.dispatchEvent(new CustomEvent(`archive-${name}`, { detail, bubbles: true, composed: true }));
    const filters = new Filters(service, words, () => this.#showFilters());
    const card = new Card(service, words);
    const source = new SourcePanel(service, words);
    const spoken = el("p", { class: "unseen", role: "status", "aria-live": "polite" });
    const question = el("textarea", {
      id: "question", rows: 1, placeholder: words.say("placeholder"), autocomplete: "off",
      onkeydown: (event) => this.#enter(event), oninput: () => grow(question),
    });
    const button = el("button", { type: "submit", part: "button", class: "ask" }, words.say("ask"));
    const filtering = el(
      "button",
      { type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": "filters", onclick: () => this.#toggleFilters() },
      words.say("filters"),
    );
    const only = el("span", { class: "only" });
    const clear = el("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.#begin() }, words.say("clear"));
    const form = el(
      "form", { part: "form", onsubmit: (event) => this.#submit(event) },
      filters.element,
      el("div", { class: "box" }, el("label", { class: "unseen", for: "question" }, words.say("question")), question, button),
      el("div", { class: "under" }, filtering, only, clear),
    );
    const start = this.#start(words);
    const turns = el("div", { part: "turns", class: "turns" }, start);
    const talk = el("div", { class: "talk" }, turns, form);
    const room = el("div", { class: "room" }, talk, source.element, card.element, spoken);
    const frame = new Frame(this.getAttribute("layout"), room, words, question, (open) => tell(open ? "open" : "close", null));
    const around = {
      words, service, card,
      again: (turn) => this.#again(turn),
      edit: (turn) => this.#edit(turn),
      open: (turn, citation, from) => this.#open(turn, citation, from),
      announce: (said) => (spoken.textContent = said),
      rate: (id, rating, comment) => this.#rate(id, rating, comment),
    };
    return { words, filters, filtering, only, clear, card, source, question, button, form, start, turns, room, frame, around, tell };
  }

  #start(words) {
    const suggestions = listed(this.getAttribute("suggestions")).map((question) =>
      el("li", {}, el("button", { type: "button", class: "suggestion", dir: "auto", onclick: () => this.#choose(question) }, question)),
    );
    return el(
      "div", { class: "start", part: "start" },
      el("p", { class: "promise" }, words.say("promise")),
      suggestions.length > 0 && [el("h2", {}, words.say("suggestions")), el("ul", {}, suggestions)],
    );
  }

  // What was clicked goes, and the keyboard with it to the question.
  #choose(question) {
    const turn = this.#append(new Turn(question, this.filters, this.#parts.around));
    turn.element.focus({ preventScroll: true });
    this.#ask(turn);
  }

  #append(turn) {
    const { turns, start, clear } = this.#parts;
    start.remove();
    clear.hidden = false;
    turns.append(turn.element);
    this.#turns.push(turn);
    return turn;
  }

  async #ask(turn) {
    const { turns, button, words, around, tell } = this.#parts;
    const { question, filters } = turn;
    const history = this.#before(turn);
    this.stop();
    const running = (this.#running = new AbortController());
    reveal(this.getAttribute("layout"), turns, turn.element);
    const place = [turns.scrollTop, window.scrollY];
    button.textContent = words.say("stop");
    tell("ask", { question, filters });
    try {
      for await (const { kind, data } of this.#service.ask({ question, history, ...filters }, running.signal)) turn.take(kind, data);
      this.#save();
      tell("answer", { answer: turn.answer });
    } catch (error) {
      turn.fail(error, running.signal.aborted);
      if (!running.signal.aborted) tell("error", { question, message: turn.spoken });
    }
    around.announce(turn.spoken);
    // The answer has grown, and can now be shown from its beginning; but whoever reads elsewhere is left in peace.
    if (String(place) === String([turns.scrollTop, window.scrollY]) && !turn.element.nextSibling) reveal(this.getAttribute("layout"), turns, turn.element);
    if (this.#running === running) {
      this.#running = null;
      button.textContent = words.say("ask");
    }
    return turn.answer;
  }

  // Only what stands before a question goes along with it.
  #before(turn) {
    return answered(this.#turns.slice(0, this.#turns.indexOf(turn))).slice(-REMEMBERED).flatMap(({ question, answer }) => [
      { role: "user", content: question },
      { role: "assistant", content: [...answer.text].slice(0, 20_000).join("") },
    ]);
  }

  #again(turn) {
    const anew = new Turn(turn.question, turn.filters, this.#parts.around);
    this.#turns[this.#turns.indexOf(turn)] = anew;
    turn.element.replaceWith(anew.element);
    anew.element.focus({ preventScroll: true });
    this.#ask(anew);
  }

  #edit(turn) {
    const { question, filters } = this.#parts;
    question.value = turn.question;
    filters.set(turn.filters);
    grow(question);
    question.focus();
  }

  #open(turn, citation, from) {
    const { source, card, room, frame } = this.#parts;
    if (!this.dispatchEvent(new CustomEvent("archive-citation", { detail: { citation }, bubbles: true, composed: true, cancelable: true }))) return;
    const beside = !frame.layered && room.clientWidth >= ROOM_FOR_TWO * parseFloat(getComputedStyle(room).fontSize);
    const closed = () => {
      this.#beside(false);
      turn.choose([]);
      if (from.isConnected) from.focus({ preventScroll: true });
      card.hide();
    };
    source.show(citation, { beside, closed });
    this.#beside(beside);
    source.fit(room.getBoundingClientRect().top);
    turn.choose([String(citation.number)]);
    from.scrollIntoView({ block: "nearest" });
  }

  // A page may move its own things along: archive-chat:state(reading).
  #beside(beside) {
    this.#parts.room.classList.toggle("reading", beside);
    this.#internals.states[beside ? "add" : "delete"]("reading");
  }

  async #rate(id, rating, comment) {
    await this.#service.rate(id, rating, comment);
    this.#parts.tell("feedback", { answer_id: id, rating, comment });
  }

  #begin() {
    this.clear().then(() => this.#parts.question.focus());
  }

  #submit(event) {
    event.preventDefault();
    if (this.#running) return this.stop();
    const { question } = this.#parts;
    const asked = question.value.trim();
    question.value = "";
    grow(question);
    if (asked) this.ask(asked);
    else question.focus();
  }

  #enter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#running) this.#parts.form.requestSubmit();
  }

  // The innermost thing that is open closes: the card, the source, the panel.
  #escape(event) {
    if (event.key !== "Escape") return;
    const { card, source, frame } = this.#parts;
    if (card.shown) card.hide();
    else if (source.open) source.close();
    else if (frame.layered && frame.open) frame.close();
    else return;
    event.preventDefault();
  }

  #toggleFilters() {
    const { filters, filtering } = this.#parts;
    filters.toggle();
    filtering.setAttribute("aria-expanded", String(!filters.element.hidden));
  }

  #showFilters() {
    if (!this.#parts) return;
    const { filters, only, words } = this.#parts;
    only.replaceChildren(...(narrowed(filters.value, words) ?? []));
  }
}

// The page around a widget stays where it is, unless the widget is what the page is for.
function reveal(layout, turns, turn) {
  if (layout === "page") turn.scrollIntoView({ block: "start" });
  else turns.scrollTop = turn.offsetTop - turns.offsetTop;
}

function answered(turns) {
  return turns.filter(({ answer }) => answer);
}

function grow(textarea) {
  textarea.style.height = "auto";
  textarea.style.height = `${textarea.scrollHeight}px`;
}

function listed(value) {
  return (value ?? "").split("|").map((item) => item.trim()).filter(Boolean);
}

// <script type="module" src="…/widget.js" data-layout="button"> alone puts a widget in its place.
function placeFromScripts() {
  for (const script of document.querySelectorAll("script[data-layout]")) {
    if (script.src !== import.meta.url) continue;
    const given = ATTRIBUTES.filter((name) => script.hasAttribute(`data-${name}`));
    const chat = el("archive-chat", Object.fromEntries(given.map((name) => [name, script.getAttribute(`data-${name}`)])));
    if (document.head.contains(script)) document.body.append(chat);
    else script.after(chat);
  }
}

if (!customElements.get("archive-chat")) {
  customElements.define("archive-chat", ArchiveChat);
  placeFromScripts();
}
