"""``POST /v1/responses``: the archive's answer as a response with one message, whole or as events."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from api import events, problems
from api.asking import Desk
from api.bodies import JSONRoute
from api.current import CurrentDesk
from api.openai import models, usage
from api.openai.annotations import EXTENSION, Annotator, CurrentAnnotator, Piece, about
from api.openai.asked import Asked, demands_a_form, demands_a_tool, refuse
from api.openai.conversation import query_of
from api.openai.errors import GIVES, RequestError, of_problem, shown
from api.openai.examples import EVENTS, RESPONSE
from api.schemas import Text
from qa.errors import QAError
from qa.types import Query

router = APIRouter(prefix="/v1", tags=["In OpenAI's shapes"], route_class=JSONRoute)

Told = tuple[str, dict[str, Any]]
"""The type of an event and its members, but the number."""


class ResponsesRequest(Asked):
    """A question, or a conversation whose last message is the question."""

    input: Any = Field(
        default=None,
        description="The question; or messages, each with `role` and `content`, a text or text parts.",
        examples=["How many boats did the storm destroy?"],
    )
    metadata: dict[str, Text] | None = Field(default=None, description="Given back as it is.")
    text: dict[str, Any] | None = Field(default=None, description="`format` of type `text`.")
    previous_response_id: Any = Field(default=None, description="Not kept: send the conversation in `input`.")
    conversation: Any = Field(default=None, description="Not kept: send the conversation in `input`.")
    prompt: Any = Field(default=None, description="Not kept.")
    background: bool | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """A response without its outcome."""

    response_id: str
    message_id: str
    created_at: int
    metadata: Mapping[str, str]

    def unfinished(self) -> dict[str, Any]:
        return self._response("in_progress", [])

    def failed(self, message: str) -> dict[str, Any]:
        return self._response("failed", [], error={"code": "server_error", "message": message})

    def completed(self, part: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
        finished = {"completed_at": int(time.time()), "usage": usage.in_response(answer), EXTENSION: about(answer)}
        return self._response("completed", [self.message([part])], **finished)

    def message(self, parts: list[Mapping[str, Any]]) -> dict[str, Any]:
        status = "completed" if parts else "in_progress"
        return {"id": self.message_id, "type": "message", "role": "assistant", "status": status, "content": parts}

    def _response(self, status: str, output: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        return {
            "id": self.response_id,
            "object": "response",
            "created_at": self.created_at,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": self.metadata,
            "model": models.MODEL,
            "output": output,
            "parallel_tool_calls": False,
            "previous_response_id": None,
            "store": False,
            "temperature": None,
            "text": {"format": {"type": "text"}},
            "tool_choice": "none",
            "tools": [],
            "top_p": None,
            "usage": None,
            **more,
        }


@router.post(
    "/responses",
    summary="Ask the archive for a response",
    response_class=JSONResponse,
    responses={
        200: shown(RESPONSE, **{events.MEDIA_TYPE: {"schema": {"type": "string"}, "example": EVENTS}}),
        **GIVES,
    },
)
def respond(asked: ResponsesRequest, desk: CurrentDesk, annotator: CurrentAnnotator) -> Response:
    """The question is `input`, or the last message in it. The response has one message with one part: `output_text`,
    the statements with a `url_citation` for each marker in `annotations`; or `refusal`, the reason why there is no
    answer. Nothing is stored, so each request brings its whole conversation.
    """
    _check(asked)
    query = query_of(_spoken(asked.input), asked.news_archive, member="input")
    frame = _Frame(f"resp_{uuid.uuid4().hex}", f"msg_{uuid.uuid4().hex}", int(time.time()), asked.metadata or {})
    if asked.stream:
        return events.respond(_stream(desk, query, annotator, frame))
    answer = desk.ask(query)
    return JSONResponse(frame.completed(_part(answer, list(annotator.pieces(answer))), answer))


def _check(asked: ResponsesRequest) -> None:
    models.check(asked.model)
    kept = "nothing is kept here; send the whole conversation in input"
    refuse(
        ("previous_response_id", asked.previous_response_id is not None, kept),
        ("conversation", asked.conversation is not None, kept),
        ("prompt", asked.prompt is not None, "no prompts are kept here; send the question in input"),
        ("background", bool(asked.background), "an answer is given at once, or streamed; leave it out"),
        demands_a_tool(asked),
        demands_a_form("text.format", _format(asked.text)),
    )


def _format(text: Mapping[str, Any] | None) -> dict[str, Any] | None:
    given = (text or {}).get("format")
    if given is not None and not isinstance(given, dict):
        raise RequestError('the format is an object, as in {"type": "text"}', param="text.format")
    return given


def _spoken(given: object) -> str | list[dict[str, Any]]:
    if isinstance(given, str):
        return given
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise RequestError("the input is a text, or a list of messages", param="input")
    return given


def _part(answer: Mapping[str, Any], pieces: list[Piece]) -> dict[str, Any]:
    if not answer["answered"]:
        return {"type": "refusal", "refusal": answer["refusal"]["message"]}
    annotations = [one.in_response() for piece in pieces for one in piece.annotations]
    return {"type": "output_text", "text": answer["text"], "annotations": annotations, "logprobs": []}


def _stream(desk: Desk, query: Query, annotator: Annotator, frame: _Frame) -> Iterator[str]:
    for number, (kind, members) in enumerate(_events(desk, query, annotator, frame)):
        yield events.encode(kind, {"type": kind, "sequence_number": number, **members})


def _events(desk: Desk, query: Query, annotator: Annotator, frame: _Frame) -> Iterator[Told]:
    yield "response.created", {"response": frame.unfinished()}
    yield "response.in_progress", {"response": frame.unfinished()}
    pieces: list[Piece] = []
    before = None
    try:
        for kind, data in desk.stream(query):
            if kind == "statement":
                if not pieces:
                    yield from _opening(frame, {"type": "output_text", "text": "", "annotations": [], "logprobs": []})
                pieces.append(annotator.piece(data["statement"], data["citations"], before))
                before = data["statement"]
                yield from _adding(frame, pieces)
            elif kind == "answer":
                yield from _closing(frame, data, pieces)
    except QAError as error:
        _, told = of_problem(problems.of_error(error))
        yield "response.failed", {"response": frame.failed(told["error"]["message"])}


def _opening(frame: _Frame, part: Mapping[str, Any]) -> Iterator[Told]:
    yield "response.output_item.added", {"output_index": 0, "item": frame.message([])}
    yield "response.content_part.added", {**_place(frame), "part": part}


def _adding(frame: _Frame, pieces: list[Piece]) -> Iterator[Told]:
    """The last piece's text and annotations; those of the pieces before are out."""
    *before, last = pieces
    yield "response.output_text.delta", {**_place(frame), "delta": last.delta, "logprobs": []}
    first = sum(len(piece.annotations) for piece in before)
    for index, annotation in enumerate(last.annotations, first):
        told = {"annotation_index": index, "annotation": annotation.in_response()}
        yield "response.output_text.annotation.added", {**_place(frame), **told}


def _closing(frame: _Frame, answer: Mapping[str, Any], pieces: list[Piece]) -> Iterator[Told]:
    part = _part(answer, pieces)
    if answer["answered"]:
        yield "response.output_text.done", {**_place(frame), "text": part["text"], "logprobs": []}
    else:
        yield from _opening(frame, {"type": "refusal", "refusal": ""})
        yield "response.refusal.delta", {**_place(frame), "delta": part["refusal"]}
        yield "response.refusal.done", {**_place(frame), "refusal": part["refusal"]}
    yield "response.content_part.done", {**_place(frame), "part": part}
    yield "response.output_item.done", {"output_index": 0, "item": frame.message([part])}
    yield "response.completed", {"response": frame.completed(part, answer)}


def _place(frame: _Frame) -> dict[str, Any]:
    return {"item_id": frame.message_id, "output_index": 0, "content_index": 0}
