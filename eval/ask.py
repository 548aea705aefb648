"""Two askers with one method: the engine in this process, and any server that speaks our HTTP contract.

Both listen to the answer while it is made, and give the contract's answer object, the ranking that it was read
from, and the text of all paragraphs concerned, so that everything after them cannot tell which one asked. Times
are the asker's own: from the question sent to the event received, without the look-ups.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval import stream
from eval.library import EngineLibrary, Remembered, ids_by_url
from qa.errors import ArticleNotFound, InvalidInput, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    import httpx
    from pydantic import SecretStr

    from eval.library import Library, Paragraphs
    from eval.questions import Question

T = TypeVar("T")

PATIENCE_S = 120
"""How long one answer over HTTP may keep silent."""
_TRIES = 6
"""Requests for one answer while the server asks to wait (429, 503)."""
_LISTED = ("article_id", "url", "paragraph", "title", "source", "published_at", "permalink")
"""What is kept of a passage, beside its text; a server that tells less of it leaves None."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one question.

    Attributes:
        answer: the contract's answer object.
        paragraphs: the text of the paragraph that each citation points to, in the citations' order.
        latency_ms: until the whole answer was there, as the asker measured it.
        first_statement_ms: until the first statement was there; None where none came before the answer.
        passages: the ranking that was read, best first: ``article_id``, ``url``, ``paragraph``, ``title``,
            ``source``, ``published_at``, ``permalink``, and ``text``, the whole paragraph.
        told_passages: whether the ranking was told at all; without it, an empty one says nothing.
    """

    question_id: str
    answer: Mapping[str, Any]
    paragraphs: tuple[str, ...]
    latency_ms: float
    first_statement_ms: float | None = None
    passages: tuple[Mapping[str, Any], ...] = ()
    told_passages: bool = False


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
        query = parse_query(question.question, as_of=as_of, history=question.history)
        start = time.perf_counter()
        heard = _listen(((event.kind, event.data) for event in self._engine.stream(query)), start)
        assert heard is not None, "an engine's stream ends with an answer or raises"
        return _reply(question, heard, self.library)


class HttpAsker:
    """Asks a server, with a key where there is one; a context manager, since it keeps connections open.

    Raises:
        InvalidInput: the key cannot be sent.
    """

    def __init__(self, url: str, key: SecretStr | None = None, *, client: httpx.Client | None = None) -> None:
        import httpx

        self._url = url.rstrip("/")
        self._client = client or httpx.Client(base_url=self._url, timeout=PATIENCE_S, headers=_bearing(key))
        self.library: Library = Remembered(_HttpLibrary(self))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, question: Question) -> Reply:
        """The reply to a question, from the events of its answer; a server that answers at once tells no passages.

        Raises:
            ServiceError: the server cannot be reached, gives an error, breaks off, or answers something else.
        """
        body: dict[str, Any] = {"question": question.question, "stream": True}
        if question.as_of:
            body["as_of"] = question.as_of.isoformat()
        if question.history:
            body["history"] = [{"role": turn.role, "content": turn.content} for turn in question.history]
        what = f"question {question.id!r}"
        heard = _patiently(lambda: self._heard(body, what))
        if _words(str(heard.answer.get("question"))) != _words(question.question):
            raise ServiceError(f"{self._url} gave another question's answer to {what}")
        _check(heard, f"{self._url} gave an answer that cannot be read to {what}")
        return _reply(question, heard, self.library)

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The JSON object at ``path``.

        Raises:
            ArticleNotFound: the server has no such thing.
            ServiceError: it cannot be reached, or answers with another error.
        """
        return _patiently(lambda: self._got(path, parameters))

    def _heard(self, body: dict[str, Any], what: str) -> _Heard:
        start = time.perf_counter()
        with self._reached(), self._client.stream("POST", "/v1/query", json=body) as response:
            if stream.MEDIA_TYPE not in response.headers.get("content-type", ""):
                response.read()
                latency_ms = _since(start)
                return _Heard(self._object(response, what), latency_ms)
            heard = _listen(self._events(response, what), start)
        if heard is None:
            raise ServiceError(f"{self._url} broke off its answer to {what}")
        return heard

    def _events(self, response: httpx.Response, what: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The events of an answer; an ``error`` among them is raised as the same status would be."""
        try:
            for kind, data in stream.events(response.iter_bytes()):
                if kind == "error":
                    raise self._refusal(int(data.get("status") or 500), data, what)
                yield kind, data
        except ValueError as error:
            raise ServiceError(f"{self._url} gave an event without JSON to {what}") from error

    def _got(self, path: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        with self._reached():
            response = self._client.get(path, params={k: v for k, v in parameters.items() if v is not None})
        if response.status_code == 404:
            raise ArticleNotFound(f"{self._url} has no {path}")
        return self._object(response, path)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        import httpx

        try:
            yield
        except (httpx.RequestError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            hint = 'is the service running? start it with "qa serve"'
            raise ServiceError(f"no answer from {self._url}: {reason}", hint=hint) from error

    def _object(self, response: httpx.Response, what: str) -> dict[str, Any]:
        status, wait = response.status_code, response.headers.get("retry-after", "")
        try:
            body = response.json()
        except ValueError as error:
            if status in _WAIT or status == _NO_KEY:
                raise self._refusal(status, {}, what, wait) from error
            raise ServiceError(f"{self._url} gave {status} without JSON to {what}") from error
        if status != 200 or not isinstance(body, dict):
            raise self._refusal(status, body if isinstance(body, dict) else {}, what, wait)
        return body

    def _refusal(self, status: int, problem: Mapping[str, Any], what: str, wait: str = "") -> ServiceError:
        message = f"{self._url} gave {status} to {what}: {problem.get('detail', '')}"
        if status == _NO_KEY:
            return ServiceError(message, hint="set QA_EVAL_API_KEY to one of the service's keys")
        return _Busy(message, wait) if status in _WAIT else ServiceError(message)


_WAIT = frozenset({429, 503})
_NO_KEY = 401


def _bearing(key: SecretStr | None) -> dict[bytes, bytes]:
    given = key.get_secret_value().strip() if key else ""
    if not given.isprintable():  # said here: httpx would show the key
        raise InvalidInput(
            "QA_EVAL_API_KEY holds a character that cannot be sent", hint="set it to the key alone, in one line"
        )
    return {b"Authorization": b"Bearer " + given.encode("utf-8")} if given else {}


class _Busy(ServiceError):
    """The server asks to wait and to try again."""

    def __init__(self, message: str, retry_after: str) -> None:
        super().__init__(message)
        self._retry_after = retry_after

    def wait_s(self, attempt: int) -> float:
        asked = self._retry_after
        return min(float(asked), 30.0) if asked.isdecimal() else min(0.25 * 2.0**attempt, 8.0)


def _patiently(once: Callable[[], T]) -> T:
    """What ``once`` gives; waits and tries again where the server asks to."""
    for attempt in range(_TRIES - 1):
        try:
            return once()
        except _Busy as busy:
            time.sleep(busy.wait_s(attempt))
    return once()


@dataclass(frozen=True, slots=True)
class _Heard:
    """An answer and what came before it; ``passages`` is None where they were not told."""

    answer: Mapping[str, Any]
    latency_ms: float
    first_statement_ms: float | None = None
    passages: Sequence[Mapping[str, Any]] | None = None


def _listen(events: Iterable[tuple[str, Mapping[str, Any]]], start: float) -> _Heard | None:
    """None where the events end without an answer. Heard to their end, so that a connection can be used again."""
    heard, passages, first_ms = None, None, None
    for kind, data in events:
        if kind == "passages":
            passages = data.get("passages")
        elif kind == "statement" and first_ms is None:
            first_ms = _since(start)
        elif kind == "answer":
            heard = _Heard(data, _since(start), first_ms, passages)
    return heard


def _since(start: float) -> float:
    """Milliseconds."""
    return (time.perf_counter() - start) * 1000


def _words(text: str) -> list[str]:
    """What must agree between a question and its echo: a server may tidy white space."""
    return "".join(char if char.isprintable() else " " for char in text).split()


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

    def paragraphs(self, article_id: str, version: str | None) -> Paragraphs:
        found = self._server.get(f"/v1/articles/{self._id_of(article_id)}", version=version)
        return {p["number"]: p["text"] for p in found["paragraphs"] if p["number"] is not None}

    def _id_of(self, article: str) -> str:
        if "://" not in article:
            return article
        if self._ids_by_url is None:
            self._ids_by_url = ids_by_url(self._page)
        return self._ids_by_url.get(article, "no-such-article")

    def _page(self, cursor: str | None) -> tuple[list[tuple[str | None, str]], str | None]:
        page = self._server.get("/v1/articles", limit=200, cursor=cursor)
        return [(row.get("url"), row["article_id"]) for row in page["articles"]], page.get("next_cursor")


def _reply(question: Question, heard: _Heard, library: Library) -> Reply:
    cited = heard.answer["citations"]
    return Reply(
        question_id=question.id,
        answer=heard.answer,
        paragraphs=tuple(_text(library, c["article_id"], c["version"], c["paragraph"]) for c in cited),
        latency_ms=heard.latency_ms,
        first_statement_ms=heard.first_statement_ms,
        passages=tuple(_passage(passage, library) for passage in heard.passages or ()),
        told_passages=heard.passages is not None,
    )


def _passage(told: Mapping[str, Any], library: Library) -> dict[str, Any]:
    passage = {name: told.get(name) for name in _LISTED}
    version = parse_qs(urlsplit(passage["permalink"] or "").query).get("version", [None])[0]
    return passage | {"text": _text(library, passage["article_id"], version, passage["paragraph"])}


def _text(library: Library, article_id: Any, version: str | None, number: Any) -> str:
    """Empty where the article or its paragraph went away since: then nothing of it can be hit."""
    try:
        return library.paragraphs(article_id, version).get(number, "")
    except ArticleNotFound:
        return ""


def _check(heard: _Heard, otherwise: str) -> None:
    """What measures read of an answer is there: a server may be anybody's.

    Raises:
        ServiceError: something is missing, or of another type.
    """
    try:
        _Told.model_validate({"answer": heard.answer, "passages": heard.passages})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ServiceError(f"{otherwise}: {place}: {first['msg']}") from error


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True)


class _Nearest(_Strict):
    article_id: str
    url: str | None
    paragraph: int
    text: str


class _Citation(_Strict):
    number: int
    article_id: str
    version: str
    url: str | None
    paragraph: int
    quote: str


class _Support(_Strict):
    verdict: str


class _Statement(_Strict):
    text: str
    citations: list[int]
    support: _Support


class _Refusal(_Strict):
    nearest: list[_Nearest]


class _Answer(_Strict):
    answered: bool
    statements: list[_Statement]
    citations: list[_Citation]
    refusal: _Refusal | None
    snapshot: str
    confidence: float | None = Field(None, ge=0, le=1)


class _Passage(_Strict):
    article_id: str
    url: str | None = None
    paragraph: int | None = None
    permalink: str | None = None


class _Told(_Strict):
    answer: _Answer
    passages: list[_Passage] | None
