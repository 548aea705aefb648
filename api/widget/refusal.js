// A question that is not answered: why not, and what comes nearest without answering it.

import { dotted, el, shortened } from "./dom.js";
import { articlePage } from "./links.js";
import { about, titled } from "./standing.js";

const REASONS = ["not_in_archive", "outside_filters", "unsupported", "empty_archive"];
const MOST_SHOWN = 280; // characters of a passage

/** @param {import("./types").Answer["refusal"]} refusal @param {import("./strings.js").Words} words */
export function refusalView({ reason, message, nearest }, words, base) {
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
    el("p", { class: "why" }, why(reason, message, words)),
    items.length > 0 && [el("h3", {}, words.say("nearest")), el("ul", { class: "nearest" }, items)],
  );
}

/** In the page's language where we have it: the service speaks English. What is ambiguous only the service can tell. */
export function why(reason, message, words) {
  const said = REASONS.includes(reason) && !words.locale.startsWith("en");
  return said ? words.say(reason) : message;
}
