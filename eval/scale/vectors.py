"""Vectors of a growing archive: real texts are embedded, and a mutated copy gets its original's vector with noise.

    file: one record a vector, appended: the first 8 bytes of the text's BLAKE2b, and 384 half-precision numbers

What nobody said to be a copy is embedded, whatever it is: an interrupted run loses time by that, and nothing else.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

import numpy as np

from qa.models.embedding import DIMENSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from qa.archive import Embeds

NOISE = 0.3
"""Length of the noise on a unit vector: the cosine to the original is then 1 / sqrt(1 + 0.09), about .96. Copies that
are really embedded have .8, but noise has no direction of meaning: with so much of it they would all be far from every
question, and make the search easier than copies do that stay as near as their originals."""
_ROW = np.dtype([("text", "<u8"), ("vector", "<f2", DIMENSIONS)])


class GrowingVectors:
    """An embedding model as an archive wants one; keeps what it embeds in a file, for copies that come later.

    Attributes:
        embedded, mutated: texts whose vectors were made in either way.
        seconds: what embedding took.
    """

    def __init__(self, model: Embeds, file: Path) -> None:
        self._model = model
        self._file = file
        self.fingerprint = model.fingerprint
        self.embedded, self.mutated, self.seconds = 0, 0, 0.0
        self._original: dict[int, int] = {}
        self._kept = _read(file)
        self._place = {int(text): place for place, text in enumerate(self._kept["text"])}

    def tell(self, copy: str, original: str) -> None:
        """The text ``copy`` will come, and gets the vector of ``original`` with noise, if that is known by then."""
        self._original[_hash(copy)] = _hash(original)

    def embed(self, texts: list[str], /) -> NDArray[np.float32]:
        """One unit vector a text: shape ``(len(texts), 384)``."""
        hashes = [_hash(text) for text in texts]
        places = np.array([self._place.get(self._original.get(one, -1), -1) for one in hashes], dtype=np.int64)
        fresh, copies = np.flatnonzero(places < 0), np.flatnonzero(places >= 0)
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        vectors[copies] = _noisy(self._kept["vector"][places[copies]], [hashes[i] for i in copies])
        if len(fresh):
            vectors[fresh] = self._embedded([texts[i] for i in fresh])
            self._keep([hashes[i] for i in fresh], vectors[fresh])
        self.mutated += len(copies)
        return vectors

    def _embedded(self, texts: list[str]) -> NDArray[np.float32]:
        start = time.perf_counter()
        vectors = self._model.embed(texts)
        self.seconds += time.perf_counter() - start
        self.embedded += len(texts)
        return vectors

    def _keep(self, hashes: list[int], vectors: NDArray[np.float32]) -> None:
        rows = np.empty(len(hashes), dtype=_ROW)
        rows["text"], rows["vector"] = hashes, vectors
        with self._file.open("ab") as file:
            file.write(rows.tobytes())
        self._place.update((text, len(self._kept) + i) for i, text in enumerate(hashes))
        self._kept = _read(self._file)


def _read(file: Path) -> NDArray[np.void]:
    """The whole records of the file, mapped; half of one, where a write was interrupted, is cut off."""
    if not file.exists() or file.stat().st_size < _ROW.itemsize:
        return np.empty(0, dtype=_ROW)
    with file.open("r+b") as rows:
        rows.truncate(file.stat().st_size // _ROW.itemsize * _ROW.itemsize)
    return np.memmap(file, dtype=_ROW, mode="r")


def _noisy(vectors: NDArray[np.float16], seeds: list[int]) -> NDArray[np.float32]:
    """The vectors with noise of their own, of length 1 again."""
    if not seeds:
        return np.empty((0, DIMENSIONS), dtype=np.float32)
    noise = np.stack([np.random.default_rng(seed).standard_normal(DIMENSIONS, dtype=np.float32) for seed in seeds])
    moved = vectors.astype(np.float32) + noise * np.float32(NOISE / np.sqrt(DIMENSIONS))
    unit: NDArray[np.float32] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
