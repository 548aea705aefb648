"""Texts that are written to break the check or to cost it time: no error, and steps that grow no faster than the text.

Steps are lines of Python that run, counted and not timed, so that a busy machine changes nothing.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from qa.sentences import LONGEST, split
from qa.types import Draft, DraftStatement, Evidence, Hit, Paragraph, Passage, Query, Source, Span, Verdict
from qa.verify import Verifier, is_verbatim
from qa.verify.extent import MOST

REPEATS = [
    "1 ", "1,", "5% ", "two ", "third ", "1st ", "[1]", "March 5 ", "2021 ", "5 to ", "said Ada ", "A. ", "Ada left. ",
    "Ada van der Berg and ", "not ", "after the storm before ", "a\n\n", "'a ",
    "Ada said “I left” and Bo denied 5 of 6 on 3 May. ",
]  # fmt: skip
SHORT, TWICE = LONGEST, 2 * LONGEST


def judged(said: str, paragraph: str, *, published: str | None = "2024-05-31", title: str = "News of Ada") -> Verdict:
    source = Source("a", "v", title, None, (), published, None, None, None, None, None, "current", None, None)
    place = Paragraph(1, "p", "paragraph", 0, len(paragraph), paragraph)
    evidence = Evidence(
        Query("Who?"), (Hit(Passage("p", place, source, 0, len(paragraph), paragraph), 1, 1, 0.1, 1.0),)
    )
    draft = Draft((DraftStatement(said, (Span(source, place, 0, len(paragraph)),)),), "llm", 1.0)
    (verdict,) = Verifier().verify(draft, evidence)
    return verdict


def steps(said: str, paragraph: str) -> int:
    """How many lines of our own a verdict takes; what cuts sentences is given windows of one size."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace if "/qa/" in frame.f_code.co_filename or frame.f_code.co_filename == "<string>" else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        judged(said, paragraph)
    finally:
        sys.settrace(before)
    return count


def repeated(unit: str, size: int) -> str:
    return (unit * size)[:size]


@pytest.mark.parametrize("unit", REPEATS)
def test_the_check_of_a_paragraph_twice_as_long_takes_no_more_than_twice_the_steps(unit: str) -> None:
    said = repeated(unit, 60) + " x"
    judged(said, repeated(unit, 100))
    assert steps(said, repeated(unit, TWICE)) < 2.5 * steps(said, repeated(unit, SHORT))


@pytest.mark.parametrize("unit", sorted({*REPEATS} - {"[1]"}))
def test_a_statement_without_end_is_turned_away_before_it_costs_anything(unit: str) -> None:
    verdict = judged(repeated(unit, 20_000) + " x", "Ada left.")
    assert (verdict.verdict, verdict.checker) == ("unsupported", "extent")


@pytest.mark.parametrize("said", ["1 " * 41, "on 5 May 2021, " * 41, "and Ada Bo met " * 41])
def test_a_statement_names_no_more_than_a_sentence_does(said: str) -> None:
    verdict = judged(said, "Ada left.")
    assert (verdict.verdict, verdict.checker) == ("unsupported", "extent")
    assert str(MOST) in verdict.reason


def test_a_sentence_without_end_is_cut() -> None:
    assert [len(one.text) for one in split("word " * 1_000)] == [1_999, 1_999, 999]
    assert [len(one.text) for one in split("w" * 5_000)] == [LONGEST, LONGEST, 1_000]
    assert split(" " * 5_000) == ()


def test_sentences_of_a_long_paragraph_are_those_of_a_short_one() -> None:
    text = "Mr. Vark left Port Ellery. “He will be back. Nobody asked him to go,” said Dr. Haske of St. Brannoc. "
    short = [one.text for one in split(text)]
    assert [one.text for one in split(text * 100)] == short * 100


@pytest.mark.parametrize(
    "text",
    [
        "Room ² burned.",
        "① Ada left.",
        "Ada paid ³ pounds.",
        "At " + "1" * 5_000 + ".50 am Ada left.",
        "9" * 5_000 + "%",
    ],
)
def test_what_only_looks_like_a_number_is_no_error(text: str) -> None:
    assert judged("Ada left town.", text).verdict
    assert judged(text[:500], "Ada left town.").verdict


@pytest.mark.parametrize("number", ["⑨", "½", "Ⅸ", "９", "٩", "九"])
def test_a_number_in_other_characters_is_a_number(number: str) -> None:
    assert judged(f"Ada lost {number} boats.", "On Friday Ada lost boats.").verdict == "unsupported"
    assert judged(f"Ada lost {number} boats.", f"On Friday Ada lost {number} boats.").verdict == "supported"


@pytest.mark.parametrize("published", ["9999-12-31", "0001-01-01"])
def test_the_ends_of_the_calendar_are_no_error(published: str) -> None:
    for day in ("yesterday", "tomorrow", "on Friday", "on 31 December", "in March"):
        assert judged(f"Ada left {day}.", f"Ada, who left {day}, will return.", published=published).verdict


def test_whole_sentences_are_found_in_many_that_are_alike() -> None:
    paragraph = "Cy ran. " * 1_000 + "Ada left. Bo came."
    span = Span(
        Source("a", "v", "t", None, (), None, None, None, None, None, None, "current", None, None),
        Paragraph(1, "p", "paragraph", 0, len(paragraph), paragraph), 0, len(paragraph),
    )  # fmt: skip
    assert is_verbatim("Ada left. Bo came.", span)
    assert not is_verbatim("left. Bo came.", span)
