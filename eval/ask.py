"""Two askers with one method: the engine in this process, and any server that speaks our HTTP contract.

Both give the contract's answer object with the text of the paragraphs that it cites, so that everything after
them cannot tell which one asked. The latency is the asker's own: the call alone, without the look-ups.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from eval.library import EngineLibrary, Remembered, ids_by_url
from qa.errors import ArticleNotFound, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    import httpx

    from eval.library import Library, Paragraphs
    from eval.questions import Question

PATIENCE_S = 120
"""How long one answer over HTTP may take."""
_TRIES = 6
"""Requests for one answer while the server asks to wait (429, 503)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one question.

    Attributes:
        answer: the contract's answer object.
        paragraphs: the text of the paragraph that each citation points to, in the citations' order.
        latency_ms: as the asker measured it.
    """

    question_id: str
    answer: Mapping[str, Any]
    paragraphs: tuple[str, ...]
    latency_ms: float


class Asker(Protocol):
    """Puts one question; may be called from several threads."""

    def ask(self, question: Question) -> Reply: ...


class EngineAsker:
    """Asks an engine in this process."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.library: Library = Remembered(EngineLibrary(engine.archive))

    def ask(self, question: Question) -> Reply:
        from qa.query import parse_query

        as_of = question.as_of.isoformat() if question.as_of else None
        query = parse_query(question.question, as_of=as_of)
        start = time.perf_counter()
        answer = self._engine.ask(query)
        latency_ms = (time.perf_counter() - start) * 1000
        return _reply(question, answer.as_json(), latency_ms, self.library)


class HttpAsker:
    """Asks a server; a context manager, since it keeps connections open."""

    def __init__(self, url: str, *, client: httpx.Client | None = None) -> None:
        import httpx

        self._url = url.rstrip("/")
        self._client = client or httpx.Client(base_url=self._url, timeout=PATIENCE_S)
        self.library: Library = Remembered(_HttpLibrary(self))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, question: Question) -> Reply:
        body: dict[str, str] = {"question": question.question}
        if question.as_of:
            body["as_of"] = question.as_of.isoformat()
        response, latency_ms = self._patiently("POST", "/v1/query", json=body)
        answer = self._object(response, f"question {question.id!r}")
        if _words(str(answer.get("question"))) != _words(question.question):
            raise ServiceError(f"{self._url} gave another question's answer to question {question.id!r}")
        return _reply(question, answer, latency_ms, self.library)

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The JSON object at ``path``.

        Raises:
            ArticleNotFound: the server has no such thing.
            ServiceError: it cannot be reached, or answers with another error.
        """
        response, _ = self._patiently("GET", path, params=parameters)
        if response.status_code == 404:
            raise ArticleNotFound(f"{self._url} has no {path}")
        return self._object(response, path)

    def _patiently(self, method: str, path: str, **request: Any) -> tuple[httpx.Response, float]:
        """The response and its milliseconds; waits and tries again where the server asks to."""
        for attempt in range(_TRIES):
            start = time.perf_counter()
            response = self._send(method, path, **request)
            latency_ms = (time.perf_counter() - start) * 1000
            if response.status_code not in {429, 503}:
                break
            time.sleep(_wait_s(response, attempt))
        return response, latency_ms

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        import httpx

        try:
            return self._client.request(method, path, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            hint = 'is the service running? start it with "qa serve"'
            raise ServiceError(f"no answer from {self._url}: {reason}", hint=hint) from error

    def _object(self, response: httpx.Response, what: str) -> dict[str, Any]:
        try:
            body = response.json()
        except ValueError as error:
            raise ServiceError(f"{self._url} gave {response.status_code} without JSON to {what}") from error
        if response.status_code != 200 or not isinstance(body, dict):
            detail = body.get("detail", "") if isinstance(body, dict) else ""
            raise ServiceError(f"{self._url} gave {response.status_code} to {what}: {detail}")
        return body


def _words(text: str) -> list[str]:
    """What must agree between a question and its echo: a server may tidy white space."""
    return "".join(char if char.isprintable() else " " for char in text).split()


def _wait_s(response: httpx.Response, attempt: int) -> float:
    asked = response.headers.get("retry-after", "")
    return min(float(asked), 30.0) if asked.isdigit() else min(0.25 * 2**attempt, 8.0)


class _HttpLibrary:
    """The articles of a server, by ``GET /v1/articles``."""

    def __init__(self, server: HttpAsker) -> None:
        self._server = server
        self._ids_by_url: dict[str, str] | None = None

    def versions(self, article: str) -> tuple[str, ...]:
        try:
            found = self._server.get(f"/v1/articles/{self._id_of(article)}")
        except ArticleNotFound:
            return ()
        others = [str(other["version"]) for other in found.get("versions", ())]
        return tuple(dict.fromkeys([str(found["version"]), *others]))

    def paragraphs(self, article_id: str, version: str) -> Paragraphs:
        found = self._server.get(f"/v1/articles/{self._id_of(article_id)}", version=version)
        return {p["number"]: p["text"] for p in found["paragraphs"] if p["number"] is not None}

    def _id_of(self, article: str) -> str:
        if "://" not in article:
            return article
        if self._ids_by_url is None:
            self._ids_by_url = ids_by_url(self._page)
        return self._ids_by_url.get(article, "no-such-article")

    def _page(self, cursor: str | None) -> tuple[list[tuple[str | None, str]], str | None]:
        parameters = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        page = self._server.get("/v1/articles", **parameters)
        return [(row.get("url"), row["article_id"]) for row in page["articles"]], page.get("next_cursor")


def _reply(question: Question, answer: dict[str, Any], latency_ms: float, library: Library) -> Reply:
    paragraphs = tuple(_cited_paragraph(citation, library) for citation in answer["citations"])
    return Reply(question.id, answer, paragraphs, latency_ms)


def _cited_paragraph(citation: Mapping[str, Any], library: Library) -> str:
    """Empty where the article or its paragraph went away since: then nothing of it can be hit."""
    try:
        return library.paragraphs(citation["article_id"], citation["version"]).get(citation["paragraph"], "")
    except ArticleNotFound:
        return ""
