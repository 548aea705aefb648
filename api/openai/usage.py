"""What a language model behind the archive was sent and sent back, in tokens, as OpenAI's shapes have it.

All zeros where none was asked, or where its server does not count: clients demand the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def in_chat(answer: Mapping[str, Any]) -> dict[str, int]:
    sent, received = _tokens(answer)
    return {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received}


def in_response(answer: Mapping[str, Any]) -> dict[str, Any]:
    sent, received = _tokens(answer)
    return {
        "input_tokens": sent,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": received,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": sent + received,
    }


def _tokens(answer: Mapping[str, Any]) -> tuple[int, int]:
    usage = answer["usage"] or {"prompt_tokens": 0, "completion_tokens": 0}
    return usage["prompt_tokens"], usage["completion_tokens"]
