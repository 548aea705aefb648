"""LlamaIndex embedding models by import path: ingest and ask with one, and never mix two."""

from __future__ import annotations

import json
import sys
import threading
import types
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa import cli
from qa.archive import Archive, open_archive
from qa.engine import build
from qa.errors import InvalidInput, ModelMismatch, ServiceError
from qa.models import llamaindex
from qa.types import Query
from qa.words import words
from tests.builders import article
from tests.fakes import settings_for

STORM = article("The storm destroyed 14 boats in Port Ellery on Friday.", title="Storm", given_id="storm")
MAYOR = article("The mayor opened the new school in Lowmere.", title="School", given_id="school")


@pytest.fixture(autouse=True)
def module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A module ``foreign`` with an embedding model, ``Words``, that makes vectors of any length."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Words(BaseEmbedding):
        width: int = 16
        api_key: str = ""

        def _get_text_embedding(self, text: str) -> list[float]:
            if made.away:
                raise ConnectionError("no route to host")
            vector = [0.0] * (made.dimensions or self.width)
            for word in words(text):
                vector[zlib.crc32(word.encode()) % len(vector)] += 2.5
            return vector

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    made = types.ModuleType("foreign")
    made.Words, made.Other = Words, dict  # type: ignore[attr-defined]
    made.away, made.dimensions = False, None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "foreign", made)
    return made


def archive(home: Path, *, rebuild: bool = False, **options: Any) -> Archive:
    return open_archive(settings_for(home), llamaindex.load("foreign:Words", options), create=True, rebuild=rebuild)


def test_an_archive_is_filled_and_asked_with_a_named_model(home: Path) -> None:
    settings = settings_for(home, embedding="foreign:Words", embedding_options={"width": 64})
    engine = build(settings, create=True)
    engine.archive.add([STORM, MAYOR])
    found = engine.retriever.by_meaning(Query("boats, storm"))
    answer = engine.ask(Query("How many boats did the storm destroy?"))
    engine.close()
    assert [hit.passage.source.article_id for hit in found] == ["storm", "school"]
    assert "14 boats" in answer.text


def test_vectors_come_in_order_and_have_length_one() -> None:
    model = llamaindex.load("foreign:Words", {"width": 32, "embed_batch_size": 2})
    texts = ["storm", "boats in the storm", "school", "a quay", "snow"]
    vectors = model.embed(texts)
    assert (vectors.shape, vectors.dtype) == ((5, 32), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert all(np.array_equal(model.embed_query(text), vector) for text, vector in zip(texts, vectors, strict=True))


def test_the_archive_of_one_model_is_not_opened_with_another(home: Path) -> None:
    archive(home, width=16).close()
    with pytest.raises(ModelMismatch, match="foreign:Words"):
        archive(home, width=32)
    with pytest.raises(ModelMismatch, match="bge-small"):
        build(settings_for(home))


def test_reindexing_gives_an_archive_to_another_model(home: Path) -> None:
    before = archive(home, width=16)
    before.add([STORM])
    before.close()
    after = archive(home, width=32, rebuild=True)
    after.reindex()
    assert after.check().ok
    after.close()
    archive(home, width=32).close()


def test_keys_and_batches_may_change_and_are_kept_nowhere(home: Path) -> None:
    archive(home, api_key="hunter2", embed_batch_size=3).close()
    archive(home, api_key="another").close()
    assert b"hunter2" not in (home / "catalogue.sqlite3").read_bytes()


def test_a_model_whose_vectors_come_to_have_other_dimensions_is_refused(home: Path, module: types.ModuleType) -> None:
    filled = archive(home)
    filled.add([STORM])
    module.dimensions = 8
    with pytest.raises(ModelMismatch, match="have 16 dimensions"):
        filled.add([MAYOR])
    with pytest.raises(ModelMismatch, match="gave 8"):
        filled.by_meaning(np.ones(8, np.float32), 5, filled.select(Query("boats?")))
    filled.close()


def test_articles_that_came_while_the_model_was_away_are_indexed_when_it_is_back(
    home: Path, module: types.ModuleType
) -> None:
    filled = archive(home)
    module.away = True
    with pytest.raises(ServiceError, match="no route to host"):
        filled.add([STORM])
    filled.close()
    module.away = False
    again = archive(home)
    assert (again.check().ok, again.counts().passages) == (True, 1)
    again.close()


class Embeddings(BaseHTTPRequestHandler):
    """OpenAI's protocol; knows one key, and repeats any other."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        right = self.headers["Authorization"] == "Bearer right"
        data = [{"object": "embedding", "index": i, "embedding": [3.0, len(t)]} for i, t in enumerate(asked["input"])]
        told = {
            "object": "list",
            "model": asked["model"],
            "data": data,
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
        body = json.dumps(told if right else {"error": {"message": f"no such key: {self.headers['Authorization']}"}})
        self.send_response(200 if right else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None: ...


def test_openais_model_is_asked_over_a_real_connection_and_its_key_is_never_told() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Embeddings) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        options = {"model": "text-embedding-3-small", "api_base": f"http://127.0.0.1:{server.server_port}/v1"}
        right, wrong = (
            llamaindex.load(
                "llama_index.embeddings.openai:OpenAIEmbedding", {**options, "api_key": key, "max_retries": 0}
            )
            for key in ("right", "hunter2")
        )
        vectors = right.embed(["four", "a"])
        with pytest.raises(ServiceError, match=r"401.*no such key: Bearer …") as told:
            wrong.embed(["four"])
        server.shutdown()
    assert right.fingerprint == wrong.fingerprint
    assert "/text-embedding-3-small@" in right.fingerprint
    assert vectors[0].tolist() == pytest.approx([0.6, 0.8])
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("vector", [[0.0, 0.0], [float("nan"), 1.0], []])
def test_what_is_no_vector_is_never_written(vector: list[float], module: types.ModuleType) -> None:
    class Odd(module.Words):  # type: ignore[name-defined,misc]
        def _get_text_embedding(self, text: str) -> list[float]:
            return vector

    module.Odd = Odd
    with pytest.raises(ServiceError, match="foreign:Odd"):
        llamaindex.load("foreign:Odd", {}).embed(["storm"])


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("foreign.Words", {}, "not the import path"),
        ("os.system", {}, "not the import path"),
        ("no_such_module:X", {}, "cannot be imported"),
        ("foreign:Other", {}, "not a LlamaIndex embedding model"),
        ("foreign:Nothing", {}, "not a LlamaIndex embedding model"),
        ("foreign:Words", {"width": "wide", "api_key": "hunter2"}, "Words cannot be made: width: "),
    ],
)
def test_what_cannot_be_had_is_said_before_the_archive_is_opened(
    home: Path, name: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said) as told:
        build(settings_for(home, embedding=name, embedding_options=options), create=True)
    assert told.value.hint
    assert "hunter2" not in str(told.value)
    assert not home.exists()


def test_the_environment_names_the_model_and_bad_options_are_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QA_EMBEDDING", "foreign:Words")
    monkeypatch.setenv("QA_EMBEDDING_OPTIONS", "width=16")
    assert cli.run(["--home", str(home), "check"]) == 1
    assert 'is not JSON: error parsing value for field "embedding_options"' in capsys.readouterr().err
    monkeypatch.setenv("QA_EMBEDDING_OPTIONS", '{"width": 16}')
    archive(home, width=16).close()
    assert cli.run(["--home", str(home), "check"]) == 0
