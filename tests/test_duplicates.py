"""Which articles print the same report, whatever order they came in, and what that means for answers."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa import duplicates
from qa.archive import Archive
from qa.catalogue import Catalogue
from qa.catalogue import tables as t
from qa.types import Article, Block, Query
from tests.builders import article
from tests.fakes import small_archive, small_engine

_NOUNS = ["ferry", "bridge", "council", "budget", "strike", "school", "harbour", "mill", "flood", "oyster", "clinic"]
_VERBS = [
    "closed",
    "opened",
    "lost",
    "found",
    "paid",
    "moved",
    "doubled",
    "halved",
    "blamed",
    "praised",
    "sold",
    "bought",
]


def sentence(seed: object) -> str:
    """A sentence that no other seed gives."""
    chance = random.Random(f"{seed}")
    words = [
        f"{chance.choice(_NOUNS)} {chance.choice(_VERBS)} by {chance.choice(_NOUNS)}{chance.randint(1, 999)}"
        for _ in range(6)
    ]
    return f"Officials of {chance.choice(_NOUNS)} said the {', the '.join(words)}."


def story(name: str, paragraphs: int = 8) -> list[str]:
    return [sentence((name, number)) for number in range(paragraphs)]


def printed(given_id: str, *texts: str, outlet: str = "Courier", day: int = 1, title: str = "News") -> Article:
    return article(*texts, title=title, source=outlet, published_at=f"2024-03-{day:02}", given_id=given_id)


def reports(archive: Archive) -> dict[str, str]:
    return {source.article_id: source.report for source in archive.view().sources}


@pytest.mark.parametrize(
    "edit",
    [
        lambda texts: ["PORT ELLERY (Reuters) - " + texts[0], *texts[1:]],
        lambda texts: texts[:4],
        lambda texts: [texts[0], *reversed(texts[1:])],
        lambda texts: [text.replace("said the", "says that the") for text in texts],
        lambda texts: [*texts[:3], sentence("local"), *texts[3:]],
        lambda texts: [texts[1], *texts[3:]],
    ],
    ids=["prefixed", "cut", "reordered", "copy-edited", "localised", "thinned"],
)
def test_a_copy_is_one_report_with_its_original(archive: Archive, edit) -> None:
    texts = story("storm")
    archive.add([printed("a", *texts), printed("b", *edit(texts), outlet="Herald", day=2, title="Another headline")])
    assert reports(archive) == {"a": "a", "b": "a"}
    assert [copy.article_id for copy in archive.copies("a")] == ["b"]


@pytest.mark.parametrize(
    "other",
    [
        [*story("new", 6), *story("storm")[-3:]],  # two stories with the same background
        [*story("new", 2), *story("storm")[-1:]],
        story("elsewhere"),
        [text.replace("said", "denied") for text in story("storm", 1)],  # a flash is contained in every long story
    ],
    ids=["background", "short", "another", "flash"],
)
def test_another_story_is_another_report(archive: Archive, other: list[str]) -> None:
    archive.add([printed("a", *story("storm")), printed("b", *other, outlet="Herald")])
    assert reports(archive) == {"a": "a", "b": "b"}


def test_a_column_that_comes_every_week_is_a_new_report_each_time(archive: Archive) -> None:
    frame = story("How to read this column and whom to write to", 6)
    weeks = [printed(f"week-{n}", *story(f"week {n}", 2), *frame, day=1 + 7 * n) for n in range(4)]
    archive.add(weeks)
    assert set(reports(archive).values()) == {"week-0", "week-1", "week-2", "week-3"}
    archive.delete("week-0")
    archive.delete("week-3")  # two are left: nothing says any more that the frame is one
    assert reports(archive)["week-2"] == "week-1"


def test_last_years_text_with_this_years_dates_is_another_report(archive: Archive) -> None:
    texts = story("feast")
    later = replace(printed("b", *texts[:6], *story("changed", 2)), published_at="2025-03-01")
    archive.add([printed("a", *texts), later])
    assert reports(archive)["b"] == "b"


def test_a_chain_of_updates_is_no_single_report(archive: Archive) -> None:
    texts = story("long", 16)
    steps = [printed(f"step-{n}", *texts[n * 3 : n * 3 + 8], day=1 + n) for n in range(3)]
    archive.add(steps)
    assert reports(archive)["step-2"] != "step-0"


WORLD = [
    printed("a", *story("storm"), day=2),
    printed("b", *story("storm")[:5], outlet="Herald", day=1),
    printed("c", *story("storm")[3:], outlet="Gazette", day=3),
    printed("d", *story("mill"), day=3),
    printed("e", *story("mill")[1:], *story("own", 1), outlet="Herald", day=4),
    printed("f", *story("frame", 6), *story("f", 1), day=1),
    printed("g", *story("frame", 6), *story("g", 1), day=9),
    printed("h", *story("frame", 6), *story("h", 1), day=25),
]


@pytest.mark.parametrize("seed", range(6))
def test_reports_do_not_hang_on_the_order_in_which_articles_came_and_went(
    tmp_path: Path, archive: Archive, seed
) -> None:
    chance = random.Random(seed)
    archive.add(WORLD)
    other = small_archive(tmp_path / "other")
    for turn in range(3):
        for one in chance.sample(WORLD, len(WORLD)):
            other.add([one if turn == 2 else replace(one, blocks=(*one.blocks[:3], *WORLD[turn].blocks[3:]))])
        if turn < 2:
            for one in chance.sample(WORLD, 4):
                other.delete(str(one.given_id))
    for one in WORLD:  # the last word is the same, by a declared update
        other.delete(str(one.given_id))
        other.add([one])
    assert reports(other) == reports(archive)
    assert _pairs(other) == _pairs(archive)
    other.close()


def _pairs(archive: Archive) -> set[tuple[str, str]]:
    one, other = t.signatures.alias(), t.signatures.alias()
    query = sa.select(one.c.version, other.c.version).join(t.likenesses, t.likenesses.c.number == one.c.number)
    with archive._catalogue._engine.connect() as db:
        return set(map(tuple, db.execute(query.join(other, other.c.number == t.likenesses.c.other))))


def test_a_changed_body_may_leave_a_report_and_come_back(archive: Archive) -> None:
    texts = story("storm")
    archive.add([printed("a", *texts), printed("b", *texts, outlet="Herald", day=2)])
    archive.add([replace(printed("b", *story("other"), outlet="Herald", day=2), updated_at="2024-03-05")])
    assert archive.copies("a") == ()
    archive.add([replace(printed("b", *texts, outlet="Herald", day=2), updated_at="2024-03-06")])
    assert [copy.article_id for copy in archive.copies("b")] == ["a"]


def test_nothing_of_a_deleted_article_is_left_for_comparing(archive: Archive) -> None:
    archive.add([printed("a", *story("storm")), printed("b", *story("storm"), outlet="Herald")])
    archive.delete("a")
    archive.delete("b")
    with archive._catalogue._engine.connect() as db:
        for table in (t.signatures, t.marks, t.recurring, t.likenesses, t.reports):
            assert db.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_an_archive_of_an_older_version_is_compared_when_it_is_opened(home: Path) -> None:
    first = small_archive(home)
    first.add([*WORLD, article("Rain fell.", url="http://www.courier.example/rain/")])
    expected, marked = reports(first), _pairs(first)
    first.close()
    _make_old(home)
    again = small_archive(home)
    assert (reports(again), _pairs(again)) == (expected, marked)
    assert again.add([article("Rain fell.", url="https://courier.example/rain")]).unchanged == 1
    assert again.check().ok
    again.close()


def test_reindex_compares_all_anew(home: Path) -> None:
    first = small_archive(home)
    first.add(WORLD)
    expected = reports(first)
    with first._catalogue._engine.begin() as db:
        db.execute(t.likenesses.delete())
        db.execute(t.reports.delete())
    first.reindex()
    assert reports(first) == expected
    first.close()


def _make_old(home: Path) -> None:
    """Without the tables and the keys that the version before did not make."""
    engine = sa.create_engine(f"sqlite:///{home / 'catalogue.sqlite3'}")
    new = (t.signatures, t.marks, t.recurring, t.likenesses, t.reports, t.events, t.remarks)
    t.metadata.drop_all(engine, tables=new)
    with engine.begin() as db:
        db.execute(t.meta.delete().where(t.meta.c.key == "signed"))
        db.execute(t.identities.delete().where(t.identities.c.key.like("page:%")))
    engine.dispose()


# -- what a question sees


def test_copies_are_one_candidate_and_the_earliest_stands_for_them(home: Path) -> None:
    engine = small_engine(home)
    texts = story("storm")
    outlets = [printed(f"copy-{n}", *texts, outlet=f"Outlet {n}", day=9 - n) for n in range(9)]
    engine.archive.add([*outlets, *(printed(f"o{n}", *story(f"o{n}")) for n in range(6))])
    hits = engine.retriever.retrieve(Query(texts[0]))
    first = hits[0]
    assert (first.passage.source.article_id, len(first.copies)) == ("copy-8", 8)
    assert len({hit.passage.text for hit in hits}) == len(hits) == engine.settings.candidates
    engine.close()


def test_a_copy_stands_for_itself_where_filters_hide_the_others(home: Path) -> None:
    engine = small_engine(home)
    texts = story("storm")
    engine.archive.add([printed("a", *texts, day=5), printed("b", *texts, outlet="Herald", day=9)])
    for query in (Query(texts[0], sources=("Herald",)), Query(texts[0], after=dt.date(2024, 3, 6))):
        assert engine.retriever.retrieve(query)[0].passage.source.article_id == "b"
    seen = engine.retriever.retrieve(Query(texts[0], as_of=dt.date(2024, 3, 6)))
    assert {hit.copies for hit in seen} == {()}
    engine.close()


def test_a_paragraph_with_another_number_is_never_folded_away() -> None:
    text = "The storm destroyed 14 boats in the harbour of Port Ellery on Friday night, the harbour master said."
    assert duplicates.same_paragraph(text, text.replace("harbour master said", "harbour master has said"))
    assert not duplicates.same_paragraph(text, text.replace("14", "15"))


def test_the_same_paragraph_in_two_stories_is_two_candidates(home: Path) -> None:
    engine = small_engine(home)
    shared = sentence("background")
    engine.archive.add([printed("a", *story("a"), shared), printed("b", *story("b"), shared, outlet="Herald")])
    found = [hit for hit in engine.retriever.retrieve(Query(shared)) if hit.passage.text == shared]
    assert len(found) == 2
    engine.close()


@pytest.mark.parametrize(
    "texts", [[], [""], ["…"], ["One two."], ["\ud800 odd"], ["暴风雨摧毁了港口的十四艘船只。" * 5] * 3]
)
def test_any_text_has_a_signature(texts: list[str]) -> None:
    made = duplicates.signature(texts)
    assert duplicates.alike(made, made, None) == (len(set(made.shingles)) >= duplicates.FEWEST and len(made.marks) > 0)


def test_one_long_block_does_not_make_two_pages_one_report() -> None:
    block = " ".join(sentence(("page", n)) for n in range(60))
    one, other = ([block, *story(name, 9)] for name in ("one", "other"))
    assert not duplicates.alike(duplicates.signature(one), duplicates.signature(other), 0)


def test_a_transaction_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    catalogue.create()
    bad = Article("x", (Block("paragraph", "\ud800"),), given_id="bad")
    with pytest.raises(UnicodeEncodeError):
        catalogue.put([printed("a", *story("storm")), bad], dt.date(2024, 1, 1))
    catalogue.put([printed("b", *story("mill")), printed("c", *story("mill"), outlet="Herald")], dt.date(2024, 1, 1))
    assert [source.article_id for source in catalogue.copies("b")] == ["c"]
    catalogue.close()
