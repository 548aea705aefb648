"""A scripted server of chat completions on a real socket: it streams what a test says, also what no server should.

And the other side of it: a chat without any socket, whose replies are given.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from typing import Any

from qa.errors import ModelError
from qa.models.chat import Message
from qa.settings import LLMSettings


@dataclass(frozen=True)
class Reply:
    """One reply. ``pieces`` may go on for ever; ``raw`` is sent as it is, in place of all events.

    Attributes:
        error: what a server says that refuses.
        headers: sent too; ``X-Slow`` has the seconds that pass before any of them.
        first_s, between_s: pauses before the first piece, and between two.
        comments: fill the first pause with comments, as servers do to keep a connection.
        finish: why the reply ended; None: the stream breaks off before it says so.
        usage: tokens sent and received, told behind the end to who asks for them; ``last_s`` is the pause before.
    """

    pieces: Sequence[str] | Iterator[str] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    first_s: float = 0.0
    between_s: float = 0.0
    comments: bool = False
    finish: str | None = "stop"
    usage: tuple[int, int] | None = None
    last_s: float = 0.0
    raw: bytes | None = None
    error: Mapping[str, Any] = field(default_factory=lambda: {"message": "no, and my key is sk-secret"})
    streamed: bool = True


def endless(piece: str) -> Reply:
    return Reply(repeat(piece))


def says(*statements: tuple[str, list[int]]) -> Reply:
    """A whole reply in the structured form, a few characters a piece."""
    text = json.dumps({"statements": [{"text": said, "citations": numbers} for said, numbers in statements]})
    return Reply([text[at : at + 5] for at in range(0, len(text), 5)])


@dataclass
class ChatServer:
    """``script`` gives the reply to each request's body; what came is in ``bodies`` and ``headers``."""

    script: Callable[[dict[str, Any]], Reply] = lambda _: says()
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    went_away: threading.Event = field(default_factory=threading.Event)
    """Set when a client closed its end before the reply was over."""
    url: str = ""

    def in_turn(self, *replies: Reply) -> None:
        """One reply after the other; the last one again and again."""
        waiting = chain(replies, repeat(replies[-1]))
        self.script = lambda _: next(waiting)

    def settings(self, **changes: Any) -> LLMSettings:
        return LLMSettings(**({"model": "m", "base_url": self.url, "first_token_s": 5, "timeout_s": 10} | changes))

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.bodies.append(body)
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        reply = self.script(body)
        try:
            _send(handler, reply, counts=bool(body.get("stream_options", {}).get("include_usage")))
        except (BrokenPipeError, ConnectionResetError):
            self.went_away.set()


def _send(handler: BaseHTTPRequestHandler, reply: Reply, *, counts: bool) -> None:
    kind = "text/event-stream" if reply.status == 200 and reply.streamed else "application/json"
    time.sleep(float(reply.headers.get("X-Slow", 0)))
    handler.send_response(reply.status)
    for name, value in ({"Content-Type": kind, "Connection": "close"} | dict(reply.headers)).items():
        handler.send_header(name, value)
    handler.end_headers()
    if reply.status != 200:
        handler.wfile.write(json.dumps({"error": reply.error}).encode())
    elif reply.raw is not None:
        handler.wfile.write(reply.raw)
    elif not reply.streamed:
        handler.wfile.write(_event({"message": {"content": "".join(reply.pieces)}, "finish_reason": reply.finish}))
    else:
        _stream(handler, reply, counts=counts)


def _stream(handler: BaseHTTPRequestHandler, reply: Reply, *, counts: bool) -> None:
    for _ in range(int(reply.first_s * 20)):
        time.sleep(0.05)
        handler.wfile.write(b": wait\n\n" if reply.comments else b"")
    for piece in reply.pieces:
        handler.wfile.write(b"data: " + _event({"delta": {"content": piece}, "finish_reason": None}) + b"\n\n")
        handler.wfile.flush()
        if reply.between_s:
            time.sleep(reply.between_s)
    if reply.finish is not None:
        last = _event({"delta": {}, "finish_reason": reply.finish})
        handler.wfile.write(b": a comment\n\ndata: " + last + b"\n\n")
        time.sleep(reply.last_s)
        if counts and reply.usage:
            sent, received = reply.usage
            usage = {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received}
            handler.wfile.write(b"data: " + json.dumps({"choices": [], "usage": usage}).encode() + b"\n\n")
        handler.wfile.write(b"data: [DONE]\n\n")


def _event(choice: dict[str, Any]) -> bytes:
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0} | choice]}).encode()


@contextmanager
def serving() -> Iterator[ChatServer]:
    made = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.answer(self)

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True  # one that still waits for its script must not hold up the next test
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        made.url = f"http://127.0.0.1:{server.server_port}/v1"
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


@dataclass
class ScriptedChat:
    """Gives its replies in turn, the last one again and again; an error among the pieces is raised in its place."""

    replies: Sequence[Sequence[str | ModelError]]
    asked: list[tuple[Sequence[Message], Mapping[str, Any] | None]] = field(default_factory=list)

    def stream(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, share: float = 1.0
    ) -> Generator[str, None, None]:
        reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append((messages, schema))
        for piece in reply:
            if isinstance(piece, ModelError):
                raise piece
            yield piece
