"""The headlines that the chat page begins with: few, each of one report, and each a question that is answered."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from api.chat_page import render
from qa import engine as engines
from qa.catalogue import Counts
from qa.query import parse_query
from qa.settings import Settings
from qa.types import Source
from tests.fakes_api import STORM, version_of

SAMPLE = Path(__file__).parent.parent / "eval" / "sets" / "sample" / "articles"


def named(*titles: str, report: str = "") -> list[Source]:
    source = version_of(STORM, "storm").source
    return [replace(source, article_id=f"a{place}", title=one, report=report) for place, one in enumerate(titles)]


def suggested(newest: list[Source]) -> list[str]:
    page = html.document_fromstring(render(Counts(1, 1, 1, 1), ("The Ellery Courier",), newest))
    return (page.find(".//archive-chat").get("suggestions") or "").split("|")


def test_the_newest_four_are_there_in_their_order() -> None:
    assert suggested(named("One", "Two", "Three", "Four", "Five")) == ["One", "Two", "Three", "Four"]


def test_a_report_is_there_once_by_its_newest_copy_and_so_is_a_headline() -> None:
    assert suggested(named("The newest", "An older copy", report="r") + named("Other", " Other ")) == [
        "The newest", "Other",
    ]  # fmt: skip


def test_a_headline_that_would_be_two_or_is_none_is_left_out() -> None:
    assert suggested(named("Storm | The Courier", "W" * 91, "Storm")) == ["Storm"]


def test_without_articles_nothing_is_suggested() -> None:
    assert suggested([]) == [""]


@pytest.mark.slow
def test_each_headline_is_answered_from_its_own_article(home: Path) -> None:
    from qa.ingest import read

    with closing(engines.build(Settings(home=home, workers=0), create=True)) as engine:
        engine.archive.add(read([str(path) for path in sorted(SAMPLE.glob("b-*"))]))
        newest = engine.archive.articles(status="current", limit=6).items
        answers = [engine.ask(parse_query(one.title)) for one in newest]
    assert [answer.citations[0].article_id for answer in answers] == [one.article_id for one in newest]
