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

export interface Nearest extends Passage {
  text: string;
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
  highlight: [number, number] | null;
  status: string;
}

export interface Support {
  verdict: "supported";
  score: number;
  checker: string;
  reason: string | null;
}

export interface Statement {
  text: string;
  /** Unicode code points into the answer's text, end exclusive. */
  start: number;
  end: number;
  /** Numbers of citations. */
  citations: number[];
  support: Support;
  /** How many independent reports say so. */
  reports: number;
  /** An item of a list, to be shown on a line of its own. */
  item: boolean;
}

export interface Refusal {
  reason: "not_in_archive" | "outside_filters" | "unsupported" | "ambiguous" | "empty_archive";
  message: string;
  nearest: Nearest[];
}

/** What was read into the question. */
export interface Understood {
  question: string;
  after: string | null;
  before: string | null;
  sources: string[];
  notes: string[];
}

export interface Disagreement {
  /** Places in the answer's `statements`, from 0. */
  statements: number[];
  /** The words that differ, one for each. */
  values: string[];
  kind: string;
}

export interface Coverage {
  article_id: string;
  title: string;
  source: string | null;
  published_at: string | null;
  permalink: string;
}

/** Tokens that the language model's server counted. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
}

export interface Answer {
  id: string;
  question: string;
  answered: boolean;
  text: string;
  statements: Statement[];
  citations: Citation[];
  refusal: Refusal | null;
  reader: "extractive" | "llm" | "none";
  /** 0 to 1: how sure the reader is that its first statement answers the question. */
  confidence: number;
  as_of: string | null;
  /** Names the content of the archive that was asked. */
  snapshot: string;
  /** What became of a language model that was asked; of an answer by one: why it may not be whole. */
  reader_note: string | null;
  understood: Understood | null;
  /** Statements that tell one fact with different figures. */
  disagreements: Disagreement[];
  /** Later articles on the matter. */
  later: Coverage[];
  usage: Usage | null;
  /** By stage, and `total`. */
  timings_ms: Record<string, number>;
}

export interface Paragraph {
  number: number | null;
  paragraph_id: string;
  kind: string;
  start: number;
  end: number;
  text: string;
}

/** An article as lists have it. */
export interface Entry {
  article_id: string;
  version: string;
  title: string;
  source: string | null;
  authors: string[];
  published_at: string | null;
  updated_at: string | null;
  url: string | null;
  language: string | null;
  section: string | null;
  genre: string | null;
  status: "current" | "superseded" | "retracted";
  /** From which day on, and until which, this version was the article's text. */
  known_from: string | null;
  known_until: string | null;
  /** Why it was retracted. */
  reason: string | null;
  /** The `article_id` of the earliest article that prints the same report. */
  report: string;
  corrected_at: string | null;
  permalink: string;
}

export interface ArticleEvent {
  article_id: string;
  version: string;
  kind: "correction" | "clarification" | "retraction";
  at: string;
  text: string;
  declared: "markup" | "text" | "command";
}

export interface Article extends Entry {
  text: string;
  paragraphs: Paragraph[];
  /** Where fields came from. */
  provenance: Record<string, string>;
  /** What speaks against `published_at`. */
  doubts: ("published_in_future" | "published_before_reference")[];
  /** Oldest first. */
  versions: { version: string; status: string; known_from: string | null }[];
  events: ArticleEvent[];
  /** The other articles that print the same report. */
  also_in: Entry[];
}

export interface Filters {
  after?: string;
  before?: string;
  as_of?: string;
  sources?: string[];
}
