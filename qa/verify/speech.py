"""Who says what: the verbs with which a text gives words to somebody, and to whom."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter, itemgetter

from qa.verify.inflection import root
from qa.verify.proper import PRONOUNS, Name, find_names
from qa.verify.prose import Prose, Word, plain

_VERBS = frozenset(
    root(verb)
    for verb in [
        "say",
        "tell",
        "add",
        "state",
        "claim",
        "argue",
        "insist",
        "warn",
        "write",
        "reply",
        "announce",
        "believe",
        "think",
        "suggest",
        "complain",
        "allege",
        "acknowledge",
        "admit",
        "confirm",
        "explain",
        "declare",
        "estimate",
        "reckon",
        "concede",
        "recall",
    ]
)
_NO_SUBJECT = frozenset("to be been being was were is are as by".split())  # noqa: SIM905
_NOUN_BEHIND = frozenset("the a an his her its their our my this that no any each".split())  # noqa: SIM905
_POSSESSIVE = re.compile(r"['’]s? $")
_QUOTED = re.compile(r"\"[^\"]{2,}?\"|(?<![\w])'[^\"]{3,1000}?[^\s]'(?!\w)")  # unclosed marks shall not cost a square


@dataclass(frozen=True, slots=True)
class Speech:
    """A verb of saying: whose, and over which part of its sentence.

    Attributes:
        speaker: the folded words by which the speaker is told, of the sentence before where it is a pronoun.
        name: the speaker as the text has it, for messages; ``names`` are the names among these words.
        start, end: the place of what is said.
    """

    sentence: int
    speaker: frozenset[str]
    name: str
    names: tuple[str, ...]
    start: int
    end: int


@lru_cache(maxsize=5_000)
def speeches(text: Prose) -> tuple[Speech, ...]:
    """Every saying of a text, in order."""
    found: list[Speech] = []
    for index, word in enumerate(text.words):
        if _says(text, index):
            found.append(_speech(text, word, found))
    return tuple(found)


@lru_cache(maxsize=5_000)
def quotations(text: str) -> list[tuple[int, int]]:
    """Where words stand in quotation marks, double or single, without the marks."""
    straight = text.translate(str.maketrans("“”„‘’", '"""\'\''))
    return [(m.start() + 1, m.end() - 1) for m in _QUOTED.finditer(straight)]


