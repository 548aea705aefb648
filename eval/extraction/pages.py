"""A folder of marked pages -> its pages, whole or one half of them."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qa.errors import UnreadableSource

Half = Literal["tune", "held"]
_LAYOUT = "a folder needs ground-truth.json, {id: {articleBody: text}}, and html/ID.html.gz for each id"


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page as it was fetched, and the text of its article as a person marked it."""

    page_id: str
    html: str
    body: str


def load(folder: Path, half: Half | None = None) -> list[MarkedPage]:
    """The pages in the order of their ids.

    Raises:
        UnreadableSource: the folder is not there, or not of this layout.
    """
    marks = _marks(folder / "ground-truth.json")
    return [MarkedPage(name, _html(folder / "html", name), marks[name]) for name in ids_of(sorted(marks), half)]


def ids_of(page_ids: Sequence[str], half: Half | None) -> list[str]:
    """The ids of one half, in their order: by the SHA-256 of the id, the lower half is ``tune`` and the rest ``held``.

    Of 121 pages these are 60 and 61. None for all.
    """
    ranked = sorted(page_ids, key=lambda name: hashlib.sha256(name.encode()).digest())
    middle = len(ranked) // 2
    chosen = {"tune": ranked[:middle], "held": ranked[middle:]}[half] if half else ranked
    return [name for name in page_ids if name in set(chosen)]


def _marks(path: Path) -> dict[str, str]:
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableSource(f"cannot read: {error.strerror}", path=str(path), hint=_LAYOUT) from error
    except ValueError as error:
        raise UnreadableSource("not JSON", path=str(path), hint=_LAYOUT) from error
    if not isinstance(data, dict) or not data:
        raise UnreadableSource("holds no pages", path=str(path), hint=_LAYOUT)
    for name, mark in data.items():
        if not (isinstance(mark, dict) and isinstance(mark.get("articleBody"), str) and mark["articleBody"].strip()):
            raise UnreadableSource(f"page {name!r} has no articleBody", path=str(path), hint=_LAYOUT)
    return {name: mark["articleBody"] for name, mark in data.items()}


def _html(folder: Path, name: str) -> str:
    packed, plain = folder / f"{name}.html.gz", folder / f"{name}.html"
    try:
        data = gzip.decompress(packed.read_bytes()) if packed.exists() else plain.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableSource(f"cannot read the page {name!r}: {error}", path=str(packed), hint=_LAYOUT) from error
    return data.decode("utf-8", "replace")
