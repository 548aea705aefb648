// Thumbs, and a line to write once one is chosen.

import { el } from "./dom.js";

/**
 * @param {(rating: "up" | "down", comment: string) => Promise<void>} send
 * @param {import("./strings.js").Words} words
 * @param {(said: string) => void} announce
 */
export function thumbs(send, words, announce) {
  const row = el("div", { class: "thumbs" });
  const below = el("div", { class: "comment" });
  const buttons = [
    ["up", "good"],
    ["down", "bad"],
  ].map(([rating, key]) =>
    el(
      "button",
      {
        type: "button", class: "quiet", "aria-label": words.say(key), title: words.say(key), "aria-pressed": "false",
        onclick: ({ currentTarget }) => choose(rating, currentTarget),
      },
      el("span", { class: `thumb ${rating}`, "aria-hidden": "true" }),
    ),
  );
  row.append(...buttons);

  const say = (key) => {
    const said = words.say(key);
    announce(said);
    return said;
  };

  // The rating goes at once: most readers write nothing, and one that is lost was given in vain. Given again it would
  // take the place of the comment that came after it.
  async function choose(rating, button) {
    try {
      if (button.ariaPressed === "false") await send(rating, "");
    } catch {
      below.replaceChildren(say("notSent"));
      return;
    }
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    below.replaceChildren(say("thanks"), line(rating));
  }

  function line(rating) {
    const label = words.say("comment");
    const input = el("input", { type: "text", maxlength: 2000, "aria-label": label, placeholder: label, autocomplete: "off" });
    const form = el("form", { class: "line", onsubmit }, input, el("button", { type: "submit" }, words.say("send")));
    async function onsubmit(event) {
      event.preventDefault();
      const comment = input.value.trim();
      if (!comment) return input.focus();
      try {
        await send(rating, comment);
        below.replaceChildren(say("thanks"));
        buttons.find((button) => button.ariaPressed === "true")?.focus();
      } catch {
        form.nextSibling?.remove();
        form.after(say("notSent"));
      }
    }
    return form;
  }

  return [row, below];
}
