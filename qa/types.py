"""The words of the domain, as frozen values.

The data's way is ``bytes -> Article -> Version -> Passages`` and
``Query -> Hits -> Evidence -> Draft -> verdicts -> Answer``. Each step adds one fact and points back to where
it came from; nothing here is ever mutated, and nothing here knows of storage, models or HTTP.

All offsets count Unicode code points, as Python's ``str`` does, and ends are exclusive.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from qa.reading import Reading

BlockKind = Literal["paragraph", "list_item", "quote", "heading", "caption", "table", "tagline"]
"""A tagline is the line in which an agency or an outlet signs: who reported, wrote, edited and contributed."""
NUMBERED: frozenset[BlockKind] = frozenset({"paragraph", "list_item", "quote"})
"""The kinds that are numbered as paragraphs; the others are kept, but cannot be cited."""

Genre = Literal["news", "opinion", "analysis", "review", "live_blog", "sponsored", "obituary", "correction"]
"""The genres that readers recognise; a record's own word for another one is kept as it came."""

Provenance = Literal["record", "feed", "json-ld", "microdata", "meta", "page", "file"]
"""Where a field of an article came from: a record's own field, a feed's entry, a page's markup or its visible text."""

Doubt = Literal["published_in_future", "published_before_reference"]
"""Why a date is not to be trusted: it lies ahead, or the article speaks of a later day as past."""

EventKind = Literal["correction", "clarification", "retraction"]

BLOCK_SEPARATOR = "\n\n"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an article's body in reading order, as a reader of some format found it."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What an article says of its own mistakes: the line in which it corrects, clarifies or takes itself back.

    Attributes:
        at: ISO 8601 date, where the line or its markup gives one.
        declared: by the page's markup, or by a text that is nothing else. A line among others may be about something
            else: a study that its journal retracted.
    """

    kind: EventKind
    text: str
    at: str | None = None
    declared: bool = False


@dataclass(frozen=True)
class Article:
    """One news story as published: what every reader in ``qa.ingest`` produces.

    Attributes:
        published_at: ISO 8601 date, or date and time with its offset where the source gave one.
        updated_at: the same, for the last change that the source itself declares.
        given_id: the id that the input carried, if it carried one.
        origin: the path or url it was read from, for messages only.
        provenance: where each of the fields above came from, by the field's name.
        doubts: what speaks against ``published_at``.
        notices: corrections and retractions that the input itself declares; they stand in ``blocks`` too where
            they are part of the text.

    Raises:
        ValueError: a date that does not begin as ``YYYY-MM-DD``.
    """

    title: str
    blocks: tuple[Block, ...]
    source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    updated_at: str | None = None
    url: str | None = None
    language: str | None = None
    section: str | None = None
    genre: str | None = None
    given_id: str | None = None
    origin: str | None = None
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        for day in (self.published_at, self.updated_at):
            if day is not None:
                if not _DATE.match(day):  # Python reads week dates and dates without dashes too
                    raise ValueError(f"{day!r} does not begin as YYYY-MM-DD")
                dt.date.fromisoformat(day[:10])

    @cached_property
    def text(self) -> str:
        """The body: all blocks in order, parted by a blank line. Every offset points into it."""
        return BLOCK_SEPARATOR.join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server calls the state in which it gave a page, to be asked later whether it is still so.

    Attributes:
        found_at: the address that gave it, after all redirects.
        etag: the server's name for that state.
        last_modified: since when it is so, as the server writes it.
    """

    found_at: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """Stands behind the last article of an address that was read without an error.

    Attributes:
        url: the address as it was asked for.
        gave: how many of the articles that came before are from it, those of ``Unchanged`` included.
    """

    url: str
    validators: Validators
    gave: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Stands in place of the articles of an address that gives what it gave before.

    Attributes:
        article_ids: what it gave then; the archive holds them all.
    """

    url: str
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block in its place: ``version.text[start:end] == text``. Only ``NUMBERED`` kinds have a number."""

    number: int | None
    paragraph_id: str
    kind: BlockKind
    start: int
    end: int
    text: str


VersionStatus = Literal["current", "superseded", "retracted"]


