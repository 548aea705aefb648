"""``POST /v1/chat/completions``: the archive's answer as an assistant's message, whole or in chunks."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictBool
from starlette.responses import JSONResponse, Response

from api import events, problems
from api.asking import Desk
from api.bodies import JSONRoute
from api.current import CurrentDesk
from api.openai import models, usage
from api.openai.annotations import EXTENSION, Annotator, CurrentAnnotator, about
from api.openai.asked import Asked, demands_a_form, demands_a_tool, refuse
from api.openai.conversation import query_of
from api.openai.errors import GIVES, of_problem, shown
from api.openai.examples import CHUNKS, COMPLETION
from qa.errors import QAError
from qa.types import Query

router = APIRouter(prefix="/v1", tags=["In OpenAI's shapes"], route_class=JSONRoute)


class StreamOptions(BaseModel):
    include_usage: StrictBool | None = False


class ChatRequest(Asked):
    """A conversation; the last message is the question."""

    messages: list[dict[str, Any]] = Field(
        min_length=1,
        description="`role` and `content`, a text or text parts. What the system says is passed over.",
        examples=[[{"role": "user", "content": "How many boats did the storm destroy?"}]],
    )
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, description="1.")
    response_format: dict[str, Any] | None = Field(default=None, description="Of type `text`.")
    modalities: list[str] | None = Field(default=None, description='`["text"]`.')
    logprobs: bool | None = None
    function_call: Any = None


@router.post(
    "/chat/completions",
    summary="Ask the archive as a chat model",
    response_class=JSONResponse,
    responses={
        200: shown(COMPLETION, **{events.MEDIA_TYPE: {"schema": {"type": "string"}, "example": CHUNKS}}),
        **GIVES,
    },
)
def complete(asked: ChatRequest, desk: CurrentDesk, annotator: CurrentAnnotator) -> Response:
    """The last user's message is the question, the ones before are its history. The message that comes back has the
    statements in `content` and a `url_citation` for each marker in `annotations`; or the reason why there is no
    answer in `refusal`.
    """
    _check(asked)
    query = query_of(asked.messages, asked.news_archive, member="messages")
    head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": models.MODEL}
    if asked.stream:
        wants_usage = bool(asked.stream_options and asked.stream_options.include_usage)
        return events.respond(_stream(desk, query, annotator, head, wants_usage=wants_usage))
    return JSONResponse(_completion(desk.ask(query), annotator, head))


def _check(asked: ChatRequest) -> None:
    models.check(asked.model)
    refuse(
        demands_a_tool(asked),
        ("function_call", asked.function_call not in (None, "auto", "none"), "no functions are called; leave it out"),
        demands_a_form("response_format", asked.response_format),
        ("n", asked.n not in (None, 1), "a question has one answer here; leave it out"),
        ("modalities", (asked.modalities or ["text"]) != ["text"], "answers are text; leave it out"),
        ("logprobs", bool(asked.logprobs), "no tokens are drawn here, so there are no odds of them; leave it out"),
    )


def _completion(answer: Mapping[str, Any], annotator: Annotator, head: Mapping[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "message": _message(answer, annotator), "logprobs": None, "finish_reason": "stop"}
    counted = usage.in_chat(answer)
    return {**head, "object": "chat.completion", "choices": [choice], "usage": counted, EXTENSION: about(answer)}


def _message(answer: Mapping[str, Any], annotator: Annotator) -> dict[str, Any]:
    return {
        "role": "assistant",
        "content": answer["text"] if answer["answered"] else None,
        "refusal": None if answer["answered"] else answer["refusal"]["message"],
        "annotations": [one.in_chat() for piece in annotator.pieces(answer) for one in piece.annotations],
    }


def _stream(
    desk: Desk, query: Query, annotator: Annotator, head: Mapping[str, Any], *, wants_usage: bool
) -> Iterator[str]:
    untold = {"usage": None} if wants_usage else {}
    head = {**head, "object": "chat.completion.chunk"}
    try:
        for choices, more in _chunks(desk, query, annotator):
            if choices or wants_usage:
                yield _data({**head, "choices": choices, **untold, **more})
    except QAError as error:
        _, told = of_problem(problems.of_error(error))
        yield _data(told)
        return
    yield "data: [DONE]\n\n"


def _chunks(desk: Desk, query: Query, annotator: Annotator) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any]]]:
    """The one choice of each chunk, and what else the chunk has; last one without a choice, with the usage.

    All annotations come in one delta: OpenAI's Python client adds up a list over deltas only by an ``index`` that its
    whole messages do not have, and its JavaScript client keeps the last list.
    """
    yield [_choice({"role": "assistant"})], {}
    annotations: list[dict[str, Any]] = []
    before = None
    for kind, data in desk.stream(query):
        if kind == "statement":
            piece = annotator.piece(data["statement"], data["citations"], before)
            before = data["statement"]
            annotations += [one.in_chat() for one in piece.annotations]
            yield [_choice({"content": piece.delta})], {}
        elif kind == "answer":
            last = {"annotations": annotations} if data["answered"] else {"refusal": data["refusal"]["message"]}
            yield [_choice(last)], {}
            yield [_choice({}, finish_reason="stop")], {EXTENSION: about(data)}
            yield [], {"usage": usage.in_chat(data)}


def _choice(delta: Mapping[str, Any], *, finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _data(chunk: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
