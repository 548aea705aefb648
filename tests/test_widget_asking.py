"""Asking in the widget, in Chromium: while it looks, when it answers, when it refuses, and when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.events import encode
from tests.fakes_api import refused
from tests.serving_api import Served
from tests.serving_widget import (
    COST,
    QUESTION,
    SAID,
    Scripted,
    answered_page,
    ask,
    boats,
    events_of,
    focused,
    marker,
    page_of,
    scripted,
    statement_of,
    watched,
    whole,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def running() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


@pytest.fixture
def script(running: Scripted) -> Scripted:
    running.asked.clear()
    running.pages = {"/": (page_of(), {})}
    running.stream = lambda asked: whole(boats(asked["question"]))
    return running


@pytest.fixture
def page(browser: Browser, service: Served) -> Iterator[Page]:
    with watched(browser) as page:
        page.goto(service.url)
        yield page


@pytest.fixture
def host(browser: Browser, script: Scripted) -> Iterator[Page]:
    """A publisher's page over the scripted service."""
    with watched(browser) as page:
        page.goto(script.url)
        yield page


def test_suggestions_are_asked_with_one_click(browser: Browser, script: Scripted) -> None:
    script.pages["/"] = (page_of(f'<archive-chat suggestions="Who rowed? | {QUESTION}"></archive-chat>'), {})
    with watched(browser) as page:
        page.goto(script.url)
        expect(page.locator(".suggestion")).to_have_text(["Who rowed?", QUESTION])
        page.get_by_role("button", name=QUESTION).click()
        expect(page.locator(".turn > h2")).to_have_text(QUESTION)
        expect(page.locator(".suggestion")).to_have_count(0)
        assert focused(page).startswith(QUESTION)  # the turn: what was clicked is gone


def test_it_tells_what_it_is_doing_and_shows_statements_as_they_come(host: Page, script: Scripted) -> None:
    answer = boats(QUESTION)

    def stream(_: object) -> Iterator[bytes | float]:
        yield encode("status", {"stage": "rerank"}).encode()
        yield 0.4
        yield encode("passages", {"passages": [{}, {}, {}]}).encode()
        yield 0.4
        yield encode("statement", statement_of(answer, 0)).encode()
        yield 0.6
        yield encode("answer", answer).encode()

    script.stream = stream
    ask(host)
    for said in ("Weighing what was found", "Reading 3 paragraphs"):
        expect(host.locator(".status")).to_have_text(said)
    expect(host.locator(".statement")).to_have_text([SAID])
    expect(host.locator(".answer")).to_have_attribute("aria-busy", "true")
    expect(host.locator(".statement")).to_have_text([SAID, COST])
    expect(host.locator(".answer")).to_have_attribute("aria-busy", "false")


def test_a_marker_that_has_the_keyboard_keeps_it_when_the_answer_is_complete(host: Page, script: Scripted) -> None:
    answer = boats(QUESTION)

    def stream(_: object) -> Iterator[bytes | float]:
        yield from events_of(answer)[:-1]
        yield 0.8
        yield events_of(answer)[-1]

    script.stream = stream
    ask(host)
    marker(host).focus()
    expect(host.get_by_label("Good answer")).to_be_visible()
    assert focused(host).startswith("Source 1:")


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_stream_that_is_cut_anywhere_gives_the_same_answer(host: Page, script: Scripted, size: int) -> None:
    answer = boats(f"{QUESTION} 🌊 e\u0301 שלום")
    sent = b": a comment\r\n\r\n" + b"".join(events_of(answer)).replace(b"\n", b"\r\n" if size == 7 else b"\n")
    script.stream = lambda _: (sent[place : place + size] for place in range(0, len(sent), size))
    ask(host)
    expect(host.get_by_label("Good answer")).to_be_visible()
    assert host.evaluate("document.querySelector('archive-chat').answers[0]") == answer
    expect(host.locator(".statement")).to_have_text([SAID, COST])


