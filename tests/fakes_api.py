"""A small engine with frozen answers, hostile titles and refusals: what the api's tests run on."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from qa.archive import ArticlePage, IngestedArticle, IngestReport, ReportedError
from qa.catalogue import Asked, Counts
from qa.difference import Difference, compare
from qa.errors import ArchiveBusy, ArticleNotFound, CitationNotFound, IngestError, InvalidInput
from qa.settings import Settings
from qa.types import (
    BLOCK_SEPARATOR,
    NUMBERED,
    Answer,
    Article,
    ArticleEvent,
    Block,
    Citation,
    Event,
    Nearest,
    Paragraph,
    Query,
    Refusal,
    RefusalReason,
    ResolvedCitation,
    Source,
    Statement,
    Verdict,
    Version,
    jsonable,
)  # fmt: skip

SCRIPT = "<script>window.hacked = true</script><img src=x onerror='window.hacked = true'>"
TOKEN = "let-me-in"


def block(kind: str, text: str) -> Block:
    return Block(kind, text)  # type: ignore[arg-type]


STORM = Article(
    title="Fourteen boats lost as storm strikes Port Ellery",
    blocks=(
        block("paragraph", "Boats lay on the quay on Friday after the worst night in a decade. 🌊 Nobody slept."),
        block("heading", "What was lost"),
        block(
            "paragraph",
            "The storm destroyed 14 boats, harbour master Ines Vark said on Friday. No one was hurt.",
        ),
        block("caption", "The quay at dawn. Photograph: Tom Haske"),
        block("quote", "“I have never seen the sea so angry,” said Ms Vark."),
        block("list_item", "Repairs are expected to cost $1.5 million, the council estimates."),
    ),
    source="The Ellery Courier",
    authors=("Tom Haske",),
    published_at="2024-05-31",
    url="https://courier.example/2024/05/31/storm",
    given_id="storm",
)
HOSTILE = Article(
    title=f'Mayor {SCRIPT} & "friends"',
    blocks=(block("paragraph", f"The mayor said </p>{SCRIPT} would be banned by Tuesday 👩‍👩‍👧."),),
    source="<b>The Bold</b>",
    authors=("<i>Eve</i>",),
    published_at="2024-06-02T09:30:00+02:00",
    url="javascript:window.hacked=true",
    given_id="hostile",
)
LONG = Article(
    title="Very " + "long " * 400 + "W" * 600,
    blocks=(block("paragraph", "The bridge reopened on Monday."),),
    source=None,
    published_at=None,
    given_id="long",
)


def version_of(article: Article, article_id: str, status: str = "current") -> Version:
    source = Source(
        article_id, f"v-{article_id}", article.title, article.source, article.authors, article.published_at,
        article.updated_at, article.url, "en", article.section, article.genre, status,  # type: ignore[arg-type]
        None, None,
    )  # fmt: skip
    paragraphs, start, number = [], 0, 0
    for one in article.blocks:
        number += one.kind in NUMBERED
        shown = number if one.kind in NUMBERED else None
        end = start + len(one.text)
        paragraphs.append(Paragraph(shown, f"par-{start}", one.kind, start, end, one.text))
        start = end + len(BLOCK_SEPARATOR)
    return Version(source, article.text, tuple(paragraphs))


def citation(version: Version, paragraph: int, quote: str, number: int) -> Citation:
    found = next(p for p in version.paragraphs if p.number == paragraph)
    start = found.start + found.text.index(quote)
    source = version.source
    return Citation(
        number, f"cit-{source.article_id}-{paragraph}", source.article_id, source.version, source.title,
        source.source, source.authors, source.published_at, source.updated_at, source.url, paragraph,
        found.paragraph_id, quote, start, start + len(quote), f"/articles/{source.article_id}#p{paragraph}",
        "current",
    )  # fmt: skip


def answered(question: str, spans: list[tuple[Version, int, str]]) -> Answer:
    """One statement a span, each with a citation of its own."""
    citations = tuple(citation(v, p, quote, n) for n, (v, p, quote) in enumerate(spans, 1))
    text, statements = "", []
    for one in citations:
        start = len(text)
        text += one.quote
        verdict = Verdict("supported", 1.0, "verbatim")
        statements.append(Statement(one.quote, start, len(text), (one.number,), verdict))
        text += f" [{one.number}] "
    return Answer(
        "ans_" + question[:4], question, True, text.strip(), tuple(statements), citations, None,
        "extractive", 0.9, None, "s-1", {"total": 1.0},
    )  # fmt: skip


def refused(question: str, reason: RefusalReason, nearest: tuple[Nearest, ...] = ()) -> Answer:
    messages = {
        "not_in_archive": "The archive does not tell.",
        "empty_archive": "The archive is empty.",
    }
    refusal = Refusal(reason, messages.get(reason, "No answer."), nearest)
    return Answer("ans_no", question, False, "", (), (), refusal, "extractive", 0.1, None, "s-1", {"total": 1.0})


class FakeArchive:
    """The archive's signatures over a dictionary."""

    snapshot = "s-1"

    def __init__(self, *articles: Article) -> None:
        self.versions = {str(a.given_id): version_of(a, str(a.given_id)) for a in articles}
        self.feedback: list[tuple[str, str, str | None]] = []
        self.kept: list[Asked] = []
        self.busy = False

    def add(
        self,
        items: Iterable[Article | IngestError],
        *,
        progress: Callable[[IngestReport], None] | None = None,
    ) -> IngestReport:
        if self.busy:
            raise ArchiveBusy("another process is writing", hint="try again in a moment")
        seen = list(items)
        good = [item for item in seen if isinstance(item, Article)]
        for item in good:
            article_id = item.given_id or f"a{len(self.versions)}"
            self.versions[article_id] = version_of(item, article_id)
        return IngestReport(
            added=len(good),
            failed=len(seen) - len(good),
            articles=tuple(IngestedArticle(str(a.given_id), a.title, "added", a.origin) for a in good),
            errors=tuple(ReportedError(e.path, e.line, e.message) for e in seen if isinstance(e, IngestError)),
        )

    def articles(
        self,
        *,
        text: str | None = None,
        source: str | None = None,
        after: dt.date | None = None,
        before: dt.date | None = None,
        status: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> ArticlePage:
        if cursor and not cursor.isascii():
            raise InvalidInput("not a cursor")
        found = [v.source for v in self.versions.values() if not text or text.lower() in v.source.title.lower()]
        start = int(cursor) if cursor and cursor.isdigit() and len(cursor) < 9 else 0
        more = start + limit < len(found)
        return ArticlePage(tuple(found[start : start + limit]), str(start + limit) if more else None)

    def version(self, article_id: str, version: str | None = None) -> Version:
        found = self.versions.get(article_id)
        if found is None or version not in (None, found.source.version):
            raise ArticleNotFound(f"no article {article_id}", hint="GET /v1/articles lists them")
        return found

    def history(self, article_id: str) -> tuple[Source, ...]:
        return (self.version(article_id).source,)

    def events(self, article_id: str) -> tuple[ArticleEvent, ...]:
        return ()

    def copies(self, article_id: str) -> tuple[Source, ...]:
        return ()

    def changes(self, article_id: str, before: str | None = None, after: str | None = None) -> Difference:
        return compare(self.version(article_id, before), self.version(article_id, after))

    def delete(self, article_id: str) -> None:
        self.version(article_id)
        del self.versions[article_id]

    def retract(self, article_id: str, reason: str) -> None:
        old = self.version(article_id)
        article = Article(old.source.title, tuple(Block(p.kind, p.text) for p in old.paragraphs))
        self.versions[article_id] = version_of(article, article_id, "retracted")

    def resolve(self, citation_id: str) -> ResolvedCitation:
        for version in self.versions.values():
            for p in version.paragraphs:
                if citation_id == f"cit-{version.source.article_id}-{p.number}":
                    source = version.source
                    return ResolvedCitation(
                        citation_id, "current", source.article_id, source.version, p.text, source, p,
                        source.version, p.number,
                    )  # fmt: skip
        raise CitationNotFound(f"no citation {citation_id}")

    def add_feedback(self, answer_id: str, rating: str, comment: str | None) -> None:
        self.feedback.append((answer_id, rating, comment))

    def keep(self, question: Asked) -> None:
        if self.busy:
            raise ArchiveBusy("another process is writing", hint="try again in a moment")
        self.kept.append(question)

    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({v.source.source for v in self.versions.values() if v.source.source}))

    def counts(self) -> Counts:
        many = len(self.versions)
        return Counts(many, many, many, many)

    def close(self) -> None: ...


