"""Server-sent events as they come: chunks of bytes in, ``(kind, data)`` out, each with one JSON object as its data.

Lines are parted at line feeds alone. Splitting decoded text would also break at U+2028 and its like, which JSON
may hold unescaped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MEDIA_TYPE = "text/event-stream"


def events(chunks: Iterable[bytes]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each event that was ended by its blank line; half an event at the end is dropped, as WHATWG's HTML has it.

    Raises:
        ValueError: data that is no JSON object.
    """
    kind, data = "message", b""
    for line in _lines(chunks):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            kind = value.decode()
        elif field == b"data":
            data += value + b"\n"
        elif not line:
            if data:
                yield kind, _object(data)
            kind, data = "message", b""


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in lines)


def _object(data: bytes) -> Mapping[str, Any]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - as json.loads says it, so that callers catch one
    return value
