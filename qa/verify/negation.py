"""Yes stays yes, and no stays no: what the ground denies the statement denies, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.verify.case import Case, Finding
from qa.verify.prose import Prose

_NEGATES = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|\w+n['’]t|rather than|instead of|unable|fail(?:s|ed|ing)? to"
    r"|refus(?:e|es|ed|ing)|den(?:y|ies|ied|ying)|declin(?:e|es|ed|ing)(?= to)|hardly|ruled out|rules out|unlikely|contrary to"
    r"|stopp?(?:ed|s)? short|lack(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_NEARLY = re.compile(
    r"\b(?:only|just|except\w*|apart|end(?:s|ed)?|stop\w*|drop\w*|cancel\w*|reject\w*|oppos\w+|against|wrong\w*|avoid\w*|prevent\w*"
    r"|ban(?:s|ned)?|free|acquit\w*|clear\w*|let off|exempt\w*|before|turned down|anonymous\w*|impossible|bar(?:s|red)|single|even)\b",
    re.IGNORECASE,
)
_NEARLY_NOT = re.compile(r"\b(?:against|reject\w*|cancel\w*|avoid\w*|prevent\w*|before|turned down|only|wrong\w*)\b", re.IGNORECASE)
_STOPS = re.compile(r"[;:,]|\bbut\b|\band\b|\bthough\b|\bwhile\b|\bthan\b|[.!?]\s|[.!?]$")
_REACH = 2


def negations_agree(case: Case) -> Finding | None:
    """What one denies the other does not assert."""
    spans = [case.ground.text.sentences[number] for number in case.told]
    said = _denied(case.statement, [(0, len(case.statement.text))])
    known = _denied(case.ground.text, spans)
    return _denies_more(case, said, known) or _denies_less(case, said, known)


Denied = list[tuple[str, tuple[str, ...]]]
"""Each negation with the roots that it denies."""


def _denies_more(case: Case, said: Denied, known: Denied) -> Finding | None:
    denied_there = {root for _, roots in known for root in roots}
    for word, roots in said:
        if set(roots) & denied_there or not roots or any(not scope for _, scope in known):
            continue
        told = [root for root in roots if root in case.told_roots]
        if not known and _NEARLY_NOT.search(case.told_text):
            continue
        if told and (not known or roots[0] in told):
            return Finding("contradicted", f"the statement says “{word}” where the paragraph does not")
        if not known and not _NEARLY.search(case.told_text):
            return Finding("unsupported", f"the statement says “{word}”, and the paragraph denies nothing")
    return None


def _denies_less(case: Case, said: Denied, known: Denied) -> Finding | None:
    if said:
        return None
    for word, roots in known:
        told = [root for root in roots if root in case.statement.roots]
        if roots and len(told) == len(roots) and not _NEARLY.search(case.statement.text):
            return Finding("contradicted", f"the paragraph says “{word}” of this, the statement does not")
    return None


def _denied(text: Prose, spans: Sequence[tuple[int, int]]) -> Denied:
    return [
        (match.group().lower(), tuple(_scope(text, match.end(), end)))
        for start, end in spans
        for match in _NEGATES.finditer(text.text, start, end)
    ]


def _scope(text: Prose, start: int, end: int) -> Iterator[str]:
    """The first roots after the negation, up to the end of its clause."""
    stop = _STOPS.search(text.text, start, end)
    until = stop.start() if stop else end
    yield from [word.root for word in text.carrying if start <= word.start < until][:_REACH]
