// The service's objects, as docs/http-api.md describes them. For editors; a browser never loads this file.

export interface Passage {
  article_id: string;
  title: string;
  source: string | null;
  published_at: string | null;
  url: string | null;
  paragraph: number;
  paragraph_id: string;
  permalink: string;
}

export interface Citation extends Passage {
  number: number;
  citation_id: string;
  version: string;
  authors: string[];
  updated_at: string | null;
  /** Unicode code points into the article's text, end exclusive. */
  start: number;
  end: number;
  quote: string;
  /** Start and end of the words that answer, counted as `start` is. */
  highlight?: [number, number] | null;
  status: string;
}

export interface Statement {
  text: string;
  start: number;
  end: number;
  /** Numbers of citations. */
  citations: number[];
  /** How many independent reports say so. */
  reports?: number;
}

export interface Answer {
  id: string;
  question: string;
  answered: boolean;
  text: string;
  statements: Statement[];
  citations: Citation[];
  refusal: { reason: string; message: string; nearest: (Passage & { text: string })[] } | null;
  reader: "extractive" | "llm" | "none";
  /** What became of a language model that was asked; of an answer by one: why it may not be whole. */
  reader_note: string | null;
  /** What was read into the question. */
  understood?: (Filters & { question: string; notes: string[] }) | null;
  /** Places in `statements` that tell one fact with different figures, and those figures. */
  disagreements?: { statements: number[]; values: string[]; kind: string }[];
  /** Later articles on the matter. */
  later?: { article_id: string; title: string; source: string | null; published_at: string | null }[];
}

export interface Paragraph {
  number: number | null;
  kind: string;
  start: number;
  end: number;
  text: string;
}

export interface Article {
  article_id: string;
  version: string;
  title: string;
  language: string | null;
  status: "current" | "superseded" | "retracted";
  reason: string | null;
  text: string;
  paragraphs: Paragraph[];
  events: { kind: "correction" | "clarification" | "retraction"; at: string; text: string }[];
}

export interface Filters {
  after?: string;
  before?: string;
  as_of?: string;
  sources?: string[];
}