def test_a_connection_that_breaks_is_made_once_more(host: Page, script: Scripted) -> None:
    answer = boats(QUESTION)

    def stream(_: object) -> Iterator[bytes]:
        yield from events_of(answer)[:2] if len(script.asked) == 1 else events_of(answer)

    script.stream = stream
    ask(host)
    expect(host.locator(".status")).to_contain_text("asking again")
    marker(host).focus()
    expect(host.get_by_label("Good answer")).to_be_visible()
    expect(host.locator(".statement")).to_have_text([SAID, COST])
    assert focused(host).startswith("Source 1:")
    assert [asked["question"] for asked in script.asked] == [QUESTION, QUESTION]


@pytest.mark.parametrize("first", [[1], [1, 0], [0, 1, 1], [1, 1]])
def test_what_came_before_a_connection_broke_and_is_not_in_the_answer_goes(
    host: Page, script: Scripted, first: list[int]
) -> None:
    answer = boats(QUESTION)

    def stream(_: object) -> Iterator[bytes]:
        early = [encode("statement", statement_of(answer, place)).encode() for place in first]
        yield from early if len(script.asked) == 1 else events_of(answer)

    script.stream = stream
    ask(host)
    expect(host.get_by_label("Good answer")).to_be_visible()
    expect(host.locator(".statement")).to_have_text([SAID, COST])
    expect(host.locator(".entry .number")).to_have_text(["1", "2"])


@pytest.mark.parametrize("broken", [b"event: answer\ndata: {not json}\n\n", b"event: answer\ndata: {", b""])
def test_a_stream_that_stays_broken_is_told_and_what_was_checked_stays(
    host: Page, script: Scripted, broken: bytes
) -> None:
    script.stream = lambda _: iter([*events_of(boats(QUESTION))[:2], broken])
    ask(host)
    expect(host.locator(".failed")).to_contain_text("The connection broke before the answer was complete. What is")
    expect(host.locator(".statement")).to_have_text([SAID])
    script.stream = lambda asked: whole(boats(asked["question"]))
    host.get_by_role("button", name="Ask again").click()
    expect(host.get_by_label("Good answer")).to_be_visible()
    expect(host.locator(".turn")).to_have_count(1)


