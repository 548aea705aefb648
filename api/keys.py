"""Who may use the interface for programs, where the operator has given out keys (`QA_API_KEYS`).

A program sends its key. A page cannot: whoever reads the page would have it. The widget sends a token: a page of an
allowed origin is given one for ten minutes; it serves that origin alone, and opens only what the widget asks for.
Tokens are signed and kept nowhere: every process that has the same keys knows them, and other keys end them.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Collection
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.bodies import JSONRoute
from api.problems import HTTPProblem
from api.schemas import problems as gives
from qa.settings import Settings

HEADER = "Archive-Token"
LIFE = 600
"""Seconds that a token holds."""
_GIVEN_AT = "/v1/token"
_OPENED = (("POST", "/v1/query"), ("POST", "/v1/feedback"), ("GET", "/v1/sources"), ("GET", "/v1/articles/"))
_EXAMPLE = {"token": "1764003600 https://paper.example 0f3c…", "expires_in": LIFE}

router = APIRouter(tags=["Questions"], route_class=JSONRoute)


class Keys:
    """The keys of ``settings``, the administrator's token among them, and the tokens that they sign."""

    def __init__(self, settings: Settings) -> None:
        keys = [key.get_secret_value() for key in settings.api_keys]
        self.asked_for = bool(keys)
        self.origins = settings.cors_origins
        self._taken = [*keys, settings.admin_token] if settings.admin_token else keys
        self._secret = hashlib.sha256("\0".join(["tokens for pages", *keys]).encode("utf-8")).digest()

    def opens(self, given: str) -> bool:
        """Whether ``given`` is one of the keys."""
        return any(_same(given, key) for key in self._taken)

    def token(self, origin: str, now: float) -> str:
        """For pages of ``origin``, from ``now`` in seconds since 1970: until when, for whom, and the signature."""
        expires = int(now) + LIFE
        return f"{expires} {origin} {self._signature(expires, origin)}"

    def holds(self, token: str, origin: str | None, now: float) -> bool:
        """Whether ``token`` is ours, has time left and is for ``origin``, which a page of the service's own does not
        name with GET.
        """
        expires, _, rest = token.partition(" ")
        signed, _, signature = rest.rpartition(" ")
        if not (expires.isascii() and expires.isdigit() and len(expires) < 20):
            return False
        ours = _same(signature, self._signature(int(expires), signed))
        return ours and now < int(expires) and origin in (None, signed)

    def _signature(self, expires: int, origin: str) -> str:
        return hmac.new(self._secret, f"{expires} {origin}".encode(), hashlib.sha256).hexdigest()


class KeyGuard:
    """Answers 401 or 403 under ``/v1/`` and at ``/mcp`` to whoever has neither a key nor a token that opens it."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app = app
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal(Request(scope), self.keys) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await refusal(scope, receive, send)


@router.post(
    _GIVEN_AT,
    summary="Have a token for a page",
    response_class=JSONResponse,
    responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}, **gives(403, 404)},
)
def token(request: Request) -> Response:
    """The widget's pass where the service asks for keys: for pages of an origin in `QA_CORS_ORIGINS`, and for ten
    minutes. It goes along as the header `Archive-Token`, with requests of that origin, and opens `/v1/query`,
    `/v1/feedback`, `/v1/sources` and `/v1/articles/{article_id}`.
    """
    keys: Keys = request.app.state.keys
    if not keys.asked_for:
        raise HTTPProblem(404, "there are no tokens where no key is asked for", hint="send the request without one")
    origin = request.headers.get("origin")
    if origin is None:
        raise HTTPProblem(403, "only a page in a browser is given a token", hint="programs send a key")
    if not _is_among(origin, keys.origins):
        raise HTTPProblem(
            403,
            f"pages of {problems.printable(origin, 100)} are given no token",
            hint="name the origin in QA_CORS_ORIGINS, and start the service again",
        )
    given = {"token": keys.token(origin, time.time()), "expires_in": LIFE}
    return JSONResponse(given, headers={"Cache-Control": "no-store"})


def _is_among(origin: str, allowed: Collection[str]) -> bool:
    return origin in allowed or "*" in allowed


def _refusal(request: Request, keys: Keys) -> Response | None:
    path = request.scope["path"]
    if not (path.startswith("/v1/") or path == "/mcp") or path == _GIVEN_AT:
        return None
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and keys.opens(given.strip()):
        return None
    carried = request.headers.get(HEADER)
    if carried is None:
        hint = f"send one with the header Authorization: Bearer KEY; a page sends a token of POST {_GIVEN_AT}"
        return _told(path, 401, "the key is missing or wrong", hint)
    if not keys.holds(carried, request.headers.get("origin"), time.time()):
        return _told(path, 401, "the token has run out, or is not for this page", f"POST {_GIVEN_AT} gives another")
    if not any(request.method == method and path.startswith(opened) for method, opened in _OPENED):
        return _told(path, 403, "a page's token does not open this address", "programs send a key")
    return None


def _told(path: str, status: int, detail: str, hint: str) -> Response:
    problem: dict[str, Any] = problems.body(problems.OF_HTTP[status], detail, hint=hint)
    return problems.response(path, problem, {"WWW-Authenticate": "Bearer"} if status == 401 else None)


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("latin-1"), known.encode("utf-8"))  # headers are bytes, read as Latin-1