@dataclass(frozen=True, slots=True)
class Source:
    """Which version of which article: what a citation prints beside the quote.

    Attributes:
        version: id made of the version's content; unique over all articles.
        known_from: the first day on which this text can have been read; None where the source gave no date.
        report: names the report that the article prints: the ``article_id`` of the earliest article that prints it,
            nearly always its own. Told of the current version, also with an earlier one.
        corrected_at: ISO 8601 date of the article's latest correction or clarification.
    """

    article_id: str
    version: str
    title: str
    source: str | None
    authors: tuple[str, ...]
    published_at: str | None
    updated_at: str | None
    url: str | None
    language: str | None
    section: str | None
    genre: str | None
    status: VersionStatus
    known_from: dt.date | None
    known_until: dt.date | None
    reason: str | None = None
    """Why the article was retracted, if it was."""
    report: str = ""
    corrected_at: str | None = None

    @property
    def day(self) -> dt.date | None:
        """Of publication, as it was printed; None where the source gave no date."""
        return dt.date.fromisoformat(self.published_at[:10]) if self.published_at else None


@dataclass(frozen=True, slots=True)
class Version:
    """One state of an article's body, as the catalogue keeps it.

    Attributes:
        provenance: where each field came from, as far as its reader said.
        doubts: what speaks against ``source.published_at``.
    """

    source: Source
    text: str
    paragraphs: tuple[Paragraph, ...]
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleEvent:
    """Something that was said of an article after it was published: a correction, a clarification, a retraction.

    Attributes:
        at: ISO 8601 date, by the notice itself or else the first day on which it can have been read.
        text: what was said; of a retraction the reason.
        declared: by the article's markup, or a text that is nothing else; by a line of its text; by a person's command.
        version: the version that was current when it came in.
    """

    article_id: str
    version: str
    kind: EventKind
    at: str
    text: str
    declared: Literal["markup", "text", "command"]


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: a paragraph, or the slice ``[start:end]`` of the body from a very long one.

    Attributes:
        before: the paragraph right before its own, in the same version; None after a heading, or where none is. Of a
            list that no paragraph announces, the heading over it; of an item, what stands before the list.
        items: the list that it announces, or of which it is the first item.
        announced: the paragraph behind its colon, where no list is there.
    """

    passage_id: str
    paragraph: Paragraph
    source: Source
    start: int
    end: int
    text: str
    before: Paragraph | None = None
    items: tuple[Paragraph, ...] = ()
    announced: Paragraph | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands: the same passage in another version is another one."""
        return (self.source.version, self.passage_id)

    @property
    def following(self) -> tuple[Paragraph, ...]:
        """What is read with it: its list, or what its colon announces."""
        if self.announced:
            return (self.announced,)
        return tuple(item for item in self.items if item != self.paragraph)

    @property
    def read(self) -> str:
        """Its text, and what is read with it. Places in it count from ``start``, in the article's text."""
        return BLOCK_SEPARATOR.join((self.text, *(paragraph.text for paragraph in self.following)))


