// What stands beside the sentences of an answer: how the question was read, reports that disagree, later coverage.
// Each is there only where the answer brings it.

import { dotted, el, english, shortened } from "./dom.js";
import { narrowed } from "./filters.js";
import { articlePage } from "./links.js";
import { about, titled } from "./standing.js";

const MOST_OF_VALUE = 60; // characters

/** @param {import("./types").Answer} answer @returns {HTMLElement | null} */
export function understoodView({ question, understood }, words) {
  if (!understood) return null;
  const reread = understood.question && understood.question !== question;
  const only = narrowed(understood, words);
  const notes = understood.notes ?? [];
  if (!reread && !only && !notes.length) return null;
  return el(
    "div", { class: "understood", part: "understood" },
    reread && el("p", {}, words.say("understood"), " ", el("q", { dir: "auto" }, understood.question)),
    only && el("p", {}, only),
    notes.map((note) => el("p", {}, english(note))),
  );
}

/**
 * Side by side, each with who said it and when; never averaged.
 * @param {import("./types").Answer} answer
 * @param {(citation: import("./types").Citation, from: HTMLElement) => void} open
 */
export function disagreementsView({ disagreements, statements, citations }, words, open) {
  return (disagreements ?? []).map(({ statements: places, values }) => {
    const sides = places.map((place, at) => side(values[at], statements[place], citations, words, open));
    return el("section", { class: "disagree", part: "disagreement" }, el("h3", {}, words.say("disagree")), el("ul", {}, sides));
  });
}

function side(value, statement, citations, words, open) {
  const citation = citations.find(({ number }) => statement?.citations.includes(number));
  if (!citation) return null;
  const button = el(
    "button",
    { type: "button", class: "side", "data-cites": citation.number, onclick: () => open(citation, button) },
    el("bdi", { class: "value" }, shortened(value ?? citation.quote, MOST_OF_VALUE)),
    el("span", { class: "about" }, dotted(...about(citation, words))),
  );
  return el("li", {}, button);
}

/** @param {import("./types").Answer} answer @returns {HTMLElement | null} */
export function laterView({ later }, words, base) {
  if (!later?.length) return null;
  const items = later.map((article) =>
    el(
      "li", {},
      el("a", { class: "title", href: articlePage(base, article), dir: "auto" }, titled(article)),
      el("p", { class: "about" }, dotted(...about(article, words))),
    ),
  );
  return el("section", { class: "later", part: "later" }, el("h3", {}, words.say("later")), el("ul", { class: "nearest" }, items));
}
