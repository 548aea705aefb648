"""Which sentences answer together: the best one, and others where the question asks for several things.

'How large was the bill, and what pushed it up?', 'by the council's reckoning and by the Herald's', 'how do the counts
differ?' want more than one sentence. The others are taken from what was read already, so that they cost no model run;
each must say something that the chosen ones do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.read.candidate import Candidate
from qa.read.thresholds import ANSWERS, WORDS
from qa.words import stems, words

_NEW_WORD = 1.0  # what a word of the question that nobody has spoken of yet is worth beside the candidate's score
_ASKING = r"(?:who|whom|whose|what|when|where|why|how|which)"
_PLACING = r"(?:according to|by|in|of|for|from|to|on|at|during)"
_COMPARES = re.compile(
    r"\b(?:differ\w*|disagree\w*|agree|compar\w+|versus|vs|both|discrepanc\w+|conflict\w*|each of|far apart)\b",
    re.IGNORECASE,
)
_ASKS_TWICE = re.compile(
    rf"\b{_ASKING}\b.{{8,}}?(?:,| and| but)(?: \w+)? {_ASKING}\b|.{{20,}} and (?:do|does|did|is|are|was|were) ",
    re.IGNORECASE,
)
_TWO_OF_A_KIND = re.compile(
    rf"\b(?P<placing>{_PLACING}) [^,?]+?,? and (?:according )?(?P=placing) |\baccording to [^,?]+?,? and to ",
    re.IGNORECASE,
)


def asks_for_several(question: str) -> bool:
    """Whether one sentence may not be enough: two questions in one, two sides, a comparison."""
    return any(pattern.search(question) for pattern in (_COMPARES, _ASKS_TWICE, _TWO_OF_A_KIND))


def choose(question: str, begun: Sequence[Candidate], candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """The sentences to begin with, and what adds to them, each the best that is left.

    Args:
        question: what was asked.
        begun: what is said in any case; one at least.
        candidates: all that was read.
        most: sentences in all.
    """
    chosen = list(begun)
    if not asks_for_several(question):
        return chosen
    fit = [candidate for candidate in candidates if _is_fit(candidate)]
    while len(chosen) < most:
        left = [candidate for candidate in fit if _adds(candidate, chosen)]
        if not left:
            break
        missing = stems(question) - set().union(*(stems(one.text) for one in chosen))
        chosen.append(max(left, key=lambda one: one.score + _NEW_WORD * len(stems(one.text) & missing)))
    return chosen


def _is_fit(candidate: Candidate) -> bool:
    return candidate.logit >= ANSWERS and candidate.words.score >= WORDS


def _adds(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    return not any(candidate.repeats(one) or words(candidate.said) == words(one.said) for one in chosen)
