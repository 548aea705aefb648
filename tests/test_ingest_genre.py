"""The genre of an article is what something says plainly; a labelled set of our own holds it to that."""

from __future__ import annotations

import pytest

from qa.ingest.genre import Hints, genre_of, recognised

LABELLED = [
    ("opinion", Hints(title="Opinion: The harbour needs an ice breaker")),
    ("opinion", Hints(title="Editorial: Let the ferry sail")),
    ("opinion", Hints(title="The ferry must not wait | Opinion")),
    ("opinion", Hints(title="Kommentar: Der Hafen braucht einen Eisbrecher")),
    ("opinion", Hints(types=("OpinionNewsArticle",))),
    ("opinion", Hints(words=("genre:Opinion",))),
    ("opinion", Hints(words=("http://cv.iptc.org/newscodes/genre/Opinion",))),
    ("opinion", Hints(words=("OpEd",))),
    ("opinion", Hints(section="Opinion")),
    ("opinion", Hints(url="https://echo.example/opinion/2024/the-ferry-must-sail")),
    ("analysis", Hints(title="Analysis: Why the ice came early")),
    ("analysis", Hints(types=("AnalysisNewsArticle",))),
    ("review", Hints(title="Review | A winter play that warms")),
    ("review", Hints(title="Review: 'The Ice Ship' sinks slowly")),
    ("review", Hints(title="The Ice Ship review – a cold evening")),
    ("review", Hints(types=("ReviewNewsArticle",))),
    ("live_blog", Hints(title="Live: The harbour freezes over")),
    ("live_blog", Hints(title="Storm over Lowmere – as it happened")),
    ("live_blog", Hints(types=("LiveBlogPosting",))),
    ("sponsored", Hints(labels=("Paid content by Lowmere Ferries",))),
    ("sponsored", Hints(labels=("In partnership with Lowmere Ferries",))),
    ("sponsored", Hints(labels=("Advertorial",))),
    ("sponsored", Hints(types=("AdvertiserContentArticle",))),
    ("sponsored", Hints(url="https://echo.example/sponsored-content/ferries/a-warm-trip")),
    ("obituary", Hints(title="Obituary: Ole Brandt, who mended nets")),
    ("obituary", Hints(title="Ole Brandt obituary", section="Obituaries")),
    ("correction", Hints(title="CORRECTED-Lowmere port opens after three days")),
    ("correction", Hints(title="Correction: Lowmere-Frozen Harbour story")),
    ("correction", Hints(section="Corrections and clarifications")),
    ("news", Hints(types=("ReportageNewsArticle",))),
    ("news", Hints(words=("genre:Current",))),
    (None, Hints(types=("NewsArticle",))),
    (None, Hints(title="Opinion is divided on the ice breaker")),
    (None, Hints(title="Opinion poll: one in two wants the ferry")),
    (None, Hints(title="Council orders review of harbour rules")),
    (None, Hints(title="Review into ferry sinking finds three faults")),
    (None, Hints(title="Live music returns to the harbour")),
    (None, Hints(title="Analysis of blood samples takes weeks, police say")),
    (None, Hints(title="Market correction wipes out the gains of a year")),
    (None, Hints(title="Sponsored swim raises 3,000 for the lifeboat")),
    (None, Hints(title="Column of smoke rises over Skerry")),
    (None, Hints(title="Editorial staff of the Echo walk out")),
    (None, Hints(url="https://echo.example/news/opinion")),
    (None, Hints(url="https://echo.example/news/2024/review-of-the-harbour-rules")),
    (None, Hints(section="News")),
    (None, Hints(labels=("Advertisement", "Comment", "By Jane Doe"))),
    (None, Hints(words=("Feature",))),
]


@pytest.mark.parametrize(("genre", "hints"), LABELLED)
def test_the_genre_is_what_is_said_plainly(genre: str | None, hints: Hints) -> None:
    assert genre_of(hints) == genre


def test_a_declared_genre_wins_over_a_headline() -> None:
    assert genre_of(Hints(types=("ReviewNewsArticle",), title="Opinion: A play")) == "review"


def test_a_word_that_is_nobodys_genre_is_not_recognised() -> None:
    assert recognised("Reportage aus dem Eis") is None
    assert recognised("NEWS") == "news"
