// What a marker shows before anybody leaves the sentence: title, source, date and age, paragraph, the quoted words.
// It describes its marker (aria-describedby), stays while the pointer is on it, and goes with Escape.

import { dotted, el, shortened } from "./dom.js";
import { quoteView } from "./quote.js";
import { about, titled, warnings } from "./standing.js";

const LINGER = 200; // ms in which the pointer may travel from the marker to the card
const MOST_QUOTED = 320; // characters

export class Card {
  #of = null;
  #leaving = 0;
  #touched = false;
  #tapped = false;
  #service;
  #words;

  /** @param {import("./service.js").Service} service @param {import("./strings.js").Words} words */
  constructor(service, words) {
    this.#service = service;
    this.#words = words;
    this.element = el("div", {
      id: "card", class: "card", part: "card", role: "tooltip", popover: "manual",
      onpointerenter: () => clearTimeout(this.#leaving), onpointerleave: () => this.#leave(),
    });
  }

  /**
   * Let `marker` show the card of `citation`. `open` is called when more is wanted: by a click or a key, and on a
   * touch screen, where nothing hovers, by the second tap.
   */
  attach(marker, citation, open) {
    const show = () => this.#show(marker, citation, open);
    // Not pointerenter: that also comes when something closes over a pointer that rests.
    marker.addEventListener("pointermove", (event) => event.pointerType === "mouse" && show());
    marker.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.#leave());
    marker.addEventListener("focus", () => marker.matches(":focus-visible") && show());
    marker.addEventListener("blur", () => this.#of === marker && this.hide());
    marker.addEventListener("pointerdown", (event) => (this.#touched = event.pointerType === "touch"));
    marker.addEventListener("click", () => {
      this.#tapped = this.#touched && this.#of !== marker;
      this.#touched = false;
      if (this.#tapped) return show();
      this.hide();
      open();
    });
  }

  get shown() {
    return this.#of !== null;
  }

  hide = () => {
    clearTimeout(this.#leaving);
    this.#of?.removeAttribute("aria-describedby");
    this.#of = null;
    if (this.element.matches(":popover-open")) this.element.hidePopover();
    removeEventListener("scroll", this.#scrolled, true);
    removeEventListener("pointerdown", this.#elsewhere, true);
  };

  #show(marker, citation, open) {
    clearTimeout(this.#leaving);
    if (this.#of === marker) return;
    this.hide();
    this.#of = marker;
    this.element.onclick = () => {
      this.hide();
      open();
    };
    this.#fill(citation, null);
    this.element.showPopover();
    this.#place(marker);
    marker.setAttribute("aria-describedby", "card");
    addEventListener("scroll", this.#scrolled, true);
    addEventListener("pointerdown", this.#elsewhere, true);
    this.#look(marker, citation);
  }

  // A correction or a retraction may have come since the answer was given.
  async #look(marker, citation) {
    const article = await this.#service.article(citation).catch(() => null);
    if (!article || this.#of !== marker) return;
    this.#fill(citation, article);
    this.#place(marker);
  }

  #fill(citation, article) {
    const words = this.#words;
    this.element.replaceChildren(
      el("p", { class: "title", dir: "auto" }, titled(citation)),
      el("p", { class: "about" }, dotted(...about(citation, words, words.say("paragraph", { number: citation.paragraph })))),
      ...warnings(citation, article, words),
      el("blockquote", { dir: "auto" }, citation.quote.length > MOST_QUOTED ? shortened(citation.quote, MOST_QUOTED) : quoteView(citation)),
      ...(this.#tapped ? [el("p", { class: "tap", "aria-hidden": "true" }, words.say("tap"))] : []),
    );
  }

  // Above the marker where there is room, else below it, and always inside the window.
  #place(marker) {
    const mark = marker.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = this.element;
    const wide = document.documentElement.clientWidth;
    const above = mark.top - height - 8;
    style.left = `${Math.max(8, Math.min(mark.left + mark.width / 2 - width / 2, wide - width - 8))}px`;
    style.top = `${above >= 8 ? above : Math.min(mark.bottom + 8, Math.max(8, innerHeight - height - 8))}px`;
  }

  #leave() {
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(this.hide, LINGER);
  }

  // The keyboard may have brought its marker into view just now, and the card goes along; for a pointer it has left.
  #scrolled = () => {
    const { top, bottom } = this.#of.getBoundingClientRect();
    if (this.#of.matches(":focus-visible") && top >= 0 && bottom <= innerHeight) this.#place(this.#of);
    else this.hide();
  };

  #elsewhere = (event) => {
    if (![this.element, this.#of].some((one) => event.composedPath().includes(one))) this.hide();
  };
}
