"""A service that streams what a test scripts, byte for byte; pages to embed the widget in; and what a reader does."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, Any

from playwright.sync_api import Browser, Page, expect

from api.events import encode
from api.pages import FILES
from qa.types import Article, Version, jsonable
from tests.fakes_api import STORM, answered, citation, version_of

Pieces = Callable[[dict[str, Any]], Iterator[bytes | float]]
"""What is sent for a question: bytes as they are, a number is a pause in seconds; then the connection is closed."""

expect.set_options(timeout=20_000)  # what a busy machine takes to show may be more than five seconds

QUESTION = "How many boats were lost?"
SAID = "The storm destroyed 14 boats, harbour master Ines Vark said on Friday."
COST = "Repairs are expected to cost $1.5 million, the council estimates."


class Scripted:
    """``pages`` by path, ``articles`` by id, ``stream`` for each question; it keeps what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {"/": (page_of(), {})}
        self.articles: dict[str, dict[str, Any]] = {}
        self.stream: Pieces = lambda asked: whole(boats(asked["question"]))
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    def hold(self, *articles: Article) -> None:
        for article in articles:
            version = version_of(article, str(article.given_id))
            self.articles[str(article.given_id)] = as_read(version)


@contextmanager
def scripted() -> Iterator[Scripted]:
    script = Scripted()
    script.hold(STORM)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def _handler(script: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, media_type, body, headers = _found(script, self.path)
            self.send_response(status)
            for header, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.asked.append(asked)
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            with contextlib.suppress(OSError):
                for piece in script.stream(asked):
                    _send(self.wfile, piece)

        def log_message(self, *_: object) -> None: ...

    return Handler


def _found(script: Scripted, path: str) -> tuple[int, str, bytes, dict[str, str]]:
    name = path.partition("?")[0].rpartition("/")[2]
    if path in script.pages:
        text, headers = script.pages[path]
        return 200, "text/html; charset=utf-8", text.encode("utf-8", "replace"), headers
    if name in FILES:
        return 200, FILES[name].media_type, FILES[name].plain, {}
    if name in script.articles:
        return 200, "application/json", json.dumps(script.articles[name]).encode(), {}
    return 404, "application/problem+json", b'{"title": "nothing here"}', {}


def _send(file: IO[bytes], piece: bytes | float) -> None:
    if isinstance(piece, bytes):
        file.write(piece)
        file.flush()
    else:
        time.sleep(piece)


def boats(question: str) -> dict[str, Any]:
    held = version_of(STORM, "storm")
    return answered(question, [(held, 2, SAID), (held, 4, COST)]).as_json()


def statement_of(answer: dict[str, Any], place: int) -> dict[str, Any]:
    statement = answer["statements"][place]
    used = [one for one in answer["citations"] if one["number"] in statement["citations"]]
    return {"statement": statement, "citations": used}


def events_of(answer: dict[str, Any]) -> list[bytes]:
    said = [encode("statement", statement_of(answer, place)) for place in range(len(answer["statements"]))]
    return [one.encode() for one in (encode("status", {"stage": "retrieve"}), *said, encode("answer", answer))]


def whole(answer: dict[str, Any]) -> Iterator[bytes]:
    yield from events_of(answer)


def as_read(version: Version) -> dict[str, Any]:
    """As ``GET /v1/articles/{article_id}`` gives it."""
    return {**jsonable(version.source), "text": version.text, "paragraphs": jsonable(version.paragraphs), "events": []}


def cited(article: Article, paragraph: int, quote: str) -> dict[str, Any]:
    """An answer that says ``quote`` from the paragraph ``paragraph`` of the article."""
    version = version_of(article, str(article.given_id))
    answer = answered("What?", [(version, paragraph, quote)]).as_json()
    assert answer["citations"][0] == jsonable(citation(version, paragraph, quote, 1))
    return answer


def page_of(chat: str = "<archive-chat></archive-chat>", *, service: str = "", head: str = "", more: str = "") -> str:
    """A publisher's page with the widget in it, as docs/widget.md tells to write it."""
    script = f'<script type="module" src="{service}/widget.js"></script>'
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>The Ellery Courier</title>'
        f'<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1">{head}'
        f"{script}</head><body><main><h1>The Ellery Courier</h1>{chat}{more}</main></body></html>"
    )


@contextmanager
def watched(browser: Browser, **context: Any) -> Iterator[Page]:
    """A window of its own. Whatever the test does, no script of a stranger may run and no error may be logged."""
    window = browser.new_context(**context)
    page = window.new_page()
    page.set_default_timeout(30_000)  # a busy machine opens a page in more than ten
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    try:
        yield page
        assert page.evaluate("window.hacked") is None
        assert errors == []
    finally:
        window.close()


def ask(page: Page, question: str = QUESTION) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def answered_page(page: Page, url: str, question: str = QUESTION) -> Page:
    page.goto(url)
    ask(page, question)
    expect(page.get_by_label("Good answer")).to_be_visible()
    return page


FOCUSED = """() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.getAttribute('aria-label') || active?.textContent || active?.tagName || '';
}"""


def focused(page: Page) -> str:
    """What the keyboard is on, inside the widget too: its label, or its words."""
    return str(page.evaluate(FOCUSED))


def marker(page: Page, number: int = 1) -> Any:
    return page.get_by_role("button", name=f"Source {number}:")
