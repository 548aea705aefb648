"""``serve``: the service on a port until it is interrupted."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from typing import TYPE_CHECKING

import httpx

from qa.errors import ServiceError, one_line

if TYPE_CHECKING:
    import uvicorn

    from qa.settings import Settings


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Answer on ``http://host:port`` until Ctrl-C or SIGTERM; the address is printed once it answers.

    Raises:
        ServiceError: the port is taken, or the host is not one of this machine's.
        QAError: the archive or the weights cannot be used.
    """
    # Before anything slow: a port that is taken should be said at once, and cannot be lost meanwhile.
    with _listen(host, port) as listener:
        from api.app import create_app
        from qa import engine as engines

        # An administrator can fill an archive over HTTP; for anybody else an empty one is a mistyped folder.
        # To stop a service with SIGTERM is as orderly as with Ctrl-C: the archive is closed.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        engine = engines.build(settings, create=settings.admin_token is not None)
        try:
            _server(create_app(engine), host, listener.getsockname()[1], _reader(settings)).run(sockets=[listener])
        except KeyboardInterrupt:
            # uvicorn passes the interrupt on after it has stopped in good order.
            sys.stderr.write("stopped\n")
        finally:
            engine.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ServiceError(f"cannot serve on {host}: {error.strerror}", hint="try --host 127.0.0.1") from error
    try:
        # A port that was left a moment ago may be taken again; one that is listened on may not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise ServiceError(
            f"cannot serve on {host}:{port}: {getattr(error, 'strerror', None) or error}",
            hint=f"choose another port, as in --port {port + 1 if 0 < port < 65535 else 8001}",
        ) from error
    return listener


def _reader(settings: Settings) -> str:
    """Who phrases the answers, and where the paragraphs go for that."""
    if settings.llm.model is None:
        return "Reader: extractive"
    server = httpx.URL(settings.llm.base_url or "")
    return one_line(f"Reader: llm ({settings.llm.model} at {server.copy_with(userinfo=b'')}), else extractive")


def _server(app: object, host: str, port: int, reader: str) -> uvicorn.Server:
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                shown = f"[{host}]" if ":" in host else host
                print(f"Answering on http://{shown}:{port} (stop with Ctrl-C)\n{reader}", flush=True)  # noqa: T201

    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        log_config=None,
    )
    return Announcing(config)