def test_a_server_that_is_not_there_is_told(host: Page) -> None:
    host.route("**/v1/query", lambda route: route.abort("connectionrefused"))
    ask(host)
    expect(host.locator(".failed")).to_contain_text("The archive cannot be reached. Ask again in a moment.")
    expect(host.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_being_offline_is_told(page: Page) -> None:
    page.context.set_offline(True)
    ask(page)
    expect(page.locator(".failed")).to_contain_text("You are offline.")


def test_an_error_of_the_service_is_shown_with_its_hint(page: Page) -> None:
    ask(page, "busy?")
    said = "The archive cannot answer now. Ask again in a moment. another process is writing; try again in a moment"
    expect(page.locator(".failed p")).to_have_text(said)
    expect(page.locator(".failed [lang=en]")).to_have_text("another process is writing; try again in a moment")


def test_an_error_that_only_a_proxy_explains_is_told_in_our_words(host: Page) -> None:
    html = "<html>502 Bad Gateway</html>"
    host.route("**/v1/query", lambda route: route.fulfill(status=502, body=html, content_type="text/html"))
    ask(host)
    expect(host.locator(".failed p")).to_have_text("The archive cannot answer now. Ask again in a moment. ")


def test_a_question_that_is_too_long_is_told(page: Page) -> None:
    ask(page, "x" * 2001)
    expect(page.locator(".failed")).to_contain_text("This question cannot be answered as it is asked.")
    expect(page.locator(".failed")).to_contain_text("2,001")


def test_an_answer_can_be_stopped(host: Page, script: Scripted) -> None:
    script.stream = lambda _: iter([encode("status", {"stage": "read"}).encode(), 3.0])
    ask(host)
    host.get_by_role("button", name="Stop").click()
    expect(host.locator(".note")).to_contain_text("Stopped.")
    expect(host.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_a_question_asked_while_another_is_answered_gets_its_own_answer(host: Page, script: Scripted) -> None:
    def stream(asked: dict[str, Any]) -> Iterator[bytes | float]:
        for piece in events_of(boats(asked["question"])):
            yield piece
            yield 0.15

    script.stream = stream
    host.evaluate(
        """async () => {
            const chat = document.querySelector('archive-chat');
            const first = chat.ask('First?');
            await new Promise((resolve) => setTimeout(resolve, 200));
            const second = chat.ask('Second?');
            window.both = [await first, await second].map((answer) => answer?.question ?? null);
        }"""
    )
    assert host.evaluate("both") == [None, "Second?"]
    expect(host.locator(".turn").nth(0)).to_contain_text("Stopped.")
    expect(host.locator(".turn").nth(1).locator(".statement")).to_have_text([SAID, COST])


def test_a_question_that_was_stopped_is_asked_again_in_its_own_place(host: Page, script: Scripted) -> None:
    script.stream = lambda _: iter([encode("status", {"stage": "read"}).encode(), 3.0])
    ask(host, "First?")
    host.get_by_role("button", name="Stop").click()
    script.stream = lambda asked: whole(boats(asked["question"]))
    ask(host, "Second?")
    expect(host.get_by_label("Good answer")).to_have_count(1)
    host.locator(".note").get_by_role("button", name="Ask again").click()
    expect(host.get_by_label("Good answer")).to_have_count(2)
    asked = "document.querySelector('archive-chat').answers.map((answer) => answer.question)"
    assert host.evaluate(asked) == ["First?", "Second?"]
    assert script.asked[2]["history"] == []
    host.reload()
    expect(host.locator(".turn > h2")).to_have_text(["First?", "Second?"])


def test_two_questions_in_a_row_keep_their_own_citations(page: Page) -> None:
    answered_page(page, page.url)
    ask(page, "When did the bridge reopen?")
    expect(page.get_by_label("Good answer")).to_have_count(2)
    first, second = page.locator(".turn").nth(0), page.locator(".turn").nth(1)
    expect(first.locator(".entry")).to_have_count(2)
    expect(second.locator(".entry")).to_have_count(1)
    second.locator(".mark").click()
    expect(page.locator("dialog.source mark")).to_have_text("The bridge reopened on Monday.")


def test_a_follow_up_sends_the_conversation(host: Page, script: Scripted) -> None:
    ask(host)
    expect(host.get_by_label("Good answer")).to_have_count(1)
    ask(host, "And the cost?")
    expect(host.get_by_label("Good answer")).to_have_count(2)
    assert script.asked[1]["history"] == [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": f"{SAID} [1] {COST} [2]"},
    ]


def test_the_conversation_is_kept_in_the_tab_and_can_be_begun_anew(page: Page) -> None:
    answered_page(page, page.url)
    page.reload()
    expect(page.locator(".turn > h2")).to_have_text(QUESTION)
    expect(page.locator(".statement")).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.wait_for_function(f"({FOCUS_IN})() === 'question'")
    page.reload()
    expect(page.locator(".promise")).to_be_visible()


FOCUS_IN = "() => document.querySelector('archive-chat').shadowRoot.activeElement?.id"


def test_what_another_script_put_in_the_store_is_passed_over(page: Page) -> None:
    old = '{"question": "Old?", "answer": {"answered": false, "statements": [], "citations": []}}'
    odd = '{"question": "Odd?", "filters": {"sources": 5}, "answer": {"statements": [], "citations": []}}'
    stored = f'[{{"answer": 1}}, null, 7, {old}, {odd}]'
    page.evaluate("stored => sessionStorage.setItem(`archive-chat ${location.origin} 0`, stored)", stored)
    page.reload()
    expect(page.get_by_label("Your question")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)
    answered_page(page, page.url)


def test_a_question_can_be_edited_and_asked_again(page: Page) -> None:
    answered_page(page, page.url)
    page.get_by_role("button", name="Edit question").click()
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_label("Good answer")).to_have_count(1)
    expect(page.locator(".turn")).to_have_count(1)


def test_an_answer_is_copied_with_its_sources(browser: Browser, service: Served) -> None:
    with watched(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        answered_page(page, service.url)
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied with its sources.")).to_be_visible()
        expect(page.get_by_role("button", name="Copy", exact=True)).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied[:5] == [
        QUESTION, "", f"{SAID} [1] {COST} [2]", "",
        "[1] Fourteen boats lost as storm strikes Port Ellery. The Ellery Courier, 31 May 2024, paragraph 2.",
    ]  # fmt: skip
    assert copied[5] == f"“{SAID}”"
    assert copied[6].startswith(f"{service.url}/articles/storm?version=v-storm&mark=")


def test_a_rating_goes_at_once_and_its_comment_after_it(page: Page, service: Served) -> None:
    service.engine.archive.feedback.clear()
    answered_page(page, page.url)
    page.get_by_label("Bad answer").click()
    expect(page.get_by_label("Bad answer")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Anything to add?").fill("It was 13.")
    page.keyboard.press("Enter")
    expect(page.locator(".comment")).to_have_text("Thank you.")
    page.get_by_label("Bad answer").click()  # it is pressed already
    expect(page.get_by_label("Anything to add?")).to_be_visible()
    assert [given[1:] for given in service.engine.archive.feedback] == [("down", None), ("down", "It was 13.")]


def test_a_rating_that_cannot_be_sent_says_so(page: Page) -> None:
    answered_page(page, page.url)
    page.route("**/v1/feedback", lambda route: route.abort())
    page.get_by_label("Good answer").click()
    expect(page.locator(".comment")).to_contain_text("Could not be sent.")
    expect(page.get_by_label("Good answer")).to_have_attribute("aria-pressed", "false")


def test_filters_narrow_the_question_and_the_answer_shows_them(page: Page, service: Served) -> None:
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if "query" in request.url else None)
    page.get_by_role("button", name="Filters", exact=True).click()
    page.get_by_label("Published from").fill("2024-05-01")
    page.get_by_label("As known on").fill("2024-06-30")
    page.get_by_label("The Ellery Courier").check()
    said = "Only from 1 May 2024 · as known on 30 June 2024 · The Ellery Courier"
    expect(page.locator(".under .only")).to_have_text(said)
    ask(page)
    expect(page.locator(".turn .only")).to_have_text(said)
    assert sent[0] | {"history": []} == {
        "question": QUESTION, "history": [], "stream": True,
        "after": "2024-05-01", "as_of": "2024-06-30", "sources": ["The Ellery Courier"],
    }  # fmt: skip
    page.get_by_role("button", name="Remove filters").click()
    expect(page.locator(".under .only")).to_be_empty()


def test_a_refusal_is_said_plainly_with_what_comes_nearest(page: Page) -> None:
    ask(page, "Who won the cup?")
    expect(page.locator(".refusal .kicker")).to_have_text("Not answered")
    expect(page.locator(".refusal .why")).to_have_text("The archive does not tell.")
    expect(page.get_by_role("heading", name="Nearest coverage, does not answer")).to_be_visible()
    expect(page.locator(".nearest li")).to_have_count(2)
    assert page.locator(".entry, .mark").count() == 0
    expect(page.locator(".unseen[role=status]")).to_have_text("Not answered. The archive does not tell.")


UNCLEAR = (
    "It is not clear who “she” refers to: it may be Ines Vark or Ada Quill. Ask again with the name in place of it."
)


@pytest.mark.parametrize(
    ("reason", "said", "told"),
    [
        ("not_in_archive", "Darüber sagt das Archiv nichts.", None),
        ("ambiguous", "Die Frage ist für sich allein nicht eindeutig.", UNCLEAR),
        ("of_a_later_kind", "", UNCLEAR),
    ],
)
def test_a_refusal_is_told_in_the_readers_language_and_what_only_the_service_knows_is_marked_as_english(
    host: Page, script: Scripted, reason: str, said: str, told: str | None
) -> None:
    def stream(asked: dict[str, Any]) -> Iterator[bytes]:
        answer = refused(asked["question"], "ambiguous").as_json()
        return whole(answer | {"refusal": {"reason": reason, "message": UNCLEAR, "nearest": []}})

    script.stream = stream
    script.pages["/"] = (page_of('<archive-chat lang="de"></archive-chat>'), {})
    host.reload()
    host.get_by_label("Ihre Frage").fill("Who is she?")
    host.keyboard.press("Enter")
    expect(host.locator(".why")).to_have_text(" ".join(filter(None, [said, told])))
    expect(host.locator(".why [lang=en]")).to_have_text([told] if told else [])
    expect(host.locator(".unseen[role=status]")).to_have_text(
        " ".join(filter(None, ["Nicht beantwortet.", said, told]))
    )


def test_a_page_replaces_the_words_of_a_refusal_in_english_too(host: Page, script: Scripted) -> None:
    script.stream = lambda asked: whole(refused(asked["question"], "not_in_archive").as_json())
    host.evaluate("document.querySelector('archive-chat').strings = {not_in_archive: 'Ask our librarians.'}")
    ask(host, "Who?")
    expect(host.locator(".why")).to_have_text("Ask our librarians.")


def test_an_answer_of_a_model_that_broke_off_says_that_it_may_not_be_all(host: Page, script: Scripted) -> None:
    note = {"reader": "llm", "reader_note": "The language model's answer may not be whole: it took too long."}
    script.stream = lambda asked: whole(boats(asked["question"]) | note)
    ask(host)
    expect(host.locator(".note")).to_have_text("What is shown was checked, but may not be all.")


def test_what_was_read_into_the_question_is_shown(host: Page, script: Scripted) -> None:
    understood = {
        "question": "How many boats did the storm destroy?", "after": "2024-01-01", "before": None,
        "sources": ["The Ellery Courier"], "notes": ["'this year' is 2024."],
    }  # fmt: skip
    script.stream = lambda asked: whole({**boats(asked["question"]), "understood": understood})
    ask(host, "And boats this year?")
    expect(host.locator(".understood p")).to_have_text(
        [
            "Question understood as How many boats did the storm destroy?",
            "Only from 1 January 2024 · The Ellery Courier",
            "'this year' is 2024.",
        ]
    )
    expect(host.locator(".understood [lang=en]")).to_have_text("'this year' is 2024.")


def test_reports_that_disagree_stand_side_by_side_and_lead_to_their_paragraphs(host: Page, script: Scripted) -> None:
    disagreement = {"statements": [0, 1], "values": ["14 boats", "$1.5 million"], "kind": "number"}
    script.stream = lambda asked: whole({**boats(asked["question"]), "disagreements": [disagreement]})
    ask(host)
    sides = host.locator(".disagree .side")
    expect(sides.locator(".value")).to_have_text(["14 boats", "$1.5 million"])
    expect(sides.first).to_contain_text("The Ellery Courier · 31 May 2024")
    sides.nth(1).click()
    expect(host.locator("dialog.source mark")).to_have_text(COST)


def test_later_coverage_and_independent_reports_are_told_where_there_are_some(host: Page, script: Scripted) -> None:
    later = [
        {"article_id": "l", "title": "A later one", "source": "Echo", "published_at": "2024-07-01", "permalink": ""}
    ]

    def stream(asked: dict[str, Any]) -> Iterator[bytes]:
        answer = boats(asked["question"])
        answer["statements"][0]["reports"] = 3
        return whole({**answer, "later": later})

    script.stream = stream
    ask(host)
    expect(host.locator(".reports")).to_have_text(["3 independent reports"])
    expect(host.get_by_role("heading", name="Later coverage exists")).to_be_visible()
    expect(host.get_by_role("link", name="A later one")).to_have_attribute("href", f"{script.url}/articles/l")


def test_the_words_that_answer_are_set_off_within_the_quote(host: Page, script: Scripted) -> None:
    def stream(asked: dict[str, Any]) -> Iterator[bytes]:
        answer = boats(asked["question"])
        start = answer["citations"][0]["start"] + SAID.index("14 boats")
        answer["citations"][0]["highlight"] = [start, start + len("14 boats")]
        return whole(answer)

    script.stream = stream
    ask(host)
    marker(host).hover()
    expect(host.locator(".card blockquote strong")).to_have_text("14 boats")
    marker(host).click()
    expect(host.locator("dialog.source mark strong")).to_have_text("14 boats")
