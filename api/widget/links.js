// Where a citation leads: to the article's page with the quoted words marked, and to the publisher's own page.

/** `url` where it is http or https, else null: what comes from an article is a stranger's. */
export function webUrl(url) {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol) ? url : null;
  } catch {
    return null;
  }
}

/** The page of the version that was quoted; of a passage that names no version, of the current one. */
export function articlePage(base, { article_id, version, paragraph, start, end }) {
  const url = new URL(`articles/${encodeURIComponent(article_id)}`, base);
  if (version) url.searchParams.set("version", version);
  if (version && end > start) url.searchParams.set("mark", `${start}-${end}`);
  if (paragraph) url.hash = `p${paragraph}`;
  return url.href;
}

/** The publisher's page at the quoted words, in a browser that knows text fragments; null without a web address. */
export function publisherPage({ url, quote }) {
  const page = webUrl(url);
  if (!page) return null;
  const words = quote.toWellFormed().trim().split(/\s+/u);
  const text = words.length > 12 ? `${encoded(words.slice(0, 5))},${encoded(words.slice(-5))}` : encoded(words);
  // A word without end would be refused as an address; the page itself is still worth the way.
  if (!words[0] || text.length > 1000) return page;
  return `${page}${page.includes("#") ? "" : "#"}:~:text=${text}`;
}

// In a text fragment a dash, a comma and an ampersand have meanings of their own.
function encoded(words) {
  return encodeURIComponent(words.join(" ")).replaceAll("-", "%2D");
}
