// One question, opened: what was expected, what was replied, and what the reply rests on.

/** The inside of a question's <details>: facts, then the replies beside the gold, then the rankings. */
function opened(question, data) {
  const replies = question.replies.map((reply, run) => replied(reply, data, data.names[run]));
  return [
    facts(question),
    el("div", { class: `columns of-${replies.length + 1}` }, replies, expected(question, data)),
    question.replies.map((reply, run) => ranking(question, reply, data, data.names[run])),
  ];
}

function facts(question) {
  const entries = [
    ["id", el("a", { href: `#${encodeURIComponent(question.id)}`, class: "permalink" }, question.id)],
    ["answerable", question.answerable ? "yes" : "no: the archive does not tell"],
    question.answers.length > 0 && ["expected", question.answers.map((answer) => el("span", { class: "expected", dir: "auto" }, answer))],
    question.as_of && ["asked as of", day(question.as_of)],
    question.tags.length > 0 && ["tags", question.tags.join(", ")],
  ];
  return el("dl", { class: "facts" }, entries.filter(Boolean).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

function replied(reply, data, name) {
  return el(
    "section",
    {},
    el("h3", {}, name ? `Answer ${name}` : "Answer"),
    el("p", { class: "verdict" }, badge(reply.kind, data), ` ${data.meanings[reply.kind]}`),
    reply.refusal ? refusal(reply.refusal, data) : reply.statements.map((statement) => said(statement)),
    el("p", { class: "soft" }, `Confidence ${reply.confidence.toFixed(3)} · ${timing(reply)}`),
    reply.citations.map((citation) => cited(citation, data)),
  );
}

function timing(reply) {
  const first = reply.first_statement_ms;
  return milliseconds(reply.latency_ms) + (first === null ? "" : `, first statement after ${milliseconds(first)}`);
}

/** What became of a question; with `outcome` also what it looked like, where that is another word. */
function badge(kind, data, outcome = kind) {
  const words = outcome === kind ? kind : `${outcome}: ${kind}`;
  return el("span", { class: `badge ${data.right.includes(kind) ? "right" : "wrong"}` }, words);
}

/** A statement with its citations, and whatever of it does not hold. */
function said(statement) {
  const doubts = [
    !statement.holds && "a quote does not stand in its paragraph",
    !statement.supported && "our verifier does not support it",
    statement.judge === false && "the judge model does not support it",
  ].filter(Boolean);
  return el(
    "p",
    { class: "statement", dir: "auto" },
    statement.text,
    statement.citations.map((number) => ` [${number}]`).join(""),
    doubts.length > 0 && el("span", { class: "doubt" }, ` (${doubts.join("; ")})`),
    statement.judge === true && el("span", { class: "soft" }, " (supported, says the judge model)"),
  );
}

function refusal(refused, data) {
  return [
    el("p", { class: "statement", dir: "auto" }, refused.message || "No answer."),
    el("p", { class: "soft" }, `Refused: ${refused.reason.replaceAll("_", " ")}.`),
    refused.nearest.length > 0 && el("h4", {}, "Nearest, does not answer"),
    refused.nearest.map((place) => passage(data.passages[place], {})),
  ];
}

function cited(citation, data) {
  const shown = data.passages[citation.passage];
  return passage(shown, { number: citation.number, quote: citation.quote, hits: citation.hits });
}

/** The gold beside the answer: its text where some passage or citation had it, else where it stands. */
function expected(question, data) {
  const entries = question.gold.map((gold, k) => {
    const told = question.replies.map((reply, run) => [data.names[run], rank(reply, k)].filter(Boolean).join(": ")).join("; ");
    if (gold.passage !== null) return passage(data.passages[gold.passage], { quote: gold.quote, answers: question.answers, told });
    const where = `${gold.article}${gold.paragraph === null ? "" : `, paragraph ${gold.paragraph}`}`;
    const quote = gold.quote && el("p", { class: "text", dir: "auto" }, el("mark", {}, gold.quote));
    return el("article", { class: "passage" }, el("p", { class: "source" }, where), el("p", { class: "soft" }, told), quote);
  });
  const none = question.answerable ? "The set names no paragraph." : "None: the archive does not tell.";
  return el("section", {}, el("h3", {}, "Gold"), entries.length > 0 ? entries : el("p", {}, none));
}

function rank(reply, k) {
  if (!reply.told) return "the ranking is not known";
  const place = reply.ranks[k];
  return place === null ? `not among the ${reply.read} passages read` : `ranked ${place} of ${reply.read}`;
}

function ranking(question, reply, data, name) {
  if (reply.read === 0) return null;
  const hits = reply.ranked.flatMap((ranked, place) => (ranked.hits ? [place + 1] : []));
  const found = question.gold.length === 0 ? "" : hits.length > 0 ? `, gold at ${hits.join(", ")}` : ", gold not among them";
  const shown = reply.read > reply.ranked.length ? `first ${reply.ranked.length} of ${reply.read}` : `${reply.read}`;
  const list = el("ol", { class: "ranking" }, reply.ranked.map((ranked) => el("li", {}, passage(data.passages[ranked.passage], { hits: ranked.hits || null }))));
  return el("details", { class: "ranked" }, el("summary", {}, `Ranked passages${name ? ` ${name}` : ""} (${shown}${found})`), list);
}

/** A paragraph with where it stands; its quote is set off inside it, or told apart where it is not in it. */
function passage(shown, { number = null, quote = null, hits = null, answers = [], told = "" }) {
  const found = [quote, ...answers].map((words) => marked(shown.text, words)).find(Boolean);
  const href = shown.link ?? shown.url;
  const name = shown.title || shown.article;
  const title = href ? el("a", { href, rel: "noopener noreferrer" }, name) : name;
  const where = [shown.source, day(shown.date), shown.paragraph !== null && `paragraph ${shown.paragraph}`, told].filter(Boolean).join(" · ");
  return el(
    "article",
    { class: hits ? "passage hit" : "passage" },
    el("p", { class: "source", dir: "auto" }, number !== null && `[${number}] `, title),
    el("p", { class: "soft" }, where, hits !== null && el("span", { class: hits ? "hits" : "misses" }, hits ? " · hits the gold" : " · not gold")),
    el("p", { class: "text", dir: "auto" }, found ?? (shown.text || "The text of this paragraph was not kept.")),
    quote && !marked(shown.text, quote) && el("p", { class: "doubt", dir: "auto" }, "Not in this paragraph: ", el("q", {}, quote)),
  );
}
