"""The reader that ships: its statements are sentences of the evidence, word for word, so none is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.models.reading import Reading, Words
from qa.read.confidence import Signals, confidence, is_of_other_year, kind_held
from qa.rerank import context
from qa.sentences import split
from qa.types import Draft, DraftStatement, Evidence, Hit, Span
from qa.words import stems

NAME = "extractive"
_READ = 3  # passages that are read: with five, no more answers were right on any half of our sets
_COMPARES = re.compile(
    r"\b(?:differ\w*|disagree\w*|compar\w+|versus|vs|both|discrepanc\w+|conflict\w*)\b", re.IGNORECASE
)
_SEVERAL = re.compile(r"\band (?:\w+ )?(?:who|whom|whose|what|when|where|why|how|which)\b", re.IGNORECASE)
_FRAGMENT = 3.0  # what a piece of a list, which is no sentence, must be ahead to be said
_RELEVANCE, _WORDS = 0.5, 0.3  # weights beside the reading's logit, chosen on the tuning halves of the sets


class Reads(Protocol):
    """See ``qa.models.reading.ReadingModel``."""

    def read(self, question: str, texts: Sequence[tuple[str, str]], /) -> list[Reading]: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: of a passage that was found, and read with its title.

    Attributes:
        start, end: in the article's text.
        logit: the reading's, that the passage answers.
        words: the words of the sentence that would.
    """

    hit: Hit
    start: int
    end: int
    text: str
    logit: float
    words: Words

    @property
    def score(self) -> float:
        """The passage says whether the matter is right, the words whether this is the sentence."""
        penalty = _FRAGMENT if self.text[:1].islower() else 0.0
        return _RELEVANCE * self.hit.relevance + self.logit + _WORDS * self.words.score - penalty


class ExtractiveReader:
    """Chooses the shortest set of sentences that answers.

    Args:
        model: reads passages.
        most: most statements in an answer.
    """

    def __init__(self, model: Reads, *, most: int) -> None:
        self._model = model
        self._most = most

    def read(self, evidence: Evidence) -> Draft:
        """One to ``most`` statements with their confidence; none where no passage has a sentence that was read."""
        candidates = self.candidates(evidence)
        if not candidates:
            return Draft((), NAME, 0.0)
        question = evidence.query.question
        chosen = self._choose(question, candidates)
        sure = confidence(self.signals(question, candidates[0]))
        return Draft(tuple(DraftStatement(c.text, (_span(c),)) for c in chosen), NAME, sure)

    def candidates(self, evidence: Evidence) -> list[Candidate]:
        """The sentences of the best passages, best first."""
        hits = evidence.hits[:_READ]
        texts = [(context(hit.passage), hit.passage.text) for hit in hits]
        readings = self._model.read(evidence.query.question, texts)
        found = [one for hit, reading in zip(hits, readings, strict=True) for one in _sentences(hit, reading)]
        return sorted(found, key=lambda c: -c.score)

    def signals(self, question: str, best: Candidate) -> Signals:
        """What speaks for and against a candidate; its passage is read once more, without the title."""
        passage = best.hit.passage
        (alone,) = self._model.read(question, [("", passage.text)])
        return Signals(
            answers=best.logit / 10,
            alone=alone.logit / 10,
            kind=kind_held(question, best.text, passage.text),
            other_year=float(is_of_other_year(question, passage)),
        )

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


def _sentences(hit: Hit, reading: Reading) -> Iterator[Candidate]:
    """The passage's sentences, each with the words of it that are the likeliest to answer."""
    for start, end, text in split(hit.passage.text):
        words = reading.best_in(start, end)
        if words:
            yield Candidate(hit, hit.passage.start + start, hit.passage.start + end, text, reading.logit, words)


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
