"""``python -m tests.screenshots HOME FOLDER``: the widget's main states over the archive in HOME, as small PNG files.

Phone and desktop, light and dark; the answers are the engine's own. ``make screenshots`` gives it the sample archive.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from qa import engine as engines
from qa.settings import Settings
from tests.serving_api import chromium, served
from tests.serving_widget import ask, marker, page_of

WINDOWS = {"phone": (390, 844), "desktop": (1280, 800)}
COLOURS = 64
QUESTION = "How long was Daniel Orme jailed for?"
UNTOLD = "What was the height of the highest tide at Port Ellery in 2018?"
STORY = (
    "<style>:root { color-scheme: light dark; font: 1.125rem/1.6 Georgia, serif }"
    "main { max-width: 34rem; margin: 3rem auto; padding: 0 1.25rem }</style>"
)
MORE = (
    "<p>The Harbour Trust meets again on Thursday, with two seats empty and its accounts for last year still unsigned. "
    "Members have been told to expect a long evening.</p>" * 6
)


def main(home: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    engine = engines.build(Settings(home=home))
    try:
        with served(engine) as service, chromium() as browser:  # type: ignore[arg-type]
            for window, (width, height) in WINDOWS.items():
                for scheme in ("light", "dark"):
                    page = _window(browser, window, width, height, scheme)
                    for state, show in STATES.items():
                        show(page, service.url)
                        page.wait_for_timeout(600)  # what comes in is faded in
                        _save(page.screenshot(), folder / f"{state}-{window}-{scheme}.png")
                    page.context.close()
    finally:
        engine.close()


def _window(browser: Browser, window: str, width: int, height: int, scheme: str) -> Page:
    touch = window == "phone"
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        has_touch=touch,
        is_mobile=touch,
        locale="en-GB",
    )
    return context.new_page()


def _start(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".suggestion").first).to_be_visible()


def _answer(page: Page, _url: str) -> None:
    ask(page, QUESTION)
    expect(page.get_by_label("Good answer")).to_be_visible(timeout=60_000)
    if _touches(page):
        marker(page).tap()
    else:
        marker(page).hover()
    expect(page.locator(".card")).to_be_visible()


def _touches(page: Page) -> bool:
    return bool(page.evaluate("matchMedia('(pointer: coarse)').matches"))


def _source(page: Page, url: str) -> None:
    if _touches(page):
        marker(page).tap()
    else:
        marker(page).click()
    expect(page.locator("dialog.source mark")).to_be_visible()


def _refusal(page: Page, url: str) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New conversation").click()
    ask(page, UNTOLD)
    expect(page.locator(".refusal")).to_be_visible(timeout=60_000)


def _panel(page: Page, url: str) -> None:
    chat = '<archive-chat layout="button" suggestions="How long was Daniel Orme jailed for?"></archive-chat>'
    page.route(
        "**/publisher", lambda route: route.fulfill(body=page_of(chat, head=STORY, more=MORE), content_type="text/html")
    )
    page.evaluate("sessionStorage.clear()")
    page.goto(f"{url}/publisher")
    page.get_by_role("button", name="Ask the archive").click()
    page.get_by_role("button", name=QUESTION).click()
    expect(page.get_by_label("Good answer")).to_be_visible(timeout=60_000)


STATES = {"start": _start, "answer": _answer, "source": _source, "refusal": _refusal, "embedded": _panel}


def _save(png: bytes, path: Path) -> None:
    """With a palette: a third of the size, and no difference to see."""
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
