"""Whose words these are: quotations word for word and by their speaker, sayings by theirs, and none without one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.verify.case import Case, Finding, told
from qa.verify.inflection import root
from qa.verify.prose import plain
from qa.verify.speech import Speech, quotations, speakers_of, speeches, within

_MOSTLY = 0.6
_GIVES_AWAY = re.compile(
    r"\b(?:according|said|says?|told|tells?|describ\w+|call(?:s|ed)|denie[sd]|columnist|author|writer|newspaper|paper's|view"
    r"|promis\w+|ask(?:s|ed)|complain\w*|warn\w*|believ\w+|thinks?|argu\w+|claim\w*|alleg\w+|accus\w+|insist\w*|announc\w+"
    r"|estimat\w+|reckon\w*|expect\w*|confirm\w*|admit\w*|report(?:s|ed)|wr(?:ote|ites?)|repl(?:ied|ies)|add(?:s|ed)"
    r"|conced\w+|suggest\w*|recommend\w*|recall\w*|propos\w+|hop(?:es?|ed)|explain\w*|found|concern\w*|quoted|joked)\b",
    re.IGNORECASE,
)


def quotations_agree(case: Case) -> Finding | None:
    """What stands in quotation marks stands in the ground word for word, in quotation marks or as its own words."""
    ground = _bare(case.ground.text.text + "\n" + case.ground.context.text)
    for start, end in quotations(case.statement.text):
        words = _bare(case.statement.text[start:end])
        if words and f" {words} " not in f" {ground} ":
            return Finding("unsupported", f"the paragraph does not have the words “{case.statement.text[start:end]}”")
    return None


def speakers_agree(case: Case) -> Finding | None:
    """Who is said to say it is who says it there."""
    for speech in speeches(case.statement):
        if not speech.names:
            continue
        there = _speeches_there(case, speech)
        if any(name in one.speaker for name in speech.names for one in there):
            continue
        others = [one.name for one in there if one.name]
        if others:
            return Finding("contradicted", f"the paragraph gives this to {others[0]}, not to {speech.name}")
        if not _in_first_person(case):
            return Finding("partial", f"the paragraph does not say that these are the words of {speech.name}")
    return None


def sayings_stay_sayings(case: Case) -> Finding | None:
    """What the ground gives as somebody's words, the statement does not give as a fact."""
    text = case.ground.text
    regions = [speech for number in case.told for speech in speakers_of(text, number)]
    if speeches(case.statement) or _gives_away(case, regions):
        return None
    mine = case.statement.roots & case.told_roots
    words = [w for number in case.told for w in text.words_of(number) if w.carries and w.root in mine]
    said = _united(regions)
    outside = {w.root for w in words if not within(said, w.start)}
    inside = mine - outside
    if regions and mine and len(inside) >= _MOSTLY * len(mine):
        who = next((region.name for region in regions if region.name), "somebody")
        return Finding("partial", f"the paragraph gives this as the words of {who}, the statement as a fact")
    return None


def _gives_away(case: Case, regions: Sequence[Speech]) -> bool:
    """Whether a word of the statement says that somebody says it, and is not itself among what is said."""
    spans = _united(regions)
    said = {w.root for w in case.ground.text.words if within(spans, w.start)}
    return any(root(match.group()) not in said for match in _GIVES_AWAY.finditer(case.statement.text))


def _united(regions: Sequence[Speech]) -> list[tuple[int, int]]:
    """What is said, in order and apart."""
    united: list[tuple[int, int]] = []
    for start, end in sorted((region.start, region.end) for region in regions):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _speeches_there(case: Case, speech: Speech) -> list[Speech]:
    """The sayings of the sentences that hold what is said; the speaker's own name does not choose them."""
    words = case.statement.carrying
    roots = frozenset(w.root for w in words if w.folded not in speech.speaker) or case.statement.roots
    return [one for number in told(roots, case.ground.text) for one in speakers_of(case.ground.text, number)]


def _in_first_person(case: Case) -> bool:
    return bool(re.search(r"\b(?:I|my|we|our)\b", case.told_text))


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+(?:['’]\w+)*", plain(text).lower()))
