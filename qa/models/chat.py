"""A language model behind an OpenAI-compatible server: messages in, pieces of the reply's text out, all of it bounded.

Used only where ``QA_LLM_MODEL`` names a model and ``QA_LLM_BASE_URL`` a server. No address and no key is taken from
elsewhere, whatever the environment holds for OpenAI's own clients. The only module of ``qa`` that names ``openai``.

Requests are sent by a thread of their own, and whoever waits for the reply waits by the clock: a server that is slow
to connect, to send its headers or between two words, or that talks without end, costs the seconds that are set and
no more. What is said of a failure to whoever asked names no address and repeats nothing of the server's, which may
hold both; the log has it.
"""

from __future__ import annotations

import json
import logging
import queue
import random
import re
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import httpx
from pydantic import BaseModel, Field, ValidationError

from qa.errors import (
    InvalidInput,
    ModelError,
    ModelTooDear,
    ModelTooSlow,
    ModelUnreachable,
    ReplyCut,
    SchemaRefused,
    one_line,
)
from qa.types import Usage

if TYPE_CHECKING:
    from openai import APIResponse, APIStatusError, OpenAI

    from qa.settings import LLMSettings

_log = logging.getLogger(__name__)

_CONNECT_S = 5.0
_ATTEMPTS = 3
_FIRST_PAUSE_S = 0.5
_NO_SUCH_FORM = {400, 404, 415, 422, 501}
"""What servers answer that do not know ``response_format``."""
_BUSY = {408, 409, 429}
_BYTES_PER_TOKEN = 3  # of English four, of other scripts about three; a bound should count too many
_LONGEST_TOKEN = 8  # bytes a token, on average, of a reply that is taken for endless
_MOST_BYTES = 2_000_000  # of a reply as it is sent; an event of some servers has 500 bytes a token
_OURS = {"User-Agent": "news-archive-qa", "Accept-Encoding": "identity"}  # a packed reply may unpack without end
_NEWER: dict[str, str | None] = {
    "max_tokens": "max_completion_tokens",
    "temperature": None,
    "stream_options": None,
}
"""Members that some models or servers refuse, and what stands in their place."""
_LONGEST_REFUSAL = 1_000  # characters of what a server says that are looked at
_LEAST_REPLY = 50  # tokens; no answer fits in fewer
_GRACE_S = 0.05  # seconds in which a reply that was left with its last statement may end
_LAST_S = 0.5  # seconds in which the usage may come behind what was waited for
_MOST_TOKENS = 10**9  # of one request; what is more was not counted


UNDERSTANDING = 0.25
"""Of what an answer may cost, how much may go into understanding a question with a history before it."""


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user"]
    content: str


class Chat(Protocol):
    """See ``ChatModel``."""

    def stream(
        self, messages: Sequence[Message], /, *, schema: Mapping[str, Any] | None = None, share: float = 1.0
    ) -> Generator[str, None, None]: ...


class Bill:
    """What the servers counted while one answer was made.

    Opened around each step, and not around all: whoever streams may take each step in another thread.
    """

    def __init__(self) -> None:
        self.usage: Usage | None = None

    @contextmanager
    def open(self) -> Iterator[None]:
        """What is asked within is put on this bill."""
        before = _BILL.set(self)
        try:
            yield
        finally:
            _BILL.reset(before)

    def add(self, usage: Usage) -> None:
        so_far = self.usage or Usage(0, 0)
        self.usage = Usage(
            so_far.prompt_tokens + usage.prompt_tokens, so_far.completion_tokens + usage.completion_tokens
        )


_BILL: ContextVar[Bill | None] = ContextVar("bill", default=None)


