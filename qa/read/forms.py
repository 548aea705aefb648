"""The two forms in which a language model gives statements: pieces of its reply in, statements as they become whole.

The forms are read strictly. What is outside of them, what is not whole, and what has no numbers is left out; nothing
is guessed, and how a reply is cut into pieces makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from qa.errors import ReplyOffForm

AS_JSON = (
    'Reply with one JSON object and nothing else: {"statements": [{"text": "…", "citations": [1]}]}\n'
    'If the paragraphs do not answer the question, reply with {"statements": []}'
)
AS_LINES = (
    "Reply with one line for each statement and nothing else. A line is a dash, the sentence, and the numbers of its "
    "paragraphs, each in brackets, as in: - … [1][3]\n"
    "If the paragraphs do not answer the question, reply with the one word NONE"
)

_OFF = "its reply was not in the form that was asked for"
_LONGEST = 2_000  # characters of one statement as it is sent; a sentence of the news has 150


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as the model gave it; the numbers may be of no paragraph."""

    text: str
    numbers: tuple[int, ...]


def schema(count: int) -> dict[str, Any]:
    """What a server with structured output is asked to keep to, for so many paragraphs."""
    statement = {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "citations": {"type": "array", "items": {"type": "integer", "enum": list(range(1, count + 1))}},
        },
        "required": ["text", "citations"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"statements": {"type": "array", "items": statement}},
        "required": ["statements"],
        "additionalProperties": False,
    }


# -- JSON

_OPENING = re.compile(r'\s*(?:```(?:json)?\s*)?\{\s*"statements"\s*:\s*\[')  # some models fence all their JSON
_LONGEST_OPENING = 100


class _Statement(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    text: str
    citations: list[int]


def from_json(pieces: Iterator[str]) -> Iterator[Said]:
    """Each statement once its object is closed; none for an empty list.

    Raises:
        ReplyOffForm: the reply is not the object that was asked for.
    """
    characters = (character for piece in pieces for character in piece)
    _open(characters)
    seen = found = 0
    comma = True
    for character in characters:
        if character == "{" and comma:
            said = _object(characters)
            if said is not None:
                found += 1
                yield said
            seen, comma = seen + 1, False
        elif character == "," and not comma:
            comma = True
        elif character == "]" and (found or not seen):
            return
        elif not character.isspace():
            break
    raise ReplyOffForm(_OFF)


def _open(characters: Iterator[str]) -> None:
    seen = ""
    for character in characters:
        seen += character
        if character == "[" and _OPENING.fullmatch(seen):
            return
        if len(seen.strip()) > _LONGEST_OPENING:
            break
    raise ReplyOffForm(_OFF)


def _object(characters: Iterator[str]) -> Said | None:
    """The statement whose brace was opened a moment ago; None where it is none. Its members hold no other object."""
    seen, quoted, escaped = "{", False, False
    for character in characters:
        seen += character
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif character == "}" and not quoted:
            return _statement(seen)
        if len(seen) > _LONGEST:
            break
    raise ReplyOffForm(_OFF)


def _statement(text: str) -> Said | None:
    try:
        read = _Statement.model_validate_json(text)
    except ValidationError:
        return None
    return Said(read.text, tuple(read.citations))


# -- lines

_LINE = re.compile(r"-\s+(?P<text>\S.*?)\s*(?P<marks>(?:\[\d{1,3}(?:, ?\d{1,3})*\]\s?)+)(?P<end>[.!?]?)")
_NONE = re.compile(r"-?\s*none\.?", re.IGNORECASE)


def from_lines(pieces: Iterator[str]) -> Iterator[Said]:
    """Each statement once its line is whole; none where the reply is the word for it.

    Raises:
        ReplyOffForm: no line has the form that was asked for.
    """
    found = False
    for line in _whole_lines(pieces):
        if _NONE.fullmatch(line) and not found:
            return  # whatever follows: a model that does not know must not answer after all
        said = _from_line(line)
        if said is not None:
            found = True
            yield said
    if not found:
        raise ReplyOffForm(_OFF)


def _whole_lines(pieces: Iterator[str]) -> Iterator[str]:
    """The last one counts too, since a reply that broke off ends in an error; what is too long comes shortened."""
    rest = ""
    for piece in pieces:
        for character in piece:
            if character == "\n":
                yield rest.strip()
                rest = ""
            elif len(rest) <= _LONGEST:
                rest += character
    if rest.strip():
        yield rest.strip()


def _from_line(line: str) -> Said | None:
    match = _LINE.fullmatch(line)
    if match is None or len(line) > _LONGEST:
        return None
    text = match["text"] if match["text"][-1] in ".!?" else match["text"] + match["end"]
    return Said(text, tuple(int(number) for number in re.findall(r"\d+", match["marks"])))
