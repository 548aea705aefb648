"""Connections for httpx that go to checked addresses only, end on time, and can be broken off from another thread.

The check stands where the connection is made, so nothing passes it by: no redirect, no second look-up of a name, no
proxy of the environment. The url stays as it is, so certificate, SNI and Host are those of its name.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from qa.ingest.web.addresses import addresses_of

_DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)
_MOST_TRIED = 4  # addresses of one name: a machine without IPv6 fails at the first ones at once
_IDLE = 15.0  # seconds that a connection is kept for the next request to its host


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Whatever this thread reads and writes by a CheckedTransport ends after so many seconds in all."""
    token = _DEADLINE.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def _left(timeout: float | None, error: type[Exception]) -> float | None:
    """The shorter of what one step, and what all of them, may still take."""
    until = _DEADLINE.get()
    if until is None:
        return timeout
    left = until - time.monotonic()
    if left <= 0:
        raise error("too slow in all")
    return left if timeout is None else min(timeout, left)


class CheckedTransport(httpx.BaseTransport):
    """An HTTP/1.1 transport over a pool of connections. Thread-safe.

    Args:
        allow_private: connect into private networks, and to this machine, too.
        connections: most that stand at a time.
        verify: whose certificates are believed; by default those of certifi, or of ``SSL_CERT_FILE``.

    Its requests raise, beside the errors of httpx, ``Unreachable`` for a host that must not be connected to.
    """

    def __init__(self, *, allow_private: bool, connections: int, verify: ssl.SSLContext | None = None) -> None:
        self._backend = _CheckedBackend(allow_private=allow_private)
        self._pool = httpcore.ConnectionPool(
            ssl_context=verify or httpx.create_ssl_context(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_IDLE,
            network_backend=self._backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _errors_of_httpx(request):
            answer = self._pool.handle_request(
                httpcore.Request(request.method, target, headers=request.headers.raw, extensions=request.extensions)
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Pieces(answer, request))

    def break_off(self) -> None:
        """End all requests under way: their threads see a lost connection."""
        self._backend.break_off()

    def close(self) -> None:
        self._pool.close()


class _Pieces(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        with _errors_of_httpx(self._request):
            yield from self._answer.iter_stream()

    def close(self) -> None:
        with _errors_of_httpx(self._request):
            self._answer.close()


@contextlib.contextmanager
def _errors_of_httpx(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error), request=request) from error
    except httpcore.NetworkError as error:
        raise httpx.NetworkError(str(error), request=request) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.RemoteProtocolError(str(error), request=request) from error


class _CheckedBackend(httpcore.NetworkBackend):
    """Makes connections, after a look at where they go."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore.SyncBackend()
        self._open: weakref.WeakSet[_TimedStream] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._broken_off = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        until = time.monotonic() + (timeout or 0)
        for address in addresses_of(host, port, allow_private=self._allow_private)[:_MOST_TRIED]:
            left = None if timeout is None else max(until - time.monotonic(), 0.001)
            try:
                stream = self._inner.connect_tcp(
                    address, port, _left(left, httpcore.ConnectTimeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return self._kept(stream)
        raise failure

    def _kept(self, stream: httpcore.NetworkStream) -> _TimedStream:
        timed = _TimedStream(stream)
        with self._guard:
            self._open.add(timed)
            if self._broken_off:  # it was on its way when all others were
                timed.break_off()
        return timed

    def break_off(self) -> None:
        with self._guard:
            self._broken_off = True
            standing = list(self._open)
        for stream in standing:
            stream.break_off()


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the thread's deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        self._inner = self._inner.start_tls(ssl_context, server_hostname, left)
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def break_off(self) -> None:
        with contextlib.suppress(OSError):
            self._inner.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
