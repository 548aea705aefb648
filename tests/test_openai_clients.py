"""Others' clients of OpenAI, unchanged but for the address and the model's name: all get the text and its citations."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai import OpenAI, OpenAIResponses

from qa.types import Query
from tests.fakes_api import FakeEngine
from tests.serving_api import served, without

BOATS = "How many boats were lost?"
NO = "Who won the cup?"
TEXT = FakeEngine().ask(Query(BOATS)).text
JAVASCRIPT = Path(__file__).parent / "javascript"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with served(FakeEngine()) as service:
        yield f"{service.url}/v1"


def test_llamaindex_chats(base: str) -> None:
    llm = OpenAI(model="ft:gpt-4o:news-archive", api_base=base, api_key="any", max_retries=0)
    told = llm.chat([ChatMessage(role="system", content="Cite nothing."), ChatMessage(role="user", content=BOATS)])
    assert told.message.content == TEXT
    assert [one.news_archive["paragraph"] for one in told.raw.choices[0].message.annotations] == [2, 4]
    assert "".join(part.delta or "" for part in llm.stream_chat([ChatMessage(role="user", content=BOATS)])) == TEXT
    assert llm.complete(NO).raw.choices[0].message.refusal


def test_llamaindex_asks_for_responses(base: str) -> None:
    llm = OpenAIResponses(model="news-archive", context_window=2_000, api_base=base, api_key="any", max_retries=0)
    told = llm.chat([ChatMessage(role="user", content=BOATS)])
    assert told.message.content == TEXT
    assert [one.news_archive["paragraph"] for one in told.additional_kwargs["annotations"]] == [2, 4]
    assert "".join(part.delta or "" for part in llm.stream_chat([ChatMessage(role="user", content=BOATS)])) == TEXT


@pytest.fixture
def langchain() -> Any:
    try:
        from langchain_openai import ChatOpenAI
    except ModuleNotFoundError:
        without("this test needs langchain-openai: make setup")
    return ChatOpenAI


def test_langchain_chats(base: str, langchain: Any) -> None:
    llm = langchain(model="news-archive", base_url=base, api_key="any", max_retries=0)
    assert llm.invoke([("system", "Cite nothing."), ("human", BOATS)]).text == TEXT
    assert "".join(chunk.text for chunk in llm.stream(BOATS)) == TEXT
    assert llm.invoke(NO).additional_kwargs["refusal"] == "The archive does not tell."


def test_langchain_gets_the_citations_of_a_response(base: str, langchain: Any) -> None:
    llm = langchain(model="news-archive", base_url=base, api_key="any", max_retries=0, use_responses_api=True)
    (plain,) = llm.invoke(BOATS).content_blocks
    first, *rest = llm.stream(BOATS)
    (streamed,) = sum(rest, first).content_blocks
    assert plain["text"] == streamed["text"] == TEXT
    assert [one["extras"]["news_archive"]["paragraph"] for one in plain["annotations"]] == [2, 4]
    assert streamed["annotations"] == plain["annotations"]


@pytest.fixture(scope="module")
def javascript(base: str) -> Any:
    if not (JAVASCRIPT / "node_modules").exists() or not shutil.which("node"):
        without("this test needs Node.js and its openai client: make components")

    def ask(question: str) -> Any:
        command = ["node", "ask.mjs", base, question]
        ran = subprocess.run(command, cwd=JAVASCRIPT, capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return ask


def test_the_javascript_client_gets_the_same_plain_and_streamed(javascript: Any) -> None:
    told = javascript(BOATS)
    (part,) = told["response"]
    assert told["models"] == ["news-archive"]
    assert told["chat"]["content"] == part["text"] == TEXT
    assert [one["news_archive"]["paragraph"] for one in part["annotations"]] == [2, 4]
    assert told["streamedChat"]["content"] == TEXT
    assert told["streamedChat"]["annotations"] == told["chat"]["annotations"]
    assert [without_parsed(one) for one in told["streamedResponse"]] == [without_parsed(part)]
    assert told["events"][-1] == "response.completed"
    assert told["missing"] == {"name": "NotFoundError", "status": 404, "code": "model_not_found", "param": "model"}


def test_the_javascript_client_gets_the_refusal(javascript: Any) -> None:
    told = javascript(NO)
    assert told["chat"]["refusal"] == told["streamedChat"]["refusal"] == told["response"][0]["refusal"]
    assert told["streamedResponse"][0]["refusal"] == "The archive does not tell."


def without_parsed(part: dict[str, Any]) -> dict[str, Any]:
    """The client's own addition aside."""
    return {name: value for name, value in part.items() if name != "parsed"}
