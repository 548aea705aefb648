"""JSON Lines -> Articles: one object a line, as docs/http-api.md describes it under 'Input'.

``paragraphs`` are kept exactly: item i is paragraph i+1. ``text`` is parted at blank lines and
bulleted ones, ``html`` is read as a page.
Where a record has several of these, the first named wins. Keys that are not known are ignored; a known key of a wrong
type is an error that names it.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from qa.errors import InvalidRecord, UnreadableSource
from qa.ingest.annotate import FIELDS, annotated
from qa.ingest.dates import iso_date
from qa.ingest.lines import item_text
from qa.ingest.normal import plain_text
from qa.types import Article, Block

_GIVEN_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}")  # not "." or "..": a browser takes them out of a path
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_OWN_NAMES = {"given_id": "id"}
_HINT = 'each line is one article: {"title": "...", "paragraphs": ["...", ...]}'


class Record(BaseModel):
    """One line of JSON Lines, its types checked and nothing else."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    title: str
    id: str | None = None
    url: str | None = None
    source: str | None = None
    authors: list[str] | None = None
    published_at: str | None = None
    updated_at: str | None = None
    language: str | None = None
    section: str | None = None
    genre: str | None = None
    paragraphs: list[str] | None = None
    text: str | None = None
    html: str | None = None


def object_of_line(line: bytes, *, origin: str, number: int) -> dict[str, object]:
    """The JSON object of one line.

    Raises:
        InvalidRecord: not UTF-8, not JSON, or not an object.
    """
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        message = f"not valid UTF-8 at byte {error.start + 1} of the line"
        raise InvalidRecord(message, path=origin, line=number, hint="save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        message = f"broken JSON: {error.msg} at character {error.pos + 1}"
        raise InvalidRecord(message, path=origin, line=number, hint=_HINT) from error
    except (ValueError, RecursionError) as error:
        message = "broken JSON: a number or a nesting is too large"
        raise InvalidRecord(message, path=origin, line=number, hint=_HINT) from error
    if not isinstance(value, dict):
        raise InvalidRecord("not a JSON object", path=origin, line=number, hint=_HINT)
    return value


def article_from_record(record: Mapping[str, object], *, origin: str, line: int | None = None) -> Article:
    """The article of one record.

    Raises:
        InvalidRecord: a field has a wrong type or value, or there is no body.
    """
    try:
        fields = Record.model_validate(dict(record))
    except ValidationError as error:
        raise InvalidRecord(_first_problem(error), path=origin, line=line, hint=_HINT) from error
    try:
        return _article(fields, origin)
    except ValueError as error:
        raise InvalidRecord(str(error), path=origin, line=line, hint=_HINT) from error


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{place} is missing"
    shown = repr(problem["input"])
    shown = shown if len(shown) <= 40 else shown[:40] + "\u2026"
    return f"{place}: {problem['msg'][:1].lower()}{problem['msg'][1:]}, not {shown}"


def _article(fields: Record, origin: str) -> Article:
    title = plain_text(fields.title)
    if not title:
        raise ValueError("title is empty")
    found = _body(fields, origin)
    marked = found.provenance.get("genre") in ("json-ld", "microdata", "meta")  # else it is looked for again below
    article = Article(
        title=title,
        blocks=found.blocks,
        source=_plain(fields.source) or found.source,
        authors=tuple(name for text in fields.authors or () if (name := plain_text(text))) or found.authors,
        published_at=_date("published_at", fields.published_at) or found.published_at,
        updated_at=_date("updated_at", fields.updated_at) or found.updated_at,
        url=_plain(fields.url) or found.url,
        language=_plain(fields.language) or found.language,
        section=_plain(fields.section) or found.section,
        genre=_plain(fields.genre) or (found.genre if marked else None),
        given_id=_given_id(fields.id),
        origin=origin,
        notices=found.notices,
    )
    said = {name for name in FIELDS if getattr(fields, _OWN_NAMES.get(name, name))}
    whence = {name: place for name, place in found.provenance.items() if name not in said and getattr(article, name)}
    return annotated(dataclasses.replace(article, provenance=whence), "record")


def _plain(text: str | None) -> str | None:
    return (plain_text(text) or None) if text is not None else None


def _date(name: str, text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    date = iso_date(text)
    if date is None:
        raise ValueError(f"{name}: no date is read from {text[:40]!r}; write 2021-08-13 or 2021-08-13T09:12:00+01:00")
    return date


def _given_id(text: str | None) -> str | None:
    if text is not None and not _GIVEN_ID.fullmatch(text):
        raise ValueError(f"id {text[:70]!r} is not 1 to 64 letters, digits, dots, dashes or underscores")
    return text


def _body(fields: Record, origin: str) -> Article:
    """The blocks, and what else an HTML body says of itself, as an article without the record's own fields."""
    if fields.paragraphs is not None:
        return Article(
            title="", blocks=tuple(_exact(i, text) for i, text in enumerate(fields.paragraphs)) or _no_body()
        )
    if fields.text is not None:
        parts = re.split(r"\n[^\S\n]*\n", re.sub(r"\r\n?", "\n", fields.text))
        return Article(title="", blocks=tuple(block for part in parts for block in _blocks(part)) or _no_body())
    if fields.html is not None:
        return _page(fields.html, fields.title, origin)
    raise ValueError('no body: one of "paragraphs", "text" and "html" is needed')


def _no_body() -> Any:
    raise ValueError("no article text found: the body is empty")


def _blocks(part: str) -> Iterator[Block]:
    """A paragraph; where two lines or more have bullets, what is above them and each item, however it is wrapped.

    A long dash is no bullet here: in many languages it opens what somebody says.
    """
    lines = [plain_text(line) for line in part.split("\n")]
    bulleted = [i for i, line in enumerate(lines) if item_text(line) is not None and not line.startswith("–")]
    ends = [*bulleted, len(lines)] if len(bulleted) > 1 else [len(lines)]
    above = plain_text(" ".join(lines[: ends[0]]))
    if above:
        yield Block("paragraph", above)
    for begin, end in pairwise(ends):
        yield Block("list_item", plain_text(" ".join([item_text(lines[begin]) or "", *lines[begin + 1 : end]])))


def _exact(index: int, text: str) -> Block:
    if not text.strip():
        raise ValueError(f"paragraphs[{index}] is empty")
    if _UNSTORABLE.search(text):
        raise ValueError(f"paragraphs[{index}] holds a NUL or half of a surrogate pair, which no text can hold")
    return Block("paragraph", text)


def _page(html: str, title: str, origin: str) -> Article:
    from qa.ingest.html import read_html_body

    try:
        return read_html_body(html, title=title, origin=origin)
    except UnreadableSource as error:
        raise ValueError(f"html: {error.message}") from error
