"""The extractors that are measured: each takes a page's HTML and gives the units of its article: paragraphs,
items, rows of a table in one unit with line ends between them, as far as the extractor tells these apart.

Ours is always there. The others are measured where they are installed; they are no dependencies of the project.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from qa.errors import IngestError
from qa.ingest.html import parse, read_html
from qa.ingest.page.blocks import page_blocks
from qa.types import NUMBERED, Block

Units = list[str]

OURS = "this project"
REFERENCE = "trafilatura"
_NOT_MARKED = frozenset({"caption"})
"""A kind that the annotators mostly left out: counting captions costs more precision than it gives recall."""


@dataclass(frozen=True, slots=True)
class System:
    """An extractor.

    Attributes:
        units: HTML -> the article's units, for the scores.
        work: HTML -> anything: what is timed, with title, authors and dates where the extractor reads these.
            None: not timed.
        package: what has to be installed; None for ours.
    """

    name: str
    units: Callable[[str], Units]
    work: Callable[[str], object] | None
    package: str | None = None

    @property
    def version(self) -> str | None:
        return None if self.package is None else version(self.package)


def installed() -> tuple[list[System], list[str]]:
    """The systems that can be measured here, and a line for each package that is missing."""
    found = _ours()
    missing = []
    for package, make in _OTHERS.items():
        try:
            version(package)
        except PackageNotFoundError:
            missing.append(f"{package} is not installed, so it is not measured; pip install {package}")
            continue
        found += make()
    return found, missing


def _ours() -> list[System]:
    return [
        System(OURS, lambda html: [b.text for b in _article(html) if b.kind not in _NOT_MARKED], _article),
        System(f"{OURS}, with captions", lambda html: [b.text for b in _article(html)], None),
        System(f"{OURS}, numbered", lambda html: [b.text for b in _article(html) if b.kind in NUMBERED], None),
    ]


def _article(html: str) -> tuple[Block, ...]:
    try:
        return read_html(html, origin="page").blocks
    except IngestError:
        return ()


def _trafilatura() -> list[System]:
    module = importlib.import_module("trafilatura")

    def work(html: str) -> object:
        return module.bare_extraction(html, with_metadata=True)

    return [
        System(REFERENCE, lambda html: (module.extract(html) or "").split("\n"), work, REFERENCE),
        System(
            f"{REFERENCE}, fast",
            lambda html: (module.extract(html, fast=True) or "").split("\n"),
            lambda html: module.bare_extraction(html, with_metadata=True, fast=True),
            REFERENCE,
        ),
    ]


def _readability() -> list[System]:
    """Its summary is HTML; it is cut into blocks as ours is, which does it no harm."""
    document = importlib.import_module("readability").Document

    def units(html: str) -> Units:
        return [block.text for block in page_blocks(parse(work(html), origin="page"))]

    def work(html: str) -> str:
        return str(document(html).summary())

    return [System("readability-lxml", units, work, "readability-lxml")]


def _newspaper() -> list[System]:
    # It asks the network for a list of domains, and waits for minutes where there is none.
    os.environ.setdefault("TLDEXTRACT_CACHE_TIMEOUT", "1")
    module = importlib.import_module("newspaper")

    def work(html: str) -> str:
        article = module.Article("http://page.invalid/", fetch_images=False)  # nothing is asked of the network
        article.download(input_html=html)
        article.parse()
        return str(article.text)

    return [System("newspaper4k", lambda html: work(html).split("\n"), work, "newspaper4k")]


_OTHERS: Mapping[str, Callable[[], list[System]]] = {
    "trafilatura": _trafilatura,
    "readability-lxml": _readability,
    "newspaper4k": _newspaper,
}
