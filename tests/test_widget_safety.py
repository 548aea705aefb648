"""What strangers write stays text in the widget: 200 hostile answers, refusals and errors in one page of Chromium."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.events import encode
from qa.types import Article, Block, jsonable
from tests.fakes_api import FakeEngine, refused
from tests.serving_api import served
from tests.serving_widget import Scripted, ask, cited, marker, page_of, scripted, watched, whole

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEED, MANY = 20261121, 200
HACK = "window.hacked=1"
URLS = (
    f"javascript:{HACK}", f" javascript:{HACK}", f"java\tscript:{HACK}", f"JAVASCRIPT://x%0a{HACK}", "vbscript:x",
    f"data:text/html,<script>{HACK}</script>", "data:image/svg+xml,<svg onload=alert(1)>", "blob:https://x/1",
    "file:///etc/passwd", "//evil.example", "https://[", "https://a.example/#frag", "http://b.example/a b<script>",
    'https://evil.example/"onmouseover=alert(1) x="',
)  # fmt: skip
MARKUP = (
    f"<script>{HACK}</script>", f"<img src=x onerror={HACK}>", f"<svg/onload={HACK}>",
    f'" autofocus onfocus={HACK} x="',
    f"</p></template><script>{HACK}</script>", f"<iframe srcdoc='<script>parent.{HACK}</script>'>", f"'-{HACK}-'",
    f"${{{HACK}}}", f"{{{{constructor.constructor('{HACK}')()}}}}", "</style><style>*{display:none}", "<!--", "]]>",
    "<base href=//evil.example>", f"<math><a xlink:href=javascript:{HACK}>", "<slot name=x>", "&lt;b&gt;",
    "<archive-chat></archive-chat>", "{title} {count}", f"[x](javascript:{HACK})", "%00%0a", "$& $1 $`",
)  # fmt: skip
ODD = (
    "\u202eesrever\u202c", "\u2066\u2067", "\u200f\u202b", "z\u0351\u036b\u0343" * 60,
    "\U0001f469\u200d\U0001f467" * 20,
    "W" * 3000, "\u0000\ufffd", "\ufeff", "אבג", "\u2028\u2029", "\t\r\n", "a\u00ad" * 400, "﷽" * 50,
)  # fmt: skip
HUGE = "M" * 1_000_000
TAGS = {
    "SECTION", "DIV", "ARTICLE", "H2", "H3", "P", "BDI", "SPAN", "BUTTON", "OL", "UL", "LI", "TIME", "DIALOG", "MARK",
    "BLOCKQUOTE", "STRONG", "A", "FORM", "TEXTAREA", "LABEL", "INPUT", "FIELDSET", "LEGEND", "Q",
}  # fmt: skip


PAGE_TAGS = {
    "HTML", "HEAD", "META", "TITLE", "LINK", "SCRIPT", "BODY", "HEADER", "A", "MAIN", "ARTICLE", "P", "H1", "TIME",
    "DIV", "BLOCKQUOTE",
}  # fmt: skip
READ = """(many) => Promise.all([...Array(many).keys()].map(async (number) => {
    const html = await (await fetch(`/articles/h${number}`)).text();
    const page = new DOMParser().parseFromString(html, 'text/html'), all = [...page.querySelectorAll('*')];
    return {
        title: page.querySelector('h1').textContent,
        tags: [...new Set(all.map((one) => one.nodeName))],
        names: [...new Set(all.flatMap((one) => one.getAttributeNames()))],
        links: [...page.querySelectorAll('a')].map((one) => new URL(one.getAttribute('href'), location).protocol),
    };
}))"""


def hostile(number: int) -> str:
    chance = random.Random(SEED + number)
    return " ".join(chance.sample(MARKUP, 2) + chance.sample(ODD, 1) + [chance.choice(URLS)])


def told(asked: dict[str, Any]) -> Iterator[bytes]:
    """Two of three questions are answered, each third is a refusal, and each seventh an error."""
    number = int(asked["question"].split(" ", 1)[0])
    text = hostile(number)
    article = Article(
        text, (Block("paragraph", text[::-1]), Block("paragraph", f"{text} end")), source=text, authors=(text,),
        published_at="2024-05-31", url=URLS[number % len(URLS)], given_id="hostile",
    )  # fmt: skip
    if number % 7 == 0:
        return iter([encode("error", {"title": text, "detail": text, "hint": text}).encode("utf-8", "replace")])
    if number % 3 == 0:
        return whole(refusal(article, text))
    answer = cited(article, 2, text)
    around = {
        "understood": {"question": f"{text}?", "notes": [text], "sources": [text], "after": text, "before": None},
        "disagreements": [{"statements": [0, 0, 9], "values": [text], "kind": text}],
        "later": [{"article_id": text, "title": text, "source": text, "published_at": text, "permalink": text}],
    }
    return whole(answer | around)


def refusal(article: Article, text: str) -> dict[str, Any]:
    engine = FakeEngine(article)
    answer = refused(text, "not_in_archive", engine._nearest())
    return answer.as_json() | {"refusal": {**jsonable(answer.refusal), "message": text, "reason": "__proto__"}}


@pytest.fixture
def script() -> Iterator[Scripted]:
    with scripted() as running:
        running.stream = told
        yield running


def tags(page: Page) -> set[str]:
    script = "[...document.querySelector('archive-chat').shadowRoot.querySelectorAll('*')].map((one) => one.nodeName)"
    return set(page.evaluate(script))


def attributes(page: Page) -> set[str]:
    script = """[...document.querySelector('archive-chat').shadowRoot.querySelectorAll('*')]
        .flatMap((one) => one.getAttributeNames())"""
    return set(page.evaluate(script))


def links(page: Page) -> list[str]:
    script = "[...document.querySelector('archive-chat').shadowRoot.querySelectorAll('a')].map((one) => one.protocol)"
    return list(page.evaluate(script))


def test_200_hostile_answers_run_nothing_and_break_nothing(browser: Browser, script: Scripted) -> None:
    with watched(browser, viewport={"width": 390, "height": 800}) as page:
        elsewhere: list[str] = []
        page.on("request", lambda one: None if one.url.startswith(script.url) else elsewhere.append(one.url))
        page.goto(script.url)
        page.wait_for_function("document.querySelector('archive-chat').shadowRoot?.querySelector('textarea')")
        questions = [f"{number} {hostile(number)}" for number in range(MANY)]
        page.evaluate(
            "async (all) => { for (const one of all) await document.querySelector('archive-chat').ask(one) }", questions
        )
        expect(page.locator(".turn")).to_have_count(MANY)
        assert tags(page) <= TAGS
        assert not [name for name in attributes(page) if name.startswith("on") or name == "srcdoc"]
        assert set(links(page)) <= {"http:", "https:"}
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        wide = "all => all.filter((one) => one.getBoundingClientRect().right > 391).length"
        assert page.locator(".turn, .says, .entry, .nearest, .note").evaluate_all(wide) == 0
        assert elsewhere == []


@pytest.mark.parametrize("number", [1, 2, 4, 5, 8, 10])
def test_a_hostile_source_stays_text_in_card_and_panel(browser: Browser, script: Scripted, number: int) -> None:
    text = hostile(number)
    script.hold(
        Article(text, (Block("paragraph", text[::-1]), Block("paragraph", f"{text} end")),
                source=text, given_id="hostile"),
    )  # fmt: skip
    with watched(browser, viewport={"width": 390, "height": 800}) as page:
        page.goto(script.url)
        ask(page, f"{number} what?")
        marker(page).hover()
        expect(page.locator(".card")).to_be_visible()
        marker(page).click()
        expect(page.locator("dialog.source mark")).to_be_visible()
        assert page.locator("dialog.source mark").evaluate("one => one.textContent") == text
        assert tags(page) <= TAGS
        assert set(links(page)) <= {"http:", "https:"}
        assert (
            page.evaluate("document.querySelector('archive-chat').shadowRoot.querySelector('dialog').scrollWidth")
            <= 390
        )


def test_200_hostile_articles_stay_text_on_their_pages(browser: Browser) -> None:
    texts = [hostile(number) for number in range(MANY)]
    articles = [
        Article(text, (Block("paragraph", text[::-1]), Block("quote", text)), source=text, authors=(text,),
                published_at="2024-05-31", url=URLS[number % len(URLS)], given_id=f"h{number}")
        for number, text in enumerate(texts)
    ]  # fmt: skip
    with served(FakeEngine(*articles)) as service, watched(browser, viewport={"width": 390, "height": 800}) as page:
        page.goto(service.url)
        opened = page.evaluate(READ, MANY)
        # What reads HTML drops the character NUL, and has an opinion on line ends.
        assert [one["title"].split() for one in opened] == [text.replace("\0", "").split() for text in texts]
        assert {tag for one in opened for tag in one["tags"]} <= PAGE_TAGS
        assert {link for one in opened for link in one["links"]} <= {"http:", "https:"}
        assert not [name for one in opened for name in one["names"] if name.startswith("on") or name == "srcdoc"]
        for number in range(0, MANY, 25):
            page.goto(f"{service.url}/articles/h{number}#p1")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_word_of_a_megabyte_breaks_no_layout(browser: Browser, script: Scripted) -> None:
    article = Article(
        HUGE, (Block("paragraph", HUGE), Block("paragraph", HUGE + " end.")), source=HUGE, given_id="huge"
    )
    script.hold(article)
    script.stream = lambda _: whole(cited(article, 2, "end."))
    with watched(browser, viewport={"width": 390, "height": 800}) as page:
        page.goto(script.url)
        ask(page)
        marker(page).click()
        expect(page.locator("dialog.source mark")).to_have_text("end.")
        assert page.locator("dialog.source").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 800}
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.keyboard.press("Escape")
        assert page.locator(".entry").evaluate("one => one.offsetHeight") < 800


def test_what_the_page_names_its_things_does_not_reach_the_widget(browser: Browser, script: Scripted) -> None:
    script.pages["/"] = (
        page_of(head="<style>* { color: red !important; font-size: 3px } p { display: none }</style>",
                more='<form id="question"><input name="ask"></form><p id="card"></p>'), {},
    )  # fmt: skip
    with watched(browser) as page:
        page.goto(script.url)
        ask(page, "1 what?")
        expect(page.locator(".says")).to_be_visible()
        assert page.locator(".says").evaluate("one => getComputedStyle(one).color") != "rgb(255, 0, 0)"
