"""A conversation as OpenAI's clients send it becomes a Query: the last word of the user is the question.

What the user and the assistant said before is the history. What a system, a developer or a tool says is passed over:
it can neither loosen nor steer what is cited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from api.openai.asked import Filters
from api.openai.errors import RequestError
from qa.errors import InvalidFilter, InvalidQuestion
from qa.query import parse_query
from qa.types import Query, Turn

LONGEST_HISTORY = 100
LONGEST_TURN = 20_000

Spoken = dict[str, Any]
"""One message, or one item of a response's input, as it came in."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A turn, and where in the body its text stands."""

    role: Literal["user", "assistant"]
    text: str
    where: str


def query_of(spoken: str | Sequence[Spoken], filters: Filters | None, *, member: str) -> Query:
    """The Query of a conversation, oldest first.

    Args:
        spoken: ``{"role", "content"}`` each, the content a text or text parts; or the question alone.
        filters: the body's ``news_archive``.
        member: the body's member in which the conversation stands, to name it in errors.

    Raises:
        RequestError: a role or a part that is not read here, no question at the end, or an unusable question or filter.
    """
    said = [_Said("user", _whole(spoken, member), member)] if isinstance(spoken, str) else list(_turns(spoken, member))
    if not said or said[-1].role != "user":
        raise RequestError("the last message must be the user's, as it is the question", param=member)
    *before, last = said
    history = [Turn(turn.role, turn.text[:LONGEST_TURN]) for turn in before if turn.text.strip()]
    try:
        given = (filters or Filters()).model_dump()
        return parse_query(last.text, **given, history=history[-LONGEST_HISTORY:])
    except InvalidQuestion as error:
        raise _unusable(error, last.where, "invalid_question") from error
    except InvalidFilter as error:
        raise _unusable(error, "news_archive", "invalid_filter") from error


def _turns(spoken: Sequence[Spoken], member: str) -> Iterator[_Said]:
    for place, one in enumerate(spoken):
        where = f"{member}[{place}]"
        if one.get("type", "message") != "message":
            _pass_over(one["type"], where)
        elif one.get("role") in ("user", "assistant"):
            yield _Said(one["role"], _text(one.get("content"), f"{where}.content"), f"{where}.content")
        elif one.get("role") not in ("system", "developer", "tool", "function"):
            raise RequestError("the role is user, assistant, system, developer or tool", param=f"{where}.role")


def _pass_over(kind: object, where: str) -> None:
    """Calls and reasoning of other models may stand in a conversation, and say nothing here; but nothing is kept."""
    if kind == "item_reference":
        raise RequestError("no items are kept here to refer to; send the message itself", param=where)
    if not isinstance(kind, str):
        raise RequestError("the type of an item is a text", param=f"{where}.type")


def _text(content: object, where: str) -> str:
    if content is None:  # an assistant that refused or called a tool
        return ""
    if isinstance(content, str):
        return _whole(content, where)
    if not isinstance(content, list):
        raise RequestError("the content is a text, or a list of text parts", param=where)
    return "\n".join(_part(part, f"{where}[{place}]") for place, part in enumerate(content))


def _part(part: object, where: str) -> str:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or kind not in ("text", "input_text", "output_text", "refusal"):
        raise RequestError("only parts of text are read here, no images, sounds or files", param=where)
    text = part.get("refusal" if kind == "refusal" else "text")
    if not isinstance(text, str):
        raise RequestError("the part has no text", param=where)
    return _whole(text, where)


def _whole(text: str, where: str) -> str:
    """``text``, if it is one that can be stored and encoded."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise RequestError("the text holds half of a character (a lone surrogate); send valid UTF-8", param=where)
    return text.replace("\0", " ")


def _unusable(error: InvalidQuestion | InvalidFilter, where: str, code: str) -> RequestError:
    message = "; ".join(part for part in (error.message, error.hint) if part)
    return RequestError(message, param=where, code=code)
