"""The outlets that a question names as outlets: 'according to the Herald', 'what did the Gazette report'.

A name alone is not enough, since the Sun and the Times are other things too. A name in short ('the Herald' for the
Northshore Herald) counts where one outlet alone ends with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_ARTICLE = re.compile(r"^(?:the|le|la|les|el|il|der|die|das)\s+", re.IGNORECASE)
_PRINTS = r"(?:reports?|reported|write|wrote|written|print(?:ed)?|publish(?:ed)?|carry|carried|cover(?:ed)?)"
_TELLS = rf"(?:{_PRINTS}|say|says|said|put|give|gave|claim(?:ed)?|count(?:ed)?|reckon(?:ed)?|find|found)"
_WORKS = r"(?:articles?|reports?|coverage|column|story|stories|account|count|figures?|reckoning|correction)"


@dataclass(frozen=True, slots=True)
class Named:
    """An outlet in a question, by its name in the archive.

    Attributes:
        printed: whether the question asks what the outlet itself printed, and so for its articles alone.
        told: the words 'according to the Herald', ``question[start:end]``, with their comma; None where
            the outlet is named otherwise.
    """

    outlet: str
    printed: bool
    told: tuple[int, int] | None = None


def outlets_named(question: str, outlets: Sequence[str]) -> tuple[Named, ...]:
    """The outlets that the question names, each once."""
    spoken = question.casefold()
    found = []
    for outlet, last, spellings in _spellings(tuple(outlets)):
        if last in spoken:  # nearly none is, and the patterns are slow
            telling, prints, told = _patterns(spellings)
            if telling.search(question):
                words = told.search(question)
                found.append(Named(outlet, bool(prints.search(question)), words.span() if words else None))
    return tuple(found)


@lru_cache(maxsize=1_000)
def _patterns(spellings: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What names an outlet, what asks for its own articles, and what says no more than that it is the source."""
    name = rf"(?:(?:Le|La|Les|El|Il|Der|Die|Das) )?(?:{'|'.join(spellings)})\b"
    has = r"\b(?i:did|does|do|has|have|had)"
    telling = (
        rf"(?i:according to|(?:as|in|by|from|of) the pages of|\bin|\bby|as told by) {name}",
        rf"{name}(?:['’]s?)? (?i:\w+ )?(?i:{_WORKS})\b",
        rf"{has} {name} (?i:\w+ )?(?i:{_TELLS})\b",
        rf"{name} (?i:{_TELLS})\b",
        rf"(?i:according to|by) .{{1,40}} and (?i:by |to |according to )*{name}",
    )
    prints = rf"^(?i:what|how|when|which|who|where)\b.{{0,40}}{has} {name} (?i:\w+ )?(?i:{_PRINTS})\b"
    told = rf"^(?i:according to) {name}, ?|,? (?i:according to|as told by) {name}(?=[?.!]*\s*$)"
    return re.compile("|".join(telling)), re.compile(prints), re.compile(told)


@lru_cache(maxsize=16)
def _spellings(outlets: tuple[str, ...]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Each outlet with its last word, and patterns of its name: without its article, or 'the' and that last word.

    The last word alone counts only where no other outlet ends so.
    """
    bare = {outlet: _ARTICLE.sub("", outlet.strip()) for outlet in outlets}
    ends = [name.split()[-1] for name in bare.values() if name]
    made = []
    for outlet, name in bare.items():
        last = name.split()[-1] if name else ""
        known = [rf"(?i:the )?{re.escape(name)}"]
        if ends.count(last) == 1 and last[:1].isupper():
            known.append(rf"(?i:the ){re.escape(last)}")
        if last:
            made.append((outlet, last.casefold(), tuple(known)))
    return tuple(made)
