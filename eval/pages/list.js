// The questions of the page: searched, filtered, sorted, and opened one by one.

const data = JSON.parse(document.getElementById("data").textContent);
const kinds = Object.keys(data.meanings);
const several = data.names.length > 1;
const ORDERS = {
  "as in the set": null,
  "least confident first": (a, b) => a.confidence - b.confidence,
  "most confident first": (a, b) => b.confidence - a.confidence,
  "slowest first": (a, b) => b.latency_ms - a.latency_ms,
  "by outcome": (a, b) => a.rank - b.rank,
};
const entries = data.questions.map(entry);
const controls = {};

/** A question as the list needs it: its folded element, and what it is found and sorted by. */
function entry(question) {
  const last = question.replies.at(-1);
  const details = el("details", {}, el("summary", {}, head(question)));
  return {
    question,
    details,
    outcomes: several ? question.replies.map((reply) => reply.outcome) : [last.kind],
    item: el("li", {}, details),
    better: data.right.includes(last.kind),
    words: [question.id, question.question, ...question.answers, ...question.tags, ...question.replies.map((reply) => reply.text)].join("\n").toLowerCase(),
    confidence: last.confidence,
    latency_ms: last.latency_ms,
    rank: kinds.indexOf(last.kind),
  };
}

function head(question) {
  const last = question.replies.at(-1);
  const came = several ? question.replies.flatMap((reply, run) => [run > 0 && " → ", badge(reply.kind, data, reply.outcome)]) : badge(last.kind, data);
  return [
    el("span", { class: "asked", dir: "auto" }, question.question),
    el("span", { class: "meta" }, el("span", { class: "came" }, came), el("span", { class: "soft" }, ` ${[...question.tags, `confidence ${last.confidence.toFixed(2)}`, milliseconds(last.latency_ms)].join(" · ")}`)),
  ];
}

const list = el("ol", { class: "questions", "aria-label": "Questions" }, entries.map((one) => one.item));
const shown = el("p", { role: "status", class: "shown" });
// Toggle events do not bubble, and a question is only made when it is first opened.
list.addEventListener("toggle", (event) => fill(entries.find((one) => one.details === event.target)), true);

function fill(one) {
  if (one && one.details.open && one.details.children.length === 1) one.details.append(el("div", { class: "opened" }, opened(one.question, data)));
}

function matches(one) {
  const wanted = controls.search.value.toLowerCase().split(/\s+/u).filter(Boolean);
  const { answerable, tags } = one.question;
  return (
    wanted.every((word) => one.words.includes(word)) &&
    (controls.outcome.value === "" || came(one, controls.outcome.value)) &&
    (controls.answerable.value === "" || String(answerable) === controls.answerable.value) &&
    (controls.tag.value === "" || tags.includes(controls.tag.value))
  );
}

function came(one, outcome) {
  if (outcome === "better" || outcome === "worse") return one.better === (outcome === "better");
  if (outcome === "all right" || outcome === "all wrong") return one.better === (outcome === "all right");
  return one.outcomes.includes(outcome);
}

function update() {
  let count = 0;
  for (const one of entries) {
    one.item.hidden = !matches(one);
    if (!one.item.hidden) count += 1;
  }
  shown.textContent = `${count.toLocaleString("en-GB")} of ${entries.length.toLocaleString("en-GB")} questions shown`;
}

function sort() {
  const order = ORDERS[controls.order.value];
  const sorted = order ? [...entries].sort(order) : entries;
  list.append(...sorted.map((one) => one.item));
}

function labelled(label, control, wide = false) {
  control.id = `control-${label.split(" ")[0].toLowerCase()}`;
  return el("div", { class: wide ? "control wide" : "control" }, el("label", { for: control.id }, label), control);
}

function choice(options, onchange) {
  return el("select", { onchange }, options.map(([value, text]) => el("option", { value }, text)));
}

function counted(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function outcomeOptions() {
  const counts = counted(entries.flatMap((one) => [...new Set(one.outcomes)]));
  const better = entries.filter((one) => one.better).length;
  const halves = several ? ["better", "worse"] : ["all right", "all wrong"];
  return [
    ["", "any"],
    [halves[0], `${halves[0]} (${better})`],
    [halves[1], `${halves[1]} (${entries.length - better})`],
    ...kinds.filter((kind) => !several || counts.has(kind)).map((kind) => [kind, `${kind} (${counts.get(kind) ?? 0})`]),
  ];
}

function tagOptions() {
  const counts = counted(entries.flatMap((one) => one.question.tags));
  const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a.localeCompare(b));
  return [["", "any"], ...names.map((name) => [name, `${name} (${counts.get(name)})`])];
}

function build() {
  const yesOrNo = [["", "any"], ["true", "yes"], ["false", "no"]];
  const orders = Object.keys(ORDERS).map((name) => [name, name]);
  controls.search = el("input", { type: "search", oninput: update, autocomplete: "off", spellcheck: "false" });
  controls.outcome = choice(outcomeOptions(), update);
  controls.answerable = choice(yesOrNo, update);
  controls.tag = choice(tagOptions(), update);
  controls.order = choice(orders, sort);
  const bar = el(
    "div",
    { role: "search", class: "controls" },
    labelled("Search in questions, answers and tags", controls.search, true),
    labelled("Outcome", controls.outcome),
    labelled("Answerable", controls.answerable),
    labelled("Tag", controls.tag),
    labelled("Order", controls.order),
    el("button", { type: "button", onclick: reset }, "Clear"),
  );
  document.getElementById("list").replaceChildren(bar, shown, list);
}

function reset() {
  for (const name of ["search", "outcome", "answerable", "tag"]) controls[name].value = "";
  update();
}

/** The rows of the outcomes lead to the questions without a script; with one they filter them too. */
function filterByLinks() {
  for (const link of document.querySelectorAll("a[data-filter]")) {
    link.addEventListener("click", () => {
      reset();
      controls.outcome.value = link.dataset.filter;
      update();
    });
  }
}

/** Opens the question that the address names, whatever the filters say. */
function follow() {
  const one = entries.find((each) => `#${encodeURIComponent(each.question.id)}` === location.hash || `#${each.question.id}` === location.hash);
  if (!one) return;
  if (one.item.hidden) reset();
  one.details.open = true;
  fill(one);
  one.item.scrollIntoView({ block: "start" });
  one.details.querySelector("summary").focus({ preventScroll: true });
}

build();
update();
filterByLinks();
addEventListener("hashchange", follow);
follow();
