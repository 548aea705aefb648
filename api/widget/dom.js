// Elements made of values. Text only ever becomes a text node, and a link only leads to the web.

/** el("a", {href, class: "x", onclick}, "text", child, ...): null, undefined and false are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** `url` where it is http or https, else null: what comes from an article is a stranger's. */
export function webUrl(url) {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol) ? url : null;
  } catch {
    return null;
  }
}

/** "13 August 2021" in the reader's language; what is no date stays as it came. */
export function day(stamp) {
  const date = new Date(`${String(stamp).slice(0, 10)}T00:00:00Z`);
  if (!stamp || Number.isNaN(date.getTime())) return stamp || null;
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "long", timeZone: "UTC" }).format(date);
}
