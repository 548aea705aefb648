"""The labelled texts are read as a person reads them, to the share that the project promises."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from eval import scraped
from eval.scraped import HALVES, Labelled, Page, compare, pages, table

PROMISED = 0.95


@pytest.mark.parametrize("half", HALVES)
def test_of_each_half_95_percent_of_the_blocks_are_of_the_right_kind(half: str) -> None:
    read = [compare(page) for page in pages(half)]
    matched = sum(one.matched for one in read)
    assert sum(one.right for one in read) >= PROMISED * sum(one.labelled for one in read)
    assert matched >= PROMISED * sum(one.read for one in read)
    assert matched >= PROMISED * sum(one.expected for one in read)


def test_the_set_has_20_texts_and_every_kind_in_each_half() -> None:
    assert Counter(page.half for page in pages()) == {"tune": 10, "held": 10}
    for half in HALVES:
        kinds = {block.kind for page in pages(half) for block in page.blocks}
        assert kinds >= {"paragraph", "heading", "caption", "list_item", "quote", "table", "tagline", "furniture"}


def test_kept_furniture_and_a_wrong_kind_count_against_the_reader() -> None:
    story = "The mill burnt down on Friday night, and nobody in the town was hurt by the fire."
    advert = "A mill of your own is cheaper than you think, and it grinds more than you may ever eat."
    labels = (Labelled("title", "Mill burns down in Orsk"), Labelled("quote", story), Labelled("furniture", advert))
    page = Page("mill", "tune", "\n\n".join(one.text for one in labels), labels, labels[0].text, None, None)
    found = compare(page)
    assert (found.labelled, found.right, found.expected, found.read, found.matched) == (3, 1, 1, 2, 0)


def test_a_line_without_a_label_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tune").mkdir()
    (tmp_path / "tune" / "01_mill.txt").write_text("Mill burns\n\nNobody was hurt.\n")
    labels = {"title": "Mill burns", "source": None, "published": None, "blocks": [{"lines": [1, 1], "kind": "title"}]}
    (tmp_path / "tune" / "01_mill.blocks.json").write_text(json.dumps(labels))
    monkeypatch.setattr(scraped, "SET", tmp_path)
    with pytest.raises(ValueError, match="needs one label"):
        list(pages())


def test_the_table_has_a_row_for_each_half_and_one_for_all() -> None:
    rows = table([compare(page) for page in pages()]).splitlines()
    assert [row.split()[0] for row in rows] == ["half", "tune", "held", "all"]
