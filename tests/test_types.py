"""The root of every citation: ``text[p.start:p.end] == p.text``, for any article, in every version."""

from __future__ import annotations

import datetime as dt

import hypothesis
import pytest

from qa.catalogue import LONGEST_PASSAGE, Catalogue, passage_bounds
from qa.types import BLOCK_SEPARATOR, NUMBERED, Article
from tests.builders import article, articles, paragraph_texts, rare_texts


@pytest.mark.parametrize("day", ["yesterday", "20240531", "2024-W05-1", "2024-02-30", "٢٠٢٤-٠٥-٣١", ""])
def test_a_date_begins_as_year_month_day(day: str) -> None:
    with pytest.raises(ValueError, match=r"date|day|YYYY|month"):
        article("x", published_at=day)


@hypothesis.given(articles(given_id="x"))
def test_paragraphs_are_slices_of_the_text_numbered_from_one(tmp_path_factory, made: Article) -> None:
    catalogue = Catalogue(f"sqlite:///{tmp_path_factory.mktemp('c')}/c.sqlite3")
    catalogue.create()
    catalogue.put([made], today=dt.date(2024, 1, 1))
    kept = catalogue.version("x")
    catalogue.close()
    assert kept.text == made.text == BLOCK_SEPARATOR.join(p.text for p in kept.paragraphs)
    assert [(p.kind, p.text) for p in kept.paragraphs] == [(b.kind, b.text) for b in made.blocks]
    assert all(kept.text[p.start : p.end] == p.text for p in kept.paragraphs)
    numbers = [p.number for p in kept.paragraphs if p.kind in NUMBERED]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(p.number is None for p in kept.paragraphs if p.kind not in NUMBERED)
    assert len({p.paragraph_id for p in kept.paragraphs}) == len(kept.paragraphs)


@hypothesis.given(paragraph_texts | rare_texts)
def test_passages_are_the_paragraph_in_pieces_that_the_models_can_read(text: str) -> None:
    bounds = list(passage_bounds(text))
    assert "".join(text[start:end] for start, end in bounds) == text
    assert all(0 < end - start <= LONGEST_PASSAGE for start, end in bounds)