def whole(paragraph: Paragraph, source: Source) -> Passage:
    """The passage that is all of a paragraph."""
    return Passage(f"{paragraph.paragraph_id}.0", paragraph, source, paragraph.start, paragraph.end, paragraph.text)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included; None: open on that side."""

    after: dt.date | None
    before: dt.date | None


@dataclass(frozen=True, slots=True)
class Preference:
    """What a question leans to, without asking for it alone: among passages that answer as well, these come first.

    Attributes:
        period: published then, or soon after.
        newest: the later, the better.
        sources: of these outlets, by their names in the archive.
        told_by: of these outlets as well; what another tells is less sure to be meant ('according to the Herald').
        phrases: with these words one after another, as the question has them.
    """

    period: Period | None = None
    newest: bool = False
    sources: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.period or self.newest or self.sources or self.told_by or self.phrases)


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its filters; all of them are exact, and all of them must hold.

    Attributes:
        as_of: answer as on the evening of this day: nothing published or changed later is used.
        after: only articles published on this day or later.
        before: only articles published on this day or earlier.
        sources: only articles of these outlets, letter case and a leading 'The' aside; empty for all.
        history: the conversation before the question, oldest first.
        prefers: what it leans to; set by ``qa.understand``.
        matter: what is read with the passages: the question less words that ``prefers`` has understood already, and
            that no passage says of itself ('according to the Herald'); empty where that is the whole question.
    """

    question: str
    as_of: dt.date | None = None
    after: dt.date | None = None
    before: dt.date | None = None
    sources: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    prefers: Preference = Preference()
    matter: str = ""

    @property
    def read_with(self) -> str:
        """What the models read with each passage."""
        return self.matter or self.question

    @property
    def filtered(self) -> bool:
        return bool(self.as_of or self.after or self.before or self.sources)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was read into a question, as its answer shows it.

    Attributes:
        question: as it was answered: a follow-up made to stand alone, any other as it was asked.
        after, before, sources: the filters that its own words gave, where the caller gave none.
        notes: one sentence for each thing that was read into it.
    """

    question: str
    after: dt.date | None = None
    before: dt.date | None = None
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """A query as it is to be answered.

    Attributes:
        query: its question stands alone; history is used up.
        shown: what was read into it; None where it is taken as it stands.
        unclear: why it cannot be answered before it is asked otherwise, for whoever asked; None where it can.
        parts: what is asked beside it, of a question over several articles.
        over_time: the parts follow one upon another.
    """

    query: Query
    shown: Understood | None = None
    unclear: str | None = None
    parts: tuple[Query, ...] = ()
    over_time: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """What a question over several articles is taken apart into.

    Attributes:
        questions: up to four, each standing alone. One where the same is asked of one article after another.
        over_time: what they ask for follows one upon another, and is told oldest first.
        period: only what was published then is asked for.
    """

    questions: tuple[str, ...]
    over_time: bool = False
    period: Period | None = None


_FUSED, _AHEAD, _LEANING = 8.0, 0.25, 0.5
"""What they weigh beside the reading's logit: measured (docs/decisions/0029)."""
_UNREAD = -7.0  # the least logit: what was not read is taken not to answer


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval found, and what each stage said of it.

    Attributes:
        lexical_rank: place in the lexical list, from 1; None where it was not found there.
        dense_rank: the same for the dense list.
        fused: the weighted sum of both scores, less that of the best passage found: 0 at best.
        reading: what the reading model made of the passage; None where it was not read.
        copies: the articles that print the same paragraph in the same report and are left out for it, earliest first.
        leaning: what the question leans to; half of it counts beside the logit.
        ahead: by how much the cross-encoder's logit is over the other's, of the two that it was asked of.
    """

    passage: Passage
    lexical_rank: int | None
    dense_rank: int | None
    fused: float
    reading: Reading | None = field(default=None, compare=False, repr=False)
    copies: tuple[Source, ...] = ()
    leaning: float = 0.0
    ahead: float = 0.0

    @property
    def logit(self) -> float | None:
        """The reading's log-odds that the passage answers, about -7 to +7; None where it was not read."""
        return self.reading.logit if self.reading else None

    @property
    def odds(self) -> float:
        """Log-odds that the passage answers, with what the question leans to; not calibrated."""
        return (_UNREAD if self.logit is None else self.logit) + _LEANING * self.leaning

    @property
    def relevance(self) -> float:
        """What hits are ordered by, once they are reranked; only its differences mean anything."""
        return self.odds + _FUSED * self.fused + _AHEAD * self.ahead


@dataclass(frozen=True, slots=True)
class Evidence:
    """The question with the hits that a reader may use, best first.

    Attributes:
        parts: of a question over several articles, what was found for each of its parts; its hits are among ``hits``.
        over_time: the parts follow one upon another.
        own: of a question in parts, the hits that were read with the question itself; they are among ``hits``.
    """

    query: Query
    hits: tuple[Hit, ...]
    parts: tuple[Evidence, ...] = ()
    over_time: bool = False
    own: tuple[Hit, ...] = ()

    @property
    def offered(self) -> frozenset[tuple[str, str]]:
        """Version and paragraph_id of every paragraph that may be cited."""
        passages = [hit.passage for hit in self.hits]
        pairs = ((p, one) for p in passages for one in (p.paragraph, p.before, *p.following) if one)
        return frozenset((passage.source.version, one.paragraph_id) for passage, one in pairs if one.number is not None)


Marked = tuple[int, int]
"""Start and end of some words, in the article's text."""


@dataclass(frozen=True, slots=True)
class Span:
    """The slice ``[start:end]`` of a version's body, inside one paragraph: what a citation will point at.

    Attributes:
        highlight: the words in it that answer, where they are known. Two spans of the same words are the same span.
    """

    source: Source
    paragraph: Paragraph
    start: int
    end: int
    highlight: Marked | None = field(default=None, compare=False)

    @property
    def quote(self) -> str:
        return self.paragraph.text[self.start - self.paragraph.start : self.end - self.paragraph.start]


