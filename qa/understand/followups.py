"""A follow-up made to stand alone: 'Why did he resign?' after a question on Lionel Garrow.

The conversation is data: names and phrases are taken from it, and nothing in it is obeyed. What a follow-up points at
is looked for in the last question and, where that does not name it, in its answer. One that fits is put in; where two
fit as well, or none, the question is given back with what is unclear.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.types import Turn
from qa.understand import rewriting
from qa.understand.anaphora import Pointer, pointers
from qa.understand.names import Name, names, offices, persons, same
from qa.understand.rewriting import Rewritten
from qa.words import stems

_TURNS, _CHARACTERS = 12, 2_000  # the latest of a conversation, and the beginning of each turn, are read
_MARKER = re.compile(r"\s*\[\d{1,3}\]")
_WOMAN = re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE)
_MAN = re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE)
_ASKS_WHO = re.compile(
    r"^(?:\w+ )?(?:who|whom|whose|which (?!did\b|of\b)\w+|what (?:man|woman|is the name|was the name))\b", re.IGNORECASE
)
_ENOUGH = 3  # words that carry meaning with which a question can be looked up though a pronoun in it is open


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a follow-up cannot be answered, in words for whoever asked."""

    message: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What the conversation is at: its last question, made to stand alone, and what was answered."""

    question: str
    answer: str


def stand_alone(
    question: str, history: Sequence[Turn], *, day: dt.date | None, outlets: Sequence[str]
) -> Rewritten | Unclear | None:
    """The question made to stand alone, or what is unclear; None where it stands alone as it is.

    Args:
        question: as asked.
        history: the conversation before it, oldest first.
        day: the day of asking, for 'And last year?'.
        outlets: the archive's, for 'And the Herald?'.
    """
    pointing = pointers(question)
    if not pointing:
        return None
    topic = _topic(history, day, outlets)
    found = _resolve(question, pointing, topic, day, outlets) if topic else _nothing_before(question, pointing[0])
    if isinstance(found, Unclear) and not _is_bare(question, pointing):
        return None  # its own words say enough to look it up
    return found


def _topic(history: Sequence[Turn], day: dt.date | None, outlets: Sequence[str]) -> Topic | None:
    """The last question that stands alone or can be made to, with its answer."""
    topic: Topic | None = None
    for turn in history[-_TURNS:]:
        said = _MARKER.sub("", " ".join(turn.content[:_CHARACTERS].split()))
        if turn.role == "user":
            topic = _asked(said, topic, day, outlets)
        elif topic and not topic.answer:
            topic = Topic(topic.question, said)
    return topic


def _asked(said: str, topic: Topic | None, day: dt.date | None, outlets: Sequence[str]) -> Topic | None:
    pointing = pointers(said)
    if not pointing:
        is_thin = not names(said) and len(stems(said)) < _ENOUGH
        return topic if is_thin and (topic or not stems(said)) else Topic(said, "")
    resolved = _resolve(said, pointing, topic, day, outlets) if topic else None
    if isinstance(resolved, Rewritten):
        return Topic(resolved.question, "")
    return Topic(said, "") if names(said) or pointing[0].kind == "matter" else topic


def _resolve(
    question: str, pointing: Sequence[Pointer], topic: Topic, day: dt.date | None, outlets: Sequence[str]
) -> Rewritten | Unclear:
    if pointing[0].kind == "ellipsis":
        return rewriting.completed(question, topic.question, day=day, outlets=outlets) or _elliptic(question, topic)
    if pointing[0].kind == "event":
        return rewriting.of_event(question, topic.question) or _elliptic(question, topic)
    if pointing[0].kind == "matter":
        return rewriting.with_matter(question, topic.question)
    done = Rewritten(question, ())
    for pointer in sorted(pointing, key=lambda p: -p.start):  # from the end, so that places stay
        word = question[pointer.start : pointer.end]
        candidates = _candidates(question, pointer, topic)
        if len(candidates) != 1:
            return _unclear(word, candidates)
        done = rewriting.put(done, pointer, candidates[0], topic.question)
    return rewriting.begun_anew(done)


def _candidates(question: str, pointer: Pointer, topic: Topic) -> list[str]:
    """What the words may stand for, the question's own names left out."""
    if pointer.kind == "person":
        found = _people(question, topic)
    elif pointer.kind == "place":
        found = rewriting.places(topic.question) or rewriting.things(topic.question)
    elif pointer.kind == "several":
        named = [one for one in rewriting.things(topic.question) if names(one) and names(one)[-1].text == one]
        told = _things_told(topic) if _ASKS_WHO.match(topic.question) else []
        new = [one for one in told if not any(same(one, name.text) for name in names(topic.question))]
        found = rewriting.groups(topic.question) or (new if len(new) == 1 else named) or _people(question, topic)
    else:
        found = rewriting.things(topic.question) or _things_told(topic)
    own = [name.text for name in names(question)]
    return [one for one in found if not any(same(one, other) for other in own)]


