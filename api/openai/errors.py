"""Errors as OpenAI's clients read them: ``{"error": {"message", "type", "param", "code"}}``.

``api.problems`` has every error of the service told here for the addresses that this module covers. What a caller
sent amiss is 400, as with OpenAI, also where our own addresses say 422.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

_COVERED = ("/v1/models", "/v1/chat/", "/v1/completions", "/v1/responses")


class RequestError(HTTPException):
    """Something in the request that cannot be had here.

    Args:
        message: what it is, and what to do instead.
        param: the member of the body, as in ``messages[2].content``.
        code: a word for programs.
    """

    def __init__(self, message: str, *, param: str, code: str = "invalid_request", status: int = 400) -> None:
        super().__init__(status, message)
        self.param = param
        self.code = code


class _Error(BaseModel):
    message: str = Field(examples=["the question is empty; ask something, as in: Who won the by-election?"])
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = Field(examples=["messages[0].content"])
    code: str | None = Field(examples=["invalid_question"])


class ErrorResponse(BaseModel):
    """An error in OpenAI's shape."""

    error: _Error


GIVES: dict[int | str, dict[str, Any]] = {
    "default": {"model": ErrorResponse, "description": "An error in OpenAI's shape; 400 for what was sent amiss."}
}
"""The OpenAPI description of the errors of these addresses."""


def shown(example: Mapping[str, Any], **streamed: Any) -> dict[str, Any]:
    """The OpenAPI description of an answer by an example, and of the same as events."""
    return {"content": {"application/json": {"example": example}, **streamed}}


def covers(path: str) -> bool:
    """Whether the address is one of those whose clients expect this shape."""
    return path.startswith(_COVERED)


def of_problem(problem: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and body for a problem of ``api.problems``; its hint joins the message, and its type becomes the code."""
    status = 400 if problem["status"] == 422 else problem["status"]
    message = "; ".join(part for part in (problem["detail"], problem.get("hint")) if part)
    code = problem["type"].rpartition("#")[2].replace("-", "_")
    wrong = problem.get("errors")
    param = re.sub(r"\.(\d+)", r"[\1]", wrong[0]["where"]) if wrong else None
    return status, _body(status, message, code=code, param=param)


def of_request(error: RequestError) -> tuple[int, dict[str, Any]]:
    return error.status_code, _body(error.status_code, error.detail, code=error.code, param=error.param)


def _body(status: int, message: str, *, code: str, param: str | None) -> dict[str, Any]:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
