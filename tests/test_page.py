"""The chat page and the article page, as a reader meets them in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fakes_api import SCRIPT, STORM, FakeEngine
from tests.serving_api import Served, served
from tests.serving_widget import ask, marker, watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(browser: Browser, service: Served) -> Iterator[Page]:
    with watched(browser) as page:
        page.goto(service.url)
        yield page


def test_the_page_says_what_the_archive_holds(page: Page) -> None:
    expect(page.locator(".holdings")).to_contain_text("3 articles. Sources:")
    expect(page.locator(".promise")).to_contain_text("Every sentence of an answer is cited")


def test_the_newest_headlines_are_there_to_begin_with(page: Page) -> None:
    expect(page.locator(".suggestion")).to_have_text([STORM.title])  # the others are too long
    page.locator(".suggestion").press("Enter")
    expect(page.locator(".turn > h2")).to_have_text(STORM.title)


def test_html_in_articles_and_questions_stays_text(page: Page) -> None:
    ask(page, f"What did the mayor say? {SCRIPT}")
    expect(page.get_by_label("Good answer")).to_be_visible()
    expect(page.locator("h2").first).to_contain_text(SCRIPT)
    expect(page.locator(".says")).to_contain_text(SCRIPT)
    marker(page).click()
    expect(page.locator("dialog.source .title")).to_contain_text(SCRIPT)
    expect(page.locator("dialog.source mark")).to_contain_text(SCRIPT)
    assert page.locator("archive-chat img, archive-chat script, archive-chat .says b").count() == 0
    assert page.locator("archive-chat a[href^='javascript']").count() == 0
    page.get_by_role("link", name="Read the article").click()
    page.wait_for_url("**#p1")
    expect(page.locator("h1")).to_contain_text(SCRIPT)
    expect(page.locator(":target")).to_contain_text(SCRIPT)
    assert page.locator("img, script:not([type='application/ld+json']), .body i").count() == 0


def test_an_empty_archive_says_how_to_fill_it(browser: Browser) -> None:
    engine = FakeEngine()
    engine.archive.versions.clear()
    with served(engine) as service, watched(browser) as page:
        page.goto(service.url)
        expect(page.locator(".masthead code")).to_have_text("qa ingest FOLDER")
        ask(page, "Anything?")
        expect(page.locator(".refusal .why")).to_have_text("The archive holds nothing to answer from.")


def test_an_article_can_be_read_without_javascript(browser: Browser, service: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service.url}/articles/storm#p3")
    expect(page.locator("#p3")).to_contain_text("I have never seen the sea so angry")
    assert page.locator(".number").all_text_contents() == ["1", "2", "3", "4"]
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_an_article_is_not_wider_than_the_window(page: Page, service: Served, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{service.url}/articles/long")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_is_loaded_from_elsewhere(browser: Browser, service: Served) -> None:
    with watched(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in ("/", "/docs", "/articles/storm"):
            page.goto(service.url + path)
        assert all(url.startswith(service.url) for url in asked)
