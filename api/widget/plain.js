// An answer as plain text, to be pasted where there are no links: its sentences, then its sources.

import { articlePage } from "./links.js";

/** @param {import("./types").Answer} answer @param {import("./strings.js").Words} words */
export function asText(answer, words, base) {
  const sources = answer.citations.map((citation) => {
    const where = words.say("paragraph", { number: citation.paragraph });
    const about = [citation.source, words.day(citation.published_at), where].filter(Boolean).join(", ");
    return `[${citation.number}] ${citation.title}. ${about}.\n“${citation.quote}”\n${articlePage(base, citation)}`;
  });
  return [answer.question, answer.text, ...sources].join("\n\n") + "\n";
}
