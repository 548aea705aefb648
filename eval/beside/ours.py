"""Our side: the whole engine with the language model as its reader, and a verifier that notes what it does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.ask import EngineAsker, Reply
from eval.beside.record import Paragraph, Removed, Said, Stated
from qa.read.llm import NAME as LLM
from qa.types import Draft, Evidence
from qa.verify import Checked, Verifier

if TYPE_CHECKING:
    from eval.questions import Question
    from qa.engine import Engine
    from qa.verify.meaning import Scores


@dataclass(frozen=True, slots=True)
class Check:
    """One call of the verifier, and what it took."""

    draft: Draft
    checked: Checked
    seconds: float

    @property
    def passed(self) -> bool:
        return any(verdict.verdict == "supported" for verdict in self.checked.verdicts)


class Watched(Verifier):
    """Notes each check, of one answer at a time."""

    def __init__(self, scorer: Scores | None = None) -> None:
        super().__init__(scorer)
        self.checks: list[Check] = []

    def check(self, draft: Draft, evidence: Evidence) -> Checked:
        began = time.perf_counter()
        checked = super().check(draft, evidence)
        self.checks.append(Check(draft, checked, time.perf_counter() - began))
        return checked


class Ours:
    """Asks the engine, whose verifier is ``watched``."""

    def __init__(self, engine: Engine, watched: Watched) -> None:
        self._asker = EngineAsker(engine)
        self._watched = watched

    def ask(self, question: Question) -> Said:
        self._watched.checks.clear()
        reply = self._asker.ask(question)
        answer, checks = reply.answer, self._watched.checks
        first_ms = reply.first_statement_ms
        return Said(
            answered=bool(answer["answered"]),
            statements=_statements(reply),
            paragraphs=_paragraphs(reply),
            reader=str(answer["reader"]),
            seconds=reply.latency_ms / 1000,
            first_s=None if first_ms is None else first_ms / 1000,
            check_s=None if first_ms is None else _until_first(checks),
            removed=tuple(removed for check in checks for removed in _removed(check)),
            note=answer["reader_note"],
        )


def _statements(reply: Reply) -> tuple[Stated, ...]:
    places = {citation["number"]: place for place, citation in enumerate(reply.answer["citations"])}
    stated = reply.answer["statements"]
    return tuple(Stated(one["text"], tuple(places[number] for number in one["citations"])) for one in stated)


def _paragraphs(reply: Reply) -> tuple[Paragraph, ...]:
    cited = zip(reply.answer["citations"], reply.paragraphs, strict=True)
    return tuple(
        Paragraph(c["article_id"], c["url"], c["paragraph"], c["title"], c["published_at"], text) for c, text in cited
    )


def _until_first(checks: list[Check]) -> float:
    """Seconds of all checks until the one that the first statement passed."""
    spent = 0.0
    for check in checks:
        spent += check.seconds
        if check.passed:
            break
    return spent


def _removed(check: Check) -> list[Removed]:
    if check.draft.reader != LLM:
        return []
    pairs = zip(check.draft.statements, check.checked.verdicts, strict=True)
    return [Removed(one.text, verdict.reason) for one, verdict in pairs if verdict.verdict != "supported"]
