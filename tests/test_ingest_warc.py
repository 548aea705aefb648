"""Web archives and ZIP archives: each page and each file by itself, damage and bombs said in one line."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest import read_bytes
from qa.types import Article

FIRST = "The harbour of Lowmere froze over on Monday night, for the first time since 1963, the harbour master said."
SECOND = "Fishermen broke the ice with poles, and by noon a channel as wide as two boats had been cleared."
PAGE = f"<html><body><article><h1>Harbour freezes over</h1><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"
URL = "https://echo.example/ice"


def http(body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def record(block: bytes, *headers: str, kind: str = "response", length: int | None = None) -> bytes:
    lines = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {URL}", *headers]
    lines += [f"Content-Length: {len(block) if length is None else length}", "", ""]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


INFO = record(b"software: ours\r\n", kind="warcinfo")
GOOD = record(http(PAGE.encode()))


def found(*records: bytes) -> list[Article | IngestError]:
    return list(read_bytes(b"".join((INFO, *records)), origin="crawl.warc"))


def test_the_pages_of_an_archive_are_read_and_the_rest_is_passed_over() -> None:
    image = record(http(b"\x89PNG\r\n\x1a\n", kind="image/png"))
    gone = record(http(PAGE.encode(), status="404 Not Found"))
    (article,) = found(
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"), image, gone, GOOD, record(b"", kind="revisit")
    )
    assert isinstance(article, Article)
    assert (article.title, article.text, article.url) == ("Harbour freezes over", f"{FIRST}\n\n{SECOND}", URL)
    assert article.published_at is None


def test_gzipped_records_are_unpacked() -> None:
    data = b"".join(gzip.compress(part) for part in (INFO, GOOD, GOOD))
    assert [type(one) for one in read_bytes(data, origin="crawl.warc.gz")] == [Article, Article]


def chunked(body: bytes) -> bytes:
    parts = [body[i : i + 100] for i in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE.encode()), ["Content-Encoding: gzip"]),
        (zlib.compress(PAGE.encode()), ["Content-Encoding: deflate"]),
        (zlib.compress(PAGE.encode())[2:-4], ["Content-Encoding: deflate"]),
        (chunked(PAGE.encode()), ["Transfer-Encoding: chunked"]),
        (chunked(gzip.compress(PAGE.encode())), ["Transfer-Encoding: chunked", "Content-Encoding: gzip"]),
        (PAGE.encode(), ["Transfer-Encoding: chunked", "Content-Encoding: gzip"]),
    ],
)
def test_what_was_done_for_the_wire_is_undone(body: bytes, headers: list[str]) -> None:
    (article,) = found(record(http(body, *headers)))
    assert isinstance(article, Article)
    assert article.text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (record(http(PAGE.encode()), "WARC-Truncated: length"), "cut short"),
        (record(http(gzip.compress(PAGE.encode())[:-20], "Content-Encoding: gzip")), "cut short"),
        (record(http(b"\x1f\x8bno", "Content-Encoding: gzip")), "damaged"),
        (record(http(PAGE.encode(), "Content-Encoding: br")), "packed with 'br'"),
        (record(http(gzip.compress(b"x" * 30_000_000), "Content-Encoding: gzip")), "too long"),
        (record(http(b"<html><body>x</body></html>")), "no article text found"),
        (record(http(PAGE.encode()), length=300), "its length or its first line is wrong"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\nnone\r\n", "no length"),
    ],
)
def test_a_bad_record_is_one_error_and_the_next_is_read(bad: bytes, said: str) -> None:
    items = found(bad, GOOD)
    assert isinstance(items[-1], Article)
    errors = [item for item in items if isinstance(item, IngestError)]
    assert any(said in error.message for error in errors)
    assert len(errors) <= 2


def test_an_archive_that_ends_too_early_gives_what_came_before() -> None:
    assert [type(one) for one in found(GOOD, GOOD[:-200])] == [Article, UnreadableSource]


def test_an_archive_without_pages_says_so() -> None:
    (error,) = found()
    assert str(error) == "no HTML page among the 1 records of the archive"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


LINE = json.dumps({"title": "Bees", "paragraphs": ["One."]}).encode()


def test_the_files_of_a_zip_are_read_in_order_by_their_content() -> None:
    files = {
        "b/two.dat": PAGE.encode(),
        "a.dat": LINE,
        ".hidden": LINE,
        "__MACOSX/a.dat": LINE,
        "c.gz": gzip.compress(LINE),
    }
    items = list(read_bytes(zipped(files | {"d.zip": zipped({"e": LINE})}), origin="z.zip"))
    assert [getattr(item, "title", item) for item in items] == ["Bees", "Harbour freezes over", "Bees", "Bees"]
    assert [getattr(item, "origin", None) for item in items][3] == "z.zip!/d.zip!/e"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    (error,) = read_bytes(zipped({f"{n}.txt": bytes(30_000_000) for n in range(5)}), origin="z.zip")
    assert "unpacks to more than 100 times its size" in str(error)


def test_archives_in_archives_without_end_are_refused() -> None:
    data = LINE
    for _ in range(5):
        data = zipped({"in.zip": data})
    (error,) = read_bytes(data, origin="z.zip")
    assert "archives in archives in archives" in str(error)


def test_an_office_document_and_an_empty_and_a_damaged_archive_are_said_to_be_that() -> None:
    said = [str(error) for data in (zipped({"[Content_Types].xml": b"x"}), zipped({}), zipped({"a": LINE})[:-30])
            for error in read_bytes(data, origin="z")]  # fmt: skip
    assert said == [
        "an office document or a program, not an archive of articles",
        "the archive holds no files",
        "the ZIP archive is damaged",
    ]


def test_a_damaged_file_in_a_zip_is_one_error_and_the_next_is_read() -> None:
    data = zipped({"a": LINE, "b": LINE}, zipfile.ZIP_STORED).replace(b"One.", b"Two.", 1)
    assert [type(item) for item in read_bytes(data, origin="z")] == [UnreadableSource, Article]


@given(st.data())
def test_no_bytes_crash_the_readers(data: st.DataObject) -> None:
    whole = data.draw(
        st.sampled_from([INFO + GOOD, zipped({"a": LINE, "b": PAGE.encode()}), gzip.compress(INFO + GOOD)])
    )
    at = data.draw(st.integers(min_value=0, max_value=len(whole)))
    noise = data.draw(st.binary(max_size=20))
    gap = data.draw(st.integers(min_value=0, max_value=20))
    for item in read_bytes(whole[:at] + noise + whole[at + gap :], origin="any"):
        assert isinstance(item, Article | IngestError)


def test_a_record_that_is_no_page_is_an_error_of_its_own_kind() -> None:
    assert isinstance(found(record(http(PAGE.encode()), "WARC-Truncated: time"), GOOD)[0], InvalidRecord)
