"""The reader that ships: its statements are sentences of the evidence, word for word, so none is made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.read import agreement, highlight, lists
from qa.read.candidate import Candidate
from qa.read.confidence import confidence
from qa.read.expected import kind_of
from qa.read.referents import brought, stands_on
from qa.read.several import choose
from qa.sentences import split
from qa.types import Disagreement, Draft, DraftStatement, Evidence, Hit, Marked, Paragraph, Passage, Source, Span

NAME = "extractive"


class ExtractiveReader:
    """Chooses the shortest set of sentences that answers.

    Args:
        most: most statements in an answer; the items of a list are not counted.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most

    def read(self, evidence: Evidence) -> Draft:
        """The statements with their confidence; none where no passage has a sentence that was read."""
        candidates = self.candidates(evidence)
        if not candidates:
            return Draft((), NAME, 0.0)
        question = evidence.query.question
        sure = confidence(candidates[0].hit.odds)
        first = lists.meant(question, candidates)
        items = lists.wanted(question, first)
        if items:
            told = lists.announcing(first.hit.passage, candidates)
            return Draft(tuple(_listed(first.source, told, items)), NAME, sure)
        candidates = [first, *(one for one in candidates if one is not first)]
        mark = highlight.highlight(first, highlight.signals(candidates, sure))
        chosen, disagreements = self._choose(question, candidates)
        statements = (
            _statement(question, one, agreement.reports(question, one, candidates), mark if one is first else None)
            for one in chosen
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
            begun = [first, *lists.announced(first, candidates)][: self._most]
            return choose(question, begun, candidates, self._most), ()
        pair = sorted(enumerate((first, other)), key=lambda numbered: numbered[1].source.published_at or "")
        places, told = zip(*pair, strict=True)
        said = Disagreement(places, tuple(one.said for one in told), kind_of(question))
        return choose(question, [first, other], candidates, self._most), (said,)


def _sentences(hit: Hit) -> Iterator[Candidate]:
    """The passage's sentences and items, each with the words of it that are the likeliest to answer."""
    reading, begin = hit.reading, hit.passage.start
    if reading is None:  # the hit was found, and not read
        return
    for paragraph, start, end, text in _pieces(hit.passage):
        words = reading.best_in(start - begin, end - begin)
        if words:
            yield Candidate(hit, paragraph, start, end, text, words)


def _pieces(passage: Passage) -> Iterator[tuple[Paragraph, int, int, str]]:
    """What may be said of it, by its places in the article's text: sentences; an item of a list is one piece."""
    own = Paragraph(None, "", passage.paragraph.kind, passage.start, passage.end, passage.text)
    for paragraph, read in ((passage.paragraph, own), *((one, one) for one in passage.following)):
        if paragraph.kind == "list_item":
            yield (paragraph, *lists.without_end(read))
        else:
            yield from ((paragraph, *place) for place in _places(read))


def _statement(question: str, said: Candidate, reports: int, mark: Marked | None) -> DraftStatement:
    """The sentence; in front of it what it stands on, and beside it what the paragraph before says of that."""
    if said.lead:
        return _led(said, said.lead, reports, mark)
    paragraph, before = said.paragraph, stands_on(said.hit.passage)
    own, earlier = _places(paragraph, said.end), _places(before) if before and before.number is not None else []
    if not own or own[-1][:2] != (said.start, said.end):  # cut otherwise in a slice of a very long paragraph
        return DraftStatement(said.text, (Span(said.source, paragraph, said.start, said.end, mark),), reports)
    texts = [text for _, _, text in (*earlier, *own)]
    back = brought(question, said.source.title, texts, len(texts) - 1)
    inside = min(back, len(own) - 1)
    span = Span(said.source, paragraph, own[-1 - inside][0], said.end, mark)
    spans = (span, *(_earlier(said, before, earlier, back - inside) if before else ()))
    return DraftStatement(span.quote, spans, reports)


def _listed(source: Source, told: Candidate | None, items: Sequence[Paragraph]) -> Iterator[DraftStatement]:
    """The sentence that announces a list, if one does, and each item of it."""
    if told:
        yield DraftStatement(told.text, (Span(source, told.paragraph, told.start, told.end),))
    for item in items:
        start, end, text = lists.without_end(item)
        yield DraftStatement(text, (Span(source, item, start, end),), item=True)


def _led(said: Candidate, lead: Paragraph, reports: int, mark: Marked | None) -> DraftStatement:
    """An item of a list, or a sentence of what a colon announces; beside it the sentence that leads to it."""
    start, end, _ = _places(lead)[-1]
    spans = Span(said.source, said.paragraph, said.start, said.end, mark), Span(said.source, lead, start, end)
    return DraftStatement(said.text, spans, reports)


def _earlier(said: Candidate, before: Paragraph, places: Sequence[tuple[int, int, str]], count: int) -> Iterator[Span]:
    if count:
        yield Span(said.source, before, places[-count][0], places[-1][1])


def _places(paragraph: Paragraph, end: int | None = None) -> list[tuple[int, int, str]]:
    """The paragraph's sentences up to ``end``, by their places in the article's text."""
    found = [(paragraph.start + a, paragraph.start + b, text) for a, b, text in split(paragraph.text)]
    return [place for place in found if end is None or place[1] <= end]
