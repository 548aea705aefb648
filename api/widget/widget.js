// <archive-chat>: ask the archive, and check what it says. Shadow DOM, no dependency, no build step.
// An answer shows nothing that the service has not checked, and each of its sentences links to its paragraph.

// The service serves this file at /widget.js and those beside it under /assets/.
import { day, el, webUrl } from "./assets/dom.js";
import { ask, Interrupted, Problem, rate } from "./assets/stream.js";
import { style } from "./assets/style.js";

const BASE = new URL(".", import.meta.url);
const KEPT = "archive-chat";
const STAGES = {
  retrieve: "Searching the archive",
  rerank: "Weighing what was found",
  read: "Reading",
  verify: "Checking each sentence against its source",
};

class ArchiveChat extends HTMLElement {
  #running = null;
  #kept = [];
  #turns = el("div", { part: "turns", class: "turns" });
  #spoken = el("p", { class: "unseen", role: "status", "aria-live": "polite" });
  #question = el("textarea", {
    id: "question", rows: 1, placeholder: "Ask a question",
    autocomplete: "off", onkeydown: (event) => this.#key(event), oninput: () => this.#grow(),
  });
  #button = el("button", { type: "submit", part: "button", class: "ask" }, "Ask");
  #form = el(
    "form", { part: "form", onsubmit: (event) => this.#submit(event) },
    el("label", { class: "unseen", for: "question" }, "Your question"), this.#question, this.#button,
  );

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    root.append(this.#turns, this.#form, this.#spoken);
    this.#recall();
  }

  disconnectedCallback() {
    this.#running?.abort();
  }

  /** Ask as if the reader had typed it. */
  async ask(question) {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const turn = new Turn(question, (again) => this.ask(again));
    this.#turns.append(turn.element);
    turn.element.scrollIntoView();
    const place = window.scrollY;
    this.#button.textContent = "Stop";
    try {
      for await (const { kind, data } of ask(BASE, question, running.signal)) turn.take(kind, data);
      this.#keep(turn.answer);
    } catch (error) {
      turn.fail(error, running.signal.aborted);
    }
    this.#spoken.textContent = turn.spoken;
    // The page has grown and can now show the whole answer; but whoever reads elsewhere is left in peace.
    if (window.scrollY === place && !turn.element.nextSibling) turn.element.scrollIntoView();
    if (this.#running === running) {
      this.#running = null;
      this.#button.textContent = "Ask";
    }
  }

  #submit(event) {
    event.preventDefault();
    if (this.#running) return this.#running.abort();
    const question = this.#question.value.trim();
    this.#question.value = "";
    this.#grow();
    if (question) this.ask(question);
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#running) this.#form.requestSubmit();
  }

  #grow() {
    this.#question.style.height = "auto";
    this.#question.style.height = `${this.#question.scrollHeight}px`;
  }

  // Kept in this tab, so that the way back from an article leads to the answer one came from.
  #keep(answer) {
    this.#kept = [...this.#kept, answer].slice(-20);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(this.#kept));
    } catch {
      // Storage may be full or forbidden; the answer stands on the page all the same.
    }
  }

  #recall() {
    try {
      this.#kept = JSON.parse(sessionStorage.getItem(KEPT)) || [];
      for (const answer of this.#kept) {
        const turn = new Turn(answer.question, (again) => this.ask(again));
        turn.take("answer", answer);
        this.#turns.append(turn.element);
      }
    } catch {
      this.#kept = [];
    }
  }
}

/** One question and what becomes of it. It holds its own sources: no other turn can reach them. */
class Turn {
  answer = null;
  spoken = "";
  #again;
  #question;
  #says = el("p", { class: "says", dir: "auto" });
  #below = el("div");
  #status = el("p", { class: "status" }, STAGES.retrieve);
  #sources = el("ol", { class: "sources", part: "sources" });
  #byNumber = new Map();

