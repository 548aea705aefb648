"""A web site on a real port, in threads: it answers as it is told to, badly too, and keeps what it was asked."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qa.ingest.web import Clock
from tests.serving_api import without

PARAGRAPHS = (
    "The harbour of Lowmere froze over on Monday night, for the first time since the winter of 1963.",
    "Fishermen walked from the pier to the lighthouse, and the harbour master closed the lower gate until Friday.",
    "Nobody was hurt, said Ada Quill, who has kept the gate for thirty years and had never seen it locked before.",
)


@dataclass(frozen=True)
class Request:
    """What was asked, when it came, and how many were under way then, itself included."""

    path: str
    headers: dict[str, str]
    at: float
    under_way: int


Answer = Callable[["Request", socket.socket], None]


@dataclass
class Site:
    """Answers from ``routes``: bytes are sent as they are, a function writes to the connection itself."""

    routes: dict[str, bytes | Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"
    guard: threading.Lock = field(default_factory=threading.Lock)
    under_way: int = 0

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(65_536)):
                head += piece
            if not head:
                return
            first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines)
            with self.guard:
                self.under_way += 1
                request = Request(first.split(" ")[1], headers, time.monotonic(), self.under_way)
                self.requests.append(request)
            try:
                self._answer(request, connection)
            finally:
                with self.guard:
                    self.under_way -= 1

    def _answer(self, request: Request, connection: socket.socket) -> None:
        answer = self.routes.get(request.path, response(b"nothing here", status="404 Not Found"))
        if callable(answer):
            answer(request, connection)
        else:
            connection.sendall(answer)


@contextlib.contextmanager
def site(routes: dict[str, bytes | Answer] | None = None, *, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    made = Site(routes or {}, scheme="https" if tls else "http")
    listener = socket.create_server(("127.0.0.1", 0))
    made.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []

    def handle(connection: socket.socket) -> None:
        try:
            made.serve(tls.wrap_socket(connection, server_side=True) if tls else connection)
        except OSError:
            connection.close()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=handle, args=(connection,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield made
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(10)
        for thread in threads:
            thread.join(10)


def response(body: bytes | str = b"", *, status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data) if length is None else length}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + data


def moved(to: str) -> bytes:
    return response(status="302 Found", Location=to)


def page(title: str, *paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs or PARAGRAPHS)
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def html(title: str, *paragraphs: str, **headers: str) -> bytes:
    return response(page(title, *paragraphs), Content_Type="text/html; charset=utf-8", **headers)


def feed(*entries: tuple[str, str], channel: str = "") -> str:
    """RSS with a title and a link an entry, and a line that is no full text."""
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><description>A line of {title}.</description></item>"
        for title, link in entries
    )
    return f"<rss version='2.0'><channel><title>The Echo</title>{channel}{items}</channel></rss>"


def conditional(body: Callable[[], str], tag: Callable[[], str]) -> Answer:
    """Answers 304 where the request names the state that holds."""

    def answer(request: Request, connection: socket.socket) -> None:
        if request.headers.get("If-None-Match") == tag():
            connection.sendall(response(status="304 Not Modified", ETag=tag()))
        else:
            connection.sendall(response(body(), Content_Type="text/html; charset=utf-8", ETag=tag()))

    return answer


class FakeClock(Clock):
    """Time passes only by waiting; what was waited for is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def date(self) -> dt.datetime:
        return dt.datetime(2024, 1, 8, 9, tzinfo=dt.UTC) + dt.timedelta(seconds=self.time)

    def wait(self, seconds: float) -> None:
        super().wait(0)
        self.waits.append(round(seconds, 3))
        self.time += seconds

    def scattered(self, seconds: float) -> float:
        return seconds


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for this name, and a client's that believes it and no other."""
    openssl = shutil.which("openssl")
    if openssl is None:
        without("the tests of certificates need openssl")
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert]
    said = ["-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([openssl, "req", "-x509", *map(str, made), *said], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))
