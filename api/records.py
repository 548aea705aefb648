"""A request's body as articles: one JSON record, a list of them, or one a line.

A record that cannot be read becomes an ``InvalidRecord`` in its place, and the rest goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from api.bodies import LINES
from api.problems import HTTPProblem
from qa.errors import IngestError, InvalidRecord
from qa.types import Article

ORIGIN = "request body"


def read_body(body: bytes, media_type: str) -> Iterator[Article | IngestError]:
    """The articles of ``body``, in order.

    Raises:
        HTTPProblem: 400 for a body that is declared as JSON and is none.
        InvalidRecord: it is one record and not a list, and cannot be read.
    """
    if media_type in LINES:
        return _each_line(body)
    given = _whole(body)
    if isinstance(given, list):
        return (_or_error(record, number) for number, record in enumerate(given, 1))
    return iter([_article(given, None)])


def _each_line(body: bytes) -> Iterator[Article | IngestError]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield InvalidRecord(f"not valid JSON: {_short(error)}", path=ORIGIN, line=number)
            else:
                yield _or_error(record, number)


def _whole(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPProblem(
            400,
            f"the body is not valid JSON: {_short(error)}",
            hint=f"for one record a line, send it with the header Content-Type: {LINES[0]}",
        ) from error


def _or_error(record: object, number: int) -> Article | IngestError:
    try:
        return _article(record, number)
    except IngestError as error:
        return error


def _article(record: object, number: int | None) -> Article:
    if not isinstance(record, Mapping):
        raise InvalidRecord("a record is a JSON object with a title and a text", path=ORIGIN, line=number)
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidRecord("holds half of a character (a lone surrogate)", path=ORIGIN, line=number) from error
    from qa.ingest import article_from_record

    return article_from_record(record, origin=ORIGIN, line=number)


def _short(error: ValueError | RecursionError) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
