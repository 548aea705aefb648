"""A statement that follows the ground word for word but for one word: that word is what was changed."""

from __future__ import annotations

from difflib import SequenceMatcher

from qa.verify.case import Case, Finding
from qa.verify.prose import Word

_FLANK = 2  # words that are the same on both sides
_SAME = 0.8  # share of the statement's words that follow the ground


def wording_agrees(case: Case) -> Finding | None:
    """Where all else is word for word, one word that carries meaning is not put in place of another."""
    there = [word for word in case.ground.text.words if word.sentence in case.told]
    here = case.statement.words
    matched = SequenceMatcher(None, [w.folded for w in there], [w.folded for w in here], autojunk=False)
    if matched.ratio() == 0 or sum(block.size for block in matched.get_matching_blocks()) < _SAME * len(here):
        return None
    codes = matched.get_opcodes()
    for before, (kind, a, b, c, d), after in zip(codes, codes[1:], codes[2:], strict=False):
        flanked = min(before[4] - before[3], after[4] - after[3]) >= _FLANK and before[0] == after[0] == "equal"
        if kind == "replace" and b - a == d - c == 1 and flanked and _differ(there[a], here[c]):
            return Finding("partial", f"the paragraph says “{there[a].text}”, not “{here[c].text}”")
    return None


def _differ(theirs: Word, mine: Word) -> bool:
    return theirs.carries and mine.carries and theirs.root != mine.root
