"""JSON Lines: one article a line, kept exactly; one bad line never stops the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import IngestError, InvalidRecord
from qa.ingest import article_from_record, read_bytes
from qa.types import Article

GOOD: dict[str, Any] = {"title": "Bees", "paragraphs": ["One  two.", " Three\n\nfour. "]}


def dumped(*records: object) -> bytes:
    return b"\n".join(json.dumps(record).encode() for record in records)


def test_paragraphs_are_kept_exactly() -> None:
    (article,) = read_bytes(dumped(GOOD), origin="a.jsonl")
    assert isinstance(article, Article)
    assert [block.text for block in article.blocks] == GOOD["paragraphs"]


def test_all_fields_are_taken_and_unknown_ones_ignored() -> None:
    record = GOOD | {"id": "b-1.x_y", "url": "https://e.example/b", "source": "Echo", "authors": ["J. Doe"]}
    record |= {"published_at": "2024-05-06T07:00:00+02:00", "updated_at": None, "genre": "news", "unknown": 1}
    article = article_from_record(record, origin="a.jsonl")
    assert (article.given_id, article.source, article.authors) == ("b-1.x_y", "Echo", ("J. Doe",))
    assert (article.published_at, article.updated_at) == ("2024-05-06T07:00:00+02:00", None)


def test_blank_lines_part_the_paragraphs_of_a_text() -> None:
    article = article_from_record({"title": "Bees", "text": "One\ntwo.\n \nThree.\r\n\r\n\r\nFour."}, origin="a")
    assert [block.text for block in article.blocks] == ["One two.", "Three.", "Four."]


def test_bulleted_lines_of_a_text_are_a_list() -> None:
    text = "It wants\nthree things:\n- a gauge,\n  at once\n\u2022 chain\n* a siren\n\n- \u201cNo,\u201d he said."
    article = article_from_record({"title": "Storm", "text": text}, origin="a")
    assert [(block.kind, block.text) for block in article.blocks] == [
        ("paragraph", "It wants three things:"),
        ("list_item", "a gauge, at once"),
        ("list_item", "chain"),
        ("list_item", "a siren"),
        ("paragraph", "- \u201cNo,\u201d he said."),
    ]


def test_html_is_read_with_its_kinds() -> None:
    article = article_from_record(
        {"title": "Bees", "html": "<p>One.</p><h2>Two</h2><ul><li>Three.</li></ul>"}, origin="a"
    )
    assert [block.kind for block in article.blocks] == ["paragraph", "heading", "list_item"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": 5}, "title: input should be a valid string, not 5"),
        ({"title": "  "}, "title is empty"),
        ({"authors": "Jane"}, "authors: input should be a valid list"),
        ({"authors": [1]}, r"authors\[0\]"),
        ({"paragraphs": ["a", 2]}, r"paragraphs\[1\]"),
        ({"paragraphs": ["a", " "]}, r"paragraphs\[1\] is empty"),
        ({"paragraphs": ["a\0"]}, r"paragraphs\[0\] holds a NUL"),
        ({"paragraphs": []}, "no article text found"),
        ({"paragraphs": None}, "no body"),
        ({"id": "no spaces"}, "id 'no spaces' is not"),
        ({"published_at": "last week"}, "published_at: no date is read from 'last week'"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidRecord, match=said) as caught:
        article_from_record(GOOD | change, origin="a.jsonl", line=7)
    assert (caught.value.path, caught.value.line) == ("a.jsonl", 7)


@pytest.mark.parametrize("line", [b"{broken", b"[1]", b'{"title": "\xff"}', b"null", b'{"title": ' + b"[" * 100_000])
def test_a_bad_line_is_reported_and_the_others_go_in(line: bytes) -> None:
    found = list(read_bytes(b"\n".join([dumped(GOOD), line, b"", dumped(GOOD)]), origin="a.jsonl"))
    assert [type(item) for item in found] == [Article, InvalidRecord, Article]
    assert isinstance(found[1], IngestError)
    assert found[1].line == 2


def test_one_object_over_several_lines_is_one_record() -> None:
    (article,) = read_bytes(b'{"title": "Bees",\n "paragraphs": ["One."]}\n', origin="a.json")
    assert isinstance(article, Article)


def test_a_list_of_records_in_one_document_is_read_too() -> None:
    found = list(read_bytes(json.dumps([GOOD, 5, GOOD], indent=1).encode(), origin="a.json"))
    assert [type(item) for item in found] == [Article, InvalidRecord, Article]


@given(st.lists(st.text(min_size=1).filter(lambda text: text.strip() and "\0" not in text), min_size=1))
def test_every_paragraph_comes_back_as_it_went_in(paragraphs: list[str]) -> None:
    (article,) = read_bytes(dumped({"title": "Bees", "paragraphs": paragraphs}), origin="a.jsonl")
    assert isinstance(article, Article)
    assert [block.text for block in article.blocks] == paragraphs
