"""Sources -> Articles: files, folders, globs, standard input and web pages, one article at a time.

What cannot be read comes out as an IngestError in its place, with path, line and hint, and the rest goes on; nothing
here raises for what it reads. Files are read one after the other and records line by line, so memory does not grow with
the archive. Formats are told from content: JSON Lines, HTML, Markdown, and plain text as copied from a page.
"""

from __future__ import annotations

import dataclasses
import glob
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest.bytestream import LONGEST_RECORD, ByteStream, LongLine
from qa.ingest.decode import Format, check_text, decode, format_of
from qa.ingest.jsonl import article_from_line, article_from_record
from qa.types import Article

__all__ = ["article_from_record", "read", "read_bytes"]


def read(
    sources: Iterable[str], *, stdin: BinaryIO | None = None, allow_private: bool = False
) -> Iterator[Article | IngestError]:
    """Read all sources in order.

    Args:
        sources: files, folders (read recursively in order of name, hidden files left out), globs, ``-``, web addresses.
        stdin: what ``-`` reads; the process's standard input by default.
        allow_private: let web addresses lead into private networks.
    """
    for source in sources:
        if source == "-":
            yield from _read_stream(stdin or sys.stdin.buffer, origin="-")
        elif re.match(r"https?://", source, re.IGNORECASE):
            yield from _read_web(source, allow_private=allow_private)
        else:
            yield from _read_path(source)


def read_bytes(data: bytes, *, origin: str) -> Iterator[Article | IngestError]:
    """Read one source that is in memory already; ``origin`` names it in messages."""
    yield from _read_stream(io.BytesIO(data), origin=origin)


def _read_path(source: str) -> Iterator[Article | IngestError]:
    if "\0" in source:
        yield UnreadableSource("not a possible path", path=source.replace("\0", "\\0"))
    elif Path(source).is_dir():
        yield from _read_folder(source)
    elif glob.has_magic(source) and not Path(source).exists():
        yield from _read_glob(source)
    else:
        yield from _read_file(source)


def _read_folder(folder: str) -> Iterator[Article | IngestError]:
    empty = True
    for path in _files(folder):
        empty = False
        yield from _read_file(path)
    if empty:
        yield UnreadableSource("the folder holds no files", path=folder, hint="name a folder with articles in it")


def _files(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield str(Path(place) / name)


def _read_glob(pattern: str) -> Iterator[Article | IngestError]:
    paths = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    if not paths:
        yield UnreadableSource("no file matches", path=pattern, hint="check the pattern and the folder you are in")
    for path in paths:
        yield from _read_folder(path) if Path(path).is_dir() else _read_file(path)


def _read_file(path: str) -> Iterator[Article | IngestError]:
    try:
        if not Path(path).is_file():
            yield _not_a_file(path)
            return
        with Path(path).open("rb") as file:
            yield from _read_stream(file, origin=path)
    except OSError as error:
        yield UnreadableSource(f"cannot be read: {error.strerror or error}", path=path, hint="check its permissions")


def _not_a_file(path: str) -> UnreadableSource:
    if Path(path).exists():
        return UnreadableSource("neither a file nor a folder", path=path)
    return UnreadableSource("no such file or folder", path=path, hint="check the path")


def _read_web(url: str, *, allow_private: bool) -> Iterator[Article | IngestError]:
    from qa.ingest.web import fetch

    try:
        page = fetch(url, allow_private=allow_private)
    except UnreadableSource as error:
        yield error
        return
    for found in _read_stream(io.BytesIO(page.data), origin=url, charset=page.charset):
        yield found if isinstance(found, IngestError) or found.url else dataclasses.replace(found, url=page.url)


def _read_stream(raw: IO[bytes], *, origin: str, charset: str | None = None) -> Iterator[Article | IngestError]:
    try:
        stream = ByteStream(raw, origin=origin)
        check_text(stream.head, origin=origin)
        form = format_of(stream.head, origin=origin)
        if form == "jsonl":
            yield from _read_lines(stream, origin)
        elif form == "json":
            yield from _read_json(stream, origin)
        else:
            yield _read_document(form, decode(stream.document(), origin=origin, charset=charset), origin)
    except IngestError as error:
        yield error


def _read_lines(stream: ByteStream, origin: str) -> Iterator[Article | IngestError]:
    for line in stream.lines():
        if isinstance(line, LongLine):
            message = f"the line is longer than {LONGEST_RECORD // 1_000_000} MB"
            yield InvalidRecord(message, path=origin, line=line.number, hint="one article a line")
            continue
        number, data = line
        data = data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data
        if data.strip():
            yield _article_or_error(data, origin, number)


def _article_or_error(data: bytes, origin: str, number: int) -> Article | IngestError:
    try:
        return article_from_line(data, origin=origin, number=number)
    except IngestError as error:
        return error


def _read_json(stream: ByteStream, origin: str) -> Iterator[Article | IngestError]:
    """One JSON document, an article or a list of them, as some archives are kept; else it is read as JSON Lines."""
    data = stream.document()
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        yield from _read_lines(ByteStream(io.BytesIO(data), origin=origin), origin)
        return
    for record in value if isinstance(value, list) else [value]:
        try:
            if not isinstance(record, dict):
                raise InvalidRecord("an item of the list is not a JSON object", path=origin)
            yield article_from_record(record, origin=origin)
        except IngestError as error:
            yield error


def _read_document(form: Format, text: str, origin: str) -> Article:
    if form == "html":
        from qa.ingest.html import read_html

        return read_html(text, origin=origin)
    if form == "markdown":
        from qa.ingest.markdown import read_markdown

        return read_markdown(text, origin=origin)
    from qa.ingest.scraped import read_scraped

    return read_scraped(text, origin=origin)
