// A question that is not answered: why not, and what comes nearest without answering it.

import { dotted, el, english, shortened } from "./dom.js";
import { articlePage } from "./links.js";
import { about, titled } from "./standing.js";

const PLAIN = ["not_in_archive", "outside_filters", "unsupported", "empty_archive"];
const MOST_SHOWN = 280; // characters of a passage

/** @param {import("./types").Answer["refusal"]} refusal @param {import("./strings.js").Words} words */
export function refusalView(refusal, words, base) {
  const { reason, nearest } = refusal;
  const { said, told } = why(refusal, words);
  const items = nearest.map((near) =>
    el(
      "li", {},
      el("a", { class: "title", href: articlePage(base, near), dir: "auto" }, titled(near)),
      el("p", { class: "about" }, dotted(...about(near, words, words.say("paragraph", { number: near.paragraph })))),
      el("p", { class: "near", dir: "auto" }, shortened(near.text, MOST_SHOWN)),
    ),
  );
  return el(
    "div", { class: "refusal", part: "refusal", "data-reason": reason },
    el("p", { class: "kicker" }, words.say("refused")),
    el("p", { class: "why" }, said, " ", told && english(told)),
    items.length > 0 && [el("h3", {}, words.say("nearest")), el("ul", { class: "nearest" }, items)],
  );
}

/**
 * `said` in the page's language; `told` by the service: only it knows what is ambiguous, and a reason that came later.
 * @returns {{said?: string, told?: string}}
 */
export function why({ reason, message }, words) {
  if (PLAIN.includes(reason)) return { said: words.say(reason) };
  return { said: reason === "ambiguous" && words.say(reason), told: message };
}
