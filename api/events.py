"""Server-sent events: one event a step of the answer, each with one JSON object as its data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import StreamingResponse

MEDIA_TYPE = "text/event-stream"


def encode(kind: str, data: Mapping[str, Any]) -> str:
    """One event. JSON escapes line breaks, so its data is always one line."""
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def respond(events: Iterator[str]) -> StreamingResponse:
    # A proxy that gathers the response would undo the streaming.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, headers=headers, media_type=MEDIA_TYPE)