class FakeEngine:
    """Answers by the words of the question; ``pause`` seconds lie between two streamed events."""

    def __init__(self, *articles: Article, settings: Settings | None = None, pause: float = 0.0) -> None:
        self.archive = FakeArchive(*(articles or (STORM, HOSTILE, LONG)))
        self.settings = settings or Settings(admin_token=TOKEN)
        self.pause = pause
        self.warmed = False
        self.cut = threading.Event()
        """Set: the stream breaks after its first statement, as if the server had gone."""

    def ask(self, query: Query) -> Answer:
        question = query.question.lower()
        held = self.archive.versions
        if "busy" in question:
            raise ArchiveBusy("another process is writing", hint="try again in a moment")
        if not held:
            return refused(query.question, "empty_archive")
        if "boat" in question and "storm" in held:
            quotes = [
                (2, "The storm destroyed 14 boats, harbour master Ines Vark said on Friday."),
                (4, "Repairs are expected to cost $1.5 million, the council estimates."),
            ]
            return answered(query.question, [(held["storm"], p, quote) for p, quote in quotes])
        if "mayor" in question and "hostile" in held:
            return answered(query.question, [(held["hostile"], 1, HOSTILE.blocks[0].text)])
        if "bridge" in question and "long" in held:
            return answered(query.question, [(held["long"], 1, "The bridge reopened on Monday.")])
        return refused(query.question, "not_in_archive", self._nearest())

    def stream(self, query: Query) -> Iterator[Event]:
        yield Event("status", {"stage": "retrieve"})
        answer = self.ask(query)
        time.sleep(self.pause)
        yield Event("passages", {"passages": [{"article_id": c.article_id} for c in answer.citations]})
        for statement in answer.statements:
            used = [c for c in answer.citations if c.number in statement.citations]
            yield Event("statement", {"statement": jsonable(statement), "citations": jsonable(used)})
            time.sleep(self.pause)
            if self.cut.is_set():
                raise ConnectionAbortedError("the server was stopped")
        yield Event("answer", answer.as_json())

    def warm(self) -> None:
        self.warmed = True

    def close(self) -> None: ...

    def _nearest(self) -> tuple[Nearest, ...]:
        close = [v for v in self.archive.versions.values() if v.source.article_id != "long"]
        return tuple(
            Nearest(
                v.source.article_id, v.source.title, v.source.source, v.source.published_at, v.source.url, 1,
                v.paragraphs[0].paragraph_id, v.paragraphs[0].text, f"/articles/{v.source.article_id}#p1",
            )
            for v in close
        )  # fmt: skip
