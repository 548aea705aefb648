"""The chat page and the article page, as a reader meets them in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fakes_api import SCRIPT, FakeEngine
from tests.serving_api import Served, chromium, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def service() -> Iterator[Served]:
    with served(FakeEngine(pause=0.03)) as running:
        yield running


@pytest.fixture
def page(browser: Browser, service: Served) -> Iterator[Page]:
    """The chat page. Whatever the test does, no script of a stranger may run and no error may be logged."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(service.url)
    yield page
    assert page.evaluate("window.hacked") is None
    assert errors == []
    page.close()


def ask(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def test_a_question_gets_a_cited_answer(page: Page) -> None:
    ask(page, "How many boats were lost?")
    expect(page.locator(".says")).to_contain_text("The storm destroyed 14 boats")
    expect(page.get_by_role("link", name="Source 1: Fourteen boats lost")).to_be_visible()
    expect(page.locator(".sources li")).to_have_count(2)
    first = page.locator(".sources li").first
    expect(first).to_contain_text("The Ellery Courier · 31 May 2024 · paragraph 2")
    expect(first.locator("mark")).to_have_text("The storm destroyed 14 boats, harbour master Ines Vark said on Friday.")


def test_a_citation_leads_to_its_paragraph_marked(page: Page) -> None:
    ask(page, "How many boats were lost?")
    page.get_by_role("link", name="Source 1").click()
    page.wait_for_url("**/articles/storm?**#p2")
    expect(page.locator(":target")).to_contain_text("The storm destroyed 14 boats")
    expect(page.locator(":target mark")).to_have_text(
        "The storm destroyed 14 boats, harbour master Ines Vark said on Friday."
    )
    assert page.locator(":target").evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_the_way_back_from_an_article_leads_to_the_answer(page: Page) -> None:
    ask(page, "How many boats were lost?")
    page.get_by_role("link", name="Source 2").click()
    page.wait_for_url("**#p4")
    page.get_by_role("link", name="Ask the archive").click()
    expect(page.get_by_role("heading", name="How many boats were lost?")).to_be_visible()
    expect(page.locator(".sources li")).to_have_count(2)


def test_the_keyboard_alone_asks_and_follows_a_citation(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.type("How many boats were lost?")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Good answer")).to_be_visible()
    while not focused(page).startswith("Source 1:"):
        page.keyboard.press("Shift+Tab")
    assert page.locator(".sources li.lit").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**#p2")


def focused(page: Page) -> str:
    script = "document.querySelector('archive-chat').shadowRoot.activeElement?.getAttribute('aria-label') ?? ''"
    return str(page.evaluate(script))


def test_a_finished_answer_is_announced_once(page: Page) -> None:
    page.evaluate(
        """() => {
            window.said = [];
            const region = document.querySelector('archive-chat').shadowRoot.querySelector('[aria-live]');
            new MutationObserver(() => said.push(region.textContent)).observe(region, {childList: true});
        }"""
    )
    ask(page, "How many boats were lost?")
    expect(page.get_by_label("Good answer")).to_be_visible()
    said = page.evaluate("said")
    assert len(said) == 1
    assert said[0].startswith("Answered, with 2 sources.")


def test_html_in_articles_and_questions_stays_text(page: Page) -> None:
    ask(page, f"What did the mayor say? {SCRIPT}")
    expect(page.get_by_label("Good answer")).to_be_visible()
    expect(page.locator("h2")).to_contain_text(SCRIPT)
    expect(page.locator(".says")).to_contain_text(SCRIPT)
    expect(page.locator(".sources .title")).to_contain_text(SCRIPT)
    assert page.locator("archive-chat img, archive-chat script, archive-chat .says b").count() == 0
    assert page.locator("archive-chat a[href^='javascript']").count() == 0
    page.locator(".sources .title").click()
    page.wait_for_url("**#p1")
    expect(page.locator("h1")).to_contain_text(SCRIPT)
    expect(page.locator(":target")).to_contain_text(SCRIPT)
    assert page.locator("img, script:not([type='application/ld+json']), .body i").count() == 0


def test_a_refusal_is_said_plainly_with_what_comes_nearest(page: Page) -> None:
    ask(page, "Who won the cup?")
    expect(page.locator(".refusal .why")).to_have_text("The archive does not tell.")
    expect(page.get_by_role("heading", name="Nearest coverage, does not answer")).to_be_visible()
    expect(page.locator(".nearest li")).to_have_count(2)
    assert page.locator(".sources li, .mark").count() == 0


def test_an_empty_archive_says_how_to_fill_it(browser: Browser) -> None:
    engine = FakeEngine()
    engine.archive.versions.clear()
    with served(engine) as service:
        page = browser.new_page()
        page.goto(service.url)
        expect(page.locator(".masthead code")).to_have_text("qa ingest FOLDER")
        ask(page, "Anything?")
        expect(page.locator(".refusal code")).to_have_text("qa ingest FOLDER")
        page.close()


def test_a_server_that_goes_while_it_answers_is_told_and_what_was_checked_stays(page: Page, service: Served) -> None:
    service.engine.cut.set()
    ask(page, "How many boats were lost?")
    expect(page.locator(".failed")).to_contain_text("The connection broke before the answer was complete.")
    expect(page.locator(".says")).to_contain_text("The storm destroyed 14 boats")
    service.engine.cut.clear()
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_label("Good answer")).to_be_visible()


def test_a_server_that_is_not_there_is_told(page: Page, service: Served) -> None:
    service.stop()
    ask(page, "How many boats were lost?")
    expect(page.locator(".failed")).to_contain_text("The archive cannot be reached.")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_being_offline_is_told(page: Page) -> None:
    page.context.set_offline(True)
    ask(page, "How many boats were lost?")
    expect(page.locator(".failed")).to_contain_text("You are offline.")


def test_an_error_of_the_service_is_shown_with_its_hint(page: Page) -> None:
    ask(page, "busy?")
    expect(page.locator(".failed")).to_contain_text("another process is writing try again in a moment")


def test_a_question_that_is_too_long_is_told(page: Page) -> None:
    ask(page, "x" * 2001)
    expect(page.locator(".failed")).to_contain_text("2,001")


def test_an_answer_can_be_stopped(page: Page, service: Served) -> None:
    service.engine.pause = 1.0
    ask(page, "How many boats were lost?")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".note")).to_contain_text("Stopped.")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_two_questions_in_a_row_keep_their_own_citations(page: Page) -> None:
    ask(page, "How many boats were lost?")
    expect(page.get_by_label("Good answer")).to_have_count(1)
    ask(page, "When did the bridge reopen?")
    expect(page.get_by_label("Good answer")).to_have_count(2)
    first, second = page.locator(".answer").nth(0), page.locator(".answer").nth(1)
    expect(first.locator(".sources li")).to_have_count(2)
    expect(second.locator(".sources li")).to_have_count(1)
    expect(second.locator(".mark")).to_have_attribute("href", f"{page.url}articles/long?version=v-long&mark=0-30#p1")


