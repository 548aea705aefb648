"""Filters are exact: by either way of searching, after every change, as a scan of all passages would have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from qa.archive import Archive
from qa.index.selection import Selection, search_within
from qa.query import parse_query
from qa.types import Query
from tests.builders import FIRST_DAY, article, many
from tests.fakes import HashEmbedder, small_archive

THOUSANDS = 3_000


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Three thousand articles over seven outlets and 700 days, and one of an outlet and a day of its own."""
    made = small_archive(tmp_path_factory.mktemp("big") / "home")
    made.add(many(THOUSANDS))
    with patch("qa.archive._today", return_value=dt.date(2031, 5, 5)):
        lone = {"source": "The Lone Gazette", "published_at": "2030-01-02", "given_id": "lone", "title": "Lone"}
        made.add([article("The lighthouse of Skerry burned down.", **lone)])
        made.add([article("The lighthouse of Skerry was sold.", **lone)])
    yield made
    made.close()


def found(archive: Archive, query: Query, wanted: int = 20) -> tuple[set[str], set[str]]:
    """The articles that either index finds for the query."""
    selection = archive.select(query)
    by_words = archive.by_words(query.question, wanted, selection)
    by_meaning = archive.by_meaning(HashEmbedder().embed_query(query.question), wanted, selection)
    return tuple(
        {p.source.article_id for p in archive.passages(keys, selection).values()} for keys in (by_words, by_meaning)
    )  # type: ignore[return-value]


@pytest.mark.parametrize(
    "filters",
    [
        {"after": "2030-01-02"},
        {"after": "2030-01-02", "before": "2030-01-02"},
        {"sources": ["the LONE gazette"]},
        {"sources": [" The Lone Gazette "], "as_of": "2030-06-01"},
        {"after": "2030-01-01", "as_of": "2031-05-05"},
    ],
)
def test_one_article_among_thousands_is_found_by_both_indexes(big: Archive, filters) -> None:
    query = parse_query("Which lighthouse closed?", **filters)
    assert found(big, query) == ({"lone"}, {"lone"})


@pytest.mark.parametrize(
    "filters",
    [{"after": "2030-01-03"}, {"before": "2023-12-31"}, {"sources": ["The Lone"]}, {"as_of": "2023-12-31"}],
)
def test_a_filter_that_nothing_passes_finds_nothing(big: Archive, filters) -> None:
    assert found(big, parse_query("Which lighthouse closed?", **filters)) == (set(), set())


def test_as_of_gives_the_words_of_that_day(big: Archive) -> None:
    for day, words in (("2030-06-01", "burned down"), ("2031-05-04", "burned down"), ("2031-05-05", "was sold")):
        query = parse_query("What of the lighthouse?", as_of=day, sources=["The Lone Gazette"])
        selection = big.select(query)
        (passage,) = big.passages([int(key) for key in selection.keys], selection).values()
        assert words in passage.text


@hypothesis.settings(max_examples=60)
@hypothesis.given(
    question=st.sampled_from(["Which bridge closed?", "street12x0", "closed", "Who?", "town1 town2 town3 flood"]),
    after=st.none() | st.integers(0, 720),
    before=st.none() | st.integers(0, 720),
    as_of=st.none() | st.integers(0, 720),
    outlets=st.lists(st.sampled_from([f"outlet {n}" for n in range(8)]), max_size=3),
)
def test_both_indexes_agree_with_a_scan_of_all_articles(big: Archive, question, after, before, as_of, outlets) -> None:
    query = Query(question, day(as_of), day(after), day(before), tuple(outlets))
    allowed = {
        f"a{n}"
        for n in range(THOUSANDS)
        if (before is None or n % 700 <= before)
        and (after is None or n % 700 >= after)
        and (as_of is None or n % 700 <= as_of)
        and (not outlets or f"outlet {n % 7}" in outlets)
    }
    by_words, by_meaning = found(big, query)
    assert by_words - {"lone"} <= allowed
    assert by_meaning - {"lone"} <= allowed
    assert len(by_meaning) == min(20, len(allowed) + ("lone" in by_meaning))
    asked = {word for word in ("bridge", "flood") if word in question.lower()}
    if "closed" in question:
        assert len(by_words - {"lone"}) >= min(19, len(allowed)), asked


def day(number: int | None) -> dt.date | None:
    return None if number is None else FIRST_DAY + dt.timedelta(days=number)


@hypothesis.given(st.data(), st.integers(1, 300), st.integers(1, 40))
def test_searching_wide_and_scanning_narrow_find_the_same(data: st.DataObject, total: int, wanted: int) -> None:
    order = np.random.default_rng(data.draw(st.integers(0, 9))).permutation(total).tolist()
    keys = sorted(data.draw(st.sets(st.integers(0, total - 1))))
    mask = np.zeros(total, dtype=bool)
    mask[keys] = True
    selection = Selection(mask, np.array(keys, dtype=np.int64), np.zeros(total, dtype=np.int32), total, ())
    best = [key for key in order if mask[key]][:wanted]
    scored = {key: -float(place) for place, key in enumerate(order)}
    search = lambda n: {key: scored[key] for key in order[:n]}  # noqa: E731
    scan = lambda among: {key: scored[key] for key in order if key in set(among)}  # noqa: E731
    assert list(search_within(selection, wanted, search, scan).items()) == [(key, scored[key]) for key in best]


def test_both_ways_of_searching_are_taken(big: Archive) -> None:
    ways = []
    for filters in ({}, {"after": "2030-01-01"}):
        selection = big.select(parse_query("x", **filters))
        search_within(
            selection,
            20,
            lambda n: ways.append("search") or dict.fromkeys(range(n), 1.0),
            lambda keys: ways.append("scan") or dict.fromkeys(keys, 1.0),
        )
    assert ways[0] == "search"
    assert ways[-1] == "scan"


def test_changes_are_obeyed_at_once(archive: Archive) -> None:
    archive.add(many(50))
    query = parse_query("Who closed street7x0?", after="2024-01-08", before="2024-01-08")
    assert found(archive, query) == ({"a7"}, {"a7"})
    archive.retract("a7", "not true")
    assert found(archive, query) == (set(), set())
    archive.add(many(1, start=8))
    assert found(archive, query) == (set(), set())
    archive.delete("a7")
    archive.add(many(1, start=7))
    assert found(archive, query) == ({"a7"}, {"a7"})


def test_a_changed_date_moves_the_article(archive: Archive, home: Path) -> None:
    archive.add([article("The bridge closed.", given_id="x", published_at="2024-01-01")])
    archive.add([article("The bridge closed.", given_id="x", published_at="2024-02-01")])
    assert found(archive, parse_query("bridge", before="2024-01-15")) == (set(), set())
    assert found(archive, parse_query("bridge", after="2024-01-15")) == ({"x"}, {"x"})


def test_a_paragraph_that_was_a_heading_before_is_not_cited_as_of_then(archive: Archive) -> None:
    from dataclasses import replace

    from qa.types import Block

    first = article("Rain fell.", given_id="x", published_at="2024-01-01")
    first = replace(first, blocks=(Block("heading", "The mill burned."), *first.blocks))
    later = replace(first, blocks=(Block("paragraph", "The mill burned."),), updated_at="2024-03-01")
    archive.add([first])
    archive.add([later])
    selection = archive.select(parse_query("mill", as_of="2024-02-01"))
    texts = [p.text for p in archive.passages([int(k) for k in selection.keys], selection).values()]
    assert texts == ["Rain fell."]
