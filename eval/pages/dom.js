// Elements made of values. Text only ever becomes a text node: what articles, questions and servers say stays text.

/** el("a", {href, class: "x", onclick}, "text", child, ...): null, undefined and false are left out. */
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** "13 August 2021" of an ISO date; what is no date stays as it came. */
function day(stamp) {
  const date = new Date(`${String(stamp).slice(0, 10)}T00:00:00Z`);
  if (!stamp || Number.isNaN(date.getTime())) return stamp;
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(date);
}

/** `text` with the part that says `quote` set off; null where it says no such thing, white space aside. */
function marked(text, quote) {
  const words = (quote ?? "").split(/\s+/u).filter(Boolean);
  if (words.length === 0) return null;
  const pattern = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&")).join("\\s+");
  const found = new RegExp(pattern, "u").exec(text);
  if (!found) return null;
  const end = found.index + found[0].length;
  return [text.slice(0, found.index), el("mark", {}, text.slice(found.index, end)), text.slice(end)];
}

const share = (value) => (value === null ? "–" : `${(100 * value).toFixed(0)} %`);
const milliseconds = (value) => (value === null ? "–" : `${value.toLocaleString("en-GB", { maximumFractionDigits: value < 10 ? 1 : 0 })} ms`);