def tokens_in(text: str) -> int:
    """An estimate that is rather too high, since every model counts otherwise."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // _BYTES_PER_TOKEN)


class ChatModel:
    """The model. Safe to call from many threads.

    Raises:
        InvalidInput: no server is named, or its address is none.
    """

    def __init__(self, settings: LLMSettings) -> None:
        self.settings = settings
        self._address, self._key = _address(settings), _key(settings)
        self._taste = _Taste()

    @cached_property
    def _client(self) -> OpenAI:
        """Made at the first question, since what only lists articles should not wait a second for the SDK."""
        from openai import Omit, OpenAI

        class Client(OpenAI):
            """Without the SDK's own headers, which carry what the environment has for OpenAI."""

            @property
            def default_headers(self) -> dict[str, str | Omit]:
                return {"Accept": "application/json", "Content-Type": "application/json", **_OURS}

        return Client(base_url=self._address, api_key=self._key, max_retries=0)

    def stream(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, share: float = 1.0
    ) -> Generator[str, None, None]:
        """The reply's text in pieces, as they come; whole once this ends without an error.

        What the server counted is put on the open bill. Of a reply that is left before its end it mostly tells none.

        Args:
            messages: what is sent; nothing else is.
            schema: a JSON schema that the reply must follow.
            share: of what an answer may cost, how much this request may.

        Raises:
            ModelTooDear: nothing was sent.
            SchemaRefused: before any piece; without the schema, the server may do.
            ModelUnreachable: before any piece, after retries.
            ModelTooSlow, ReplyCut: possibly after pieces.
        """
        call = _Call(self._client, self._request(messages, schema, share), self.settings, self._taste)
        threading.Thread(target=call.run, name="chat", daemon=True).start()
        try:
            yield from call.pieces()
        finally:
            bill = _BILL.get()
            if bill is not None and (usage := call.counted()):
                bill.add(usage)
            call.abandoned.set()

    def _request(self, messages: Sequence[Message], schema: Mapping[str, Any] | None, share: float) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.settings.model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": self._most_output(messages, share),
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if schema is not None:
            form = {"name": "reply", "strict": True, "schema": schema}
            request["response_format"] = {"type": "json_schema", "json_schema": form}
        return request

    def _most_output(self, messages: Sequence[Message], share: float) -> int:
        """Tokens that the reply may have, so that neither they nor their price go over what was set."""
        settings, sent = self.settings, sum(tokens_in(message.content) for message in messages)
        if sent > settings.prompt_tokens:
            raise ModelTooDear(f"its prompt would have about {sent:,} tokens, more than are allowed")
        if settings.most_cost is None or not (settings.input_price or settings.output_price):
            return settings.output_tokens
        left = share * settings.most_cost * 1_000_000 - sent * settings.input_price
        most = settings.output_tokens
        if settings.output_price:
            most = min(most, int(left / settings.output_price))
        if left < 0 or most < _LEAST_REPLY:
            raise ModelTooDear("it would cost more than one answer may")
        return most


class _Taste:
    """Which members of a request the model does not take, as its server said: newer models want another name for the
    bound of tokens, and no temperature. Learnt once, kept as long as the service runs.
    """

    def __init__(self) -> None:
        self._refused: frozenset[str] = frozenset()

    def suited(self, request: Mapping[str, Any]) -> dict[str, Any]:
        named = {_NEWER[name] if name in self._refused else name: value for name, value in request.items()}
        return {name: value for name, value in named.items() if name is not None}

    def learns(self, error: APIStatusError) -> bool:
        """Whether the refusal names a member that can be left out or called otherwise, and was not before."""
        body = error.body if isinstance(error.body, dict) else {}
        told = " ".join(str(body.get(name) or "") for name in ("param", "message", "detail"))[:_LONGEST_REFUSAL]
        named = {name for name in _NEWER if re.search(rf"\b{name}\b", told)} - self._refused
        self._refused |= named
        return bool(named)