def within(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether one of these spans, in order and apart, holds the place."""
    before = bisect_right(spans, place, key=itemgetter(0))
    return before > 0 and place < spans[before - 1][1]


def _says(text: Prose, index: int) -> bool:
    word = text.words[index]
    if word.folded == "according":
        return True
    if within(quotations(text.text), word.start):
        return False
    before = text.words[index - 1].folded if index else ""
    if before in _NOUN_BEHIND or (index and _POSSESSIVE.search(text.text[max(word.start - 3, 0) : word.start])):
        return False
    if word.root == "add" and text.text[word.end :].startswith((" up", " to ")):
        return False
    finite = word.text[0].islower() and not word.text.endswith("ing") and word.folded != "written"
    return word.root in _VERBS and before not in _NO_SUBJECT and finite


def _speech(text: Prose, verb: Word, earlier: Sequence[Speech]) -> Speech:
    start, end = text.sentences[verb.sentence]
    words = text.words_of(verb.sentence)
    place = bisect_left(words, verb.start, key=attrgetter("start"))
    before, after = words[:place], words[place + 1 :]
    if verb.folded == "according":
        subject = _named(text, after)
        said = (start, verb.start) if before else (subject[-1].end if subject else verb.end, end)
    elif _inverted(text, before, verb, after):
        subject, said = after[:6], (start, verb.start)
    else:
        opening = max((text.text.rfind(mark, start, verb.start) for mark in '"”;'), default=-1)
        subject = _subject(text, [w for w in before if w.start > opening], verb)
        first = subject[0].start if subject else verb.start
        follows = opening > start or (text.text[:first].rstrip().endswith(",") and not after)
        said = (start, first) if follows else (verb.end, end)
    return Speech(verb.sentence, *_speaker(text, subject, verb, earlier), *said)


def _named(text: Prose, after: Sequence[Word]) -> Sequence[Word]:
    """Whom 'according to' names: up to the comma, or, where a name follows that, up to the next."""
    commas = [m.start() for m in re.finditer(r"[,.;]", text.text[after[0].start : after[-1].end])] if after else []
    places = [after[0].start + comma for comma in commas]
    named = (p for p in places if any(w.text[0].isupper() for w in after if w.start < p))
    until = next(named, places[0] if places else None)
    return [word for word in after[:9] if until is None or word.start < until]


def _inverted(text: Prose, before: Sequence[Word], verb: Word, after: Sequence[Word]) -> bool:
    """'…, said Ruth Amberley': what is said ends in a comma or a quotation mark, and the speaker comes after."""
    if not before or not after or not _begins_name(after[0]):
        return False
    gap = text.text[before[-1].end : verb.start]
    if not re.search(r"[,\"”’]", gap):
        return False
    piece = text.text[text.text.rfind(",", 0, before[-1].start) + 1 : before[-1].end].split()
    appositive = bool(piece) and piece[0].lower() in {
        "the",
        "a",
        "an",
        "who",
        "of",
        "for",
        "from",
        "which",
        "whose",
        "its",
        "his",
        "her",
    }
    return after[0].text[0].isupper() or not appositive


def _subject(text: Prose, before: Sequence[Word], verb: Word) -> Sequence[Word]:
    """The words before the verb that tell whose it is: back to the comma, or past an appositive that it closes."""
    if not before or re.search(r"[,)]", text.text[before[-1].end : verb.start]):
        return before
    if before[-1].folded in {"and", "but"}:
        return before
    comma = text.text.rfind(",", before[0].start, before[-1].start)
    near = [word for word in before if word.start > comma]
    return before if near and near[0].folded in {"who", "which", "and", "but"} else near


def _begins_name(word: Word) -> bool:
    return word.text[0].isupper() or word.folded in {"the", "a", "an", "one", "its", "his", "her", "their"}


def _speaker(
    text: Prose, subject: Sequence[Word], verb: Word, earlier: Sequence[Speech]
) -> tuple[frozenset[str], str, tuple[str, ...]]:
    told = frozenset(word.folded.replace(".", "") for word in subject if word.carries)
    names = _names_of(text, verb.sentence)
    inside = [n for n in names if subject and subject[0].start <= n.start and n.end <= subject[-1].end + 2]
    if inside:
        return told, inside[0].text, tuple(name.last for name in inside)
    alone = [word for word in subject if word.carries]
    if len(alone) == 1 and alone[0].text[0].isupper() and subject[-1] is alone[0]:
        return told, alone[0].text, (alone[0].folded.replace(".", ""),)  # 'Orme said' opens the sentence
    if any(word.folded in PRONOUNS for word in subject) or not told:
        return told | _antecedent(text, verb, earlier), earlier[-1].name if earlier else "", ()
    return told, " ".join(word.text for word in subject[-3:]), ()


def _antecedent(text: Prose, verb: Word, earlier: Sequence[Speech]) -> frozenset[str]:
    """Who 'she' is: whoever spoke last, and who is named in the nearest sentence, or earlier in this one."""
    names = find_names(text)
    earlier_names = names[: bisect_left(names, verb.sentence, key=attrgetter("sentence"))]
    nearest = _names_of(text, earlier_names[-1].sentence) if earlier_names else ()
    own = (name for name in _names_of(text, verb.sentence) if name.start < verb.start)
    near = {part for name in (*nearest, *own) for part in name.parts}
    return frozenset(near) | (earlier[-1].speaker if earlier else frozenset())


def _names_of(text: Prose, sentence: int) -> Sequence[Name]:
    names = find_names(text)
    place = attrgetter("sentence")
    return names[bisect_left(names, sentence, key=place) : bisect_right(names, sentence, key=place)]


def speakers_of(text: Prose, number: int) -> tuple[Speech, ...]:
    """Whose words a sentence gives: by its own verbs, or, where it is quotation, by those of the sentences beside."""
    own = tuple(speech for speech in speeches(text) if speech.sentence == number)
    if own:
        return own
    sentence = plain(text.text[slice(*text.sentences[number])])
    if not (sentence.startswith('"') or sentence.endswith('"')):
        return ()
    beside = sorted(speeches(text), key=lambda speech: abs(speech.sentence - number))
    return tuple(beside[:2])
