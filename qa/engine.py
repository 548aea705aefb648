"""The straight line from a question to a cited answer, and the only place where the parts are chosen."""

from __future__ import annotations

import time
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from qa.apart import LLMTakesApart, Rules, TakesApart
from qa.archive import Archive, open_archive
from qa.cite import cite, disagreements, nearest, permalink
from qa.errors import ModelError
from qa.later import later
from qa.models.chat import Bill
from qa.prefer import prefer
from qa.read import Reader, Speaker
from qa.read.extractive import ExtractiveReader
from qa.read.llm import NAME as LLM
from qa.read.llm import LLMReader
from qa.read.parts import gathered, read_in_parts
from qa.read.thresholds import SAME_MATTER
from qa.rerank import Reranker
from qa.retrieve import Retriever
from qa.spread import spread
from qa.types import (
    Answer,
    Draft,
    DraftStatement,
    Event,
    Evidence,
    Hit,
    Parts,
    Period,
    Query,
    Refusal,
    RefusalReason,
    Statement,
    Understanding,
    Understood,
    Verdict,
    jsonable,
)
from qa.understand import understand
from qa.verify import Verifier

if TYPE_CHECKING:
    from qa.models.embedding import Embedder
    from qa.models.llamaindex import LlamaIndexEmbedder
    from qa.settings import Settings
    from qa.standalone import StandAlone


_Item = TypeVar("_Item")
_OF_A_PART = 8  # candidates
_PATIENCE = 3  # times that a question is looked up again because the archive changed under it


