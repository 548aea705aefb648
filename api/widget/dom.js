// Elements made of values. Text only ever becomes a text node, never markup.

/**
 * el("a", {href, class: "x", onclick}, "text", child, ...)
 * @param {string} name
 * @param {Record<string, unknown>} [attributes] on… are listeners, true stands by its name alone; null, undefined and
 *   false are left out.
 * @param {...unknown} children nodes, strings and lists of both; null, undefined and false are left out.
 * @returns {HTMLElement}
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (given(value)) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(given));
  return element;
}

/** Children parted by a middle dot, each kept apart from its neighbours' direction of writing. */
export function dotted(...parts) {
  return parts.filter(Boolean).flatMap((part, place) => {
    const piece = typeof part === "string" ? el("bdi", {}, part) : part;
    return place ? ["\u00a0· ", piece] : [piece]; // a line never begins with the dot
  });
}

/** A text of any length as one that can be shown in passing: so many characters, and no half of one. */
export function shortened(text, most) {
  const points = [...text.slice(0, 2 * most + 2)];
  return points.length > most ? `${points.slice(0, most).join("")}…` : text;
}

/** What the service says by itself: it speaks English, whatever the page does. */
export function english(text) {
  return el("span", { lang: "en", dir: "auto" }, text);
}

function given(value) {
  return value !== null && value !== undefined && value !== false;
}
