// One question to the service, and its answer as events: {kind, data}. Knows nothing of what is shown.

/** An error that the service explained (application/problem+json). */
export class Problem extends Error {
  constructor({ title, detail, hint }) {
    super(detail || title || "The service could not answer.");
    this.hint = hint;
  }
}

/** The connection ended before the answer did. */
export class Interrupted extends Error {}

/** Yields the events of one answer; the last one is `answer`, or this throws Problem or Interrupted. */
export async function* ask(base, question, signal) {
  const response = await fetch(new URL("v1/query", base), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ question, stream: true }),
    signal,
  });
  if (!response.ok) throw await explained(response);
  for await (const event of parsed(response.body)) {
    if (event.kind === "error") throw new Problem(event.data);
    yield event;
    if (event.kind === "answer") return;
  }
  throw new Interrupted();
}

/** Stores a reader's rating of an answer. */
export async function rate(base, answerId, rating) {
  const response = await fetch(new URL("v1/feedback", base), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ answer_id: answerId, rating }),
  });
  if (!response.ok) throw await explained(response);
}

async function explained(response) {
  return new Problem(await response.json().catch(() => ({ title: `The service answered ${response.status}.` })));
}

// Events are parted by a blank line, and may be cut anywhere on their way, even inside a character.
async function* parsed(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      yield* blocks.map(event);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function event(block) {
  const lines = block.split("\n");
  const field = (name) => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length));
  return { kind: field("event: ")[0], data: JSON.parse(field("data: ").join("\n")) };
}