def test_a_question_asked_while_another_is_answered_gets_its_own_answer(page: Page, service: Served) -> None:
    service.engine.pause = 0.2
    page.evaluate(
        """() => {
            const chat = document.querySelector('archive-chat');
            chat.ask('How many boats were lost?');
            setTimeout(() => chat.ask('When did the bridge reopen?'), 100);
        }"""
    )
    expect(page.get_by_label("Good answer")).to_have_count(1)
    expect(page.locator(".answer").nth(0)).to_contain_text("Stopped.")
    expect(page.locator(".answer").nth(1).locator(".says")).to_contain_text("The bridge reopened on Monday.")


def test_a_rating_reaches_the_service(page: Page, service: Served) -> None:
    ask(page, "How many boats were lost?")
    page.get_by_label("Bad answer").click()
    expect(page.locator(".said")).to_have_text("Thank you.")
    expect(page.get_by_label("Bad answer")).to_have_attribute("aria-pressed", "true")
    assert [rating for _, rating, _ in service.engine.archive.feedback] == ["down"]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "When did the bridge reopen?")
    expect(page.get_by_label("Good answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".mark").click()
    page.wait_for_url("**#p1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_can_be_touched_is_at_least_44_pixels_high(page: Page) -> None:
    ask(page, "How many boats were lost?")
    expect(page.get_by_label("Good answer")).to_be_visible()
    boxes = [button.bounding_box() for button in page.get_by_role("button").all()]
    assert all(box and min(box["width"], box["height"]) >= 44 for box in boxes)


def test_an_article_can_be_read_without_javascript(browser: Browser, service: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service.url}/articles/storm#p3")
    expect(page.locator("#p3")).to_contain_text("I have never seen the sea so angry")
    assert page.locator(".number").all_text_contents() == ["1", "2", "3", "4"]
    context.close()


def test_nothing_is_loaded_from_elsewhere(browser: Browser, service: Served) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/docs", "/articles/storm"):
        page.goto(service.url + path)
    assert all(url.startswith(service.url) for url in asked)
    page.close()
