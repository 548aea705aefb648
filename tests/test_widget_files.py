"""The widget's files, without a browser: what they never do, what they weigh, and that the docs name all they offer."""

from __future__ import annotations

import gzip
import re
from dataclasses import fields
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages import FILES
from api.script import bare, joined
from qa.types import (
    Answer,
    ArticleEvent,
    Citation,
    Coverage,
    Disagreement,
    Nearest,
    Paragraph,
    Refusal,
    Statement,
    Understood,
    Usage,
    Verdict,
)
from tests.fakes_api import FakeEngine

FOLDER = Path(__file__).parent.parent / "api" / "widget"
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}
TYPES = (FOLDER / "types.d.ts").read_text(encoding="utf-8")
ALL = "\n".join(SCRIPTS.values())
MODULES = {name: text for name, text in SCRIPTS.items() if not name.startswith("strings-")}
KIND = r"(?:async )?(?:function\*?|const|let|class) "
TOP = rf"^(?:export )?{KIND}"
DEFINED = re.compile(r"(?<=export )(?:async )?(?:function\*?|const|class) \w+|^class ArchiveChat", re.MULTILINE)
DOCS = (Path(__file__).parent.parent / "docs" / "widget.md").read_text(encoding="utf-8")
CLIENT = TestClient(create_app(FakeEngine()))  # type: ignore[arg-type]


def typed(name: str) -> set[str]:
    """The members of an interface in types.d.ts, inherited ones too."""
    found = re.search(rf"^export interface {name}(?: extends (\w+))? {{\n(.*?)^}}", TYPES, re.MULTILINE | re.DOTALL)
    assert found is not None, name
    inherited = typed(found[1]) if found[1] else set()
    return inherited | set(re.findall(r"^  (\w+)\??:", found[2], re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((kind.__name__, kind) for kind in (Answer, Statement, Citation, Refusal, Nearest, Understood)),
        *((kind.__name__, kind) for kind in (Disagreement, Coverage, Usage, ArticleEvent, Paragraph)),
        ("Support", Verdict),
    ],
)
def test_the_types_for_editors_name_every_member_that_the_service_sends(name: str, kind: type) -> None:
    assert typed(name) == {field.name for field in fields(kind)}


def test_the_types_for_editors_name_every_member_of_an_article() -> None:
    assert typed("Article") == set(CLIENT.get("/v1/articles/storm").json())
    assert typed("Entry") == set(CLIENT.get("/v1/articles").json()["articles"][0])


@pytest.mark.parametrize(
    "never",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", "srcdoc",
     'setAttribute("style"', "localStorage", "document.cookie", "importScripts"],
)  # fmt: skip
def test_nothing_in_it_makes_markup_or_script_of_text(never: str) -> None:
    assert never not in ALL


def test_it_is_small() -> None:
    assert len(FILES["widget.js"].zipped) <= 25 * 1024


def test_every_module_is_in_what_is_served_once_and_after_what_it_imports() -> None:
    served = FILES["widget.js"].plain.decode()
    for name, text in MODULES.items():
        mine = DEFINED.search(text).group()  # type: ignore[union-attr]
        assert served.count(f"\n{mine}") + served.startswith(mine) == 1, name
        for needed in re.findall(r'from "\./([\w-]+\.js)"', text):
            assert served.index(DEFINED.search(MODULES[needed]).group()) < served.index(mine)  # type: ignore[union-attr]


def test_no_two_modules_call_two_things_alike() -> None:
    names = [name for text in MODULES.values() for name in re.findall(rf"{TOP}(\w+)", text, re.MULTILINE)]
    assert len(names) > 80
    assert sorted(names) == sorted(set(names))


def test_every_module_imports_what_it_uses_of_the_others() -> None:
    exports = {name: re.findall(rf"^export {KIND}(\w+)", text, re.MULTILINE) for name, text in MODULES.items()}
    for name, text in MODULES.items():
        imported = {one for names in re.findall(r"^import \{([^}]*)\}", text, re.MULTILINE) for one in names.split(",")}
        for other, given in exports.items():
            called = [one for one in given if other != name and re.search(rf"(?<![\w.#]){one}\(", bare(text))]
            assert set(called) <= {one.strip() for one in imported}, (name, other)


def test_a_script_is_served_without_imports_exports_and_comments() -> None:
    modules = {
        "a.js": '// A.\nimport { b } from "./b.js";\n\n/** Says.\n * So. */\nexport const a = () => b("// c");\n',
        "b.js": 'import { a } from "./a.js";\n\n  // aside\nexport function b() {}\n',
    }
    assert joined(modules, "a.js") == 'function b() {}\nconst a = () => b("// c");\n'


def test_a_browser_that_takes_gzip_gets_it_and_another_does_not() -> None:
    for encoding, kind in (("gzip, br", "gzip"), ("identity", None)):
        response = CLIENT.get("/widget.js", headers={"Accept-Encoding": encoding})
        assert response.headers.get("content-encoding") == kind
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.content == FILES["widget.js"].plain
    assert gzip.decompress(FILES["widget.js"].zipped) == FILES["widget.js"].plain


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
