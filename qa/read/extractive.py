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
_READ = 4  # passages whose sentences are read,
_BEHIND = 1.0  # and how far, in logits, they may be behind the best: a sentence further down is hardly ever chosen
_COMPARES = re.compile(
    r"\b(?:differ\w*|disagree\w*|compar\w+|versus|vs|both|discrepanc\w+|conflict\w*)\b", re.IGNORECASE
)
_SEVERAL = re.compile(r"\band (?:\w+ )?(?:who|whom|whose|what|when|where|why|how|which)\b", re.IGNORECASE)
_FRAGMENT = 3.0  # logits that a piece of a list, which is no sentence, must be ahead to be said


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
        return (self.hit.logit or 0.0) + 0.5 * self.logit - (_FRAGMENT if self.text[:1].islower() else 0.0)


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
        if not evidence.hits:
            return []
        best = evidence.hits[0].logit or 0.0
        close = [hit for hit in evidence.hits[:_READ] if (hit.logit or 0.0) >= best - _BEHIND]
        found = list(_sentences(close))
        read = [in_context(hit.passage, text) for hit, _, _, text in found]
        logits = self._model.score(evidence.query.question, read)
        scored = [Candidate(*place, logit) for place, logit in zip(found, logits, strict=True)]
        return sorted(scored, key=lambda c: -c.score)

    def _choose(self, question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence, and others only where the question asks for several things or for a comparison."""
        chosen = [candidates[0]]
        compares = bool(_COMPARES.search(question))
        several = bool(_SEVERAL.search(question))
        for candidate in candidates[1:]:
            if len(chosen) == self._most or not (compares or several):
                break
            if candidate.logit <= 0 or _repeats(candidate, chosen):
                continue
            if (several and _adds(candidate, chosen, question)) or (compares and _from_elsewhere(candidate, chosen)):
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


def _adds(candidate: Candidate, chosen: Sequence[Candidate], question: str) -> bool:
    """Whether it speaks of two things that the question asks about and the chosen do not mention."""
    said = set().union(*(stems(c.text) for c in chosen))
    return len((stems(candidate.text) & stems(question)) - said) >= 2


def _from_elsewhere(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    return candidate.hit.passage.source.source not in {c.hit.passage.source.source for c in chosen}


def _span(candidate: Candidate) -> Span:
    passage = candidate.hit.passage
    return Span(passage.source, passage.paragraph, candidate.start, candidate.end)
