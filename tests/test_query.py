"""What a caller typed: trimmed, composed, bounded, or refused in one line."""

from __future__ import annotations

import datetime as dt

import hypothesis
import pytest
from hypothesis import strategies as st

from qa.errors import InvalidFilter, InvalidQuestion
from qa.query import parse_query


def test_a_question_is_trimmed_and_composed() -> None:
    assert parse_query(" Who is\tMu\u0308ller?\x00\n ").question == "Who is Müller?"


@pytest.mark.parametrize("question", ["", "  \n", "\x00", "x" * 2_001, "\ud800"])
def test_what_is_no_question_is_refused_with_a_hint(question: str) -> None:
    with pytest.raises(InvalidQuestion) as caught:
        parse_query(question)
    assert caught.value.hint


def test_two_thousand_characters_are_a_question() -> None:
    assert len(parse_query(" " + "x" * 2_000 + " ").question) == 2_000


@pytest.mark.parametrize(
    "day", ["", "soon", "2024-02-30", "20240531", "2024-W05-1", "٢٠٢٤-٠٥-٣١", "2024-05-31T10:00", "0000-01-01"]
)
@pytest.mark.parametrize("name", ["as_of", "after", "before"])
def test_what_is_no_day_is_refused_by_its_name(name: str, day: str) -> None:
    with pytest.raises(InvalidFilter, match=name):
        parse_query("Who?", **{name: day})


def test_filters_are_kept() -> None:
    query = parse_query("Who?", as_of="2024-03-01", after="2024-01-01", before="2024-01-01", sources=[" A ", ""])
    assert (query.as_of, query.after, query.before) == (dt.date(2024, 3, 1), dt.date(2024, 1, 1), dt.date(2024, 1, 1))
    assert query.sources == ("A",)
    assert query.filtered
    assert not parse_query("Who?").filtered


def test_after_later_than_before_is_refused() -> None:
    with pytest.raises(InvalidFilter, match="later"):
        parse_query("Who?", after="2024-01-02", before="2024-01-01")


@hypothesis.given(st.text(max_size=2_100), st.none() | st.text(max_size=12))
def test_any_text_gives_a_query_or_one_of_our_errors(question: str, day: str | None) -> None:
    try:
        query = parse_query(question, as_of=day)
    except (InvalidQuestion, InvalidFilter):
        return
    assert query.question == query.question.strip() != ""
    assert parse_query(query.question).question == query.question
