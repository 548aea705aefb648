"""The client of a language model against a scripted server: what is sent, how long is waited, what an error tells."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import InvalidInput, ModelError, ModelTooDear, ModelTooSlow, ModelUnreachable, ReplyCut, SchemaRefused
from qa.models.chat import Bill, ChatModel, Message
from qa.settings import LLMSettings
from qa.types import Usage
from tests.fakes_chat import ChatServer, Reply, endless, serving

ASKED = [Message("system", "Be brief."), Message("user", "Who?")]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as made:
        yield made


def told(server: ChatServer, **changes) -> str:
    return "".join(ChatModel(server.settings(**changes)).stream(ASKED))


# -- when nothing is sent, and what


def test_keys_of_the_environment_name_no_server_and_send_nothing(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-mallory")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    with pytest.raises(InvalidInput, match="no server is named for the language model 'm'") as caught:
        ChatModel(LLMSettings(model="m"))
    assert "QA_LLM_BASE_URL" in caught.value.hint
    assert server.bodies == []


@pytest.mark.parametrize("address", ["127.0.0.1:8080", "file:///etc/passwd", "http://", "http://a:b", "\x1b[31m"])
def test_an_address_that_is_none_is_said_to_be_none(address):
    with pytest.raises(InvalidInput, match="QA_LLM_BASE_URL") as caught:
        ChatModel(LLMSettings(model="m", base_url=address))
    assert "\x1b" not in caught.value.message


def test_a_key_that_no_header_can_carry_is_refused_before_it_is_used(server):
    with pytest.raises(InvalidInput, match="QA_LLM_API_KEY"):
        ChatModel(server.settings(api_key="schlüssel\n"))


@pytest.mark.parametrize(("key", "sent"), [(None, "Bearer none"), ("k-1", "Bearer k-1")])
def test_no_key_is_sent_but_the_one_for_this_server(server, monkeypatch, key, sent):
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", "of-mallory")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: of-mallory")
    told(server, api_key=key)
    assert [headers["authorization"] for headers in server.headers] == [sent]
    assert "mallory" not in json.dumps([server.headers, server.bodies])


def test_a_request_has_its_messages_its_bounds_and_the_schema(server):
    [*ChatModel(server.settings(output_tokens=77)).stream(ASKED, schema={"type": "object"})]
    (body,) = server.bodies
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who?"}]
    assert (body["model"], body["max_tokens"], body["temperature"], body["stream"]) == ("m", 77, 0, True)
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


def choosy(*refuses: str, param: bool = True):
    """A server of a model that takes none of these members, and names the first that it finds."""

    def answer(body: dict) -> Reply:
        for name in refuses:
            if name in body:
                error = {"message": f"Unsupported parameter: '{name}' is not supported.", "param": name}
                return Reply(status=400, error=error if param else {"message": error["message"]})
        return Reply(["Ada left."])

    return answer


@pytest.mark.parametrize("param", [True, False])
def test_a_model_that_refuses_a_member_is_asked_without_it_from_then_on(server, param):
    server.script = choosy("max_tokens", "temperature", param=param)
    chat = ChatModel(server.settings(output_tokens=77))
    for _ in range(2):
        assert "".join(chat.stream(ASKED)) == "Ada left."
    *_, third, fourth = server.bodies
    assert len(server.bodies) == 4
    assert third == fourth
    assert third["max_completion_tokens"] == 77
    assert not {"max_tokens", "temperature"} & third.keys()


def test_a_schema_is_refused_as_ever_by_a_model_that_refuses_more(server):
    server.script = choosy("temperature", "response_format")
    with pytest.raises(SchemaRefused):
        [*ChatModel(server.settings()).stream(ASKED, schema={"type": "object"})]


def test_a_server_that_refuses_whatever_it_is_sent_is_not_asked_for_ever(server):
    server.script = choosy("max_tokens", "max_completion_tokens", "temperature", "model")
    with pytest.raises(ModelUnreachable):
        told(server)
    assert len(server.bodies) <= 3


# -- what comes back


def test_pieces_come_as_they_are_said(server):
    server.in_turn(Reply(["Ada ", "left", "."], between_s=0.2))
    began, pieces = time.monotonic(), ChatModel(server.settings()).stream(ASKED)
    assert next(pieces) == "Ada "
    assert time.monotonic() - began < 0.55
    assert [*pieces] == ["left", "."]


def test_a_server_that_streams_nothing_is_read_at_once(server):
    server.in_turn(Reply(["Ada left."], streamed=False))
    assert told(server) == "Ada left."


def test_whoever_stops_reading_ends_the_reply(server):
    server.in_turn(endless("word "))
    pieces = ChatModel(server.settings(output_tokens=100_000)).stream(ASKED)
    next(pieces)
    pieces.close()
    assert server.went_away.wait(5)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(["Ada"], finish=None), "broke off"),
        (Reply(["Ada"], finish="length"), "longer than allowed"),
        (Reply(["Ada"], finish="content_filter"), "withheld"),
        (endless("word "), "longer than allowed"),
        (Reply(raw=b"data: {half\n\n"), "broke off"),
        (Reply(raw=b"data: \xff\xfe\n\n"), "broke off"),
        (Reply(raw=b'data: {"error": {"message": "sk-secret"}}\n\n'), "failed while it replied"),
        (Reply(raw=b""), "broke off"),
        (Reply(raw=b"<html>Welcome</html>", streamed=False), "broke off"),
        (Reply(raw=b'data: {"choices": [{"delta": {"refusal": "I cannot."}}]}\n\n'), "withheld"),
    ],
)
def test_a_reply_that_is_not_whole_is_an_error_that_repeats_nothing_of_the_server(server, reply, said):
    server.in_turn(reply)
    with pytest.raises(ReplyCut, match=said) as caught:
        told(server)
    assert "secret" not in caught.value.message


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["choices", "delta", "content", "message", "finish_reason", "error", "x"]), inner)
)  # fmt: skip


def test_whatever_a_server_sends_it_is_pieces_of_text_or_an_error_of_ours(server):
    chat = ChatModel(server.settings())

    @settings(max_examples=100)
    @given(st.lists(_JUNK.map(json.dumps) | st.text(max_size=20), max_size=4), st.booleans())
    def send(junk, streamed):
        raw = "".join(f"data: {one}\n\n" if streamed else one for one in junk).encode("utf-8", "replace")
        server.in_turn(Reply(raw=raw, streamed=streamed))
        with suppress(ModelError):
            assert all(isinstance(piece, str) for piece in chat.stream(ASKED))

    send()


# -- what was counted


def billed(server: ChatServer, *replies: Reply) -> Usage | None:
    """What stands on the bill after a request for each reply."""
    server.in_turn(*replies)
    chat, bill = ChatModel(server.settings()), Bill()
    for _ in replies:
        with bill.open():
            assert "".join(chat.stream(ASKED)) == "Ada left."
    return bill.usage


def test_what_the_server_counts_behind_the_end_is_added_up(server):
    assert billed(server, Reply(["Ada left."], usage=(90, 4)), Reply(["Ada left."], usage=(10, 3))) == Usage(100, 7)


def test_a_reply_that_is_left_at_its_end_is_counted_still(server):
    server.in_turn(Reply(["Ada left.", "}"], usage=(90, 4)))
    bill = Bill()
    with bill.open(), closing(ChatModel(server.settings()).stream(ASKED)) as pieces:
        assert next(pieces) == "Ada left."
    assert bill.usage == Usage(90, 4)


def test_a_server_that_counts_late_is_not_waited_for(server):
    began = time.monotonic()
    assert billed(server, Reply(["Ada left."], usage=(90, 4), last_s=5)) is None
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "usage", ["null", "7", '{"prompt_tokens": -1, "completion_tokens": 2}', '{"prompt_tokens": 9}']
)
def test_a_count_that_is_none_costs_no_reply(server, usage):
    event = '{"choices": [{"delta": {"content": "Ada left."}, "finish_reason": "stop"}], "usage": ' + usage + "}"
    assert billed(server, Reply(raw=f"data: {event}\n\n".encode())) is None


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_refuses_to_count_is_asked_without(server, status):
    refusal = Reply(status=status, error={"message": {"detail": [{"loc": ["body", "stream_options"]}]}})
    server.script = lambda body: refusal if "stream_options" in body else Reply(["Ada left."])
    assert told(server) == "Ada left."


# -- patience


def test_a_server_that_is_busy_is_asked_again_when_it_says(server):
    server.in_turn(Reply(status=429, headers={"Retry-After": "1"}), Reply(["Ada."]))
    began = time.monotonic()
    assert told(server) == "Ada."
    assert time.monotonic() - began >= 1


def test_a_server_that_fails_is_asked_three_times(server):
    server.in_turn(Reply(status=500))
    with pytest.raises(ModelUnreachable, match="status 500"):
        told(server)
    assert len(server.bodies) == 3


def test_a_pause_that_is_longer_than_the_patience_is_not_begun(server):
    server.in_turn(Reply(status=429, headers={"Retry-After": "3600"}))
    began = time.monotonic()
    with pytest.raises(ModelUnreachable, match="status 429") as caught:
        told(server)
    assert time.monotonic() - began < 2
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("status", [400, 401, 404])
def test_what_would_be_refused_again_is_not_sent_again(server, status):
    server.in_turn(Reply(status=status))
    with pytest.raises(ModelUnreachable, match=f"status {status}"):
        told(server)
    assert len(server.bodies) == 1


def test_a_schema_that_is_refused_is_told_apart(server):
    server.in_turn(Reply(status=400))
    with pytest.raises(SchemaRefused):
        [*ChatModel(server.settings()).stream(ASKED, schema={"type": "object"})]


def test_nobody_at_the_address_is_told_without_the_address():
    closed = LLMSettings(model="m", base_url="http://127.0.0.1:9/v1", first_token_s=1)
    with pytest.raises(ModelUnreachable, match="could not be reached") as caught:
        [*ChatModel(closed).stream(ASKED)]
    assert "127" not in caught.value.message


@pytest.mark.parametrize(
    "reply",
    [
        Reply(["late"], first_s=2),
        Reply(["late"], first_s=2, comments=True),
        Reply(["late"], headers={"X-Slow": "2"}),
    ],
)
def test_the_first_word_is_waited_for_no_longer_than_set(server, reply):
    server.in_turn(reply)
    began = time.monotonic()
    with pytest.raises(ModelTooSlow):
        told(server, first_token_s=0.5)
    assert time.monotonic() - began < 1.5


def test_a_reply_that_trickles_has_its_time_and_no_more(server):
    server.in_turn(Reply(iter(lambda: "a ", None), between_s=0.1))
    began, got = time.monotonic(), []
    with pytest.raises(ModelTooSlow, match="longer than 1 s"):
        got.extend(ChatModel(server.settings(timeout_s=1)).stream(ASKED))
    assert time.monotonic() - began < 2


def test_threads_of_calls_that_were_given_up_end(server):
    server.in_turn(endless("word "))
    for _ in range(5):
        pieces = ChatModel(server.settings(output_tokens=100_000)).stream(ASKED)
        next(pieces)
        pieces.close()
    until = time.monotonic() + 5
    while any(thread.name == "chat" for thread in threading.enumerate()):
        assert time.monotonic() < until, "a thread goes on"
        time.sleep(0.02)


# -- bounds on tokens and cost


def test_a_prompt_over_its_bound_is_not_sent(server):
    with pytest.raises(ModelTooDear, match="more than are allowed"):
        [*ChatModel(server.settings(prompt_tokens=500)).stream([Message("user", "x" * 1_503)])]
    assert server.bodies == []


def test_the_reply_may_have_as_many_tokens_as_can_be_paid(server):
    priced = server.settings(input_price=1, output_price=2, most_cost=0.0008, output_tokens=500)
    [*ChatModel(priced).stream([Message("user", "x" * 1_200)])]
    assert server.bodies[0]["max_tokens"] == 200  # 400 tokens cost .0004, and the other .0004 pay 200


def test_what_costs_too_much_is_not_sent(server):
    priced = server.settings(input_price=1, output_price=2, most_cost=0.00049)
    with pytest.raises(ModelTooDear, match="cost more"):
        [*ChatModel(priced).stream([Message("user", "x" * 1_200)])]
    with pytest.raises(ModelTooDear, match="cost more"):
        [*ChatModel(server.settings(input_price=1, most_cost=0.0003)).stream([Message("user", "x" * 1_200)])]
    assert server.bodies == []
