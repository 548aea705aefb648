"""A small engine for the tests of eval and of the command line: it looks the answer up by whole words.

One article, three paragraphs; a question is answered by the first paragraph that holds its last word, and
refused where none does. No models, no files.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.archive import ArticlePage, CheckReport, IngestedArticle, IngestReport, ReportedError
from qa.catalogue import Counts
from qa.errors import ArticleNotFound
from qa.settings import Settings
from qa.types import (
    Answer,
    ArticleEvent,
    Citation,
    Event,
    Nearest,
    Paragraph,
    Query,
    Refusal,
    Source,
    Statement,
    Verdict,
    Version,
    jsonable,
)

TEXTS = (
    "The old bridge at Wick reopened on Friday after £1.5 million of repairs.",
    "“It took two years,” said Ada Vale, the engineer.",
    "Cyclists [bold] may use it \x1b[31mfree of charge\x1b[0m.",
)


def source(article_id: str = "bridge", **changes) -> Source:
    made = Source(
        article_id=article_id,
        version=f"v-{article_id}",
        title="Bridge [red]reopens[/red]",
        source="The Wick Herald",
        authors=("Jo Marsh",),
        published_at="2024-03-01",
        updated_at=None,
        url=f"https://wick.example/{article_id}",
        language="en",
        section=None,
        genre="news",
        status="current",
        known_from=dt.date(2024, 3, 1),
        known_until=None,
    )
    return replace(made, **changes)


def version(texts: tuple[str, ...] = TEXTS) -> Version:
    paragraphs, start = [], 0
    for number, text in enumerate(texts, 1):
        paragraphs.append(Paragraph(number, f"p{number}", "paragraph", start, start + len(text), text))
        start += len(text) + 2
    return Version(source(), "\n\n".join(texts), tuple(paragraphs))


@dataclass
class FakeArchive:
    """What the commands call of an archive."""

    texts: tuple[str, ...] = TEXTS
    snapshot: str = "snap-1"
    embedding_model: str = "fake@1"
    problems: tuple[str, ...] = ()
    deleted: list[str] = field(default_factory=list)
    retracted: list[tuple[str, str]] = field(default_factory=list)
    report: IngestReport | None = None

    def version(self, article_id: str, version_id: str | None = None) -> Version:
        if article_id != "bridge" or version_id not in {None, "v-bridge"}:
            raise ArticleNotFound(f"no article {article_id} in this archive")
        return version(self.texts)

    def history(self, article_id: str) -> tuple[Source, ...]:
        return (source(),) if article_id == "bridge" else ()

    def events(self, article_id: str) -> tuple[ArticleEvent, ...]:
        return ()

    def copies(self, article_id: str) -> tuple[Source, ...]:
        return ()

    def articles(self, **filters) -> ArticlePage:
        return ArticlePage((source(),), None)

    def delete(self, article_id: str) -> None:
        self.version(article_id)
        self.deleted.append(article_id)

    def retract(self, article_id: str, reason: str) -> None:
        self.version(article_id)
        self.retracted.append((article_id, reason))

    def counts(self) -> Counts:
        return Counts(articles=1, versions=1, paragraphs=3, passages=3)

    def check(self) -> CheckReport:
        return CheckReport(self.problems, self.counts())

    def reindex(self, *, progress=None) -> None:
        if progress:
            progress(3, 3)

    def add(self, items, *, progress=None) -> IngestReport:
        report = self.report or IngestReport(
            added=1,
            failed=1,
            paragraphs=3,
            articles=(IngestedArticle("bridge", "Bridge reopens", "added", "a.md"),),
            errors=(ReportedError("b.jsonl", 7, "not valid JSON"),),
        )
        if progress:
            progress(report)
        return report


@dataclass
class FakeEngine:
    """Answers at once; remembers what it was asked, and can be told to fail at the n-th question."""

    archive: FakeArchive = field(default_factory=FakeArchive)
    settings: Settings = field(default_factory=lambda: Settings(home=Path("fake")))
    fail_at: int | None = None
    failure: BaseException = field(default_factory=KeyboardInterrupt)
    asked: list[str] = field(default_factory=list)
    closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, query: Query) -> Answer:
        with self._lock:
            self.asked.append(query.question)
            if self.fail_at is not None and len(self.asked) >= self.fail_at:
                raise self.failure
        word = query.question.rstrip("?").rsplit(" ", 1)[-1].lower()
        held = next((p for p in version(self.archive.texts).paragraphs if word in p.text.lower()), None)
        return refused(query.question) if held is None else answered(query.question, held)

    def stream(self, query: Query) -> Iterator[Event]:
        """Reads the paragraph that answers, and then the first ones of its article."""
        answer = self.ask(query)
        cited = [citation.paragraph for citation in answer.citations]
        numbers = dict.fromkeys([*cited, *range(1, min(len(self.archive.texts), 10) + 1)])
        yield Event("status", {"stage": "retrieve"})
        yield Event("passages", {"passages": [listed(number) for number in numbers]})
        for statement in answer.statements:
            yield Event("statement", {"statement": jsonable(statement), "citations": jsonable(answer.citations)})
        yield Event("answer", answer.as_json())

    def warm(self) -> None: ...

    def close(self) -> None:
        self.closed = True


def listed(number: int) -> dict[str, object]:
    """A passage as the ``passages`` event has it."""
    at = source()
    return {
        "article_id": at.article_id,
        "title": at.title,
        "source": at.source,
        "published_at": at.published_at,
        "url": at.url,
        "paragraph": number,
        "permalink": f"/articles/{at.article_id}#p{number}",
    }


def answered(question: str, paragraph: Paragraph, quote: str | None = None) -> Answer:
    quote = paragraph.text if quote is None else quote
    at = source()
    citation = Citation(
        1, "c1", at.article_id, at.version, at.title, at.source, at.authors, at.published_at, None, at.url,
        paragraph.number or 0, paragraph.paragraph_id, quote, paragraph.start, paragraph.start + len(quote),
        f"/articles/{at.article_id}#p{paragraph.number}", "current",
    )  # fmt: skip
    statement = Statement(quote, 0, len(quote), (1,), Verdict("supported", 1.0, "verbatim"))
    return Answer(
        "ans_1", question, True, f"{quote} [1]", (statement,), (citation,), None, "extractive", 0.9, None, "snap-1"
    )


def refused(question: str) -> Answer:
    at, paragraph = source(), version().paragraphs[0]
    nearest = Nearest(
        at.article_id, at.title, at.source, at.published_at, at.url, 1, "p1", paragraph.text, "/articles/bridge#p1"
    )
    refusal = Refusal("not_in_archive", "The archive does not say.", (nearest,))
    return Answer("ans_2", question, False, "", (), (), refusal, "extractive", 0.1, None, "snap-1")
