"""From a sentence to the paragraph it stands on, in Chromium: markers, the card, the source panel, and the way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qa.types import Article, ArticleEvent, Block
from tests.fakes_api import STORM, answered, version_of
from tests.serving_api import Served
from tests.serving_widget import (
    COST,
    QUESTION,
    SAID,
    Scripted,
    answered_page,
    ask,
    cited,
    focused,
    marker,
    scripted,
    watched,
    whole,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def script() -> Iterator[Scripted]:
    with scripted() as running:
        yield running


@pytest.fixture
def page(browser: Browser, service: Served) -> Iterator[Page]:
    service.engine.archive.versions["storm"] = version_of(STORM, "storm")
    with watched(browser, viewport={"width": 1280, "height": 800}) as page:
        yield answered_page(page, service.url)


def test_each_statement_is_followed_by_its_marker(page: Page) -> None:
    expect(page.locator(".statement")).to_have_text([SAID, COST])
    expect(page.locator(".statement + .marks")).to_have_text(["1", "2"])
    expect(marker(page)).to_have_accessible_name(
        "Source 1: \u2068Fourteen boats lost as storm strikes Port Ellery\u2069, paragraph 2"
    )


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_a_marker_shows_a_card_with_source_date_age_and_the_quoted_words(page: Page, way: str) -> None:
    if way == "hover":
        marker(page).hover()
    else:
        tab_to(page, "Source 1:")
    card = page.locator(".card")
    expect(card).to_be_visible()
    years = (dt.datetime.now(dt.UTC).date() - dt.date(2024, 5, 31)).days // 365.25
    expect(card.locator(".about")).to_have_text(
        f"The Ellery Courier · 31 May 2024 · {years:.0f} years ago · paragraph 2", use_inner_text=True
    )
    expect(card.locator(".title")).to_have_text(STORM.title)
    expect(card.locator("blockquote")).to_have_text(SAID)
    expect(marker(page)).to_have_accessible_description(card.inner_text().replace("\n", " "), timeout=2_000)


def test_the_card_stays_while_the_pointer_is_on_it_and_goes_with_escape(page: Page) -> None:
    marker(page).hover()
    page.locator(".card").hover()
    page.wait_for_timeout(350)
    expect(page.locator(".card")).to_be_visible()
    page.locator(".entry").first.hover()
    expect(page.locator(".card")).to_be_hidden()
    tab_to(page, "Source 2:")
    page.keyboard.press("Escape")
    expect(page.locator(".card")).to_be_hidden()
    assert focused(page).startswith("Source 2:")


def test_on_a_touch_screen_a_tap_shows_the_card_and_the_next_one_the_paragraph(
    browser: Browser, service: Served
) -> None:
    with watched(browser, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}) as page:
        answered_page(page, service.url)
        marker(page).tap()
        expect(page.locator(".card blockquote")).to_have_text(SAID)
        expect(page.locator("dialog.source")).to_be_hidden()
        marker(page).tap()
        expect(page.locator("dialog.source mark")).to_have_text(SAID)
        expect(page.locator(".card")).to_be_hidden()
        assert page.locator("dialog.source").evaluate("one => one.matches(':modal')")


def test_a_tap_elsewhere_puts_the_card_away(browser: Browser, service: Served) -> None:
    with watched(browser, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}) as page:
        answered_page(page, service.url)
        marker(page).tap()
        page.locator(".turn > h2").tap(force=True)
        expect(page.locator(".card")).to_be_hidden()


def test_the_keyboard_alone_goes_from_the_question_to_the_source_and_back(page: Page) -> None:
    page.reload()
    page.evaluate(
        """() => {
            window.said = [];
            const region = document.querySelector('archive-chat').shadowRoot.querySelector('[aria-live]');
            new MutationObserver(() => said.push(region.textContent)).observe(region, {childList: true});
        }"""
    )
    tab_to(page, "Your question", by="textarea")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Good answer")).to_have_count(2)
    assert page.evaluate("said") == [f"Answered, with 2 sources. {SAID} [1] {COST} [2]"]
    tab_to(page, "Source 2:", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.source mark")).to_have_text(COST)
    assert focused(page) == STORM.title
    page.keyboard.press("Tab")
    assert focused(page) == "Read the article"
    page.keyboard.press("Escape")
    expect(page.locator("dialog.source")).to_be_hidden()
    assert focused(page).startswith("Source 2:")
    assert len(page.evaluate("said")) == 1


def test_the_panel_shows_the_paragraph_between_its_neighbours_with_the_quote_marked(page: Page) -> None:
    marker(page).click()
    panel = page.locator("dialog.source")
    expect(panel.locator(".place")).to_have_text("Paragraph 2 of 4")
    expect(panel.locator(".paragraph .number")).to_have_text(["1", "2", "3"])
    expect(panel.locator(".passage h3")).to_have_text("What was lost")
    expect(panel.locator(".cited p")).to_have_text(f"{SAID} No one was hurt.")
    expect(panel.locator("mark")).to_have_text(SAID)


def test_the_panel_stands_beside_the_answer_where_there_is_room(page: Page) -> None:
    marker(page).click()
    answer, panel = box(page.locator(".says")), box(page.locator("dialog.source"))
    assert answer["x"] + answer["width"] <= panel["x"]
    assert not page.locator("dialog.source").evaluate("one => one.matches(':modal')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_panel_leads_to_the_article_and_to_the_words_at_the_publisher(page: Page) -> None:
    marker(page).click()
    outward = page.get_by_role("link", name="At the publisher")
    expect(outward).to_have_attribute(
        "href",
        "https://courier.example/2024/05/31/storm"
        "#:~:text=The%20storm%20destroyed%2014%20boats%2C%20harbour%20master%20Ines%20Vark%20said%20on%20Friday.",
    )
    page.get_by_role("link", name="Read the article").click()
    page.wait_for_url("**/articles/storm?**#p2")
    expect(page.locator(":target mark")).to_have_text(SAID)
    page.get_by_role("link", name="Ask the archive").click()
    expect(page.locator(".statement")).to_have_count(2)


def test_words_that_stand_twice_in_an_article_are_told_apart_at_the_publisher(
    browser: Browser, script: Scripted
) -> None:
    blocks = (Block("paragraph", "It rained."), Block("paragraph", "At noon, they said - again - It rained. 🌧 So"))
    article = Article("Rain", blocks, url="https://a.example/x#top", given_id="rain")
    script.hold(article)
    script.stream = lambda _: whole(cited(article, 2, "It rained."))
    with watched(browser) as page:
        page.goto(script.url)
        ask(page)
        marker(page).click()
        expect(page.get_by_role("link", name="At the publisher")).to_have_attribute(
            "href", "https://a.example/x#top:~:text=they%20said%20%2D%20again%20%2D-,It%20rained."
        )


def test_a_statement_and_its_citation_light_each_other_up(page: Page) -> None:
    page.locator(".statement").nth(1).hover()
    assert lit(page) == [COST, "2", "entry 2"]
    page.locator(".entry").first.hover()
    assert lit(page) == [SAID, "1", "entry 1"]
    marker(page, 2).click()
    page.locator("dialog.source .place").hover()
    assert lit(page) == [COST, "2", "entry 2"]
    page.get_by_role("button", name="Close").click()
    page.mouse.move(2, 2)
    page.evaluate("document.querySelector('archive-chat').shadowRoot.activeElement.blur()")
    assert lit(page) == []
    page.locator(".statement").first.click()
    page.mouse.move(2, 2)
    assert lit(page) == [SAID, "1", "entry 1"]


def test_the_list_of_sources_opens_the_panel_too_and_gets_the_keyboard_back(page: Page) -> None:
    page.locator(".entry").nth(1).press("Enter")
    expect(page.locator("dialog.source mark")).to_have_text(COST)
    page.get_by_role("button", name="Close").press("Enter")
    assert "entry" in page.evaluate("document.querySelector('archive-chat').shadowRoot.activeElement.className")


def test_another_citation_takes_the_place_of_the_first_in_the_panel(page: Page) -> None:
    marker(page).click()
    expect(page.locator("dialog.source mark")).to_have_text(SAID)
    marker(page, 2).click()
    expect(page.locator("dialog.source mark")).to_have_text(COST)
    page.keyboard.press("Escape")
    assert focused(page).startswith("Source 2:")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("retracted", "This article was retracted. The figures were those of another year."),
        ("superseded", "The article has changed since this version."),
        ("corrected", "Corrected, 3 June 2024 The boats were 13."),
    ],
)
def test_a_source_that_is_no_longer_what_it_was_says_so(
    page: Page, service: Served, monkeypatch: pytest.MonkeyPatch, status: str, said: str
) -> None:
    archive = service.engine.archive
    if status == "corrected":
        event = ArticleEvent("storm", "v-storm", "correction", "2024-06-03", "The boats were 13.", "markup")
        monkeypatch.setattr(archive, "events", lambda _: (event,))
    else:
        version = archive.versions["storm"]
        changed = replace(version.source, status=status, reason="The figures were those of another year.")
        archive.versions["storm"] = replace(version, source=changed)
    marker(page).hover()
    expect(page.locator(".card .warning")).to_contain_text(said.partition(". ")[0])
    marker(page).click()
    expect(page.locator("dialog.source .warning").first).to_contain_text(said.rstrip("."))
    expect(page.get_by_role("link", name="Read the current version")).to_have_count(int(status == "superseded"))


def test_an_old_source_says_how_old_it_is(page: Page) -> None:
    marker(page).click()
    expect(page.locator("dialog.source .warning")).to_contain_text("years ago: things may have changed since.")


def test_an_article_that_is_gone_still_shows_what_was_quoted(page: Page, service: Served) -> None:
    del service.engine.archive.versions["storm"]
    marker(page).click()
    expect(page.locator("dialog.source .warning").first).to_contain_text("no longer holds this article")
    expect(page.locator("dialog.source mark")).to_have_text(SAID)


def test_an_article_that_cannot_be_fetched_can_be_tried_again(page: Page) -> None:
    page.route("**/v1/articles/**", lambda route: route.abort())
    marker(page).click()
    expect(page.locator("dialog.source")).to_contain_text("cannot be shown now")
    page.unroute("**/v1/articles/**")
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.locator("dialog.source .place")).to_have_text("Paragraph 2 of 4")
    assert focused(page) == STORM.title


@pytest.mark.parametrize(
    ("before", "quote", "after"),
    [
        ("🌊🌊 Waves 👩‍👩‍👧 rose. ", "The pier 🏴󠁧󠁢󠁥󠁮󠁧󠁿 held.", " So it was."),
        ("e\u0301te\u0301 𝒳 ", "no\u0308el 𝔹\u0332", " a\u030a"),
        ("שלום ", "עולם 🌍", " סוף"),
    ],
)
def test_emoji_and_combining_characters_are_marked_at_their_place(
    browser: Browser, script: Scripted, before: str, quote: str, after: str
) -> None:
    article = Article(
        "Waves 🌊", (Block("paragraph", "First. 🧑🏽‍🚒"), Block("paragraph", before + quote + after)), given_id="w"
    )
    script.hold(article)
    script.stream = lambda _: whole(cited(article, 2, quote))
    with watched(browser) as page:
        page.goto(script.url)
        ask(page)
        marker(page).click()
        expect(page.locator("dialog.source mark")).to_have_text(quote)
        assert page.locator(".cited p").evaluate("one => one.firstChild.textContent") == before
        assert page.locator(".cited p").evaluate("one => one.lastChild.textContent") == after


def test_items_of_a_list_stand_on_lines_of_their_own(browser: Browser, script: Scripted) -> None:
    article = Article("Storm", (Block("paragraph", "It wants:"), Block("list_item", "a siren")), given_id="l")
    script.hold(article)
    answer = answered("What?", [(version_of(article, "l"), 1, "It wants:"), (version_of(article, "l"), 2, "a siren")])
    told = answer.as_json()
    told["statements"][1]["item"] = True
    script.stream = lambda _: whole(told)
    with watched(browser) as page:
        page.goto(script.url)
        ask(page)
        expect(page.locator(".statement")).to_have_text(["It wants:", "a siren"])
        expect(page.locator(".item")).to_have_text("a siren2")
        assert box(page.locator(".item"))["y"] > box(page.locator(".statement").first)["y"]
        marker(page, 2).click()
        expect(page.locator("dialog.source mark")).to_have_text("a siren")


def tab_to(page: Page, start: str, *, key: str = "Tab", by: str = "") -> None:
    for _ in range(40):
        page.keyboard.press(key)
        if by and page.locator(by).evaluate("one => one.matches(':focus')"):
            return
        if not by and focused(page).startswith(start):
            return
    raise AssertionError(f"the keyboard does not reach {start}; it is on {focused(page)}")


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found
    return dict(found)


def lit(page: Page) -> list[str]:
    script = """all => all.map(one => one.classList.contains('entry')
        ? `entry ${one.querySelector('.number').textContent}` : one.textContent)"""
    return list(page.locator(".lit").evaluate_all(script))