  constructor(question, again) {
    this.#question = question;
    this.#again = again;
    this.body = el("div", { class: "answer", "aria-busy": "true" }, this.#says, this.#status, this.#sources, this.#below);
    this.element = el("article", { part: "turn" }, el("h2", { dir: "auto" }, question), this.body);
  }

  take(kind, data) {
    if (kind === "status") this.#status.textContent = STAGES[data.stage] || "Working";
    else if (kind === "passages") this.#status.textContent = `Reading ${counted(data.passages.length, "paragraph")}`;
    else if (kind === "statement") this.#state(data.statement, data.citations);
    else if (kind === "answer") this.#finish(data);
  }

  fail(error, stopped) {
    const shown = this.#byNumber.size > 0;
    const said = stopped
      ? "Stopped."
      : error instanceof Problem
        ? error.message
        : navigator.onLine === false
          ? "You are offline."
          : error instanceof Interrupted || shown
            ? "The connection broke before the answer was complete."
            : "The archive cannot be reached.";
    const hint = error.hint || (shown && "What is shown was checked, but may not be all.");
    const retry = el("button", { type: "button", onclick: () => this.#again(this.#question) }, "Ask again");
    this.#settle(el("div", { class: stopped ? "note" : "note failed" }, el("p", {}, said, hint ? ` ${hint}` : ""), retry));
    this.spoken = said;
  }

  #finish(answer) {
    this.answer = answer;
    this.#says.replaceChildren();
    this.#sources.replaceChildren();
    this.#byNumber.clear();
    for (const statement of answer.statements) this.#state(statement, answer.citations);
    if (answer.answered) {
      this.spoken = `Answered, with ${counted(answer.citations.length, "source")}. ${answer.text}`;
      this.#settle(thumbs(answer.id));
    } else {
      this.spoken = `Not answered. ${answer.refusal.message}`;
      this.#settle(refusal(answer.refusal), thumbs(answer.id));
    }
  }

  #settle(...content) {
    this.#status.remove();
    this.body.setAttribute("aria-busy", "false");
    this.#below.replaceChildren(...content);
  }

  #state(statement, citations) {
    const used = citations.filter((citation) => statement.citations.includes(citation.number));
    for (const citation of used) this.#cite(citation);
    const marks = used.map((citation) => this.#mark(citation));
    this.#says.append(el("span", { class: "statement" }, statement.text, marks), " ");
  }

  #cite(citation) {
    if (this.#byNumber.has(citation.number)) return;
    const item = source(citation);
    this.#byNumber.set(citation.number, item);
    this.#sources.append(item);
  }

  #mark(citation) {
    const item = this.#byNumber.get(citation.number);
    const light = (on) => () => item.classList.toggle("lit", on);
    const label = `Source ${citation.number}: ${citation.title}, paragraph ${citation.paragraph}`;
    const link = el("a", {
      href: address(citation), class: "mark", part: "citation", "aria-label": label,
      onmouseenter: light(true), onmouseleave: light(false), onfocus: light(true), onblur: light(false),
    }, String(citation.number));
    return el("sup", {}, link);
  }
}

function source(citation) {
  const about = [citation.source, day(citation.published_at), `paragraph ${citation.paragraph}`].filter(Boolean).join(" · ");
  const publisher = webUrl(citation.url);
  return el(
    "li", { value: citation.number },
    el("span", { class: "number", "aria-hidden": "true" }, String(citation.number)),
    el("a", { class: "title", href: address(citation), dir: "auto" }, citation.title),
    el("p", { class: "about" }, about, citation.status !== "current" && el("strong", { class: "changed" }, citation.status)),
    el("blockquote", { dir: "auto" }, el("mark", {}, citation.quote)),
    publisher && el("a", { class: "publisher", href: fragment(publisher, citation.quote), rel: "noopener noreferrer" }, "At the publisher"),
  );
}

function refusal({ reason, message, nearest }) {
  const items = nearest.map((near) =>
    el(
      "li", {},
      el("a", { class: "title", href: address(near), dir: "auto" }, near.title),
      el("p", { class: "about" }, [near.source, day(near.published_at), `paragraph ${near.paragraph}`].filter(Boolean).join(" · ")),
      el("p", { class: "near", dir: "auto" }, near.text),
    ),
  );
  return el(
    "div", { class: "refusal", "data-reason": reason },
    el("p", { class: "why" }, message),
    reason === "empty_archive" && el("p", {}, "Add articles with ", el("code", {}, "qa ingest FOLDER")),
    items.length > 0 && el("h3", {}, "Nearest coverage, does not answer"),
    items.length > 0 && el("ul", { class: "nearest" }, items),
  );
}

function thumbs(answerId) {
  const said = el("span", { class: "said", role: "status" });
  const thumb = (rating, label, sign) =>
    el("button", {
      type: "button", "aria-label": label, title: label, "aria-pressed": "false",
      async onclick({ currentTarget }) {
        try {
          await rate(BASE, answerId, rating);
          for (const other of row.querySelectorAll("button")) other.setAttribute("aria-pressed", other === currentTarget);
          said.textContent = "Thank you.";
        } catch {
          said.textContent = "Could not be sent.";
        }
      },
    }, el("span", { class: `thumb ${sign}`, "aria-hidden": "true" }));
  const row = el("div", { class: "thumbs" }, thumb("up", "Good answer", "up"), thumb("down", "Bad answer", "down"), said);
  return row;
}

// The version that was quoted, with the quoted words set off.
function address({ article_id, version, paragraph, start, end }) {
  const url = new URL(`articles/${encodeURIComponent(article_id)}`, BASE);
  if (version) url.search = new URLSearchParams({ version, mark: `${start}-${end}` });
  url.hash = `p${paragraph}`;
  return url.href;
}

// A browser that knows text fragments shows the words on the publisher's own page; others ignore it.
function fragment(url, quote) {
  const words = quote.split(/\s+/);
  const encode = (list) => encodeURIComponent(list.join(" ")).replaceAll("-", "%2D");
  const text = words.length > 12 ? `${encode(words.slice(0, 5))},${encode(words.slice(-5))}` : encode(words);
  return `${url.split("#")[0]}#:~:text=${text}`;
}

function counted(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

customElements.define("archive-chat", ArchiveChat);
