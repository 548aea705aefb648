// What the widget says. English is here; the other languages are files of their own, loaded by a page that speaks them.

import { age, day } from "./dates.js";

const SHIPPED = ["de", "es", "fr", "zh"];

/** {name} is filled in. What depends on a count has a form for each of Intl.PluralRules' categories. */
export const ENGLISH = {
  title: "Ask the archive",
  question: "Your question",
  placeholder: "Ask a question",
  ask: "Ask",
  stop: "Stop",
  promise: "Every sentence of an answer is cited to the paragraph it stands on.",
  suggestions: "For example",
  clear: "New conversation",
  close: "Close",

  retrieve: "Searching the archive",
  rerank: "Weighing what was found",
  read: "Reading",
  reading: { one: "Reading {count} paragraph", other: "Reading {count} paragraphs" },
  verify: "Checking each sentence against its source",
  reconnect: "The connection broke; asking again",

  answered: { one: "Answered, with {count} source. {text}", other: "Answered, with {count} sources. {text}" },
  notAnswered: "Not answered. {text}",
  understood: "Question understood as",
  sources: "Sources",
  marker: "Source {number}: {title}, paragraph {paragraph}",
  paragraph: "paragraph {number}",
  tap: "Tap again to read the paragraph",
  copy: "Copy",
  copied: "Copied with its sources.",
  notCopied: "Could not be copied.",
  again: "Ask again",
  edit: "Edit question",

  place: "Paragraph {number} of {count}",
  loading: "Fetching the article",
  notLoaded: "The article cannot be shown now. This is what was quoted from it.",
  gone: "The archive no longer holds this article. This is what was quoted from it.",
  retry: "Try again",
  article: "Read the article",
  publisher: "At the publisher",
  retracted: "This article was retracted.",
  superseded: "The article has changed since this version.",
  current: "Read the current version",
  correction: "Corrected, {day}",
  clarification: "Clarified, {day}",
  old: "Published {age}: things may have changed since.",

  not_in_archive: "The archive does not tell.",
  outside_filters: "Nothing within the chosen dates and sources answers this; without them, the archive does.",
  unsupported: "What was found does not hold up against the paragraphs it came from.",
  ambiguous: "The question is not clear by itself.",
  empty_archive: "The archive holds nothing to answer from.",
  refused: "Not answered",
  nearest: "Nearest coverage, does not answer",
  reports: { one: "{count} report", other: "{count} independent reports" },
  disagree: "Reports disagree",
  later: "Later coverage exists",

  good: "Good answer",
  bad: "Bad answer",
  comment: "Anything to add? (optional)",
  send: "Send",
  thanks: "Thank you.",
  notSent: "Could not be sent. Try again.",

  filters: "Filters",
  after: "Published from",
  before: "Published until",
  as_of: "As known on",
  outlets: "Sources",
  noOutlets: "The list of sources cannot be fetched now.",
  unfilter: "Remove filters",
  only: "Only",
  from: "from {day}",
  until: "until {day}",
  known: "as known on {day}",

  stopped: "Stopped.",
  offline: "You are offline. Ask again once you are connected.",
  unreachable: "The archive cannot be reached. Ask again in a moment.",
  busy: "The archive cannot answer now. Ask again in a moment.",
  unusable: "This question cannot be answered as it is asked.",
  denied: "The archive does not answer on this page.",
  broken: "The connection broke before the answer was complete.",
  partial: "What is shown was checked, but may not be all.",
};

/** The strings of one language, and how it writes numbers and dates. */
export class Words {
  /** @param {string} locale @param {Partial<typeof ENGLISH>} strings what is missing is said in English */
  constructor(locale, strings) {
    this.locale = locale;
    this.strings = { ...ENGLISH, ...strings };
  }

  /** The string `key`, filled in; by `values.count` where it has forms. */
  say(key, values = {}) {
    const said = this.strings[key];
    const form = typeof said === "string" ? said : said[new Intl.PluralRules(this.locale).select(values.count)] ?? said.other;
    return form.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  day(stamp) {
    return day(stamp, this.locale);
  }

  age(stamp) {
    return age(stamp, this.locale);
  }
}

/** Words in the language `tag`, or in English where it is not one of ours; `replaced` goes before both. */
export async function wordsFor(tag, replaced = {}) {
  const [locale] = canonical(tag);
  const language = locale.split("-")[0];
  const shipped = SHIPPED.includes(language) && (await shippedIn(language));
  const spoken = shipped || language === "en" || Object.keys(replaced).length > 0;
  return new Words(spoken ? locale : "en", { ...shipped, ...replaced });
}

// As seen from /widget.js, where all of this is served. A widget in English is better than none.
async function shippedIn(language) {
  return import(`./assets/strings-${language}.js`).then((file) => file.default, () => null);
}

function canonical(tag) {
  try {
    return [...Intl.getCanonicalLocales(tag), "en"];
  } catch {
    return ["en"]; // a page may say lang="anything"
  }
}
