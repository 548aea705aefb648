// Server-sent events out of a response's body. Knows nothing of what they mean.

/** The connection ended, or brought what is no event. */
export class Interrupted extends Error {}

/**
 * Events are parted by a blank line, and may be cut anywhere on their way, even inside a character.
 * @param {ReadableStream<Uint8Array>} body
 * @param {AbortSignal} signal whoever aborts gets the AbortError, and not Interrupted
 * @returns {AsyncGenerator<{kind: string, data: any}>}
 */
export async function* events(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r\n\r\n|\n\n|\r\r/);
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parsedEvent(block);
        if (event) yield event;
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Interrupted("the stream broke", { cause: error });
  } finally {
    reader.cancel().catch(() => {});
  }
}

// A block without data is a comment, which keeps the connection open.
function parsedEvent(block) {
  const lines = block.split(/\r\n|\n|\r/);
  const field = (name) =>
    lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ""));
  const data = field("data");
  return data.length ? { kind: field("event")[0] ?? "message", data: JSON.parse(data.join("\n")) } : null;
}