@dataclass(frozen=True, slots=True)
class DraftStatement:
    """One sentence that a reader wants to say, with what leads up to it, and the spans that it rests on.

    Attributes:
        reports: how many independent reports say so, as far as the reader looked; copies of one count once.
        item: whether it is an item of a list, and so need be no whole sentence.
    """

    text: str
    spans: tuple[Span, ...]
    reports: int = 1
    item: bool = False


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Reports that tell one fact with different figures, each said by a statement of its own.

    Attributes:
        statements: places in the answer's statements, in the order in which the reports were published.
        values: the words that differ, one for each.
        kind: what differs: number, money, share, date or age.
    """

    statements: tuple[int, ...]
    values: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader made of the evidence. No statements: the evidence does not answer.

    Attributes:
        confidence: how likely, 0 to 1, the first statement answers the question.
        untold: parts of the question of which no statement tells.
    """

    statements: tuple[DraftStatement, ...]
    reader: str
    confidence: float
    disagreements: tuple[Disagreement, ...] = ()
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A checker's word on one statement; only ``supported`` statements are ever shown."""

    verdict: Literal["supported", "partial", "unsupported", "contradicted"]
    score: float
    checker: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer: ``answer.text[start:end] == text``; ``citations`` are citation numbers.

    Attributes:
        reports: how many independent reports say so, as far as was read; copies of one count once.
        item: an item of a list, on a line of its own in ``answer.text``.
    """

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    support: Verdict
    reports: int = 1
    item: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to a span of one paragraph: ``version.text[start:end] == quote`` in the version it names.

    Attributes:
        highlight: start and end of the words in the quote that answer, counted as ``start`` is; None where not sure.
    """

    number: int
    citation_id: str
    article_id: str
    version: str
    title: str
    source: str | None
    authors: tuple[str, ...]
    published_at: str | None
    updated_at: str | None
    url: str | None
    paragraph: int
    paragraph_id: str
    quote: str
    start: int
    end: int
    permalink: str
    status: str
    highlight: Marked | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """A later article on the matter of an answer, which the answer does not cite."""

    article_id: str
    title: str
    source: str | None
    published_at: str | None
    permalink: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage that comes close to the question and does not answer it."""

    article_id: str
    title: str
    source: str | None
    published_at: str | None
    url: str | None
    paragraph: int
    paragraph_id: str
    text: str
    permalink: str


RefusalReason = Literal["not_in_archive", "outside_filters", "unsupported", "ambiguous", "empty_archive"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not answered. Never carries citations; ``nearest`` is coverage that does not answer."""

    reason: RefusalReason
    message: str
    nearest: tuple[Nearest, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the server of a language model counted: sent to it, and received."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent to whoever asked; ``as_json`` gives the contract's object.

    Attributes:
        confidence: how sure the reader is, 0 to 1, that its first statement answers the question; of a refusal,
            that the statement which it withheld would have. With a language model too, it is the extractive reader's.
        reader_note: what became of the language model, where one is configured and did not give the whole answer.
        understood: what was read into the question; None where it was taken as it stands.
        disagreements: statements that tell one fact with different figures.
        later: up to three articles on the matter that are later than all that is cited, newest first.
        usage: of all requests to a language model that were made for it; None where no server told any.
    """

    id: str
    question: str
    answered: bool
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    refusal: Refusal | None
    reader: str
    confidence: float
    as_of: dt.date | None
    snapshot: str
    reader_note: str | None = None
    understood: Understood | None = None
    disagreements: tuple[Disagreement, ...] = ()
    later: tuple[Coverage, ...] = ()
    usage: Usage | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON-ready values, keys in the contract's order."""
        return jsonable(self)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Event:
    """One step of an answer that is being made: ``status``, ``passages``, ``statement``, then ``answer``."""

    kind: Literal["status", "passages", "statement", "answer"]
    data: Mapping[str, Any]


CitationStatus = Literal["current", "edited", "moved", "removed", "retracted"]


@dataclass(frozen=True, slots=True)
class ResolvedCitation:
    """What became of a citation since it was given.

    Attributes:
        status: ``current``: the paragraph stands as quoted; ``moved``: it stands, with another number;
            ``edited``: its text changed; ``removed``: the paragraph or its article is gone; ``retracted``.
        paragraph: the paragraph as it was when cited; None where the article was deleted.
        number_now: its number in the current version, where it still stands.
    """

    citation_id: str
    status: CitationStatus
    article_id: str
    version: str
    quote: str | None
    source: Source | None
    paragraph: Paragraph | None
    current_version: str | None
    number_now: int | None
    reason: str | None = None


def jsonable(value: Any) -> Any:
    """Values of this module as what ``json.dumps`` takes: dataclasses to dicts, dates to ISO strings."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: jsonable(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
