"""The widget's files, without a browser: what they never do, what they weigh, and that the docs name all they offer."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages import FILES
from tests.fakes_api import FakeEngine

FOLDER = Path(__file__).parent.parent / "api" / "widget"
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}
ALL = "\n".join(SCRIPTS.values())
DOCS = (Path(__file__).parent.parent / "docs" / "widget.md").read_text(encoding="utf-8")
CLIENT = TestClient(create_app(FakeEngine()))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "never",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", "srcdoc",
     'setAttribute("style"', "localStorage", "document.cookie", "importScripts"],
)  # fmt: skip
def test_nothing_in_it_makes_markup_or_script_of_text(never: str) -> None:
    assert never not in ALL


def test_it_is_small() -> None:
    loaded = [file for name, file in FILES.items() if name in SCRIPTS and not name.startswith("strings-")]
    assert sum(len(file.zipped) for file in loaded) <= 25 * 1024


def test_every_module_that_is_imported_is_there() -> None:
    imported = re.findall(r'from "\./(?:assets/)?([\w-]+\.js)"', ALL)
    assert set(imported) | {"widget.js"} == {name for name in SCRIPTS if not name.startswith("strings-")}


def test_a_file_is_served_without_its_comments_and_with_its_lines_where_they_were() -> None:
    for name, text in SCRIPTS.items():
        served = FILES[name].plain.decode().split("\n")
        for bare, line in zip(served, text.split("\n"), strict=True):
            assert bare == line or (bare == "" and line.lstrip().startswith(("//", "/**", "*")))


def test_a_browser_that_takes_gzip_gets_it_and_another_does_not() -> None:
    for encoding, kind in (("gzip, br", "gzip"), ("identity", None)):
        response = CLIENT.get("/assets/turn.js", headers={"Accept-Encoding": encoding})
        assert response.headers.get("content-encoding") == kind
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.content == FILES["turn.js"].plain
    assert gzip.decompress(FILES["turn.js"].zipped) == FILES["turn.js"].plain


def test_the_docs_name_every_part_property_event_attribute_and_language() -> None:
    parts = {part for found in re.findall(r'part: "([\w ]+)"', ALL) for part in found.split()}
    properties = set(re.findall(r"--archive-[\w-]+", SCRIPTS["style.js"]))
    events = {f"archive-{name}" for name in re.findall(r'tell\("(\w+)"', ALL)} | {"archive-open", "archive-close"}
    attributes = set(re.findall(r'"([\w-]+)"', re.search(r"ATTRIBUTES = \[(.*?)\]", ALL).group(1)))  # type: ignore[union-attr]
    languages = {name[8:-3] for name in SCRIPTS if name.startswith("strings-")}
    for named in parts | properties | events | attributes | languages | {"archive-citation"}:
        assert f"`{named}`" in DOCS, named
    assert len(parts) > 15
    assert len(events) == 6
