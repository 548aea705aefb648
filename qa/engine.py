"""The straight line from a question to a cited answer, and the only place where the parts are chosen."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa.archive import Archive, open_archive
from qa.cite import cite, nearest, permalink
from qa.prefer import prefer
from qa.read import Reader
from qa.read.extractive import ExtractiveReader
from qa.rerank import Reranker
from qa.retrieve import Retriever
from qa.types import Answer, Draft, Event, Evidence, Hit, Query, Refusal, RefusalReason, Understanding, jsonable
from qa.understand import understand
from qa.verify import verify

if TYPE_CHECKING:
    from qa.models.embedding import Embedder
    from qa.models.llamaindex import LlamaIndexEmbedder
    from qa.settings import Settings


_PATIENCE = 3  # times that a question is looked up again because the archive changed under it


class Engine:
    """Answers questions from one archive. Safe to call from many threads; made by ``build``."""

    def __init__(
        self, settings: Settings, archive: Archive, retriever: Retriever, reranker: Reranker, reader: Reader
    ) -> None:
        self.settings = settings
        self.archive = archive
        self.reader = reader
        self.retriever = retriever
        self._reranker = reranker

    def ask(self, query: Query) -> Answer:
        """The answer, each sentence cited and checked; or the refusal, with its reason."""
        *_, last = self._steps(query)
        assert isinstance(last, Answer)
        return last

    def stream(self, query: Query) -> Iterator[Event]:
        """The same answer while it is made: what happens, what was found, each checked statement, the whole."""
        for step in self._steps(query):
            if isinstance(step, Answer):
                yield from _statement_events(step)
                yield Event("answer", step.as_json())
            else:
                yield step

    def evidence(self, query: Query) -> Evidence:
        """What a reader is given for this query: the passages found, best first."""
        return self._evidence(self.understand(query).query)

    def understand(self, query: Query) -> Understanding:
        """What the question asks beside its words, counted from ``as_of`` or else from the archive's latest day."""
        # Today would be nearer to what people mean, and would answer an archive that ended in 2023 with nothing.
        day = query.as_of or self.archive.latest_day()
        return understand(query, day=day, outlets=self.archive.view().outlets(query.as_of))

    def warm(self) -> None:
        """Run every model once, so that the first question is as fast as the next."""
        self.ask(Query("Is the archive warm?"))

    def close(self) -> None:
        self.archive.close()

    def _steps(self, query: Query) -> Iterator[Event | Answer]:
        clock = _Clock()
        asked, understood = query, self.understand(query)
        if understood.unclear:
            answer = _answer(asked, Draft((), "none", 0.0), refusal=Refusal("ambiguous", understood.unclear))
            yield replace(answer, snapshot=self.archive.snapshot, timings_ms=clock.read())
            return
        query = understood.query
        yield Event("status", {"stage": "retrieve"})
        with clock("retrieve"):
            snapshot, hits = self._retrieve(query)
        yield Event("status", {"stage": "rerank"})
        with clock("rerank"):
            hits = prefer(query.prefers, self._reranker.rerank(query.question, hits))
        yield Event("passages", {"passages": [_listed(hit) for hit in hits]})
        yield Event("status", {"stage": "read"})
        evidence = Evidence(query, hits)
        with clock("read"):
            draft = self.reader.read(evidence)
        yield Event("status", {"stage": "verify"})
        with clock("verify"):
            answer = self._finish(evidence, draft)
        yield replace(
            answer, question=asked.question, understood=understood.shown, snapshot=snapshot, timings_ms=clock.read()
        )

    def _evidence(self, query: Query) -> Evidence:
        """As ``evidence``, of a query that is understood already."""
        hits = self._reranker.rerank(query.question, self.retriever.retrieve(query))
        return Evidence(query, prefer(query.prefers, hits))

    def _retrieve(self, query: Query) -> tuple[str, tuple[Hit, ...]]:
        """The hits, and the snapshot that they are of: looked up again where the archive changed meanwhile."""
        for _ in range(_PATIENCE):
            snapshot = self.archive.snapshot
            hits = self.retriever.retrieve(query)
            if self.archive.snapshot == snapshot:
                break
        return snapshot, hits

    def _finish(self, evidence: Evidence, draft: Draft) -> Answer:
        """The answer, if the draft is confident enough and something of it holds; else the refusal."""
        if not draft.statements or draft.confidence < self.settings.careful:
            return _answer(evidence.query, draft, refusal=self._refuse(evidence))
        text, statements, citations = cite(draft, verify(draft, evidence))
        if not statements:
            return _answer(evidence.query, draft, refusal=_refusal("unsupported", evidence.hits))
        return replace(
            _answer(evidence.query, draft, refusal=None),
            text=text,
            statements=statements,
            citations=citations,
        )

    def _refuse(self, evidence: Evidence) -> Refusal:
        if not len(self.archive.view().current):
            return _refusal("empty_archive", ())
        if self._would_answer_unfiltered(evidence.query):
            return _refusal("outside_filters", evidence.hits)
        return _refusal("not_in_archive", evidence.hits)

    def _would_answer_unfiltered(self, query: Query) -> bool:
        """Whether only the filters are to blame. ``as_of`` stays: what came later must not even be hinted at."""
        wider = replace(query, after=None, before=None, sources=())
        if wider == query:
            return False
        return self.reader.read(self._evidence(wider)).confidence >= self.settings.careful


