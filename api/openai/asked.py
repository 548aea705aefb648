"""What both of OpenAI's addresses take alike, and what they must not pass over.

Most parameters steer a language model's style. They are accepted, as clients send them unasked, and have no effect.
What would make a client wait for something that never comes is refused instead.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.openai.errors import RequestError
from api.schemas import Text


class Filters(BaseModel):
    """What ``POST /v1/query`` takes beside the question; OpenAI's clients send it by ``extra_body``."""

    # A misspelt as_of that was quietly dropped would give an answer from the future.
    model_config = ConfigDict(extra="forbid")

    as_of: Text | None = None
    after: Text | None = None
    before: Text | None = None
    sources: Annotated[list[Text], Field(max_length=200)] = []


class Asked(BaseModel):
    """The members that both shapes have; others than those named here and below are passed over."""

    model: str = Field(description="`news-archive`.", examples=["news-archive"])
    stream: StrictBool | None = Field(default=False, description="Send server-sent events instead of one object.")
    tools: list[Any] | None = Field(default=None, description="Never called.")
    tool_choice: Any = Field(default=None, description="`auto` or `none`.")
    news_archive: Filters | None = Field(
        default=None,
        description="The archive's filters: `as_of`, `after`, `before`, `sources`, as `POST /v1/query` takes them.",
        examples=[{"as_of": "2024-05-31"}],
    )


Unusable = tuple[str, bool, str]
"""A parameter, whether it asks for what cannot be had, and what to do instead."""


def refuse(*parameters: Unusable) -> None:
    """Pass if nothing that cannot be had is asked for.

    Raises:
        RequestError: for the first that is.
    """
    for param, unusable, instead in parameters:
        if unusable:
            raise RequestError(f"{param}: {instead}", param=param, code="unsupported_parameter")


def demands_a_tool(asked: Asked) -> Unusable:
    return "tool_choice", asked.tool_choice not in (None, "auto", "none"), "no tools are called here; leave it out"


def demands_a_form(param: str, form: dict[str, Any] | None) -> Unusable:
    demanded = (form or {}).get("type", "text") != "text"
    return param, demanded, "statements are quoted as they stand, in no other form than text; leave it out"
