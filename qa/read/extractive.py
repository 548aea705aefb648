"""The reader that ships: its statements are sentences of the evidence, word for word, so none is made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.read import agreement, highlight
from qa.read.candidate import Candidate
from qa.read.confidence import confidence
from qa.read.expected import kind_of
from qa.read.referents import brought, leans
from qa.read.several import choose
from qa.sentences import split
from qa.types import Disagreement, Draft, DraftStatement, Evidence, Hit, Marked, Paragraph, Span

NAME = "extractive"


class ExtractiveReader:
    """Chooses the shortest set of sentences that answers.

    Args:
        most: most statements in an answer.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most

    def read(self, evidence: Evidence) -> Draft:
        """One to ``most`` statements with their confidence; none where no passage has a sentence that was read."""
        candidates = self.candidates(evidence)
        if not candidates:
            return Draft((), NAME, 0.0)
        question = evidence.query.question
        sure = confidence(candidates[0].hit.odds)
        mark = highlight.highlight(candidates[0], highlight.signals(candidates, sure))
        chosen, disagreements = self._choose(question, candidates)
        statements = (
            _statement(question, one, agreement.reports(question, one, candidates), mark if place == 0 else None)
            for place, one in enumerate(chosen)
        )
        return Draft(tuple(statements), NAME, sure, disagreements)

    def candidates(self, evidence: Evidence) -> list[Candidate]:
        """The sentences of all that was read, best first; before the best its outlet's later word on the same fact."""
        found = [one for hit in evidence.hits for one in _sentences(hit)]
        best_first = sorted(found, key=lambda c: -c.score)
        return agreement.latest(evidence.query.question, best_first) if best_first else []

    def _choose(
        self, question: str, candidates: Sequence[Candidate]
    ) -> tuple[list[Candidate], tuple[Disagreement, ...]]:
        """The sentences to say; the second contradicts the first where two outlets differ."""
        first = candidates[0]
        other = agreement.difference(question, first, candidates) if self._most > 1 else None
        if other is None:
            return choose(question, [first], candidates, self._most), ()
        pair = sorted(enumerate((first, other)), key=lambda numbered: numbered[1].source.published_at or "")
        places, told = zip(*pair, strict=True)
        said = Disagreement(places, tuple(one.said for one in told), kind_of(question))
        return choose(question, [first, other], candidates, self._most), (said,)


def _sentences(hit: Hit) -> Iterator[Candidate]:
    """The passage's sentences, each with the words of it that are the likeliest to answer."""
    reading = hit.reading
    if reading is None:  # the hit was found, and not read
        return
    for start, end, text in split(hit.passage.text):
        words = reading.best_in(start, end)
        if words:
            yield Candidate(hit, hit.passage.start + start, hit.passage.start + end, text, words)


def _statement(question: str, said: Candidate, reports: int, mark: Marked | None) -> DraftStatement:
    """The sentence; in front of it what it stands on, and beside it what the paragraph before says of that."""
    passage = said.hit.passage
    paragraph = passage.paragraph
    before = passage.before if leans(passage.text) else None
    own, earlier = _places(paragraph, said.end), _places(before) if before else []
    if not own or own[-1][:2] != (said.start, said.end):  # cut otherwise in a slice of a very long paragraph
        return DraftStatement(said.text, (Span(said.source, paragraph, said.start, said.end, mark),), reports)
    texts = [text for _, _, text in (*earlier, *own)]
    back = brought(question, said.source.title, texts, len(texts) - 1)
    inside = min(back, len(own) - 1)
    span = Span(said.source, paragraph, own[-1 - inside][0], said.end, mark)
    spans = (span, *(_earlier(said, before, earlier, back - inside) if before else ()))
    return DraftStatement(span.quote, spans, reports)


def _earlier(said: Candidate, before: Paragraph, places: Sequence[tuple[int, int, str]], count: int) -> Iterator[Span]:
    if count:
        yield Span(said.source, before, places[-count][0], places[-1][1])


def _places(paragraph: Paragraph, end: int | None = None) -> list[tuple[int, int, str]]:
    """The paragraph's sentences up to ``end``, by their places in the article's text."""
    found = [(paragraph.start + a, paragraph.start + b, text) for a, b, text in split(paragraph.text)]
    return [place for place in found if end is None or place[1] <= end]
