"""A day of publication that cannot be right is doubted, and nothing else is."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.ingest.annotate import annotated
from qa.ingest.doubts import doubts_of
from qa.types import Article, Block

SEEN = dt.datetime(2024, 1, 10, 12, tzinfo=dt.UTC)


def article(
    text: str = "Boats could not leave.", published: str | None = "2024-01-09", updated: str | None = None
) -> Article:
    return Article(title="Ice", blocks=(Block("paragraph", text),), published_at=published, updated_at=updated)


@pytest.mark.parametrize("published", ["2024-01-12", "2024-01-11T23:00:00+00:00", "2031-01-01"])
def test_a_day_more_than_a_day_ahead_of_the_reading_is_doubted(published: str) -> None:
    assert doubts_of(article(published=published), seen=SEEN) == ("published_in_future",)


@pytest.mark.parametrize("published", ["2024-01-11", "2024-01-10T20:00:00-08:00", "2023-12-31", None])
def test_today_somewhere_and_the_past_are_not_doubted(published: str | None) -> None:
    assert doubts_of(article(published=published), seen=SEEN) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The captain was arrested in Skerry on 20 January 2024. He denied it.",
        "The company launched the ferry on Jan. 20, 2024, after a week of tests.",
        "On 20 January 2024, the channel was cleared.",
    ],
)
def test_a_later_day_told_as_past_is_doubted(text: str) -> None:
    assert doubts_of(article(text), seen=SEEN) == ("published_before_reference",)


@pytest.mark.parametrize(
    "text",
    [
        "The channel was cleared on 9 January 2024.",
        "The channel was cleared on 10 January 2024.",
        "The hearing was postponed to 20 January 2024.",
        "The mayor accepted an invitation to speak in Skerry on 20 January 2024.",
        "The council passed a law banning boats on 20 January 2024.",
        "The port will be closed until it opens again on 20 January 2024.",
        "The election was set for 20 January 2024.",
        "The contract, which expired on 20 January 2024, was not renewed.",
        "Had he arrived on 20 January 2024, he would have seen it.",
        "Tickets for the match on 20 January 2024 were sold out.",
    ],
)
def test_a_later_day_that_may_be_ahead_is_not_doubted(text: str) -> None:
    assert doubts_of(article(text), seen=SEEN) == ()


def test_what_was_updated_later_may_speak_of_later_days() -> None:
    text = "The captain was arrested in Skerry on 20 January 2024."
    assert doubts_of(article(text, updated="2024-01-21"), seen=SEEN) == ()


def test_a_correction_may_be_later_than_the_article() -> None:
    text = "Correction: The captain was arrested in Skerry on 20 January 2024."
    assert annotated(article(text), "record", seen=SEEN).doubts == ()
