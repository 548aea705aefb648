"""Whether a sentence stands on the one before it: 'She had sold four coffees by eleven.'

A sentence that opens with a pronoun, or with 'The company' where the sentence before has a company, is only half said
when quoted alone. Not so where the question or the title names what it speaks of: nobody who asks where Ines Cardoso
was born wonders who 'she' is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.types import Paragraph, Passage
from qa.words import STOP_WORDS, fold, stems

_PERSON = re.compile(r"(?:He|She|His|Her)\b")
_THING = re.compile(r"(?:It|Its|They|Their|This|That|These|Those|Both|Neither|The (?:two|three|pair))\b(?!['’])")
_ROLE = re.compile(r"The (?P<noun>[a-z]+) (?!(?:of|that|which|who|in|for|to|on|at|from|by|behind|with)\b)[a-z]")
_NO_REFERENT = re.compile(
    r"It (?:is|was|will be|would be|seems?|appears?|follows?|took|takes) (?:\w+ )?(?:that|to|not|understood|clear"
    r"|thought|believed|said|known|possible|likely|unclear)\b|It (?:rained|snowed)\b|That (?:said|is why)\b|This"
    r" (?:is why|week|month|year|morning|afternoon|evening|time|summer|winter|spring|autumn)\b|(?:These|Those) days\b"
    r"|(?:Those|They) who\b"
)
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_SUBJECT = 8
"""Words of the sentence before, where its subject stands."""
_MOST = 2
"""Sentences that are brought at most: a quotation may stand between 'she' and her name."""


def leans(sentence: str) -> bool:
    """Whether it opens with a pronoun that stands for something said before."""
    return bool(_PERSON.match(sentence) or _THING.match(sentence)) and not _NO_REFERENT.match(sentence)


def stands_on(passage: Passage) -> Paragraph | None:
    """The block without which it is half said: before 'She had', before an item of a list, and behind a colon."""
    return passage.before if leans(passage.text) else announcing(passage)


def announcing(passage: Passage) -> Paragraph | None:
    """The block before it, where it stands behind a colon or is an item of a list."""
    before = passage.before
    if before is None or not (passage.paragraph.kind == "list_item" or before.text.endswith(":")):
        return None
    return before


def brought(question: str, title: str, sentences: Sequence[str], at: int) -> int:
    """How many sentences before ``sentences[at]`` are to be read with it; 0 where it stands alone.

    Args:
        question: what was asked.
        title: of the article.
        sentences: in their order, of one paragraph or of two that follow each other.
        at: the place of the sentence that answers.
    """
    sentence, before = sentences[at], sentences[:at]
    if not before or not _stands_on(sentence, before[-1]) or _is_plain(sentence, before, question, title):
        return 0
    if not _PERSON.match(sentence):
        return 1
    return next((back for back in range(1, min(at, _MOST) + 1) if _names(" . " + before[-back])), 0)


def _stands_on(sentence: str, before: str) -> bool:
    """A bare 'The leaflet' stands on the sentence before only where that has a leaflet."""
    role = _ROLE.match(sentence)
    return leans(sentence) or bool(role and re.search(rf"\b(?:an?|\w+ed|\w+ing) (?:\w+ )?{role['noun']}\b", before))


def _is_plain(sentence: str, before: Sequence[str], question: str, title: str) -> bool:
    """Whether who asks, or reads the title, can tell what the opening words stand for."""
    if _PERSON.match(sentence):
        return bool(_names(f"{question} . {title}") & _names(" . " + " ".join(before)))
    return bool(stems(" ".join(before[-1].split()[:_SUBJECT])) & stems(question))


def _names(text: str) -> set[str]:
    """Folded words with a capital; the text's first is not known to be a name."""
    return {fold(match.group()) for match in _NAME.finditer(text) if match.start()} - STOP_WORDS
