"""PDF pages laid out by hand: columns, paragraphs, parted words, page furniture, and files that cannot be read."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.fuzz.seeds import pdf
from eval.fuzz.seeds import text_operators as line
from qa.errors import IngestError, UnreadableSource
from qa.ingest import read_bytes
from qa.types import Article

FIRST = [
    "The harbour of Lowmere froze over on",
    "Monday night, for the first time since",
    "the winter of 1963, and boats could not",
    "leave it until the after-",
    "noon of the following day.",
]
SECOND = [
    "Fishermen broke the ice with poles, and",
    "by noon a well-known channel as wide as",
    "two boats had been cleared along the",
    "eastern wall, said the harbour master,",
    "who had seen nothing of the like.",
]
FIRST_TEXT = (
    "The harbour of Lowmere froze over on Monday night, for the first time since the winter of 1963, and boats could "
    "not leave it until the afternoon of the following day."
)
SECOND_TEXT = " ".join(SECOND)


def lines(texts: list[str], x: float, y: float, indent: float = 10) -> bytes:
    return b"".join(line(text, x + (0 if i else indent), y - 12 * i) for i, text in enumerate(texts))


TOP = line("Harbour freezes over", 50, 780, 24, "F2") + line("By Jane Doe", 50, 755) + line("9 January 2024", 50, 743)
COLUMNS = lines(FIRST, 50, 700) + lines(SECOND, 50, 640) + lines(SECOND, 320, 700) + lines(FIRST, 320, 640)


def only(data: bytes) -> Article:
    (found,) = read_bytes(data, origin="a.pdf")
    assert isinstance(found, Article), found
    return found


def blocks(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in only(data).blocks]


def test_columns_are_read_one_after_the_other_in_paragraphs() -> None:
    article = only(pdf(TOP + COLUMNS))
    assert [block.text for block in article.blocks] == [FIRST_TEXT, SECOND_TEXT, SECOND_TEXT, FIRST_TEXT]
    assert (article.title, article.authors, article.published_at) == (
        "Harbour freezes over",
        ("Jane Doe",),
        "2024-01-09",
    )


def test_rows_that_were_drawn_across_the_columns_are_parted() -> None:
    rows = b"".join(
        line(a, 50, 700 - 12 * i) + line(b, 320, 700 - 12 * i)
        for i, (a, b) in enumerate(zip(FIRST, SECOND, strict=True))
    )
    assert [text for _, text in blocks(pdf(TOP + rows))] == [FIRST_TEXT, SECOND_TEXT]


def test_a_hyphen_stays_where_the_pages_write_the_word_with_one() -> None:
    parted = ["It was a well-", "known and much-used channel, which", "the boats had kept open all winter."]
    found = blocks(pdf(TOP + lines(parted, 50, 700) + lines(SECOND, 50, 650)))
    assert found[0][1].startswith("It was a well-known and much-used channel")


def test_a_paragraph_goes_on_on_the_next_page_and_page_furniture_goes() -> None:
    edges = [line("The Lowmere Echo", 50, 815, 8) + line(f"Page {n}", 500, 25, 8) for n in (1, 2, 3)]
    pages = [edges[0] + TOP + lines(SECOND, 50, 700) + lines(FIRST[:3], 50, 640)]
    pages += [edges[1] + lines(FIRST[3:], 50, 780, indent=0) + lines(SECOND, 50, 750)]
    pages += [edges[2] + line("Poles and saws", 50, 780, 10, "F2") + lines(FIRST, 50, 760)]
    assert blocks(pdf(*pages)) == [
        ("paragraph", SECOND_TEXT),
        ("paragraph", FIRST_TEXT),
        ("paragraph", SECOND_TEXT),
        ("heading", "Poles and saws"),
        ("paragraph", FIRST_TEXT),
    ]


@pytest.mark.parametrize(
    ("told", "title", "published"),
    [
        (
            b"/Title (Ice on the water) /CreationDate (D:20240110060000+01'00')",
            "Ice on the water",
            "2024-01-10T06:00:00+01:00",
        ),
        (b"/Title (Microsoft Word - ice.docx) /CreationDate (D:20240110)", "Harbour freezes over", "2024-01-10"),
        (
            b"/Title (echo_0110.indd) /Producer (Skia/PDF m120) /CreationDate (D:20240110060000Z)",
            "Harbour freezes over",
            None,
        ),
        (b"/CreationDate (D:20249910)", "Harbour freezes over", None),
    ],
)
def test_the_documents_own_title_and_date_are_taken_where_they_are_the_storys(
    told: bytes, title: str, published: str | None
) -> None:
    article = only(pdf(line("Harbour freezes over", 50, 780, 24, "F2") + lines(FIRST, 50, 700), told=told))
    assert (article.title, article.published_at) == (title, published)


def test_a_gzipped_pdf_is_unpacked() -> None:
    assert only(gzip.compress(pdf(TOP + COLUMNS))).title == "Harbour freezes over"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf(b"0 0 595 842 re f"), "no text in the PDF: its pages are pictures"),
        (pdf(TOP + COLUMNS)[:400], "the PDF is damaged"),
        (b"%PDF-1.7 and nothing else", "the PDF is damaged"),
        (pdf(line("Home", 50, 700)), "no article text found"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_one_clear_error(data: bytes, said: str) -> None:
    (error,) = read_bytes(data, origin="a.pdf")
    assert isinstance(error, IngestError)
    assert said in error.message


def test_an_encrypted_pdf_says_so() -> None:
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"00" * 32, b"11" * 32)
    data = pdf(TOP).replace(b"/Info 5 0 R", b"/Info 5 0 R /ID [<00> <00>] /Encrypt " + lock)
    (error,) = read_bytes(data, origin="a.pdf")
    assert isinstance(error, UnreadableSource)
    assert error.message == "the PDF is encrypted"


WHOLE = pdf(TOP + COLUMNS, COLUMNS)


@settings(max_examples=60)
@given(st.integers(min_value=0, max_value=len(WHOLE)), st.binary(max_size=20), st.integers(min_value=0, max_value=30))
def test_no_bytes_crash_the_reader(at: int, noise: bytes, gap: int) -> None:
    for found in read_bytes(WHOLE[:at] + noise + WHOLE[at + gap :], origin="any"):
        assert isinstance(found, Article | IngestError)
