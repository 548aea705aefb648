"""Texts to unit vectors, by bge-small-en-v1.5 (BAAI, MIT), int8 ONNX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qa.models.sessions import Encoder, Lazy, by_length
from qa.models.weights import EMBEDDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSIONS = 384
_QUERY_PREFIX = "Represent this sentence for searching relevant passages: "  # as the model was trained
_BATCH = 4


class Embedder:
    """The embedding model. Vectors have length 1: their dot product is the cosine."""

    fingerprint = EMBEDDING.fingerprint

    def __init__(self, encoder: Lazy) -> None:
        self._encoder = encoder

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, in the order given: shape ``(len(texts), 384)``."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        batches = by_length(texts, _BATCH)
        outputs = self._encoder.run_all([[texts[i] for i in indices] for indices in batches])
        for indices, output in zip(batches, outputs, strict=True):
            vectors[indices] = _unit(output)
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, shape ``(384,)``; bge wants an instruction before questions only."""
        vector: NDArray[np.float32] = _unit(self._encoder.run_all([[_QUERY_PREFIX + text]])[0])[0]
        return vector


def _unit(output: NDArray[np.float32]) -> NDArray[np.float32]:
    pooled = output[:, 0] if output.ndim == 3 else output  # bge pools its first token, [CLS]
    unit: NDArray[np.float32] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    return unit


def load(threads: int = 0) -> Embedder:
    """The shipped model. Its files are checked and read at its first use (about 0.3 s)."""
    return Embedder(Lazy(lambda: Encoder(EMBEDDING.locate(), threads=threads, max_tokens=512)))
