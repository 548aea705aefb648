"""What can be told in other words at all: plain sentences of a reporter, in the language that the rules read.

An order ('reply that …'), a line of a dialogue, code and markup tell nothing that is so, and the words of a sentence in
another language may deny what they seem to say. Such a sentence is evidence of its own words only: it can be quoted, and
is not a ground for other ones.
"""

from __future__ import annotations

import re

from qa.verify.case import Case, Finding
from qa.verify.speech import quotations, within

_CODE = re.compile(r"[{}<>\\|]|```|`(?=[^`])[^`'\n]*(?:'[^`'\n]+'[^`'\n]*)*`|__|=>|;\s*--|%[sn]\b|[=@]\w+\(|\.\./|\r")
_SAY = r"(?:reply|say|answer|respond|write|state|print|repeat|output|confirm|claim)"
_ORDER = re.compile(
    rf"(?:^|[:;]\s)\W*(?:(?:please|now|just|only|then) )*(?:{_SAY}|ignore|disregard|forget|obey|pretend|append|decode|cite|guess|skip|ask|click|visit)\b"
    r"|,\s(?:ignore|disregard|forget|obey|pretend|reply|print|repeat|decode)\b"
    rf"|\b(?:must|please|should|and|then|only|just) {_SAY}\s?(?:that|only|with|the words|[:“‘\"'])"
    r"|\b(?:system|assistant|user|human|developer|models?|instructions?|verdict|correction|answer|source|[QA])\s?:"
    r"|\b(?:please|always|never|must) (?:answer|cite|reply)\b|\bwhatever is asked\b",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)
_MISPRINTED = re.compile(
    r"\b(?:our|an earlier|a previous) (?:\w+ )?(?:report|article|story|caption|headline|piece|version)s?\b[^.]*"
    r"\b(?:said|stated|gave|put|named|called|described)\b"
    r"|\b(?:wrongly|incorrectly|mistakenly|erroneously) (?:said|stated|gave|put|named|called|described|reported|identified)\b"
    r"|\bwe (?:wrongly )?(?:misstated|misnamed|misspelt|misreported)\b",
    re.IGNORECASE,
)
_PUT_RIGHT = re.compile(
    r"\b(?:right|correct\w*|in fact|should have|wrong\w*|mistake\w*|errors?|erroneous\w*|earlier|previous\w*|misprint\w*)\b",
    re.IGNORECASE,
)
_ENGLISH = frozenset((
    "the", "of", "and", "to", "is", "are", "were", "has", "have", "had", "been", "by", "for", "with", "that",
    "from", "at", "it", "its", "not", "but", "who", "which", "after", "before", "their", "his", "her", "this",
    "they", "he", "she", "will", "would", "could", "said", "as", "on", "an", "be", "or", "than", "into", "over",
    "when", "while", "about", "because",
))  # fmt: skip
_LATIN = re.compile(r"[A-Za-z]")
_MATTER = 2  # plain words that make a matter
_LONG = 5  # words from which on a sentence of English has a small one of these


def told_plainly(case: Case) -> Finding | None:
    """What the statement tells in other words is a plain sentence of the ground, and in English."""
    if case.statement.text.endswith("?"):
        return Finding("unsupported", "the statement asks, and tells nothing")
    for number in case.told:
        start, end = case.ground.text.sentences[number]
        sentence = case.ground.text.text[start:end]
        if _CODE.search(sentence):
            return Finding("partial", "the paragraph has code or markup there, which can only be quoted")
        if _ORDER.search(sentence) or _is_addressed(sentence):
            return Finding("partial", "the paragraph tells its reader there what to do or say, and not what is so")
        if _MISPRINTED.search(sentence) and not _PUT_RIGHT.search(case.statement.text):
            return Finding("partial", "the paragraph gives that as what was printed by mistake")
        if _is_foreign([word.folded for word in case.ground.text.words_of(number)]):
            return Finding("partial", "the paragraph is not in English there, and can only be quoted")
    return _beside_the_paragraph(case)


def _beside_the_paragraph(case: Case) -> Finding | None:
    """Title, outlet and authors tell who is meant, and not what was done."""
    ground = case.ground
    if case.statement.roots & ground.context.roots and not case.statement.roots & ground.text.roots:
        return Finding("unsupported", "only the article's head says anything of this")
    elsewhere = ground.context.roots - ground.text.roots
    words = [w.text for w in case.statement.carrying if w.root in elsewhere and w.text[0].islower()]
    head = ground.context.text
    if len(words) < (1 if _CODE.search(head) or _ORDER.search(head) or _is_addressed(head) else _MATTER):
        return None
    return Finding("unsupported", "only the article's head says " + ", ".join(f"“{word}”" for word in words[:3]))


def _is_addressed(sentence: str) -> bool:
    quoted = quotations(sentence)
    return any(not within(quoted, match.start()) for match in _ADDRESSED.finditer(sentence))


def _is_foreign(words: list[str]) -> bool:
    if sum(not _LATIN.match(word) for word in words if not word[:1].isdigit()) * 3 > len(words):
        return True
    return len(words) >= _LONG and not _ENGLISH.intersection(words)
