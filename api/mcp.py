"""`/mcp`: the archive for programs that speak MCP, by its streamable HTTP transport. Messages go in and out one by one.

Only POST is offered: no session is kept, and nothing is sent unasked. What the protocol itself finds wrong comes back
as its JSON-RPC error; everything before that, as a problem.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.asking import Desk
from api.bodies import JSONRoute
from api.problems import HTTPProblem
from api.schemas import problems as gives

HEADERS = ("Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name")
"""What a client in a browser sends beside the content's type."""
_PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

router = APIRouter(tags=["Other programs"], route_class=JSONRoute)


class Door:
    """The MCP server over the service's engine, made when the first message comes: its library takes 0.5 s to import.

    What is asked through it is counted and kept as what is asked at ``/v1/query``.
    """

    def __init__(self, desk: Desk) -> None:
        self.origins = desk.engine.settings.cors_origins
        self._desk = desk

    @cached_property
    def server(self) -> Any:
        from qa.interop.mcp import archive_server

        return archive_server(self._desk.engine, self._desk.ask)


@router.post(
    "/mcp",
    summary="Speak MCP",
    response_class=Response,
    responses={
        200: {"description": "The reply, a JSON-RPC message.", "content": {"application/json": {}}},
        202: {"description": "A notification was taken; there is no reply."},
        **gives(413, 415),
        403: {"description": "The request comes from a page of another origin."},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}, "example": _PING}},
        }
    },
)
async def mcp(request: Request) -> Response:
    """One JSON-RPC message of the Model Context Protocol's streamable HTTP transport. Tools: `search_archive`,
    `ask_archive`, `read_article`, `read_paragraph`, `resolve_citation`. Articles are resources,
    `archive://articles/{article_id}`.
    """
    door: Door = request.app.state.mcp
    _admit_origin(request, door)
    body = await request.body()
    return _Exchange(await to_thread.run_sync(lambda: door.server), body)


class _Exchange(Response):
    """A response that the MCP library writes by itself, of a request whose body is read already."""

    def __init__(self, server: Any, body: bytes) -> None:
        super().__init__()
        self._server = server
        self._given = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from qa.interop.mcp import exchange

        unread = [self._given]

        async def given() -> Message:
            return {"type": "http.request", "body": unread.pop(), "more_body": False} if unread else await receive()

        await exchange(self._server, scope, given, send)


def _admit_origin(request: Request, door: Door) -> None:
    """Pass programs, which have no origin, and the pages that may call this service.

    A page whose name was made to point at this machine (DNS rebinding) is of the same origin for its browser, which
    asks nobody; but browsers tell the origin with every POST.
    """
    origin, allowed = request.headers.get("origin"), door.origins
    if origin is not None and origin not in allowed and "*" not in allowed:
        raise HTTPProblem(
            403,
            "pages of this origin may not speak MCP with this service",
            hint="name the origin in QA_CORS_ORIGINS, and start the service again",
        )
