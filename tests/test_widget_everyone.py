"""The widget for everyone, in Chromium: axe finds nothing, in every dress and width; touch, zoom, stillness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.fakes_api import FakeEngine
from tests.serving_api import Served, served
from tests.serving_widget import QUESTION, ask, marker, watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRESSES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}


@pytest.fixture(scope="module")
def service() -> Iterator[Served]:
    with served(FakeEngine()) as running:
        version = running.engine.archive.versions["storm"]
        retracted = replace(version.source, status="retracted", reason="Wrong year.")
        running.engine.archive.versions["storm"] = replace(version, source=retracted)
        yield running


def found(page: Page) -> list[str]:
    page.wait_for_timeout(450)  # what comes in is faded in, and has no contrast until then
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dress", DRESSES)
def test_axe_finds_nothing(browser: Browser, service: Served, dress: str, width: int) -> None:
    with watched(browser, viewport={"width": width, "height": 800}, **DRESSES[dress]) as page:
        page.goto(service.url)
        page.get_by_role("button", name="Filters", exact=True).click()
        expect(page.get_by_label("The Ellery Courier")).to_be_visible()
        assert found(page) == [], "the page with its filters"
        page.get_by_role("button", name="Filters", exact=True).click()
        ask(page)
        expect(page.get_by_label("Bad answer")).to_be_visible()
        marker(page).focus()
        expect(page.locator(".card .warning")).to_be_visible()
        assert found(page) == [], "an answer with the card"
        marker(page).press("Enter")
        expect(page.locator("dialog.source .warning").first).to_be_visible()
        assert found(page) == [], "the source panel"
        page.keyboard.press("Escape")
        page.get_by_label("Bad answer").click()
        expect(page.get_by_label("Anything to add?")).to_be_visible()
        ask(page, "Who won the cup?")
        expect(page.locator(".refusal")).to_be_visible()
        ask(page, "busy?")
        expect(page.locator(".failed")).to_be_visible()
        assert found(page) == [], "a rating, a refusal and an error"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dress", DRESSES)
def test_axe_finds_nothing_in_the_panel_of_a_page_and_on_an_articles_page(
    browser: Browser, service: Served, dress: str, width: int
) -> None:
    with watched(browser, viewport={"width": width, "height": 800}, **DRESSES[dress]) as page:
        page.goto(f"{service.url}/articles/storm?mark=90-118#p2")
        assert found(page) == [], "an article, retracted"
        page.goto(f"{service.url}/articles/long#p1")
        assert found(page) == [], "an article with a long title"
        page.goto(service.url)
        page.evaluate("document.querySelector('archive-chat').setAttribute('layout', 'button')")
        page.evaluate("document.querySelector('main').append(document.querySelector('archive-chat'))")
        page.get_by_role("button", name="Ask the archive").click()
        ask(page)
        expect(page.get_by_label("Good answer")).to_be_visible()
        assert found(page) == [], "the panel at the side"


def test_what_can_be_touched_measures_44_pixels(browser: Browser, service: Served) -> None:
    with watched(browser, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True) as page:
        page.goto(service.url)
        page.get_by_role("button", name="Filters", exact=True).tap()
        ask(page)
        expect(page.get_by_label("Good answer")).to_be_visible()
        ask(page, "Who won the cup?")
        expect(page.locator(".refusal")).to_be_visible()
        small = """all => all.filter((one) => one.offsetParent && Math.min(one.offsetWidth, one.offsetHeight) < 44)
            .map((one) => one.outerHTML)"""
        assert (
            page.locator("archive-chat")
            .locator("button, a, textarea, input[type=date], label:has(input)")
            .evaluate_all(small)
            == []
        )


def test_neighbouring_markers_are_44_pixels_apart_on_a_touch_screen(browser: Browser, service: Served) -> None:
    with watched(browser, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True) as page:
        page.goto(service.url)
        ask(page)
        boxes = [one.bounding_box() for one in page.locator(".mark").all()]
        assert all(box and (box["width"], box["height"]) == (44, 44) for box in boxes)


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256)])
def test_at_200_and_400_per_cent_everything_is_there_and_nothing_wider_than_the_window(
    browser: Browser, service: Served, width: int, height: int
) -> None:
    with watched(browser, viewport={"width": width, "height": height}, device_scale_factor=2) as page:
        page.goto(service.url)
        ask(page, "When did the bridge reopen?")
        marker(page).click()
        expect(page.locator("dialog.source mark")).to_have_text("The bridge reopened on Monday.")
        page.get_by_role("link", name="Read the article").scroll_into_view_if_needed()
        page.keyboard.press("Escape")
        page.get_by_label("Bad answer").click()
        expect(page.locator(".comment")).to_contain_text("Thank you.")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_whoever_wants_no_motion_sees_none(browser: Browser, service: Served) -> None:
    with watched(browser, reduced_motion="reduce") as page:
        page.goto(service.url)
        ask(page)
        marker(page).click()
        assert page.evaluate("document.getAnimations({subtree: true}).length") == 0
        moving = "all => all.filter((one) => one.getAnimations().length).length"
        assert page.locator("archive-chat").locator("*").evaluate_all(moving) == 0


def test_in_forced_colours_what_is_marked_and_lit_is_told_by_more_than_a_tint(
    browser: Browser, service: Served
) -> None:
    with watched(browser, viewport={"width": 1280, "height": 800}, forced_colors="active") as page:
        page.goto(service.url)
        ask(page)
        marker(page).click()
        mark = page.locator("dialog.source mark")
        expect(mark).to_be_visible()
        colour = "one => getComputedStyle(one).backgroundColor"
        assert mark.evaluate(colour) != page.locator("dialog.source").evaluate(colour)
        expect(page.locator(".statement.lit")).to_have_css("outline-style", "solid")


def test_focus_is_always_seen(browser: Browser, service: Served) -> None:
    with watched(browser) as page:
        page.goto(service.url)
        ask(page)
        expect(page.get_by_label("Good answer")).to_be_visible()
        ring = """() => { const one = document.querySelector('archive-chat').shadowRoot.activeElement;
            const seen = (part) => part && [getComputedStyle(part).outlineStyle, getComputedStyle(part).boxShadow]
                .some((value) => value !== 'none');
            return !one || [one, one.querySelector('span'), one.closest('.box')].some(seen) ? null : one.outerHTML; }"""
        for _ in range(16):
            page.keyboard.press("Shift+Tab")
            assert page.evaluate(ring) is None


def test_what_has_the_keyboard_is_never_behind_the_form(browser: Browser, service: Served) -> None:
    with watched(browser, viewport={"width": 700, "height": 420}) as page:
        page.goto(service.url)
        for count in (1, 2):
            ask(page)
            expect(page.get_by_label("Good answer")).to_have_count(count)
        covered = """() => { const root = document.querySelector('archive-chat').shadowRoot, one = root.activeElement;
            if (!one?.closest('.turns') || !one.matches('button')) return null;
            const {top, bottom} = one.getBoundingClientRect();
            const floor = root.querySelector('form[part]').getBoundingClientRect().top;
            return top >= 0 && bottom <= floor ? null : one.outerHTML; }"""
        for key in ["Shift+Tab"] * 16 + ["Tab"] * 16:
            page.keyboard.press(key)
            assert page.evaluate(covered) is None
        page.locator(".mark").first.focus()
        expect(page.locator(".card")).to_be_visible()


def test_a_conversation_is_announced_answer_by_answer(browser: Browser, service: Served) -> None:
    with watched(browser) as page:
        page.goto(service.url)
        expect(page.get_by_role("status")).to_have_count(1)
        for question, said in (
            (QUESTION, "Answered, with 2 sources."),
            ("Who won?", "Not answered."),
            ("busy?", "another"),
        ):
            ask(page, question)
            expect(page.get_by_role("status")).to_contain_text(said)
        assert page.locator("[aria-live], [role=alert], [role=log]").count() == 1
