"""The pages for people: the chat, an article, the description of the service; and their files."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api import article_page, chat_page, docs_page
from api.current import CurrentEngine
from api.headers import PAGE_POLICY
from api.problems import HTTPProblem
from api.schemas import Text
from api.script import bare, joined

router = APIRouter(include_in_schema=False)

_TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_MARK = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is served, plain and compressed."""

    media_type: str
    plain: bytes
    zipped: bytes

    @classmethod
    def of(cls, name: str, text: str) -> File:
        content = text.encode("utf-8")
        return cls(_TYPES[name.rpartition(".")[2]], content, gzip.compress(content, mtime=0))


def _files() -> dict[str, File]:
    folder = Path(__file__).parent / "widget"
    texts = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir()}
    kept = {name: bare(text) for name, text in texts.items() if name.startswith("strings-")}
    kept |= {name: texts[name] for name in ("page.css", "icon.svg")}
    return {name: File.of(name, text) for name, text in {**kept, "widget.js": joined(texts, "widget.js")}.items()}


FILES = _files()
"""What is served, by name: the widget whole, its languages each by itself, what the pages look like."""


@router.api_route("/", methods=["GET", "HEAD"])
def chat(engine: CurrentEngine) -> Response:
    archive = engine.archive
    newest = archive.articles(status="current", limit=chat_page.LOOKED_AT).items
    return _html(chat_page.render(archive.counts(), archive.sources(), newest))


@router.api_route("/articles/{article_id}", methods=["GET", "HEAD"])
def article(
    article_id: Text,
    engine: CurrentEngine,
    version: Annotated[Text | None, Query()] = None,
    mark: Annotated[str | None, Query()] = None,
) -> Response:
    """``mark=214-401`` sets off that slice of the text, in code points; one without sense is passed over."""
    found = engine.archive.version(article_id, version)
    span = _MARK.fullmatch(mark or "")
    marked = (int(span[1]), int(span[2])) if span else None
    return _html(article_page.render(found, article_page.beside(engine.archive, found), marked))


@router.api_route("/docs", methods=["GET", "HEAD"])
def docs(request: Request) -> Response:
    return _html(docs_page.render(request.app.openapi()))


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def widget(request: Request) -> Response:
    return _file(request, "widget.js")


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
def asset(request: Request, name: str) -> Response:
    return _file(request, name)


def _html(text: str) -> Response:
    # Text from a damaged source may hold what UTF-8 cannot; a page is still owed to whoever asked.
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
    return HTMLResponse(text.encode("utf-8", "replace"), headers=headers)


def _file(request: Request, name: str) -> Response:
    if name not in FILES:
        raise HTTPProblem(404, "there is no such file")
    file = FILES[name]
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    content = file.zipped if zipped else file.plain
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if zipped:
        headers["Content-Encoding"] = "gzip"
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=file.media_type)
