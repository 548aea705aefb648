"""Words for matching: folded, without stop words and possessives."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below between both
    but by can could did do does doing done down during each ever few for from further get gets give given go
    got had has have having he her here hers herself him himself his how i if in into is it its itself just
    kind least like made make many may me might mine more most much must my myself no nor not now of off on
    once one only or other our ours out over own per said same say says she should so some such tell than that
    the their theirs them then there these they this those through to too under until up us very was we were
    what when where which while who whom whose why will with within would you your yours happen happened
    happens according name named called
    """.split()  # noqa: SIM905 - a list of 130 strings would be read by nobody
)
"""Function words, and the words of asking: they match everywhere and say nothing of where the answer stands."""


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case, without accents and the possessive: ``Alibaba’s`` -> ``alibaba``, ``Café`` -> ``cafe``."""
    bare = _POSSESSIVE.sub("", word)
    decomposed = unicodedata.normalize("NFKD", bare.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """All words of ``text``, folded, in order."""
    return [fold(word) for word in _WORD.findall(text)]


def content_words(text: str) -> list[str]:
    """The words that carry the meaning: folded, no stop words, each once, in order."""
    return list(dict.fromkeys(word for word in words(text) if word not in STOP_WORDS))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A folded word without its commonest English endings, so that 'closing', 'closed' and 'closes' meet."""
    for ending, shortest in (
        ("ingly", 4),
        ("edly", 4),
        ("ing", 4),
        ("ies", 3),
        ("ied", 3),
        ("ed", 4),
        ("es", 4),
        ("s", 4),
        ("ly", 4),
        ("e", 4),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= shortest - 1:
            return word[: -len(ending)]
    return word


def stems(text: str) -> set[str]:
    """The stems of the content words of ``text``."""
    return {stem(word) for word in content_words(text)}
