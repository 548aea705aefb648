// Where a citation leads: to the article's page with the quoted words marked, and to the publisher's own page.

const LONGEST = 300; // characters that are named in full; of a longer quote its first and last words are
const WORDS = 5;
const MOST = 2000; // characters of an address

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

/**
 * The publisher's page at the quoted words, in a browser that knows text fragments; null without a web address.
 * @param {import("./types").Article | null} article tells words apart that stand earlier in it too
 */
export function publisherPage({ url, quote, start }, article) {
  const [page] = webUrl(url)?.split(":~:") ?? [];
  const words = worded(quote);
  if (!page || !words[0]) return page ?? null;
  const ends = [words.slice(0, WORDS), words.slice(-WORDS)];
  const text = quote.length > LONGEST && words.length > 2 * WORDS ? ends.map(encoded).join() : encoded(words);
  // A word without end would be refused as an address; the page itself is still worth the way.
  if (text.length > MOST) return page;
  return `${page}${page.includes("#") ? "" : "#"}:~:text=${before(quote, start, article)}${text}`;
}

// Of the same paragraph only: between two of them a page may have anything.
function before(quote, start, article) {
  const points = [...(article?.text ?? "")];
  if (!points.slice(0, start).join("").includes(quote)) return "";
  const block = article.paragraphs.findLast((one) => one.start <= start);
  const words = worded(points.slice(block.start, start).join("")).slice(-WORDS);
  return words[0] ? `${encoded(words)}-,` : "";
}

function worded(text) {
  return text.toWellFormed().trim().split(/\s+/u);
}

// In a text fragment a dash, a comma and an ampersand have meanings of their own.
function encoded(words) {
  return encodeURIComponent(words.join(" ")).replaceAll("-", "%2D");
}
