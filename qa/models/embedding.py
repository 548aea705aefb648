"""Texts to unit vectors, by bge-small-en-v1.5 (BAAI, MIT), int8 ONNX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qa.models.sessions import Encoder, Lazy, Outputs
from qa.models.weights import EMBEDDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSIONS = 384
_QUERY_PREFIX = "Represent this sentence for searching relevant passages: "  # as the model was trained


class Embedder:
    """The embedding model. Vectors have length 1: their dot product is the cosine."""

    fingerprint = EMBEDDING.fingerprint

    def __init__(self, encoder: Lazy) -> None:
        self._encoder = encoder

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, in the order given: shape ``(len(texts), 384)``."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for i, vector in enumerate(self._encoder.each(texts, _unit)):
            vectors[i] = vector
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, shape ``(384,)``; bge wants an instruction before questions only."""
        (vector,) = self._encoder.each([_QUERY_PREFIX + text], _unit)
        return vector


def _unit(outputs: Outputs) -> NDArray[np.float32]:
    output = outputs.arrays[0]
    pooled = output[0] if output.ndim == 2 else output  # bge pools its first token, [CLS]
    unit: NDArray[np.float32] = pooled / np.linalg.norm(pooled)
    return unit


def load(threads: int = 0) -> Embedder:
    """The shipped model. Its files are checked and read at its first use (about 0.3 s)."""
    return Embedder(Lazy(lambda: Encoder(EMBEDDING.locate(), threads=threads, max_tokens=512)))
