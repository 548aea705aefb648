"""LlamaIndex readers by import path: their Documents become Articles, their failures one error a source."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from qa import cli
from qa.errors import IngestError, InvalidInput
from qa.ingest.llamaindex import parsed_options, read_with
from qa.types import Article

FIRST = "The harbour of Lowmere froze over on Monday night, for the first time since 1963, the harbour master said."
SECOND = "Fishermen broke the ice with poles, and by noon a channel as wide as two boats had been cleared."


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A module ``wire`` with readers that remember what they were asked."""
    from llama_index.core import Document
    from llama_index.core.readers.base import BaseReader

    seen: list[Any] = []

    class ByFile(BaseReader):
        def __init__(self, outlet: str = "The Echo") -> None:
            self.outlet = outlet

        def load_data(self, file: Path, deep: bool = False) -> list[Document]:
            seen.append((file, deep))
            about = {"title": "Ice", "source": self.outlet, "author": "Jane Doe", "date": "2024-01-09", "url": "x"}
            return [Document(text=f"{FIRST}\n\n{SECOND}", metadata=about), Document(text="", metadata=about)]

    class ByUrls(BaseReader):
        def lazy_load_data(self, urls: list[str]) -> Iterable[Document]:
            seen.append(urls)
            page = f"<html><body><article><h1>Ice on water</h1><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"
            yield Document(text=page, metadata={"source": urls[0]})
            raise RuntimeError("the wire\nis cut")

    module = types.ModuleType("wire")
    module.ByFile, module.ByUrls, module.Other = ByFile, ByUrls, dict  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wire", module)
    return seen


def test_a_document_becomes_an_article_with_what_its_metadata_says(asked: list[Any]) -> None:
    article, empty = read_with("wire:ByFile", ["a.xyz"], {"outlet": "The Post", "deep": True})
    assert asked == [(Path("a.xyz"), True)]
    assert isinstance(article, Article)
    assert (article.title, article.source, article.authors) == ("Ice", "The Post", ("Jane Doe",))
    assert (article.published_at, article.text, article.url) == ("2024-01-09", f"{FIRST}\n\n{SECOND}", None)
    assert isinstance(empty, IngestError)


def test_a_document_without_a_title_is_read_by_its_content_and_a_failure_ends_that_source_only(
    asked: list[Any],
) -> None:
    urls = ["https://echo.example/a", "https://echo.example/b"]
    found = list(read_with("wire:ByUrls", urls))
    assert asked == [[urls[0]], [urls[1]]]
    assert [getattr(one, "title", str(one)) for one in found] == ["Ice on water", "ByUrls failed: the wire"] * 2
    assert [one.url for one in found if isinstance(one, Article)] == urls


def test_llama_indexs_own_reader_of_folders_is_given_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Harbour freezes over\n\n{FIRST}\n\n{SECOND}\n")
    (article,) = read_with("llama_index.core:SimpleDirectoryReader", [str(tmp_path / "a.txt")])
    assert isinstance(article, Article)
    assert (article.title, article.published_at) == ("Harbour freezes over", None)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("os.system", "not the import path"),
        ("wire:Other", "not a LlamaIndex reader"),
        ("wire:None", "not a LlamaIndex reader"),
        ("no_such_module:X", "cannot be imported"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_what_is_no_reader_is_said_to_be_none(name: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_with(name, ["a"])


@pytest.mark.usefixtures("asked")
def test_the_command_line_names_readers_and_their_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(tmp_path / "home")]
    options = ["--reader", "wire:ByFile", "--reader-option", "outlet=The Post"]
    assert cli.run([*home, "ingest", "a.xyz", *options]) == 0
    assert cli.run([*home, "articles", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["articles"][0]["source"] == "The Post"


def test_options_are_json_or_text() -> None:
    assert parsed_options(["a=1", "b=[true]", "c=x=y"]) == {"a": 1, "b": [True], "c": "x=y"}
    with pytest.raises(InvalidInput, match="not a reader's option"):
        parsed_options(["a"])
