// The source panel: a cited paragraph in its article, with its neighbours and the quoted words marked.
// Beside the answer where there is room, over it where there is not.

import { dotted, el, shortened } from "./dom.js";
import { articlePage, publisherPage } from "./links.js";
import { quoteView } from "./quote.js";
import { about, oldness, titled, warnings } from "./standing.js";

const AROUND = 1; // numbered paragraphs on either side
const MOST_OF_NEIGHBOUR = 1200; // characters
const MOST_AROUND_QUOTE = 2000; // characters of its paragraph on either side of the quote
const BLOCKS = { heading: "h3", caption: "p", quote: "blockquote", table: "pre" };

export class SourcePanel {
  #service;
  #words;
  #closed = () => {};
  #shown = null;
  #heading = el("h2", { id: "source-title", class: "title", tabindex: -1, dir: "auto" });
  #body = el("div", { class: "leaf" });

  /** @param {import("./service.js").Service} service @param {import("./strings.js").Words} words */
  constructor(service, words) {
    this.#service = service;
    this.#words = words;
    const shut = el("button", { type: "button", class: "quiet shut", "aria-label": words.say("close"), onclick: () => this.close() }, "✕");
    this.element = el(
      "dialog",
      {
        class: "source", part: "source", "aria-labelledby": "source-title",
        oncancel: (event) => event.preventDefault() || this.close(),
        onclick: (event) => event.target === this.element && this.close(), // its backdrop
      },
      el("div", { class: "page" }, shut, this.#heading, this.#body),
    );
  }

  get open() {
    return this.element.open;
  }

  /**
   * Show the paragraph of `citation`; `beside` the answer, or over the page. `closed` is called once it is shut.
   * @param {import("./types").Citation} citation
   */
  show(citation, { beside, closed }) {
    this.close();
    this.#closed = closed;
    this.#shown = citation;
    this.#heading.textContent = titled(citation);
    this.#fill(citation, null, el("p", { class: "status" }, this.#words.say("loading")));
    if (beside) this.element.show();
    else this.element.showModal();
    this.#heading.focus();
    return this.#load(citation);
  }

  /** Beside an answer: be no taller than the window below `top`, though never useless. @param {number} top px */
  fit(top) {
    this.element.style.setProperty("--_tall", `${Math.max(320, innerHeight - Math.max(16, top) - 16)}px`);
  }

  close() {
    if (!this.element.open) return;
    this.element.close();
    this.#shown = null;
    this.#closed();
  }

  async #load(citation) {
    try {
      const article = await this.#service.article(citation);
      if (this.#shown === citation) this.#fill(citation, article, null);
    } catch (error) {
      if (this.#shown === citation) this.#fill(citation, null, this.#failure(citation, error));
    }
  }

  #failure(citation, error) {
    const words = this.#words;
    if (error.status === 404) return el("p", { class: "warning grave" }, el("strong", {}, words.say("gone")));
    const retry = () => {
      this.#heading.focus(); // the button goes
      this.#load(citation);
    };
    const again = el("button", { type: "button", onclick: retry }, words.say("retry"));
    return el("div", { class: "note" }, el("p", {}, words.say("notLoaded")), again);
  }

  #fill(citation, article, said) {
    const words = this.#words;
    const count = article?.paragraphs.filter((block) => block.number !== null).length;
    this.#body.replaceChildren(
      el("p", { class: "about" }, dotted(...about(citation, words))),
      ...[said, ...warnings(citation, article, words), oldness(citation, words)].filter(Boolean),
      el("p", { class: "place" }, words.say(count ? "place" : "paragraph", { number: citation.paragraph, count })),
      el("div", { class: "passage", dir: "auto", lang: article?.language }, article ? excerpt(article, citation) : quoted(citation)),
      this.#ways(citation, article),
    );
  }

  #ways(citation, article) {
    const words = this.#words;
    const publisher = publisherPage(citation, article);
    const current = article?.status === "superseded" && articlePage(this.#service.base, { ...citation, version: null });
    const way = (href, key, more) => el("li", {}, el("a", { href, ...more }, words.say(key)));
    return el(
      "ul", { class: "ways" },
      way(articlePage(this.#service.base, citation), "article", { class: "inward" }),
      current && way(current, "current"),
      publisher && way(publisher, "publisher", { class: "outward", target: "_blank", rel: "noopener noreferrer" }),
    );
  }
}

function quoted(citation) {
  return el("div", { class: "paragraph cited" }, number(citation.paragraph), el("p", {}, el("mark", {}, quoteView(citation))));
}

function excerpt(article, citation) {
  const place = article.paragraphs.findIndex((block) => block.number === citation.paragraph);
  if (place < 0 || !marked(article.paragraphs[place], citation)) return quoted(citation);
  const near = (block) => block.number === null || Math.abs(block.number - citation.paragraph) <= AROUND;
  let first = place;
  let last = place;
  while (first > 0 && near(article.paragraphs[first - 1])) first -= 1;
  while (last + 1 < article.paragraphs.length && near(article.paragraphs[last + 1])) last += 1;
  return article.paragraphs.slice(first, last + 1).map((block) => shown(block, citation));
}

function shown(block, citation) {
  const cited = block.number === citation.paragraph;
  const text = cited ? marked(block, citation) : shortened(block.text, MOST_OF_NEIGHBOUR);
  if (block.number === null) return el(BLOCKS[block.kind] ?? "p", { class: block.kind, dir: "auto" }, text);
  const inner = el(block.kind === "quote" ? "blockquote" : "p", { dir: "auto" }, text);
  return el("div", { class: cited ? "paragraph cited" : "paragraph" }, number(block.number), inner);
}

function number(paragraph) {
  return el("span", { class: "number", "aria-hidden": "true" }, String(paragraph));
}

// Offsets count code points, and JavaScript's own strings do not. Null where the words are not those that were quoted.
function marked(block, citation) {
  const points = [...block.text];
  const [start, end] = [citation.start - block.start, citation.end - block.start];
  const [from, to] = [Math.max(0, start - MOST_AROUND_QUOTE), Math.min(points.length, end + MOST_AROUND_QUOTE)];
  const slice = (a, b) => points.slice(a, b).join("");
  if (start < 0 || slice(start, end) !== citation.quote) return null;
  return [
    from > 0 && "…", slice(from, start), el("mark", {}, quoteView(citation)), slice(end, to), to < points.length && "…",
  ];
}
