"""What comes in over HTTP, and the shapes of what goes out that ``qa.types`` does not already draw."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from qa.query import LONGEST_QUESTION


def _without_nul(text: str) -> str:
    # Some databases end a text at this character, and others refuse it.
    if "\0" in text:
        raise ValueError("holds the character NUL")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]


class _Request(BaseModel):
    # A misspelt as_of that was quietly dropped would give an answer from the future.
    model_config = ConfigDict(extra="forbid")


class TurnRequest(_Request):
    """One turn of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: Text = Field(max_length=20_000)


class QueryRequest(_Request):
    """A question with its filters; all of them are exact, and all of them must hold."""

    question: str = Field(
        description="1 to 2,000 characters (Unicode code points) after trimming.",
        examples=["How many boats did the storm destroy?"],
        json_schema_extra={"minLength": 1, "maxLength": LONGEST_QUESTION},
    )
    as_of: Text | None = Field(
        None,
        description="YYYY-MM-DD. Answer as on the evening of that day: nothing published or changed later.",
        examples=["2024-05-31"],
    )
    after: Text | None = Field(None, description="YYYY-MM-DD. Only articles published on that day or later.")
    before: Text | None = Field(None, description="YYYY-MM-DD. Only articles published on that day or earlier.")
    sources: list[Text] = Field(
        default_factory=list,
        max_length=200,
        description="Only articles of these outlets; none given: of all.",
    )
    history: list[TurnRequest] = Field(
        default_factory=list,
        max_length=100,
        description="The conversation before the question, oldest first.",
    )
    stream: StrictBool = Field(default=False, description="Send server-sent events instead of one object.")


class FeedbackRequest(_Request):
    """What a reader thought of an answer."""

    answer_id: Text = Field(min_length=1, max_length=100, examples=["ans_0f3c"])
    rating: Literal["up", "down"]
    comment: Text | None = Field(None, max_length=5_000)


class RetractRequest(_Request):
    """Why an article is taken back; readers of its page and of its citations are told."""

    reason: Text = Field(min_length=1, max_length=2_000, examples=["The figures were those of another year."])


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(examples=["/docs#invalid-filter"])
    title: str = Field(examples=["A filter cannot be used"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["as_of: 'last week' is not a date"])
    hint: str | None = Field(None, examples=["write it as YYYY-MM-DD, as in as_of=2024-05-31"])


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of the errors that a route gives."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _MEANING[status], "content": content} for status in statuses}


_MEANING = {
    400: "The body is not valid JSON.",
    401: "The key or token is missing or wrong.",
    403: "Not offered to whoever asks; `detail` says why.",
    404: "The archive has no such thing.",
    413: "The body is too large.",
    415: "The body's type is not one that is read here.",
    422: "The request is well formed, and cannot be used; `detail` says why.",
    503: "The archive cannot be used now, or the service is not ready.",
}
