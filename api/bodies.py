"""What a request may carry: how many bytes, of which type, from whom. All is settled before parsing."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.problems import HTTPProblem

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

ARTICLES_FACTOR = 20
"""How many times the usual limit a body of articles may have."""
DISCARD = 64 * 1024 * 1024
LINES = ("application/x-ndjson", "application/jsonl")
"""The types of a body with one JSON record a line."""


class BodyLimit:
    """Answers 413 to a body over ``limit`` bytes, whether its length was announced or not."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit * (ARTICLES_FACTOR if scope["path"] == "/v1/articles" else 1)
        announced = _announced(scope)
        if announced > limit:
            await _discard(receive, min(announced, DISCARD))
            await problems.response(scope["path"], _too_large(limit))(scope, receive, send)
            return
        await self.app(scope, _counting(receive, limit), send)


class JSONRoute(APIRoute):
    """A route whose body, if it takes one, must have a type that the route documents."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        taken = self._media_types()

        async def checked(request: Request) -> Response:
            if taken:
                _require_type(request, taken)
            return await handle(request)

        return checked

    def _media_types(self) -> frozenset[str]:
        declared = (self.openapi_extra or {}).get("requestBody")
        if declared:
            return frozenset(declared["content"])
        return frozenset({"application/json"} if self.body_field else ())


class AdministratorRoute(JSONRoute):
    """A route for whoever holds the administrator's token; it is asked for before anything is read."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def admitted(request: Request) -> Response:
            admit(request)
            return await handle(request)

        return admitted


def admit(request: Request) -> None:
    """Pass an administrator, raise 403 where none is configured, and 401 for anybody else."""
    token = request.app.state.engine.settings.admin_token
    if not token:
        raise HTTPProblem(
            403,
            "changes over HTTP are switched off",
            hint="set QA_ADMIN_TOKEN and start the service again",
        )
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    matches = hmac.compare_digest(given.strip().encode("utf-8"), token.encode("utf-8"))
    if scheme.lower() != "bearer" or not matches:
        raise HTTPProblem(
            401,
            "the administrator's token is missing or wrong",
            hint="send it with the header Authorization: Bearer TOKEN",
            headers={"WWW-Authenticate": "Bearer"},
        )


def media_type(request: Request) -> str:
    """``application/json`` from ``Application/JSON; charset=utf-8``."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _require_type(request: Request, taken: frozenset[str]) -> None:
    given = media_type(request)
    if given not in taken:
        raise HTTPProblem(
            415,
            f"the body's type is {given or 'not given'}",
            hint=f"send it with the header Content-Type: {' or '.join(sorted(taken))}",
        )


def _announced(scope: Scope) -> int:
    given: bytes = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() else 0


async def _discard(receive: Receive, size: int) -> None:
    """Take in what is being sent: a client that is still writing would not see the answer."""
    while size > 0:
        message = await receive()
        size -= len(message.get("body", b""))
        if not message.get("more_body"):
            return


def _counting(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPProblem(413, f"the body has more than {limit:,} bytes", hint=_SMALLER)
        return message

    return counted


def _too_large(limit: int) -> dict[str, Any]:
    return problems.body(problems.OF_HTTP[413], f"the body has more than {limit:,} bytes", hint=_SMALLER)


_SMALLER = "send less at a time, or raise QA_MAX_BODY_BYTES"
