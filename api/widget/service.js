// The service's addresses, as functions. Whatever goes wrong is a Problem, Interrupted, or the browser's own error.

import { events, Interrupted } from "./stream.js";

const RECONNECT_AFTER = 800; // ms

/** What the service, or a proxy before it, answers instead; it is explained (application/problem+json), or the message is empty. */
export class Problem extends Error {
  constructor({ title, detail, hint, status }, answered = status) {
    super([detail || title, hint].filter(Boolean).join("; "));
    this.status = answered;
  }
}

export class Service {
  #articles = new Map();
  #pass = {};

  /** @param {URL} base the folder that holds v1/ */
  constructor(base) {
    this.base = base;
  }

  /**
   * The events of one answer, the last of which is `answer`. A connection that breaks is made once more, after an
   * event `reconnect`: what comes then is the answer from its beginning.
   * @param {{question: string, history?: object[], after?: string, before?: string, as_of?: string, sources?: string[]}} asked
   * @param {AbortSignal} signal
   * @throws {Problem | Interrupted | TypeError} TypeError: the service cannot be reached
   */
  async *ask(asked, signal) {
    try {
      yield* this.#answer(asked, signal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      yield { kind: "reconnect", data: {} };
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_AFTER));
      signal.throwIfAborted();
      yield* this.#answer(asked, signal);
    }
  }

  async *#answer(asked, signal) {
    const response = await this.#post("v1/query", { ...asked, stream: true }, signal);
    for await (const event of events(response.body, signal)) {
      if (event.kind === "error") throw new Problem(event.data);
      yield event;
      if (event.kind === "answer") return;
    }
    throw new Interrupted("the stream ended before the answer");
  }

  /** Stores what a reader thought of an answer. */
  async rate(answerId, rating, comment) {
    await this.#post("v1/feedback", { answer_id: answerId, rating, ...(comment && { comment }) });
  }

  /** The article in the version that was quoted; asked for once, unless that failed. */
  article({ article_id, version }) {
    const key = `${article_id} ${version}`;
    if (!this.#articles.has(key)) {
      const found = this.#get(`v1/articles/${encodeURIComponent(article_id)}?${new URLSearchParams({ version })}`);
      found.catch(() => this.#articles.delete(key));
      this.#articles.set(key, found);
    }
    return this.#articles.get(key);
  }

  /** @returns {Promise<string[]>} the names of the outlets */
  async sources() {
    return (await this.#get("v1/sources")).sources;
  }

  async #get(path) {
    return (await this.#fetch(path)).json();
  }

  #post(path, body, signal) {
    const headers = { "Content-Type": "application/json" };
    return this.#fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  // A service behind keys answers 401 to whoever has no token, or one that has run out: it gives another, for minutes.
  async #fetch(path, options = {}) {
    const send = () => fetch(new URL(path, this.base), { ...options, headers: { ...options.headers, ...this.#pass } });
    const response = await send();
    if (response.status !== 401) return fine(response);
    const given = await fine(await fetch(new URL("v1/token", this.base), { method: "POST", signal: options.signal }));
    this.#pass = { "Archive-Token": (await given.json()).token };
    return fine(await send());
  }
}

async function fine(response) {
  if (response.ok) return response;
  throw new Problem(await response.json().catch(() => ({})), response.status);
}
