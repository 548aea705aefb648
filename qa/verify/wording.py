"""A statement that follows the ground word for word but for one word: that word is what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from qa.verify.case import Case, Finding
from qa.verify.prose import Word

_FLANK = 2  # words that are the same on both sides, at the statement's ends as many as there are
_OTHERS = 2  # words that do not follow the ground: with more, it is another wording, and synonyms are its right

_MOST = 200_000  # pairs of words: 40 beside 120 are much for a sentence and the three that it tells


def wording_agrees(case: Case) -> Finding | None:
    """Where all else is word for word, one word that carries meaning is not put in place of another."""
    there = [word for word in case.ground.text.words if word.sentence in case.told]
    here = case.statement.words
    if len(there) * len(here) > _MOST:
        return Finding("unsupported", "the paragraph's sentences are too long to be compared word by word")
    matched = SequenceMatcher(None, [w.folded for w in there], [w.folded for w in here], autojunk=False)
    if sum(block.size for block in matched.get_matching_blocks()) < len(here) - _OTHERS:
        return None
    for kind, a, b, c, d in matched.get_opcodes():
        if kind == "replace" and b - a == d - c == 1 and _flanked(there, a, here, c) and _differ(there[a], here[c]):
            return Finding("partial", f"the paragraph says “{there[a].text}”, not “{here[c].text}”")
    return None


def _flanked(there: Sequence[Word], a: int, here: Sequence[Word], c: int) -> bool:
    """Whether the same words stand on both sides, as far as the statement goes."""
    before, after = min(_FLANK, c), min(_FLANK, len(here) - c - 1)
    mine = [word.folded for word in (*here[c - before : c], *here[c + 1 : c + 1 + after])]
    theirs = [word.folded for word in (*there[max(a - before, 0) : a], *there[a + 1 : a + 1 + after])]
    return mine == theirs


def _differ(theirs: Word, mine: Word) -> bool:
    return theirs.carries and mine.carries and theirs.root != mine.root
