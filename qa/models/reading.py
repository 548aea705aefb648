"""What a passage says to a question: whether it answers, and with which words.

The model is our own, trained from the shipped cross-encoder on questions that a passage answers and on near misses,
int8 ONNX (docs/decisions/0014 has the sets, their licences and the figures; eval/training the way). It has a third
head, for claims, which is not good enough to be asked yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qa.models.sessions import Encoder, Lazy, Outputs
from qa.models.weights import READER
from qa.reading import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding


class ReadingModel:
    """The model. Safe to call from many threads."""

    fingerprint = READER.fingerprint

    def __init__(self, encoder: Lazy) -> None:
        self._encoder = encoder

    def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """One reading a text, in the order given.

        Args:
            question: as it was asked.
            texts: what goes before (a title: read, but never the answer) and the text itself.
        """
        outputs = self._encoder.each([(question, before + text) for before, text in texts], lambda whole: whole)
        return [_reading(output, len(before)) for output, (before, _) in zip(outputs, texts, strict=True)]


def load(threads: int = 0) -> ReadingModel:
    """The shipped model. Its files are checked and read at its first use (about 0.3 s)."""
    return ReadingModel(Lazy(lambda: Encoder(READER.locate(), threads=threads, max_tokens=384)))


def _reading(output: Outputs, skip: int) -> Reading:
    """The reading of the text that begins ``skip`` code points into the second of its pair."""
    encoding = output.encoding
    second = _second(encoding)
    chances = _log_softmax(output.arrays[1][second], axis=0) if len(second) else np.empty((0, 2), np.float32)
    places = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)[second] - skip
    own = places[:, 0] >= 0
    return Reading(float(output.arrays[0]), places[own], chances[own, 0], chances[own, 1])


def _second(encoding: Encoding) -> NDArray[np.intp]:
    """Indices of the tokens of a pair's second text, without the separator that ends it."""
    kinds, special = np.asarray(encoding.type_ids), np.asarray(encoding.special_tokens_mask)
    return np.nonzero((kinds == 1) & (special == 0))[0]


def _log_softmax(logits: NDArray[np.float32], axis: int = -1) -> NDArray[np.float32]:
    shifted = logits - logits.max(axis=axis, keepdims=True)
    found: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return found
