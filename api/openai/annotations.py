"""Statements as OpenAI's clients read them: text with markers, and a ``url_citation`` for each marker.

Indices count Unicode code points of the answer's text, and span the marker: ``text[start:end] == "[1]"``. Two
citations of one statement have two places so, and a page may put a link into each. Where the statement itself stands,
the extension ``news_archive`` says, with all that ``/v1/query`` says of the citation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from api.current import CurrentEngine
from api.text_fragments import text_link
from qa.archive import Archive
from qa.cite import between, marked, marker
from qa.errors import NotFound
from qa.markup import web_url

EXTENSION = "news_archive"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One marker of the text and what it leads to."""

    start: int
    end: int
    title: str
    url: str
    more: Mapping[str, Any]

    def in_chat(self) -> dict[str, Any]:
        return {"type": "url_citation", "url_citation": self._place(), EXTENSION: self.more}

    def in_response(self) -> dict[str, Any]:
        return {"type": "url_citation", **self._place(), EXTENSION: self.more}

    def _place(self) -> dict[str, Any]:
        return {"start_index": self.start, "end_index": self.end, "title": self.title, "url": self.url}


@dataclass(frozen=True, slots=True)
class Piece:
    """What one statement adds to the text, and the annotations that it brings; their indices are of the whole text."""

    delta: str
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Annotator:
    """Makes pieces of statements and citations as ``/v1/query`` tells them.

    Attributes:
        base: the address of this service, without a slash at its end, for articles that have none of their own.
    """

    archive: Archive
    base: str

    def pieces(self, answer: Mapping[str, Any]) -> Iterator[Piece]:
        before = None
        for statement in answer["statements"]:
            yield self.piece(statement, answer["citations"], before)
            before = statement

    def piece(
        self,
        statement: Mapping[str, Any],
        citations: Sequence[Mapping[str, Any]],
        before: Mapping[str, Any] | None,
    ) -> Piece:
        """``citations`` hold at least those of the statement; ``before`` is the statement before it, if one is."""
        cited = {citation["number"]: citation for citation in citations}
        numbers = statement["citations"]
        at = statement["start"] + len(marked(statement["text"], ()))
        annotations = []
        for number in numbers:
            end = at + len(marker(number))
            annotations.append(self._annotation(statement, cited[number], at, end))
            at = end
        parted = between(before["item"], statement["item"]) if before else ""
        return Piece(parted + marked(statement["text"], numbers), tuple(annotations))

    def _annotation(
        self, statement: Mapping[str, Any], citation: Mapping[str, Any], start: int, end: int
    ) -> Annotation:
        place = {"start": statement["start"], "end": statement["end"]}
        more = {**citation, "statement": place, "support": statement["support"]}
        return Annotation(start, end, citation["title"], self._url(citation), more)

    def _url(self, citation: Mapping[str, Any]) -> str:
        """The source's own page, at the quote, else ours."""
        page = web_url(citation["url"]) or self.base + citation["permalink"]
        try:
            version = self.archive.version(citation["article_id"], citation["version"])
        except NotFound:  # deleted since it was cited
            return page
        paragraph = next(p for p in version.paragraphs if p.number == citation["paragraph"])
        return text_link(page, version.text, paragraph, citation["start"], citation["end"])


def about(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What ``/v1/query`` says of an answer and these shapes have no place for: its id, its refusal, its snapshot …"""
    return {name: value for name, value in answer.items() if name not in _HAS_A_PLACE}


_HAS_A_PLACE = frozenset({"question", "text", "statements", "citations", "usage"})


def _annotator(request: Request, engine: CurrentEngine) -> Annotator:
    return Annotator(engine.archive, str(request.base_url).rstrip("/"))


CurrentAnnotator = Annotated[Annotator, Depends(_annotator)]
