"""A sentence that may answer, with what the models made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.read.referents import announcing
from qa.reading import Words
from qa.types import Hit, Paragraph, Source
from qa.words import stems

_FRAGMENT = 3.0  # what a piece of a list, which is no sentence, must be ahead to be said
_WORDS = 0.3  # weight beside the reading's logit, chosen on the tuning halves of the sets
_REPEATED = 0.7


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, or an item of a list: of a passage that was found, and read with its title.

    Attributes:
        paragraph: the passage's, or one that it announces.
        start, end: in the article's text.
        words: the words of the sentence that would; their places count from the passage's start.
    """

    hit: Hit
    paragraph: Paragraph
    start: int
    end: int
    text: str
    words: Words

    @property
    def score(self) -> float:
        """The passage says whether the matter is right, the words whether this is the sentence."""
        penalty = _FRAGMENT if self.text[:1].islower() and not (self.lead or self.is_item) else 0.0
        return self.hit.relevance + _WORDS * self.words.score - penalty

    @property
    def logit(self) -> float:
        """The reading's, that the passage answers."""
        return self.hit.logit or 0.0

    @property
    def source(self) -> Source:
        return self.hit.passage.source

    @property
    def said(self) -> str:
        """The words that would answer, as they stand in the article."""
        return self.hit.passage.read[self.words.start : self.words.end]

    @property
    def lead(self) -> Paragraph | None:
        """The paragraph that announces its own, or stands before its list; None where none does."""
        passage = self.hit.passage
        if self.paragraph != passage.paragraph:
            return None if passage.paragraph in passage.items else passage.paragraph
        before = announcing(passage)
        return before if before and before.number is not None else None

    @property
    def is_item(self) -> bool:
        """Whether it is of the passage's list, and so need be no sentence."""
        return self.paragraph in self.hit.passage.items

    @property
    def outlet(self) -> str:
        """Who prints it, letter case and a leading 'The' aside; the article itself where no outlet is told."""
        return re.sub(r"^the ", "", (self.source.source or self.source.article_id).casefold())

    def repeats(self, other: Candidate) -> bool:
        """Whether most of it is said already: copies of one agency story must not fill an answer."""
        mine = stems(self.text)
        return len(mine & stems(other.text)) > _REPEATED * len(mine)
