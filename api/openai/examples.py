"""The examples that /openapi.json shows of OpenAI's shapes: the story of ``api.examples``, told their way."""

from __future__ import annotations

import json
from typing import Any

from api.examples import ANSWER

_REST = {name: ANSWER[name] for name in ANSWER if name not in ("question", "text", "statements", "citations")}
_CITATION: dict[str, Any] = ANSWER["citations"][0]
_STATEMENT: dict[str, Any] = ANSWER["statements"][0]
_PLACE = {
    "start_index": _STATEMENT["end"] + 1,
    "end_index": _STATEMENT["end"] + 4,
    "title": _CITATION["title"],
    "url": f"{_CITATION['url']}#:~:text=The%20storm%20destroyed%2014%20boats%2C%20harbour%20master%20Ines%20Vark%20said"
    "%20on%20Friday.",
}
_MORE = {
    "news_archive": {
        **_CITATION,
        "statement": {"start": _STATEMENT["start"], "end": _STATEMENT["end"]},
        "support": _STATEMENT["support"],
    }
}
_IN_CHAT = {"type": "url_citation", "url_citation": _PLACE, **_MORE}
_IN_RESPONSE = {"type": "url_citation", **_PLACE, **_MORE}

COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-0f3c",
    "object": "chat.completion",
    "created": 1795219200,
    "model": "news-archive",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": ANSWER["text"],
                "refusal": None,
                "annotations": [_IN_CHAT],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    "news_archive": _REST,
}

_CHOICES = (
    {"delta": {"role": "assistant"}, "finish_reason": None},
    {"delta": {"content": ANSWER["text"]}, "finish_reason": None},
    {"delta": {"annotations": [_IN_CHAT]}, "finish_reason": None},
    {"delta": {}, "finish_reason": "stop"},
)
CHUNKS = "".join(f"data: {json.dumps({'id': 'chatcmpl-0f3c', 'choices': [choice]})}\n\n" for choice in _CHOICES)

RESPONSE: dict[str, Any] = {
    "id": "resp_0f3c",
    "object": "response",
    "created_at": 1795219200,
    "status": "completed",
    "model": "news-archive",
    "output": [
        {
            "id": "msg_0f3c",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": ANSWER["text"], "annotations": [_IN_RESPONSE], "logprobs": []}],
        }
    ],
    "news_archive": _REST,
}

EVENTS = "".join(
    f"event: {kind}\ndata: {json.dumps({'type': kind, 'sequence_number': number, **data})}\n\n"
    for number, kind, data in (
        (4, "response.output_text.delta", {"item_id": "msg_0f3c", "delta": ANSWER["text"]}),
        (5, "response.output_text.annotation.added", {"item_id": "msg_0f3c", "annotation": _IN_RESPONSE}),
        (9, "response.completed", {"response": RESPONSE}),
    )
)
