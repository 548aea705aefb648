"""How well a passage answers a question, by ms-marco-MiniLM-L-12-v2 (Apache-2.0), int8 ONNX."""

from __future__ import annotations

from collections.abc import Sequence

from qa.models.sessions import Encoder, Lazy, Outputs
from qa.models.weights import CROSS_ENCODER


class CrossEncoder:
    """Reads question and passage together, and gives one raw logit: about -11 (no) to +11 (yes)."""

    fingerprint = CROSS_ENCODER.fingerprint

    def __init__(self, encoder: Lazy) -> None:
        self._encoder = encoder

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """One logit a passage, in the order given."""
        return self._encoder.each([(question, passage) for passage in passages], _logit)


def _logit(outputs: Outputs) -> float:
    return float(outputs.arrays[0].item())


def load(threads: int = 0) -> CrossEncoder:
    """The shipped model. Its files are checked and read at its first use (about 0.3 s)."""
    return CrossEncoder(Lazy(lambda: Encoder(CROSS_ENCODER.locate(), threads=threads, max_tokens=384)))
