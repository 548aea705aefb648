"""The examples that /openapi.json shows: one invented story, told the same way everywhere."""

from __future__ import annotations

import json
from typing import Any

_PARAGRAPH = "The storm destroyed 14 boats, harbour master Ines Vark said on Friday. No one was hurt."
_QUOTE = "The storm destroyed 14 boats, harbour master Ines Vark said on Friday."
_HEADLINE = "Fourteen boats lost as storm strikes Port Ellery"

_SOURCE: dict[str, Any] = {
    "article_id": "port-ellery-storm",
    "version": "5d1f0c2a9b20c7e4",
    "title": _HEADLINE,
    "source": "The Ellery Courier",
    "authors": ["Tom Haske"],
    "published_at": "2024-05-31",
    "updated_at": None,
    "url": "https://courier.example/2024/05/31/storm",
}

RECORD: dict[str, Any] = {
    "id": "port-ellery-storm",
    "title": _HEADLINE,
    "source": "The Ellery Courier",
    "authors": ["Tom Haske"],
    "published_at": "2024-05-31",
    "url": "https://courier.example/2024/05/31/storm",
    "paragraphs": ["Boats lay on the quay on Friday.", _PARAGRAPH],
}

_STATEMENT: dict[str, Any] = {
    "text": _QUOTE,
    "start": 0,
    "end": len(_QUOTE),
    "citations": [1],
    "support": {"verdict": "supported", "score": 1.0, "checker": "verbatim", "reason": None},
    "reports": 1,
    "item": False,
}

_CITATION: dict[str, Any] = {
    "number": 1,
    "citation_id": "c_5d1f0c2a9b20c7e4_214_401",
    **_SOURCE,
    "paragraph": 2,
    "paragraph_id": "p_41aa90",
    "quote": _QUOTE,
    "start": 34,
    "end": 34 + len(_QUOTE),
    "permalink": "/articles/port-ellery-storm#p2",
    "status": "current",
    "highlight": [34 + _QUOTE.index("14"), 34 + _QUOTE.index("14") + 2],
}

ANSWER: dict[str, Any] = {
    "id": "ans_0f3c",
    "question": "How many boats did the storm destroy?",
    "answered": True,
    "text": f"{_QUOTE} [1]",
    "statements": [_STATEMENT],
    "citations": [_CITATION],
    "refusal": None,
    "reader": "extractive",
    "confidence": 0.87,
    "as_of": None,
    "snapshot": "s_17",
    "reader_note": None,
    "understood": None,
    "disagreements": [],
    "later": [],
    "usage": None,
    "timings_ms": {"retrieve": 9.1, "rerank": 61.0, "read": 2.2, "verify": 0.4, "total": 73.0},
}

EVENTS = "".join(
    f"event: {kind}\ndata: {json.dumps(data)}\n\n"
    for kind, data in (
        ("status", {"stage": "retrieve"}),
        ("statement", {"statement": _STATEMENT, "citations": [_CITATION]}),
        ("answer", ANSWER),
    )
)

_ENTRY: dict[str, Any] = {
    **_SOURCE,
    "language": "en",
    "section": "Local",
    "genre": "news",
    "status": "current",
    "known_from": "2024-05-31",
    "known_until": None,
    "reason": None,
    "report": "port-ellery-storm",
    "corrected_at": None,
    "permalink": "/articles/port-ellery-storm",
}

ARTICLES: dict[str, Any] = {"articles": [_ENTRY], "next_cursor": None}

RETRACTED: dict[str, Any] = {
    **_ENTRY,
    "status": "retracted",
    "reason": "The figures were those of another year.",
}

ARTICLE: dict[str, Any] = {
    **_ENTRY,
    "text": "\n\n".join(RECORD["paragraphs"]),
    "paragraphs": [
        {"number": 1, "paragraph_id": "p_0c77e1", "kind": "paragraph", "start": 0, "end": 32}
        | {"text": RECORD["paragraphs"][0]},
        {
            "number": 2,
            "paragraph_id": "p_41aa90",
            "kind": "paragraph",
            "start": 34,
            "end": 34 + len(_PARAGRAPH),
        }
        | {"text": _PARAGRAPH},
    ],
    "provenance": {"title": "record", "published_at": "record"},
    "doubts": [],
    "versions": [{"version": "5d1f0c2a9b20c7e4", "status": "current", "known_from": "2024-05-31"}],
    "events": [],
    "also_in": [],
}

REPORT: dict[str, Any] = {
    "added": 1,
    "updated": 0,
    "unchanged": 0,
    "duplicates": 0,
    "failed": 0,
    "paragraphs": 2,
    "articles": [{"article_id": "port-ellery-storm", "title": _HEADLINE, "status": "added", "path": "request body"}],
    "errors": [],
}
