"""Sources -> Articles: files, folders, globs, standard input and web pages, one article at a time.

What cannot be read comes out as an IngestError in its place, with path, line and hint, and the rest goes on; nothing
here raises for what it reads. Files are read one after the other and records line by line, so memory does not grow with
the archive. What a file holds is told from its content (``qa.ingest.formats``).
"""

from __future__ import annotations

import functools
import glob
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from qa.errors import IngestError, UnreadableSource
from qa.ingest.formats import read_stream
from qa.ingest.item import Follow
from qa.ingest.jsonl import article_from_record
from qa.types import Article

__all__ = ["article_from_record", "read", "read_bytes"]

_DEEPEST = 2  # links behind a source: an index of sitemaps, a sitemap, a page


def read(
    sources: Iterable[str], *, stdin: BinaryIO | None = None, allow_private: bool = False, follow: bool = False
) -> Iterator[Article | IngestError]:
    """Read all sources in order.

    Args:
        sources: files, folders (read recursively in order of name, hidden files left out), globs, ``-``, web addresses.
        stdin: what ``-`` reads; the process's standard input by default.
        allow_private: let web addresses lead into private networks.
        follow: fetch the pages that feeds and sitemaps in files lead to, as is done for those from the web.
    """
    links = functools.partial(_read_web, allow_private=allow_private, depth=1) if follow else None
    for source in sources:
        if source == "-":
            yield from read_stream(stdin or sys.stdin.buffer, origin="-", follow=links)
        elif re.match(r"https?://", source, re.IGNORECASE):
            yield from _read_web(source, allow_private=allow_private)
        else:
            yield from _read_path(source, links)


def read_bytes(data: bytes, *, origin: str) -> Iterator[Article | IngestError]:
    """Read one source that is in memory already; ``origin`` names it in messages."""
    yield from read_stream(io.BytesIO(data), origin=origin)


def _read_path(source: str, follow: Follow | None) -> Iterator[Article | IngestError]:
    if "\0" in source:
        yield UnreadableSource("not a possible path", path=source.replace("\0", "\\0"))
    elif Path(source).is_dir():
        yield from _read_folder(source, follow)
    elif glob.has_magic(source) and not Path(source).exists():
        yield from _read_glob(source, follow)
    else:
        yield from _read_file(source, follow)


def _read_folder(folder: str, follow: Follow | None) -> Iterator[Article | IngestError]:
    empty = True
    for path in _files(folder):
        empty = False
        yield from _read_file(path, follow)
    if empty:
        yield UnreadableSource("the folder holds no files", path=folder, hint="name a folder with articles in it")


def _files(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield str(Path(place) / name)


def _read_glob(pattern: str, follow: Follow | None) -> Iterator[Article | IngestError]:
    paths = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    if not paths:
        yield UnreadableSource("no file matches", path=pattern, hint="check the pattern and the folder you are in")
    for path in paths:
        yield from _read_folder(path, follow) if Path(path).is_dir() else _read_file(path, follow)


def _read_file(path: str, follow: Follow | None) -> Iterator[Article | IngestError]:
    try:
        if not Path(path).is_file():
            yield _not_a_file(path)
            return
        with Path(path).open("rb") as file:
            yield from read_stream(file, origin=path, follow=follow)
    except OSError as error:
        yield UnreadableSource(f"cannot be read: {error.strerror or error}", path=path, hint="check its permissions")


def _not_a_file(path: str) -> UnreadableSource:
    if Path(path).exists():
        return UnreadableSource("neither a file nor a folder", path=path)
    return UnreadableSource("no such file or folder", path=path, hint="check the path")


def _read_web(url: str, *, allow_private: bool, depth: int = 0) -> Iterator[Article | IngestError]:
    """What lies at a web address; ``depth``: how many links led there."""
    from qa.ingest.web import fetch

    follow = functools.partial(_read_web, allow_private=allow_private, depth=depth + 1) if depth < _DEEPEST else None
    try:
        page = fetch(url, allow_private=allow_private)
    except UnreadableSource as error:
        yield error
        return
    yield from read_stream(io.BytesIO(page.data), origin=url, charset=page.charset, url=page.url, follow=follow)
