"""Questions in, answers out: whole or as events; and what readers thought of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import JSONResponse, Response

from api import events, problems
from api.asking import Desk
from api.bodies import JSONRoute
from api.current import CurrentDesk, CurrentEngine, CurrentKeeper
from api.examples import ANSWER, EVENTS
from api.schemas import FeedbackRequest, QueryRequest
from api.schemas import problems as gives
from qa.errors import QAError
from qa.query import parse_query
from qa.types import Answer, Query, Turn

router = APIRouter(prefix="/v1", tags=["Questions"], route_class=JSONRoute)


@router.post(
    "/query",
    summary="Ask the archive",
    response_class=JSONResponse,
    responses={
        200: {
            "model": Answer,
            "description": "The answer, or the reason why there is none. Offsets count Unicode code points.",
            "content": {
                "application/json": {"example": ANSWER},
                events.MEDIA_TYPE: {"schema": {"type": "string"}, "example": EVENTS},
            },
        },
        **gives(400, 413, 415, 422, 503),
    },
)
def query(
    asked: QueryRequest, desk: CurrentDesk, accept: Annotated[str, Header(include_in_schema=False)] = ""
) -> Response:
    """Each statement of the answer is a sentence with its citations; each citation is the exact span of one
    paragraph of one article. What the archive does not tell is refused with a reason (`refusal`, status 200).

    With `"stream": true`, or `Accept: text/event-stream`, the same answer comes as server-sent events:
    `status` (`retrieve`, `rerank`, `read`, `verify`), `passages` (what is being read), one `statement` for
    each sentence that passed its check, and last `answer` with the whole object; or `error` with a problem.
    """
    parsed = _parse(asked)
    if asked.stream or events.MEDIA_TYPE in accept.lower():
        return events.respond(_stream(desk, parsed))
    return JSONResponse(desk.ask(parsed))


@router.post("/feedback", summary="Rate an answer", status_code=204, responses=gives(400, 413, 415, 422, 503))
def feedback(given: FeedbackRequest, engine: CurrentEngine, keeper: CurrentKeeper) -> Response:
    """The rating is kept with the archive, for whoever runs it, and so is the question that it is about."""
    keeper.rated(given.answer_id)
    engine.archive.add_feedback(given.answer_id, given.rating, given.comment)
    return Response(status_code=204)


def _parse(asked: QueryRequest) -> Query:
    return parse_query(
        asked.question,
        as_of=asked.as_of,
        after=asked.after,
        before=asked.before,
        sources=asked.sources,
        history=[Turn(turn.role, turn.content) for turn in asked.history],
    )


def _stream(desk: Desk, parsed: Query) -> Iterator[str]:
    try:
        for kind, data in desk.stream(parsed):
            yield events.encode(kind, data)
    except QAError as error:
        yield events.encode("error", problems.of_error(error))