def build(settings: Settings, *, create: bool = False, rebuild: bool = False) -> Engine:
    """The engine over the archive in ``settings.home``.

    Args:
        settings: which parts, and where.
        create: make an empty archive where there is none.
        rebuild: open the archive also where only ``reindex`` can mend its indexes.

    Raises:
        NoArchive, ArchiveReadOnly, ArchiveDamaged, ModelMismatch: the archive cannot be used.
        WeightsError: the shipped models are missing or not the pinned ones.
        InvalidInput: the configured embedding model cannot be had.
    """
    from qa.models import cross_encoder, reading

    embedder = _embedder(settings)
    scorer = cross_encoder.load(settings.threads)
    archive = open_archive(settings, embedder, create=create, rebuild=rebuild)
    return Engine(
        settings,
        archive,
        Retriever(archive, embedder, pool=settings.pool, candidates=settings.candidates),
        Reranker(scorer),
        ExtractiveReader(reading.load(settings.threads), most=settings.statements),
    )


def _embedder(settings: Settings) -> Embedder | LlamaIndexEmbedder:
    from qa.models import embedding, llamaindex

    if settings.embedding is None:
        return embedding.load(settings.threads)
    return llamaindex.load(settings.embedding, settings.embedding_options)


_MESSAGES: dict[RefusalReason, str] = {
    "not_in_archive": "The archive does not tell.",
    "outside_filters": "Nothing within the chosen dates and sources answers this; without them, the archive does.",
    "unsupported": "What was found does not hold up against the paragraphs it came from.",
    "ambiguous": "The question can be understood in more than one way.",
    "empty_archive": "The archive holds nothing to answer from.",
}


def _refusal(reason: RefusalReason, hits: tuple[Hit, ...]) -> Refusal:
    return Refusal(reason, _MESSAGES[reason], nearest(hits))


def _answer(query: Query, draft: Draft, *, refusal: Refusal | None) -> Answer:
    return Answer(
        id=f"ans_{uuid.uuid4().hex[:16]}",
        question=query.question,
        answered=refusal is None,
        text="" if refusal is None else refusal.message,
        statements=(),
        citations=(),
        refusal=refusal,
        reader=draft.reader,
        confidence=round(draft.confidence, 4),
        as_of=query.as_of,
        snapshot="",
    )


def _statement_events(answer: Answer) -> Iterator[Event]:
    """Each statement with the citations that it uses."""
    for statement in answer.statements:
        used = [citation for citation in answer.citations if citation.number in statement.citations]
        yield Event("statement", {"statement": jsonable(statement), "citations": jsonable(used)})


def _listed(hit: Hit) -> dict[str, Any]:
    source, number = hit.passage.source, hit.passage.paragraph.number or 0
    return {
        "article_id": source.article_id,
        "title": source.title,
        "source": source.source,
        "published_at": source.published_at,
        "url": source.url,
        "paragraph": number,
        "permalink": permalink(source, number),
    }


class _Clock:
    """Milliseconds that each stage took, and all together."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._spent[stage] = (time.perf_counter() - began) * 1000

    def read(self) -> dict[str, float]:
        total = (time.perf_counter() - self._began) * 1000
        return {stage: round(ms, 1) for stage, ms in (*self._spent.items(), ("total", total))}