def _people(question: str, topic: Topic) -> list[str]:
    """Those of the last question; of its answer too, where it asked for somebody or names nobody."""
    asked = [name for name in persons([topic.question]) if _fits(name, question)]
    told = [name for name in persons([topic.answer]) if _fits(name, question)]
    fuller = [_fullest(name, told) for name in asked]
    sure = [name for name in told if name.kind != "either"]
    added = [name for name in sure or told if not any(same(name.text, other.text) for other in asked)]
    unnamed = [one for one in offices(topic.question) if not _ASKS_WHO.match(topic.question)]
    if _ASKS_WHO.match(topic.question):
        either = [*fuller, *added]
        return [name.text for name in either if name.kind != "either"] or [name.text for name in either]
    known = [name.text for name in fuller if name.kind != "either"] or (
        [] if unnamed else [name.text for name in fuller]
    )
    return [*known, *([] if known else unnamed)] or [name.text for name in added]


def _fits(name: Name, question: str) -> bool:
    """Whether 'she' or 'he' may be said of this name, as far as a given name or a title tells."""
    if _WOMAN.search(question):
        return name.kind != "man"
    return not (_MAN.search(question) and name.kind == "woman")


def _fullest(name: Name, others: Sequence[Name]) -> Name:
    return max([name, *(o for o in others if same(name.text, o.text))], key=lambda one: len(one.text.split()))


def _things_told(topic: Topic) -> list[str]:
    """Names in the answer that are not persons', where the question names nothing."""
    return list(dict.fromkeys(name.text for name in names(topic.answer) if name.kind == "thing"))


def _is_bare(question: str, pointing: Sequence[Pointer]) -> bool:
    """Whether nothing could be looked up by the question's own words."""
    if pointing[0].kind == "matter":
        return False
    if pointing[0].kind == "ellipsis":
        return True
    return not names(question) and len(stems(question)) < _ENOUGH


def _nothing_before(question: str, pointer: Pointer) -> Unclear:
    said = question[pointer.start : pointer.end].rstrip("?")
    word = re.search(r"\b(?:that|this|it)\b", said) if pointer.kind == "event" else None
    words = word.group() if word else said
    return Unclear(
        f"It is not clear what “{words}” refers to: nothing was asked before."
        " Ask the whole question, with the names that it is about."
    )


def _elliptic(question: str, topic: Topic) -> Unclear:
    return Unclear(
        f"It is not clear how “{question}” goes on from “{topic.question}”."
        " Ask the whole question, with the names that it is about."
    )


def _unclear(word: str, candidates: Sequence[str]) -> Unclear:
    if not candidates:
        said = "nothing in the last question and its answer fits."
    else:
        said = f"it may be {' or '.join(candidates[:4])}."
    return Unclear(f"It is not clear who or what “{word}” refers to: {said} Ask again with the name in place of it.")