class _Call:
    """One request on its way: ``run`` sends it, in a thread of its own, and ``pieces`` waits for what it brings."""

    def __init__(self, client: OpenAI, request: dict[str, Any], settings: LLMSettings, taste: _Taste) -> None:
        self.abandoned = threading.Event()
        self._client = client
        self._request = request
        self._settings = settings
        self._taste = taste
        self._began = time.monotonic()
        self._came: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        self._usage: Usage | None = None
        self._told = threading.Event()
        self._over = threading.Event()

    def pieces(self) -> Iterator[str]:
        limit = min(self._settings.first_token_s, self._settings.timeout_s)
        while True:
            try:
                came = self._came.get(timeout=max(self._began + limit - time.monotonic(), 0))
            except queue.Empty:
                self.abandoned.set()
                raise ModelTooSlow(f"it took longer than {limit:g} s") from None
            if came is None:
                return
            if isinstance(came, BaseException):
                raise came
            limit = self._settings.timeout_s
            yield came

    def counted(self) -> Usage | None:
        """What the server counted. It comes last, and is waited for a moment only; not while the model still writes."""
        if not self.abandoned.is_set() and self._told.wait(_GRACE_S):
            self._over.wait(_LAST_S)
        return self._usage

    def run(self) -> None:
        """Puts the pieces, and last None or what went wrong: also a mistake of ours, which nobody would see here."""
        try:
            self._send()
        except ModelError as error:
            self._came.put(error)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            self._came.put(error)
        finally:
            self._over.set()

    def _send(self) -> None:
        response = self._respond()
        if response is None:
            return
        with closing(response):
            chunks = _chunks(response)
            self._tell(chunks)
            self._told.set()
            self._came.put(None)
            with suppress(ModelError, *_BROKEN):
                self._count_rest(chunks)

    def _tell(self, chunks: Iterator[_Chunk]) -> None:
        """Puts the pieces of the reply.

        Raises:
            ReplyCut: it is not whole.
        """
        try:
            ended = self._pass_on(chunks)
        except _BROKEN as error:
            _log.warning("the language model's reply broke off: %s", one_line(str(error), most=300))
            raise ReplyCut("its reply broke off") from error
        if ended == "length":
            raise ReplyCut("its reply was longer than allowed")
        if ended == "content_filter":
            raise ReplyCut("its server withheld the reply")
        if ended is None and not self.abandoned.is_set():
            raise ReplyCut("its reply broke off")

    def _respond(self) -> APIResponse[Any] | None:
        """The response, after retries; None where nobody waits for it any more."""
        from openai import APIConnectionError, APIStatusError

        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._open()
            except APIStatusError as error:
                failure, pause = self._refused(error), _pause_s(attempt, error.response.headers)
                if not (error.status_code in _BUSY or error.status_code >= 500):
                    raise failure from error
            except APIConnectionError as error:
                failure, pause = self._unreached(error), _pause_s(attempt, {})
            left = self._began + min(self._settings.first_token_s, self._settings.timeout_s) - time.monotonic()
            if attempt == _ATTEMPTS or pause > left:
                raise failure
            if self.abandoned.wait(pause):
                break
        return None

    def _open(self) -> APIResponse[Any]:
        """The response when its headers are there; its body is read as it comes."""
        from openai import BadRequestError, UnprocessableEntityError

        wait = httpx.Timeout(self._settings.timeout_s, connect=min(_CONNECT_S, self._settings.first_token_s))
        create: Any = self._client.chat.completions.with_streaming_response.create
        for _ in range(len(_NEWER) + 1):
            try:
                opened: APIResponse[Any] = create(**self._taste.suited(self._request), timeout=wait).__enter__()
            except (BadRequestError, UnprocessableEntityError) as error:
                if not self._taste.learns(error):
                    raise
            else:
                return opened
        raise AssertionError("there are no more members to learn of than attempts")

    def _refused(self, error: Any) -> ModelUnreachable:
        status = error.status_code
        _log.warning("the language model's server answers %d: %s", status, one_line(str(error), most=300))
        kind = SchemaRefused if "response_format" in self._request and status in _NO_SUCH_FORM else ModelUnreachable
        return kind(f"its server answered with status {status}")

    def _unreached(self, error: Exception) -> ModelUnreachable:
        _log.warning(
            "the language model's server is not reached: %s", one_line(str(error.__cause__ or error), most=300)
        )
        return ModelUnreachable("its server could not be reached")

    def _count_rest(self, chunks: Iterator[_Chunk]) -> None:
        """Reads on until the usage, which OpenAI's protocol has behind the end."""
        while self._usage is None and not self.abandoned.is_set():
            chunk = next(chunks, None)
            if chunk is None:
                break
            self._usage = _usage(chunk.usage)

    def _pass_on(self, chunks: Iterator[_Chunk]) -> str | None:
        """Puts the pieces of the body; why the reply ended, or None where that was never said."""
        most = _LONGEST_TOKEN * self._request["max_tokens"]
        told = 0
        for chunk in chunks:
            self._usage = _usage(chunk.usage) or self._usage
            for choice in (chunk.choices or ())[:1]:
                said = choice.delta or choice.message or _Said()
                if said.refusal:
                    return "content_filter"
                if said.content:
                    told += len(said.content.encode("utf-8", "surrogatepass"))
                    self._came.put(said.content)
                if choice.finish_reason is not None:
                    return choice.finish_reason
            if told > most:
                return "length"
            if self.abandoned.is_set():
                break
        return None


