"""What changed from one version to another: applying it to the older gives the newer, and ids survive around edits."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from api.article_page import beside, render
from qa.archive import Archive
from qa.difference import compare
from qa.errors import ArticleNotFound, InvalidInput
from qa.types import Article, Block, Version
from tests.builders import article, blocks
from tests.fakes import small_archive

RAIN, WIND, SNOW = "Rain fell on Port Ellery all day.", "The wind tore two roofs off.", "Snow is expected on Sunday."


def put(archive: Archive, *texts: str, at: int, **fields: object) -> Version:
    archive.add([article(*texts, given_id="a", published_at="2024-01-01", updated_at=f"2024-02-{at:02}", **fields)])
    return archive.version("a")


def kinds(older: Version, newer: Version) -> list[str]:
    return [change.kind for change in compare(older, newer).changes]


@hypothesis.settings(max_examples=60)
@hypothesis.given(st.lists(blocks(), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_applying_the_difference_to_the_older_version_gives_the_newer(tmp_path_factory, drafts, chance) -> None:
    archive = small_archive(tmp_path_factory.mktemp("changes"))
    versions: list[Version] = []
    for day, draft in enumerate(drafts, 1):
        mixed = [*draft, *(Block(p.kind, p.text) for p in versions[-1].paragraphs)] if versions else list(draft)
        chance.shuffle(mixed)
        written = tuple(mixed[: chance.randint(1, len(mixed))])
        archive.add(
            [Article("Storm", written, given_id="a", published_at="2024-01-01", updated_at=f"2024-02-{day:02}")]
        )
        versions.append(archive.version("a"))
        for older in versions:
            difference = compare(older, versions[-1])
            assert difference.apply(older) == tuple(Block(p.kind, p.text) for p in versions[-1].paragraphs)
            befores = [change.before for change in difference.changes if change.before]
            assert sorted(befores, key=lambda p: p.start) == list(older.paragraphs)
    archive.close()


def test_a_paragraph_put_in_front_leaves_all_others_kept_with_their_ids(archive: Archive) -> None:
    older = put(archive, RAIN, WIND, at=1)
    newer = put(archive, SNOW, RAIN, WIND, at=2)
    assert kinds(older, newer) == ["added", "kept", "kept"]
    assert [p.paragraph_id for p in newer.paragraphs[1:]] == [p.paragraph_id for p in older.paragraphs]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((RAIN, WIND.replace("two", "three"), SNOW), ["kept", "edited", "kept"]),
        ((RAIN, SNOW), ["kept", "removed", "kept"]),
        ((SNOW, RAIN, WIND), ["moved", "kept", "kept"]),
        ((RAIN, "Nothing of that kind happened.", SNOW), ["kept", "added", "removed", "kept"]),
        ((RAIN, RAIN, WIND, SNOW), ["kept", "added", "kept", "kept"]),
    ],
)
def test_each_paragraph_is_kept_moved_edited_added_or_removed(archive: Archive, texts, expected) -> None:
    older = put(archive, RAIN, WIND, SNOW, at=1)
    assert kinds(older, put(archive, *texts, at=2)) == expected


def test_an_edited_paragraph_comes_with_both_texts(archive: Archive) -> None:
    older = put(archive, RAIN, WIND, at=1)
    newer = put(archive, RAIN, WIND.replace("two", "three"), at=2, title="Storm, corrected")
    difference = archive.changes("a")
    edit = difference.changes[1]
    assert edit.before
    assert edit.after
    assert (edit.before.text, edit.after.text) == (WIND, WIND.replace("two", "three"))
    assert (difference.before, difference.after) == (older.source.version, newer.source.version)
    assert [change.name for change in difference.fields] == ["title", "updated_at"]


def test_a_book_that_was_rewritten_takes_no_book_of_time(archive: Archive) -> None:
    older = put(archive, *(f"Old {n} line{n} said nothing of it." for n in range(3_000)), at=1)
    newer = put(archive, *(f"Fresh {n} verse{n} told all there was." for n in range(3_000)), at=2)
    assert set(kinds(older, newer)) == {"added", "removed"}


def test_what_cannot_be_compared_is_said(archive: Archive) -> None:
    put(archive, RAIN, at=1)
    with pytest.raises(InvalidInput):
        archive.changes("a")
    for names in (("nobody",), ("a", "nothing"), ("a", None, "nothing")):
        with pytest.raises(ArticleNotFound):
            archive.changes(*names)


def test_the_article_page_shows_what_changed_and_no_text_of_it_becomes_markup(archive: Archive) -> None:
    put(archive, RAIN, "<script>alert(1)</script> was here.", at=1)
    newer = put(archive, RAIN, "<script>alert(2)</script> was here.", at=2)
    page = render(newer, beside(archive, newer))
    assert "<del>&lt;script&gt;alert(1)&lt;/script&gt; was here.</del>" in page
    assert "<ins>&lt;script&gt;alert(2)&lt;/script&gt; was here.</ins>" in page
    assert page.count("<script") == page.count('<script type="application/ld+json">') == 1