class Engine:
    """Answers questions from one archive. Safe to call from many threads; made by ``build``."""

    def __init__(  # noqa: PLR0913 - one for each stage
        self,
        settings: Settings,
        archive: Archive,
        retriever: Retriever,
        reranker: Reranker,
        reader: Reader,
        *,
        llm: Speaker | None = None,
        standalone: StandAlone | None = None,
        takes_apart: TakesApart | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        self.settings = settings
        self.archive = archive
        self.reader = reader
        self.retriever = retriever
        self._reranker = reranker
        self._llm = llm
        self._standalone = standalone
        self.takes_apart = takes_apart
        self._verifier = verifier or Verifier()

    def ask(self, query: Query) -> Answer:
        """The answer, each sentence cited and checked; or the refusal, with its reason."""
        *_, last = self._steps(query)
        assert isinstance(last, Answer)
        return last

    def stream(self, query: Query) -> Iterator[Event]:
        """The same answer while it is made: what happens, what was found, each checked statement, the whole."""
        for step in self._steps(query):
            yield Event("answer", step.as_json()) if isinstance(step, Answer) else step

    def evidence(self, query: Query) -> Evidence:
        """What a reader is given for this query: the passages found, best first."""
        understood = self.understand(query)
        _, found = self._retrieve(understood)
        return self._evidence(understood, found)

    def understand(self, query: Query) -> Understanding:
        """What the question asks beside its words, counted from ``as_of`` or else from the archive's latest day."""
        asked = self._standing_alone(query)
        understood = self._understood(asked)
        if asked.question == query.question:
            return self._taken_apart(understood, self.takes_apart)
        shown = understood.shown or Understood(asked.question)
        understood = replace(understood, shown=replace(shown, notes=(_REWRITTEN, *shown.notes)))
        # The model was asked once already, and what understanding may cost is spent.
        return self._taken_apart(understood, self.takes_apart and Rules())

    def _understood(self, query: Query) -> Understanding:
        # Today would be nearer to what people mean, and would answer an archive that ended in 2023 with nothing.
        day = query.as_of or self.archive.latest_day()
        return understand(query, day=day, outlets=self.archive.view().outlets(query.as_of))

    def _taken_apart(self, understood: Understanding, taking: TakesApart | None) -> Understanding:
        """With its parts, where it is over several things and each of them is clear."""
        query = understood.query
        parts = taking.take_apart(query.question) if taking and not understood.unclear else None
        if parts is None:
            return understood
        each = [self._understood(replace(_within(query, parts.period), question=part)) for part in parts.questions]
        if any(part.unclear for part in each):
            return understood
        shown = understood.shown or Understood(query.question)
        shown = replace(shown, notes=(*shown.notes, _apart(parts)))
        return replace(understood, shown=shown, parts=tuple(part.query for part in each), over_time=parts.over_time)

    def _standing_alone(self, query: Query) -> Query:
        """As a language model puts it, where there is one and it sees a follow-up; else the rules are to see."""
        if self._standalone is None or not query.history:
            return query
        question = self._standalone.stand_alone(query)
        return query if question == query.question else replace(query, question=question, history=())

    def warm(self) -> None:
        """Run every model of this machine once, so that the first question is as fast as the next."""
        self.reader.read(self.evidence(Query("Is the archive warm?")))

    def close(self) -> None:
        self.archive.close()

    def _steps(self, query: Query) -> Iterator[Event | Answer]:
        clock = _Clock()
        with clock.bill.open():
            asked, understood = query, self.understand(query)
        if understood.unclear:
            answer = _answer(asked, Draft((), "none", 0.0), refusal=Refusal("ambiguous", understood.unclear))
            usage = clock.bill.usage
            yield replace(answer, snapshot=self.archive.snapshot, usage=usage, timings_ms=clock.read())
            return
        yield Event("status", {"stage": "retrieve"})
        with clock("retrieve"):
            snapshot, found = self._retrieve(understood)
        yield Event("status", {"stage": "rerank"})
        with clock("rerank"):
            evidence = self._evidence(understood, found)
        yield Event("passages", {"passages": [_listed(hit) for hit in spread(evidence.hits)]})
        yield Event("status", {"stage": "read"})
        with clock("read"):
            draft = self._read(evidence)
        if self._llm is None or not self._is_sure(draft):
            answer = yield from self._checked(evidence, draft, clock)
        else:
            answer = yield from self._phrased(evidence, draft, self._llm, clock)
        shown = _with_untold(understood.shown, draft, answer)
        yield replace(
            answer,
            question=asked.question,
            understood=shown,
            snapshot=snapshot,
            usage=clock.bill.usage,
            timings_ms=clock.read(),
        )

    def _evidence(self, understood: Understanding, found: Sequence[tuple[Hit, ...]]) -> Evidence:
        """What was found for the question, and for each of its parts, best first."""
        queries = (understood.query, *understood.parts)
        whole, *parts = (Evidence(query, self._ranked(query, hits)) for query, hits in zip(queries, found, strict=True))
        return gathered(whole, parts, over_time=understood.over_time) if parts else whole

    def _read(self, evidence: Evidence) -> Draft:
        if not evidence.parts:
            return self.reader.read(evidence)
        return read_in_parts(self.reader, evidence, careful=self.settings.careful)

    def _ranked(self, query: Query, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """The hits best first."""
        return self._reranker.rerank(query.read_with, prefer(query.prefers, hits))

    def _retrieve(self, understood: Understanding) -> tuple[str, list[tuple[Hit, ...]]]:
        """The hits of the question and of each part, and the snapshot that they are of.

        Looked up again where the archive changed meanwhile.
        """
        for _ in range(_PATIENCE):
            snapshot = self.archive.snapshot
            parts = (self.retriever.retrieve(part)[:_OF_A_PART] for part in understood.parts)
            found = [self.retriever.retrieve(understood.query), *parts]
            if self.archive.snapshot == snapshot:
                break
        return snapshot, found

    def _is_sure(self, draft: Draft) -> bool:
        return bool(draft.statements) and draft.confidence >= self.settings.careful

    def _checked(self, evidence: Evidence, draft: Draft, clock: _Clock) -> Generator[Event, None, Answer]:
        """The answer, if the draft is confident enough and something of it holds; else the refusal."""
        yield Event("status", {"stage": "verify"})
        with clock("verify"):
            answer = self._finish(evidence, draft)
        for statement in answer.statements:
            yield _statement_event(answer, statement)
        return answer

    def _finish(self, evidence: Evidence, draft: Draft) -> Answer:
        if not self._is_sure(draft):
            return _answer(evidence.query, draft, refusal=self._refuse(evidence))
        checked = self._verifier.check(draft, evidence)
        return _cited(evidence, checked.draft, checked.verdicts)

    def _phrased(self, evidence: Evidence, sure: Draft, llm: Speaker, clock: _Clock) -> Generator[Event, None, Answer]:
        """What the language model says of the evidence, each statement once it holds; else ``sure``, and why.

        Once a statement is out it stays: a model that fails after that is told in the note, and not made good by
        the other reader.
        """
        answer, drafted, failure = None, False, None
        held, verdicts = list[DraftStatement](), list[Verdict]()
        try:
            with closing(llm.statements(evidence)) as statements:
                for statement in clock.each("read", statements):
                    drafted = True
                    with clock("verify"):
                        cited, verdict = self._checked_one(evidence, statement)
                    if verdict.verdict == "supported":
                        held.append(cited)
                        verdicts.append(verdict)
                        answer = _cited(evidence, Draft(tuple(held), LLM, sure.confidence), verdicts)
                        yield _statement_event(answer, answer.statements[-1])
        except ModelError as error:
            failure = error.message
        if answer is not None:
            return replace(answer, reader_note=_CUT.format(failure) if failure else None)
        if not (drafted or failure):
            silent = Draft((), LLM, sure.confidence)
            return _answer(evidence.query, silent, refusal=_refusal("not_in_archive", evidence.hits))
        fallback = yield from self._checked(evidence, sure, clock)
        return replace(fallback, reader_note=_REPLACED.format(failure or "none of its sentences held when checked"))

    def _checked_one(self, evidence: Evidence, statement: DraftStatement) -> tuple[DraftStatement, Verdict]:
        """The statement with the citations that bear it, and its verdict."""
        checked = self._verifier.check(Draft((statement,), LLM, 1.0), evidence)
        return checked.draft.statements[0], checked.verdicts[0]

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
        meant = self._understood(wider).query  # without the filter, what the question's words lean to counts again
        wider = replace(wider, prefers=meant.prefers, matter=meant.matter)
        evidence = Evidence(wider, self._ranked(wider, self.retriever.retrieve(wider)))
        return self.reader.read(evidence).confidence >= self.settings.careful


def build(settings: Settings, *, create: bool = False, rebuild: bool = False) -> Engine:
    """The engine over the archive in ``settings.home``.

    Args:
        settings: which parts, and where.
        create: make an empty archive where there is none.
        rebuild: open the archive also where only ``reindex`` can mend its indexes.

    Raises:
        NoArchive, ArchiveReadOnly, ArchiveDamaged, ModelMismatch: the archive cannot be used.
        WeightsError: the shipped models are missing or not the pinned ones.
        InvalidInput: the embedding model that is configured cannot be had, or a language model is named and no server.
    """
    from qa.models import cross_encoder, reading

    embedder = load_embedder(settings)
    llm, standalone, takes_apart = _of_model(settings)
    scorer = cross_encoder.load(settings.threads)
    archive = open_archive(settings, embedder, create=create, rebuild=rebuild)
    return Engine(
        settings,
        archive,
        Retriever(
            archive,
            embedder,
            pool=settings.pool,
            candidates=settings.candidates,
            first=settings.read_first,
        ),
        Reranker(reading.load(settings.threads), scorer, first=settings.read_first),
        ExtractiveReader(most=settings.statements),
        llm=llm,
        standalone=standalone,
        takes_apart=takes_apart,
        verifier=Verifier(scorer),
    )


def load_embedder(settings: Settings) -> Embedder | LlamaIndexEmbedder:
    """The embedding model that is configured; errors as ``build``."""
    from qa.models import embedding, llamaindex

    if settings.embedding is None:
        return embedding.load(settings.threads)
    return llamaindex.load(settings.embedding, settings.embedding_options)


def _of_model(settings: Settings) -> tuple[Speaker | None, StandAlone | None, TakesApart]:
    """The parts that a language model plays, where one is named."""
    if settings.llm.model is None:
        return None, None, Rules()
    from qa.models.chat import ChatModel
    from qa.standalone import LLMStandAlone

    chat = ChatModel(settings.llm)
    return LLMReader(chat, prompt_tokens=settings.llm.prompt_tokens), LLMStandAlone(chat), LLMTakesApart(chat)


_MESSAGES: dict[RefusalReason, str] = {
    "not_in_archive": "The archive does not tell.",
    "outside_filters": "Nothing within the chosen dates and sources answers this; without them, the archive does.",
    "unsupported": "What was found does not hold up against the paragraphs it came from.",
    "ambiguous": "The question can be understood in more than one way.",
    "empty_archive": "The archive holds nothing to answer from.",
}


_REWRITTEN = "put by the language model so that it stands alone"
_APART = "over several things, so each part was looked up: {}"
_OVER_TIME = "asks how something went on, so it was looked up in one article after another, oldest first: {}"
_UNTOLD = "found nothing that answers the part “{}”"
_CUT = "The language model's answer may not be whole: {}."
_REPLACED = "The language model gave no answer ({}); the extractive reader took its place."


def _refusal(reason: RefusalReason, hits: tuple[Hit, ...]) -> Refusal:
    return Refusal(reason, _MESSAGES[reason], nearest(hits))


def _within(query: Query, period: Period | None) -> Query:
    """The query, of articles of the period alone."""
    if period is None:
        return query
    after = max((day for day in (query.after, period.after) if day), default=None)
    before = min((day for day in (query.before, period.before) if day), default=None)
    return replace(query, after=after, before=before)


def _apart(parts: Parts) -> str:
    told = " ".join(f"“{part}”" for part in parts.questions)
    return (_OVER_TIME if len(parts.questions) == 1 else _APART).format(told)


def _with_untold(shown: Understood | None, draft: Draft, answer: Answer) -> Understood | None:
    """With the parts that the answer leaves open, as far as who gave it knows."""
    if shown is None or not draft.untold or not answer.answered or answer.reader != draft.reader:
        return shown
    return replace(shown, notes=(*shown.notes, *(_UNTOLD.format(part) for part in draft.untold)))


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


def _cited(evidence: Evidence, draft: Draft, verdicts: Sequence[Verdict]) -> Answer:
    """The answer of what holds, or the refusal where nothing does."""
    text, statements, citations = cite(draft, verdicts)
    if not statements:
        return _answer(evidence.query, draft, refusal=_refusal("unsupported", evidence.hits))
    answer = _answer(evidence.query, draft, refusal=None)
    return replace(
        answer,
        text=text,
        statements=statements,
        citations=citations,
        disagreements=disagreements(draft, verdicts),
        later=later(citations, evidence.hits, SAME_MATTER),
    )


def _statement_event(answer: Answer, statement: Statement) -> Event:
    """A statement with the citations that it uses."""
    used = [citation for citation in answer.citations if citation.number in statement.citations]
    return Event("statement", {"statement": jsonable(statement), "citations": jsonable(used)})


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
    """Milliseconds that each stage took, and all together; and on the bill the tokens."""

    def __init__(self) -> None:
        self.bill = Bill()
        self._began = time.perf_counter()
        self._spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            with self.bill.open():
                yield
        finally:
            self._spent[stage] = self._spent.get(stage, 0.0) + (time.perf_counter() - began) * 1000

    def each(self, stage: str, items: Iterator[_Item]) -> Iterator[_Item]:
        """The items; the time that each takes to come is the stage's."""
        while True:
            with self(stage):
                item = next(items, None)
            if item is None:
                return
            yield item

    def read(self) -> dict[str, float]:
        total = (time.perf_counter() - self._began) * 1000
        return {stage: round(ms, 1) for stage, ms in (*self._spent.items(), ("total", total))}
