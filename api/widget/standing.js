// How far a source can be relied on today: what its reader must know beside the words that are quoted.

import { isOld } from "./dates.js";
import { el, shortened } from "./dom.js";

const MOST_OF_NAME = 120; // characters of an outlet's name; a title may have more
const MOST_OF_TITLE = 320;

/**
 * One line for each thing that happened to the article since it was quoted, the gravest first.
 * @param {import("./types").Citation} citation
 * @param {import("./types").Article | null} article as the archive has it now, where that is known
 * @param {import("./strings.js").Words} words
 * @returns {HTMLElement[]}
 */
export function warnings(citation, article, words) {
  const status = article?.status ?? citation.status;
  const events = (article?.events ?? []).filter((event) => event.kind in { correction: 1, clarification: 1 });
  return [
    status === "retracted" && line("grave", words.say("retracted"), article?.reason),
    status === "superseded" && line("", words.say("superseded")),
    ...events.map((event) => line("", words.say(event.kind, { day: words.day(event.at) }), event.text)),
  ].filter(Boolean);
}

/** Of a source that is more than a year old: how old. News is not a book. */
export function oldness({ published_at }, words) {
  return isOld(published_at) ? line("", words.say("old", { age: words.age(published_at) })) : null;
}

function line(grave, said, why) {
  return el("p", { class: `warning ${grave}` }, el("strong", {}, said), why && [" ", el("bdi", {}, why)]);
}

/** A title that a headline could have: what calls itself one may have any length. */
export function titled({ title }) {
  return shortened(title, MOST_OF_TITLE);
}

/** "The Ellery Courier · 31 May 2024 · 2 years ago" */
export function about({ source, published_at }, words, ...more) {
  const age = words.age(published_at);
  const when = published_at && el("time", { datetime: published_at }, words.day(published_at));
  return [source && shortened(source, MOST_OF_NAME), when, age && el("span", { class: isOld(published_at) ? "age old" : "age" }, age), ...more];
}
