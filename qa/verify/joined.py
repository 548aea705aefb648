"""Two facts in one sentence: each is told of whom the ground tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.verify.case import Case, Finding
from qa.verify.proper import PRONOUNS, find_names, referred
from qa.verify.prose import Prose, prose
from qa.verify.speech import speakers_of

_SEAM = re.compile(r",? and (?:then |also |later )?(?=[a-z])|; |, (?=who |which |but |while )|, (?=[a-z]+ed\b)")
_BETWEEN = re.compile(r", and (?=[^\Wa-z]|\{|\w+:)|(?<=\w); (?=[A-Z])")
_LEAST = 2  # words that carry meaning, for a piece to be a fact


@dataclass(frozen=True, slots=True)
class _Fact:
    text: Prose
    sentence: int
    covered: int


def parts(text: str) -> list[str]:
    """The sentences that 'and' joins with a comma, each with a subject of its own; none where it is one sentence.

    A made-up one beside a true one must not pass for the words that the true one has.
    """
    cut = [part for part in _BETWEEN.split(text) if prose(part, whole=True).carrying]
    return cut if len(cut) > 1 else []


def facts_belong(case: Case) -> Finding | None:
    """A piece after 'and' without a subject of its own is told of the same subject in the ground."""
    first, *rest = _facts(case)
    for fact in rest:
        if fact.sentence < 0 or fact.sentence == first.sentence or first.sentence < 0:
            continue
        if _has_subject(fact.text) or _same_subject(case, first, fact):
            continue
        subject = _subject(case.ground.text, fact.sentence)
        return Finding("contradicted", f"the paragraph says “{fact.text.text.strip(' .')}” of {subject}")
    return None


def _facts(case: Case) -> list[_Fact]:
    """The statement's pieces, short ones joined to the one before, each with the sentence that tells it."""
    text, cuts = case.statement.text, [0]
    for seam in _SEAM.finditer(text):
        if (
            len(prose(text[seam.end() :], whole=True).carrying) >= _LEAST
            and len(prose(text[cuts[-1] : seam.start()], whole=True).carrying) >= _LEAST
        ):
            cuts.append(seam.end())
    pieces = [prose(text[a:b], whole=True) for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return [_fact(case, piece) for piece in pieces]


def _fact(case: Case, piece: Prose) -> _Fact:
    ground = case.ground.text
    best = max(
        range(len(ground.sentences)), key=lambda n: (len(piece.roots & ground.roots_by_sentence[n]), -n), default=-1
    )
    covered = len(piece.roots & ground.roots_by_sentence[best]) if best >= 0 else 0
    return _Fact(piece, best if covered * 2 >= len(piece.roots) else -1, covered)


def _has_subject(piece: Prose) -> bool:
    """Whether a name or 'the …' stands where the subject of the piece would."""
    opening = [word.text for word in piece.words[:3]]
    return any(word[0].isupper() for word in opening[:2]) or (bool(opening) and opening[0].lower() in {
        "the", "a", "an", "that", "this", "its", "his", "her", "their", "there", "some", "one", "two", "it", "many", "most", "all",
    })  # fmt: skip


def _same_subject(case: Case, first: _Fact, fact: _Fact) -> bool:
    """Whether the sentence of the second fact speaks of the first one's subject."""
    ground = case.ground.text
    own = [word for word in ground.words if word.sentence == fact.sentence]
    opening = [word for word in own if word.carries][:4]
    said = {word.root for word in first.text.carrying}
    if any(word.root in said for word in opening):
        return True
    names = {part for name in find_names(case.statement, ground) for part in name.parts}
    if names & {word.folded for word in own}:
        return True
    if names & {part for speech in speakers_of(ground, fact.sentence) for part in speech.speaker}:
        return True
    pointing = bool(own) and any(word.folded in PRONOUNS for word in own[:6])
    return pointing and (first.sentence in referred(ground, fact.sentence) or first.sentence == fact.sentence - 1)


def _subject(ground: Prose, number: int) -> str:
    names = [name.text for name in find_names(ground) if name.sentence == number]
    return names[0] if names else "something else"
