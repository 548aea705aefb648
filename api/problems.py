"""Every error as ``application/problem+json`` (RFC 9457): what happened, to what, what to do about it.

Errors of ``qa``, of validation and of HTTP itself come in; one shape goes out. What a caller sent is quoted
shortened and made printable, and never the trace of the program. Where OpenAI's clients ask, it is told in the shape
that they read (``api.openai.errors``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.headers import SECURITY
from api.openai import errors as openai_errors
from api.openai.errors import RequestError
from qa import errors

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("api")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: the end of its ``type``, its status, and its title in plain words."""

    slug: str
    status: int
    title: str


class HTTPProblem(HTTPException):
    """A refusal of HTTP's own making, with a hint for whoever sent the request."""

    def __init__(
        self, status: int, detail: str, *, hint: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, detail, headers)
        self.hint = hint


# The most specific class comes first: the first that fits is taken.
OF_ERRORS: tuple[tuple[type[errors.QAError], Kind], ...] = (
    (errors.InvalidQuestion, Kind("invalid-question", 422, "The question cannot be used")),
    (errors.InvalidFilter, Kind("invalid-filter", 422, "A filter cannot be used")),
    (errors.InvalidInput, Kind("invalid-input", 422, "The request cannot be used")),
    (errors.ArticleNotFound, Kind("article-not-found", 404, "No such article")),
    (errors.CitationNotFound, Kind("citation-not-found", 404, "No such citation")),
    (errors.NotFound, Kind("not-found", 404, "No such thing in the archive")),
    (errors.IngestError, Kind("invalid-record", 422, "The article cannot be read")),
    (errors.ArchiveReadOnly, Kind("archive-read-only", 503, "The archive cannot be written")),
    (errors.ArchiveBusy, Kind("archive-busy", 503, "The archive is busy")),
    (errors.ArchiveError, Kind("archive-unusable", 503, "The archive cannot be used")),
    (errors.QAError, Kind("service-unavailable", 503, "The service cannot answer now")),
)

OF_HTTP: Mapping[int, Kind] = {
    kind.status: kind
    for kind in (
        Kind("malformed-body", 400, "The body is not valid JSON"),
        Kind("unauthorized", 401, "A key or a token is needed"),
        Kind("forbidden", 403, "Not allowed"),
        Kind("no-such-address", 404, "No such address"),
        Kind("method-not-allowed", 405, "This address does not take that method"),
        Kind("body-too-large", 413, "The body is too large"),
        Kind("unsupported-media-type", 415, "The body's type is not one that is read here"),
        Kind("invalid-request", 422, "The request cannot be used"),
        Kind("internal-error", 500, "Something went wrong here"),
        Kind("not-ready", 503, "Not ready yet"),
    )
}


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error with a problem."""
    app.add_exception_handler(errors.QAError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestError, _on_request)
    app.add_exception_handler(Exception, _on_unexpected)


def of_error(error: errors.QAError) -> dict[str, Any]:
    """The problem that an error of ``qa`` is, as JSON-ready values (also the data of an ``error`` event)."""
    kind = next(kind for of, kind in OF_ERRORS if isinstance(error, of))
    return body(kind, error.message, hint=error.hint)


def body(kind: Kind, detail: str, **more: Any) -> dict[str, Any]:
    """A problem's members; those of ``more`` that are None are left out."""
    told = {key: value for key, value in more.items() if value is not None}
    return {
        "type": f"/docs#{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": printable(detail),
        **told,
    }


def response(path: str, problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The problem in the shape that clients of the address ``path`` read."""
    if openai_errors.covers(path):
        return _json(*openai_errors.of_problem(problem), headers, "application/json")
    return _json(problem["status"], problem, headers, MEDIA_TYPE)


def _json(status: int, told: Mapping[str, Any], headers: Mapping[str, str] | None, media_type: str) -> Response:
    content = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, headers, media_type)


def printable(text: str, most: int = 500) -> str:
    """``text`` in one line of at most ``most`` characters that any terminal and any encoder can take."""
    line = "".join(char if char.isprintable() else "\ufffd" for char in text[:most])
    return line + "…" if len(text) > most else line


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.QAError)
    return response(request.scope["path"], of_error(error))


async def _on_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    return _json(*openai_errors.of_request(error), None, "application/json")


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = OF_HTTP.get(error.status_code, Kind("error", error.status_code, error.detail))
    # FastAPI's own words for a body that is not UTF-8, or nested too deeply, do not say what is wrong.
    detail = "the body is not JSON in UTF-8" if error.status_code == 400 else error.detail
    return response(request.scope["path"], body(kind, detail, hint=getattr(error, "hint", None)), error.headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if found and found[0]["type"] == "json_invalid":
        at = found[0]["loc"][-1]
        detail = f"the body is not valid JSON: {found[0]['ctx']['error']} at {at}"
        return response(request.scope["path"], body(OF_HTTP[400], detail))
    listed = [{"where": _where(item["loc"]), "what": printable(item["msg"])} for item in found[:20]]
    detail = "; ".join(f"{item['where']}: {item['what']}" for item in listed)
    problem = body(OF_HTTP[422], detail, hint="/docs describes what is taken", errors=listed)
    return response(request.scope["path"], problem)


async def _on_unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    problem = body(OF_HTTP[500], "the request could not be answered; the service's log says why")
    # The server's own last handler stands outside all middleware, which would have added the headers.
    return response(request.scope["path"], problem, SECURITY)


def _where(location: Sequence[int | str]) -> str:
    """``("body", "sources", 0)`` as ``sources.0``."""
    parts = [str(part) for part in location if part not in ("query", "path")]
    inner = parts[1:] if len(parts) > 1 and parts[0] == "body" else parts
    return printable(".".join(inner), 100)
