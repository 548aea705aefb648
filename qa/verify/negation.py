"""Yes stays yes, and no stays no: what the ground denies the statement denies, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.verify.case import Case, Finding
from qa.verify.prose import Prose

_NEGATES = re.compile(
    r"\b(?:not(?! only)|no(?! more than| fewer| less|\. ?\d)|never|neither|nor|none|nobody|nothing|without|cannot|\w+n['’]t|rather than|instead of|unable|fail(?:s|ed|ing)? to"
    r"|refus(?:e|es|ed|ing)|den(?:y|ies|ied|ying)|declin(?:e|es|ed|ing)(?= to)|hardly|ruled out|rules out|unlikely|contrary to|against"
    r"|stopp?(?:ed|s)? short|lack(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_NEARLY = re.compile(
    r"\b(?:only|except\w*|apart|stop\w*|drop\w*|cancel\w*|reject\w*|oppos\w+|wrong\w*|avoid\w*|prevent\w*"
    r"|ban(?:s|ned)?|free|acquit\w*|clear\w*|let off|exempt\w*|before|turned down|anonymous\w*|impossible|bar(?:s|red))\b",
    re.IGNORECASE,
)
_NOMINAL = re.compile(r"(?:no|without|lack\w*|against|rather than|instead of|none)$", re.IGNORECASE)
_REACH = 2
_STOPS = re.compile(r"[;:,]|\bbut\b|\band\b|\bthough\b|\bwhile\b|\bthan\b|[.!?]\s|[.!?]$")


@dataclass(frozen=True, slots=True)
class Denial:
    """A negation: its word, the first root that it denies, and all roots of its clause."""

    word: str
    first: str
    clause: frozenset[str]


def negations_agree(case: Case) -> Finding | None:
    """What one denies the other does not assert."""
    said = _denials(case.statement, range(len(case.statement.sentences)))
    known = _denials(case.ground.text, case.told)
    return _denies_more(case, said, known) or _denies_less(case, said, known)


def _denies_more(case: Case, said: Sequence[Denial], known: Sequence[Denial]) -> Finding | None:
    if any(not denial.first for denial in known):
        return None  # 'It cannot, says the council': what is denied stands elsewhere
    for denial in said:
        if _shared(denial, said, known):
            continue
        if denial.first in case.told_roots and _odd(said, denial.first) != _odd(known, denial.first):
            return Finding("contradicted", f"the statement says “{denial.word}” where the paragraph does not")
        if denial.first and not known and not _NEARLY.search(case.told_text):
            return Finding("unsupported", f"the statement says “{denial.word}”, and the paragraph denies nothing")
    return None


def _denies_less(case: Case, said: Sequence[Denial], known: Sequence[Denial]) -> Finding | None:
    if _NEARLY.search(case.statement.text):
        return None
    for denial in known:
        told = denial.first in case.statement.roots and len(denial.clause & case.statement.roots) * 2 >= len(
            denial.clause
        )
        if told and not _shared(denial, known, said) and _odd(said, denial.first) != _odd(known, denial.first):
            return Finding("contradicted", f"the paragraph says “{denial.word}” of this, the statement does not")
    return None


def _shared(denial: Denial, mine: Sequence[Denial], theirs: Sequence[Denial]) -> bool:
    """Whether the other text denies something of the same clause, and as often."""
    alike = sum(bool(denial.clause & other.clause) for other in theirs)
    return 0 < sum(bool(denial.clause & other.clause) for other in mine) <= alike


def _odd(denials: Sequence[Denial], root: str) -> bool:
    """Whether a root is denied: two negations of it are none."""
    return sum(root in denial.clause for denial in denials) % 2 == 1


def _denials(text: Prose, sentences: Sequence[int]) -> list[Denial]:
    return [
        _denial(text, match, number)
        for number in sentences
        for match in _NEGATES.finditer(text.text, *text.sentences[number])
    ]


def _denial(text: Prose, match: re.Match[str], sentence: int) -> Denial:
    """Up to the end of the clause; 'no' and 'without' deny the noun after them."""
    end = text.sentences[sentence][1]
    stop = _STOPS.search(text.text, match.end(), end)
    until = stop.start() if stop else end
    roots = [word.root for word in text.carrying_after(match.end(), sentence) if word.start < until]
    if _NOMINAL.match(match.group()):
        roots = roots[:_REACH]
    return Denial(match.group().lower(), roots[0] if roots else "", frozenset(roots))
