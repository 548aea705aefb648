"""Fast and deterministic stand-ins for the models, and an engine over a temporary home that runs on them.

Nothing here loads ONNX Runtime: a vector is made of the hashes of a text's words, and a logit of the words that
question and passage share. Both are pure functions of their text, so that what a test sees can be repeated.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.apart import Rules
from qa.archive import Archive, open_archive
from qa.engine import Engine
from qa.read.extractive import ExtractiveReader
from qa.reading import Reading
from qa.rerank import Reranker
from qa.retrieve import Retriever
from qa.settings import Settings
from qa.words import stems, words

DIMENSIONS = 384


class HashEmbedder:
    """Every word adds 1 at a place that its hash names; texts with common words have vectors that are near."""

    def __init__(self, fingerprint: str = "hashes@1") -> None:
        self.fingerprint = fingerprint

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([_vector(text) for text in texts]) if texts else np.empty((0, DIMENSIONS), np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return _vector(text)


class OverlapScorer:
    """A logit from -8, where the passage has none of the question's words, to +8, where it has them all."""

    fingerprint = "overlap@1"

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        asked = stems(question)
        return [16 * len(asked & _stems(passage)) / max(len(asked), 1) - 8 for passage in passages]


class OverlapReading:
    """Reads as ``OverlapScorer`` scores; every word is a token."""

    fingerprint = "overlap-reading@1"

    def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        logits = OverlapScorer().score(question, [before + text for before, text in texts])
        return [_reading(question, logit, text) for logit, (_, text) in zip(logits, texts, strict=True)]


def settings_for(home: Path, **changes: object) -> Settings:
    # The default fits the shipped models' logits, which are lower than the stand-ins'.
    return Settings.model_validate({"home": home, "careful": 0.3, **changes})


def small_archive(home: Path, *, model: str = "hashes@1", create: bool = True, rebuild: bool = False) -> Archive:
    return open_archive(settings_for(home), HashEmbedder(model), create=create, rebuild=rebuild)


def small_engine(home: Path, **changes: object) -> Engine:
    """An engine as ``qa.engine.build`` makes it, on the stand-ins; ``changes`` are settings."""
    settings = settings_for(home, **changes)
    return engine_over(open_archive(settings, HashEmbedder(), create=True), settings)


def engine_over(archive: Archive, settings: Settings, **parts: Any) -> Engine:
    """``parts`` are those that a language model plays, in place of rules where these do it without one."""
    return Engine(
        settings,
        archive,
        Retriever(
            archive,
            HashEmbedder(),
            pool=settings.pool,
            candidates=settings.candidates,
            first=settings.read_first,
        ),
        Reranker(OverlapReading(), OverlapScorer(), first=settings.read_first),
        ExtractiveReader(most=settings.statements),
        **({"takes_apart": Rules()} | parts),
    )


def _reading(question: str, logit: float, text: str) -> Reading:
    """Tokens near words of the question are the likelier to answer."""
    tokens = list(re.finditer(r"\w+", text))
    places = np.array([token.span() for token in tokens], dtype=np.int64).reshape(-1, 2)
    asked = stems(question)
    near = [sum(bool(asked & _stems(t.group())) for t in tokens[max(i - 9, 0) : i + 10]) for i in range(len(tokens))]
    chances = np.array(near, dtype=np.float32) - 10
    return Reading(logit, places, chances, chances)


@lru_cache(maxsize=20_000)
def _vector(text: str) -> NDArray[np.float32]:
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    for word in words(text):
        vector[zlib.crc32(word.encode()) % DIMENSIONS] += 1
    if not vector.any():
        vector[0] = 1
    unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
    unit.flags.writeable = False
    return unit


@lru_cache(maxsize=20_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))
