// The quoted words of a citation, with those among them set off that answer, where the service is sure of them.

import { el } from "./dom.js";

/**
 * @param {import("./types").Citation} citation `highlight` counts code points of the article, as `start` does
 * @returns {unknown[]} children for el()
 */
export function quoteView({ quote, start, highlight }) {
  const points = [...quote];
  const [from, to] = (highlight ?? [start, start]).map((place) => place - start);
  if (!(0 <= from && from < to && to <= points.length)) return [quote];
  const slice = (a, b) => points.slice(a, b).join("");
  return [slice(0, from), el("strong", {}, slice(from, to)), slice(to)];
}
