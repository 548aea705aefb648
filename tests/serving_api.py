"""The service on a real port in a thread, and the system's Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from tests.fakes_api import FakeEngine


class Served:
    """A running service: ask at ``url``, and ``stop`` it as if the machine had gone."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(
            create_app(engine),  # type: ignore[arg-type]
            log_config=None,
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), daemon=True)

    def start(self) -> None:
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < until, "the service did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listener.close()


@contextmanager
def served(engine: FakeEngine) -> Iterator[Served]:
    service = Served(engine)
    service.start()
    try:
        yield service
    finally:
        service.stop()


def without(reason: str) -> NoReturn:
    """A program that a test drives is missing: skipped on a developer's machine, failed where all must run."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        without("the browser tests need Chromium: apt-get install chromium")
    arguments = ["--headless", "--no-sandbox", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
