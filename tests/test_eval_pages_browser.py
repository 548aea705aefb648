"""The pages of runs and comparisons, as a reader meets them in Chromium."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from eval.compare import compare
from eval.pages import comparison_page
from eval.pages.records import KINDS
from tests.sample_runs import HOSTILE, TEXTS, every_kind, hostile_run, many, other_run, page_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCHEMES, WIDTHS = ("light", "dark"), (390, 1280)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own. Whatever the test does, no stranger's script may run and no error may be logged."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    assert page.evaluate("window.hacked") is None
    assert errors == []
    page.close()


def opened(page: Page, folder: Path, text: str, fragment: str = "") -> Page:
    (folder / "report.html").write_text(text, encoding="utf-8")
    page.goto((folder / "report.html").as_uri() + fragment)
    return page


def open_everything(page: Page) -> None:
    for selector in ("#list > ol > li > details", "details"):
        page.evaluate("s => document.querySelectorAll(s).forEach(one => { one.open = true })", selector)
        page.wait_for_timeout(100)  # a question's inside is made when its opening is told, a moment later


def shown(page: Page) -> list[str]:
    return page.locator(".questions > li:visible .asked").all_text_contents()


def test_hostile_text_is_read_as_text(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, page_of(hostile_run()))
    open_everything(page)
    first = page.locator(".questions > li").first
    expect(first.locator(".asked")).to_have_text(HOSTILE)
    expect(first.locator(".passage .source").first).to_contain_text(HOSTILE)
    expect(first.locator(".passage mark").first).to_contain_text("<img src=x")
    assert page.locator("img, main script, [onerror], a[href^='javascript']").count() == 0


def test_markup_that_got_in_would_run_nothing(browser: Browser, tmp_path: Path) -> None:
    text = page_of(every_kind()).replace("</h1>", "</h1><img src=x onerror=\"window.hacked='yes'\">", 1)
    page = opened(browser.new_page(), tmp_path, text)
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None
    put = "() => { try { document.body.innerHTML = '<i>x</i>'; return null } catch (error) { return error.name } }"
    assert page.evaluate(put) == "TypeError"
    page.close()


def test_searching_shows_the_questions_with_all_the_words(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, page_of(every_kind()))
    box = page.get_by_label("Search in questions")
    box.fill("READ what")
    assert shown(page) == ["What of read wrongly?"]
    expect(page.get_by_role("status")).to_have_text("1 of 8 questions shown")
    box.fill("bridge at wick reopened")
    assert shown(page) == ["What of right?", "What of cited wrongly?"]


def test_filters_narrow_each_other_and_clear_again(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, page_of(every_kind()))
    page.get_by_role("combobox", name="Outcome").select_option(label="all wrong (6)")
    assert len(shown(page)) == 6
    page.get_by_role("combobox", name="Answerable").select_option("no")
    assert shown(page) == ["What of answered wrongly?"]
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("combobox", name="Tag").select_option("odd")
    assert shown(page) == ["What of refused rightly?", "What of answered wrongly?"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_outcome_leads_to_its_questions(page: Page, tmp_path: Path, kind: str) -> None:
    opened(page, tmp_path, page_of(every_kind()))
    page.get_by_role("link", name=kind, exact=True).click()
    assert shown(page) == [f"What of {kind}?"]


def test_an_outcome_that_no_question_has_leads_to_none(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, page_of(hostile_run()))
    page.get_by_role("link", name="ranked low", exact=True).click()
    assert shown(page) == []
    expect(page.get_by_role("status")).to_have_text("0 of 3 questions shown")


def test_questions_can_be_sorted(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, page_of(every_kind()))
    page.get_by_role("combobox", name="Order").select_option("least confident first")
    assert shown(page)[:2] == ["What of refused rightly?", "What of refused wrongly?"]
    page.get_by_role("combobox", name="Order").select_option("as in the set")
    assert shown(page)[0] == "What of right?"


def test_an_opened_question_shows_answer_gold_and_ranking(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, page_of(every_kind()))
    one = page.locator(".questions > li").first
    assert one.locator(".opened").count() == 0
    one.locator("summary").click()
    # What is opened is built on the toggle event, which comes after the click's own task.
    sections = one.locator(".columns > section")
    expect(sections).to_have_count(2)
    answer, gold = sections.all()
    expect(answer.locator(".passage").first).to_contain_text(
        "The Wick Herald · 1 March 2024 · paragraph 1 · hits the gold"
    )
    expect(answer.locator("mark").first).to_have_text("The old bridge at Wick reopened on Friday.")
    expect(gold).to_contain_text("ranked 1 of 3")
    expect(gold.locator("mark")).to_have_text(TEXTS[1][:20].strip())
    expect(one.locator(".ranked summary")).to_have_text("Ranked passages (3, gold at 1)")
    expect(one.locator(".facts")).to_contain_text("2 March 2024")


def test_an_address_opens_its_question(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, page_of(every_kind()), "#ranked%20low")
    one = page.locator(".questions > li", has_text="What of ranked low?")
    expect(one.locator(".opened")).to_be_visible()
    expect(one.locator("summary").first).to_be_focused()
    expect(one.locator(".permalink")).to_have_attribute("href", "#ranked%20low")


def test_the_keyboard_alone_finds_and_opens_a_question(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, page_of(every_kind()))
    page.get_by_label("Search in questions").focus()
    page.keyboard.type("ranked")
    for _ in range(6):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".opened")).to_contain_text("a passage ranked above it was cited first")


def test_without_javascript_figures_and_plots_are_there(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context.new_page(), tmp_path, page_of(every_kind()))
    expect(page.locator(".card .figure").first).to_be_visible()
    assert page.locator("svg.plot:visible").count() == 2
    expect(page.get_by_text("The list of questions needs JavaScript")).to_be_visible()
    context.close()


def test_nothing_is_asked_of_anyone(page: Page, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, tmp_path, page_of(hostile_run()))
    open_everything(page)
    assert len(asked) == 1


def test_both_answers_of_a_flip_stand_side_by_side(page: Page, tmp_path: Path) -> None:
    before, after = every_kind(), other_run()
    opened(page, tmp_path, comparison_page(before, after, compare(before, after)))
    page.get_by_role("link", name="1 worse").click()
    assert shown(page) == ["What of right?"]
    page.locator(".questions summary:visible").first.click()
    expect(page.get_by_role("heading", name="Answer before")).to_be_visible()
    expect(page.get_by_role("heading", name="Answer after")).to_be_visible()


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_nothing_is_wider_than_the_window(page: Page, tmp_path: Path, width: int) -> None:
    before, after = every_kind(), other_run()
    for text in (page_of(before), page_of(hostile_run()), comparison_page(before, after, compare(before, after))):
        page.set_viewport_size({"width": width, "height": 800})
        opened(page, tmp_path, text)
        open_everything(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_can_be_touched_is_at_least_44_pixels_high(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, tmp_path, page_of(every_kind()))
    open_everything(page)
    for one in page.locator("button, input, select, summary, nav a, table a, .permalink").all():
        box = one.bounding_box()
        assert box, one
        assert min(box["width"], box["height"]) >= 44, one.text_content()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_violation(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    before, after = every_kind(), other_run()
    for text in (page_of(before), comparison_page(before, after, compare(before, after))):
        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 844})  # type: ignore[arg-type]
        opened(page, tmp_path, text)
        open_everything(page)
        found = Axe().run(page)
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]] == []
        page.close()


def test_a_thousand_questions_open(page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page_of(many(1000))
    start = time.perf_counter()
    opened(page, tmp_path, text)
    page.wait_for_selector(".questions > li:nth-child(1000)", state="attached")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    taken = time.perf_counter() - start
    with capsys.disabled():
        print(f"\n1,000 questions, {len(text.encode()) / 1e6:.1f} MB: open after {taken:.2f} s")
    assert taken < 10