class _Said(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    delta: _Said | None = None
    message: _Said | None = None
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """One event of a streamed reply, or the whole of a plain one: of what servers send, the part that counts."""

    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None


class _Counted(BaseModel):
    prompt_tokens: int = Field(ge=0, le=_MOST_TOKENS)
    completion_tokens: int = Field(ge=0, le=_MOST_TOKENS)


_BROKEN = (httpx.HTTPError, httpx.StreamError, ValidationError, UnicodeDecodeError)
"""What the body of a reply raises that broke off or is none."""


def _usage(said: Any) -> Usage | None:
    """None where it was not told, or in no way that can be read: no reply is lost for that."""
    try:
        counted = _Counted.model_validate(said)
    except ValidationError:
        return None
    return Usage(counted.prompt_tokens, counted.completion_tokens)


def _chunks(response: APIResponse[Any]) -> Iterator[_Chunk]:
    """Events as they come; of a server that streams nothing, its whole reply at once."""
    streamed = "event-stream" in response.headers.get("content-type", "")
    whole = b""
    for line in _lines(response.iter_bytes()):
        if not streamed:
            whole += line + b"\n"
            continue
        field, _, data = line.decode().partition(":")
        if field == "data" and data.strip() not in {"", "[DONE]"}:
            yield _chunk(data)
    if not streamed:
        yield _chunk(whole.decode())


def _chunk(data: str) -> _Chunk:
    chunk = _Chunk.model_validate_json(data)
    if chunk.error:
        _log.warning("the language model's server fails: %s", one_line(json.dumps(chunk.error), most=300))
        raise ReplyCut("its server failed while it replied")
    return chunk


def _lines(body: Iterator[bytes]) -> Iterator[bytes]:
    """Lines without their ends, the last one too; of a body without end only as much as a reply can have."""
    rest, count = b"", 0
    for part in body:
        count += len(part)
        if count > _MOST_BYTES:
            raise ReplyCut("its reply was longer than allowed")
        *lines, rest = (rest + part).replace(b"\r\n", b"\n").split(b"\n")
        yield from lines
    if rest:
        yield rest


def _pause_s(attempt: int, headers: Mapping[str, str]) -> float:
    """What the server asks for (RFC 9110, in seconds); else longer each time, and never the same for all that wait."""
    asked = headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    return _FIRST_PAUSE_S * float(2 ** (attempt - 1)) * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


def _key(settings: LLMSettings) -> str:
    key = settings.api_key.get_secret_value() if settings.api_key else "none"  # else the SDK looks for one
    if not (key.isascii() and key.isprintable()):
        raise InvalidInput("QA_LLM_API_KEY holds what no header can carry", hint="copy the key again")
    return key


def _address(settings: LLMSettings) -> str:
    hint = "set QA_LLM_BASE_URL, as in http://127.0.0.1:8080/v1, and QA_LLM_API_KEY where it wants a key"
    if not settings.base_url:
        raise InvalidInput(f"no server is named for the language model {settings.model!r}", hint=hint)
    try:
        url = httpx.URL(settings.base_url)
    except httpx.InvalidURL as error:
        raise InvalidInput(f"QA_LLM_BASE_URL is no address: {error}", hint=hint) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise InvalidInput(f"QA_LLM_BASE_URL is no http(s) address: {one_line(settings.base_url, most=80)}", hint=hint)
    return settings.base_url
