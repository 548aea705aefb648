// Where the widget stands: in the text of a page, or as a panel at its side, over it and never moving it.

import { el } from "./dom.js";

const NARROW = "(max-width: 40em)"; // the panel fills the window, and nothing behind it can be reached

export class Frame {
  #panel;
  #launch;
  #focus;
  #told;
  #from = null;

  /**
   * @param {string | null} layout "inline" (or null), "page", "panel", or "button": a panel with a button that opens it
   * @param {HTMLElement} room what is framed
   * @param {HTMLElement} focus what has the keyboard once a panel is open
   * @param {(open: boolean) => void} told
   */
  constructor(layout, room, words, focus, told) {
    this.layered = layout === "panel" || layout === "button";
    this.#focus = focus;
    this.#told = told;
    if (!this.layered) {
      const dress = layout === "page" ? "frame" : "frame boxed";
      this.elements = [el("section", { class: dress, part: "frame", "aria-label": words.say("title") }, room)];
      return;
    }
    const shut = el("button", { type: "button", class: "quiet shut", "aria-label": words.say("close"), onclick: () => this.close() }, "✕");
    this.#panel = el(
      "dialog",
      { class: "frame panel", part: "panel", popover: "manual", "aria-labelledby": "title", oncancel: (event) => event.preventDefault() || this.close() },
      el("header", {}, el("h2", { id: "title" }, words.say("title")), shut),
      room,
    );
    this.#launch = layout === "button" && el("button", { type: "button", class: "launch", part: "launch", "aria-expanded": "false", onclick: () => this.show() }, words.say("title"));
    this.elements = [this.#launch, this.#panel].filter(Boolean);
  }

  get open() {
    return !this.layered || this.#panel.matches(":popover-open, :modal");
  }

  show() {
    if (this.open) return;
    this.#from = deepest(document);
    if (matchMedia(NARROW).matches) this.#panel.showModal();
    else this.#panel.showPopover();
    this.#focus.focus();
    this.#tell(true);
  }

  close() {
    if (!this.layered || !this.open) return;
    if (this.#panel.matches(":modal")) this.#panel.close();
    else this.#panel.hidePopover();
    (this.#launch || this.#from)?.focus();
    this.#tell(false);
  }

  #tell(open) {
    if (this.#launch) this.#launch.setAttribute("aria-expanded", String(open));
    this.#told(open);
  }
}

function deepest(root) {
  const active = root.activeElement;
  return active?.shadowRoot?.activeElement ? deepest(active.shadowRoot) : active;
}
