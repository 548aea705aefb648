"""How well a passage answers a question, by ms-marco-MiniLM-L-12-v2 (Apache-2.0), int8 ONNX."""

from __future__ import annotations

from collections.abc import Sequence

from qa.models.sessions import Encoder, Lazy, by_length
from qa.models.weights import CROSS_ENCODER

_BATCH = 1  # nothing is padded, every core is kept at work, and no logit hangs on what it was read beside


class CrossEncoder:
    """Reads question and passage together, and gives one raw logit: about -11 (no) to +11 (yes)."""

    fingerprint = CROSS_ENCODER.fingerprint

    def __init__(self, encoder: Lazy) -> None:
        self._encoder = encoder

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """One logit a passage, in the order given."""
        scores = [0.0] * len(passages)
        batches = by_length(passages, _BATCH)
        outputs = self._encoder.run_all([[(question, passages[i]) for i in indices] for indices in batches])
        for indices, logits in zip(batches, outputs, strict=True):
            for i, logit in zip(indices, logits.reshape(-1), strict=True):
                scores[i] = float(logit)
        return scores


def load(threads: int = 0) -> CrossEncoder:
    """The shipped model. Its files are checked and read at its first use (about 0.3 s)."""
    return CrossEncoder(Lazy(lambda: Encoder(CROSS_ENCODER.locate(), threads=threads, max_tokens=384)))
