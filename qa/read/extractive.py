"""The reader that ships: its statements are sentences of the evidence, word for word, so none is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.read.confidence import probability, signals
from qa.rerank import Scores, in_context
from qa.sentences import split
from qa.types import Draft, DraftStatement, Evidence, Hit, Span
from qa.words import stems

NAME = "extractive"
_READ = 4  # passages whose sentences are read; a right sentence further down was never first in the tuning half
_COMPARES = re.compile(
    r"\b(?:differ\w*|disagree\w*|compar\w+|versus|vs|both|discrepanc\w+|conflict\w*)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer."""

    hit: Hit
    start: int
    end: int
    text: str
    logit: float

    @property
    def score(self) -> float:
        """The passage says whether the matter is right, the sentence whether this is the place."""
        return (self.hit.logit or 0.0) + 0.5 * self.logit


class ExtractiveReader:
    """Chooses the shortest set of sentences that answers.

    Args:
        model: scores sentences, as it scored the passages.
        most: most statements in an answer.
    """

    def __init__(self, model: Scores, *, most: int) -> None:
        self._model = model
        self._most = most

    def read(self, evidence: Evidence) -> Draft:
        """One to ``most`` statements with their probability; none where there is no evidence at all."""
        candidates = self.candidates(evidence)
        if not candidates:
            return Draft((), NAME, 0.0)
        best = candidates[0]
        question = evidence.query.question
        confidence = probability(signals(question, best.hit, best.text, best.logit))
        chosen = self._choose(question, candidates)
        return Draft(tuple(DraftStatement(c.text, (_span(c),)) for c in chosen), NAME, confidence)

    def candidates(self, evidence: Evidence) -> list[Candidate]:
        """The sentences of the best passages, best first."""
        found = list(_sentences(evidence.hits[:_READ]))
        read = [in_context(hit.passage, text) for hit, _, _, text in found]
        logits = self._model.score(evidence.query.question, read)
        scored = [Candidate(*place, logit) for place, logit in zip(found, logits, strict=True)]
        return sorted(scored, key=lambda c: -c.score)

    def _choose(self, question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence, and others only for what the question asks and those before do not say."""
        chosen = [candidates[0]]
        compares = bool(_COMPARES.search(question))
        asked = stems(question)
        for candidate in candidates[1:]:
            if len(chosen) == self._most:
                break
            if _repeats(candidate, chosen) or candidate.score < chosen[0].score - 6:
                continue
            said = set().union(*(stems(c.text) for c in chosen))
            adds = len((stems(candidate.text) & asked) - said)
            other_outlet = candidate.hit.passage.source.source not in {c.hit.passage.source.source for c in chosen}
            if adds >= 2 or (compares and other_outlet and candidate.logit > 0):
                chosen.append(candidate)
        return chosen


def _sentences(hits: Sequence[Hit]) -> Iterator[tuple[Hit, int, int, str]]:
    for hit in hits:
        for start, end, text in split(hit.passage.text):
            yield hit, hit.passage.start + start, hit.passage.start + end, text


def _repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether most of it is said already: copies of one agency story must not fill an answer."""
    mine = stems(candidate.text)
    return any(len(mine & stems(c.text)) > 0.7 * len(mine) for c in chosen)


def _span(candidate: Candidate) -> Span:
    passage = candidate.hit.passage
    return Span(passage.source, passage.paragraph, candidate.start, candidate.end)
