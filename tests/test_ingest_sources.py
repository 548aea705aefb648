"""Files, folders, globs, standard input and web pages; whatever the bytes are, errors come out as values."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest import read, read_bytes
from qa.types import BLOCK_SEPARATOR, Article

PARAGRAPH = "The harbour of Lowmere froze over on Monday night, for the first time since the winter of 1963."
TEXT = f"Harbour freezes over\n\n{PARAGRAPH}\n"
RECORD = json.dumps({"title": "Harbour freezes over", "paragraphs": [PARAGRAPH]})


def titles(*sources: str) -> list[str]:
    return [item.message if isinstance(item, IngestError) else item.title for item in read(sources)]


def only_error(data: bytes, origin: str = "a.txt") -> IngestError:
    (error,) = read_bytes(data, origin=origin)
    assert isinstance(error, IngestError)
    return error


def test_a_folder_is_read_in_order_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    for name in ("b/two.txt", "a.txt", ".hidden.txt", ".git/config.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT.replace("Harbour", name.replace("/", " ")))
    assert titles(str(tmp_path)) == ["a.txt freezes over", "b two.txt freezes over"]


def test_a_glob_is_read_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.md"):
        (tmp_path / name).write_text(TEXT.replace("Harbour", name))
    assert titles(f"{tmp_path}/*.txt") == ["a.txt freezes over", "b.txt freezes over"]


def test_a_dash_is_standard_input() -> None:
    (article,) = read(["-"], stdin=io.BytesIO(RECORD.encode()))
    assert isinstance(article, Article)
    assert article.origin == "-"


def test_the_format_is_told_from_content_and_not_from_the_ending(tmp_path: Path) -> None:
    bodies = (
        RECORD,
        TEXT,
        f"# Harbour freezes over\n\n{PARAGRAPH}\n",
        f"<html><body><h1>Harbour freezes over</h1><p>{PARAGRAPH}</p></body></html>",
    )
    for number, body in enumerate(bodies):
        (tmp_path / f"{number}.dat").write_text(body)
    found = [item for item in read([str(tmp_path)]) if isinstance(item, Article)]
    assert [(item.title, item.text) for item in found] == [("Harbour freezes over", PARAGRAPH)] * 4


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(f"{RECORD}\n{RECORD}\n".encode()))
    assert titles(str(tmp_path)) == ["Harbour freezes over"] * 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image, not an article"),
        (b"%PDF-1.7 ...", "the PDF is damaged"),
        (b"<?xml version='1.0'?>\n<NewsML><NewsItem>x</NewsItem></NewsML>", "not known here (<NewsML>)"),
        (bytes(range(256)) * 4, "a binary file"),
        (b"\x1f\x8b\x08\x00broken", "the gzip data is damaged"),
        (gzip.compress(b"Harbour")[:-5], "the gzip data is damaged"),
        (b"Home\nNews\nSport\n", "no article text found"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(data: bytes, said: str) -> None:
    error = only_error(data)
    assert said in error.message
    assert (error.path, "\n" in error.message) == ("a.txt", False)


def test_a_missing_path_an_empty_folder_and_an_empty_glob_are_errors(tmp_path: Path) -> None:
    sources = (str(tmp_path / "none.txt"), str(tmp_path), f"{tmp_path}/*.txt", "a\0b")
    assert titles(*sources) == [
        "no such file or folder",
        "the folder holds no files",
        "no file matches",
        "not a possible path",
    ]


def test_an_unreadable_file_is_an_error_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_text(TEXT)
    opened = Path.open

    def refusing(self: Path, mode: str = "r") -> object:
        if self.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(self, mode)

    monkeypatch.setattr(Path, "open", refusing)
    assert titles(str(tmp_path)) == ["cannot be read: Permission denied", "Harbour freezes over"]


def test_old_western_text_is_decoded_and_declared_html_too() -> None:
    told = PARAGRAPH + " “We are cold,” said Zoë."
    (plain,) = read_bytes(f"Harbour freezes over\n\n{told}\n".encode("cp1252"), origin="a.txt")
    body = "<h1>Лёд</h1><p>" + "Гавань замёрзла впервые за шестьдесят лет. " * 3 + "</p>"
    page = f"<html><head><meta charset='koi8-r'></head><body>{body}</body></html>"
    (html,) = read_bytes(page.encode("koi8-r", errors="replace"), origin="a.html")
    assert isinstance(plain, Article)
    assert isinstance(html, Article)
    assert plain.text == told
    assert html.text.startswith("Гавань замёрзла")


def test_a_line_of_50_mb_is_one_error_and_is_not_held_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "big.jsonl").open("wb") as file:
        file.write(RECORD.encode() + b"\n" + b'{"title": "')
        for _ in range(50):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' + RECORD.encode())
    tracemalloc.start()
    found = list(read([str(tmp_path / "big.jsonl")]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(item) for item in found] == [Article, InvalidRecord, Article]
    assert peak < 50_000_000


def test_a_document_over_the_limit_is_refused() -> None:
    assert "larger than 20 MB" in only_error(b"word " * 5_000_000).message


def test_a_gzip_bomb_is_refused_before_it_is_unpacked() -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
        file.write(RECORD.encode() + b"\n")
        for _ in range(130):
            file.write(b" " * 999_999 + b"\n")
    found = list(read_bytes(packed.getvalue(), origin="a.gz"))
    assert [type(item) for item in found] == [Article, UnreadableSource]
    assert isinstance(found[1], UnreadableSource)
    assert "100 times" in found[1].message


@given(st.one_of(st.binary(), st.text().map(str.encode), st.binary().map(gzip.compress)))
def test_any_bytes_give_articles_or_errors_and_never_an_exception(data: bytes) -> None:
    for item in read_bytes(data, origin="any"):
        assert isinstance(item, Article | IngestError)


SHAPES = ["# Title", "---", "title: x", "- item", "> quote", "1. one", "", PARAGRAPH, "<p>", "</div>", "Photo: A"]
SHAPES += ["By Jane Doe", "13/08/2023", "Advertisement", "\t", "{", "Related stories", "a\tb"]


@given(st.lists(st.sampled_from(SHAPES), max_size=30))
def test_the_text_of_an_article_is_its_blocks(lines: list[str]) -> None:
    for item in read_bytes("\n".join(lines).encode(), origin="any"):
        if isinstance(item, Article):
            assert item.text == BLOCK_SEPARATOR.join(block.text for block in item.blocks)
            assert all(block.text.strip() == block.text != "" for block in item.blocks)
            assert item.title


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "0.0.0.0"])
def test_an_address_inside_the_house_is_refused(host: str) -> None:
    (error,) = read([f"http://{host}/"])
    assert isinstance(error, UnreadableSource)
    assert "not on the public internet" in error.message


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a b/", "https://..."])
def test_an_impossible_address_is_one_error(url: str) -> None:
    (error,) = read([url])
    assert isinstance(error, UnreadableSource)
