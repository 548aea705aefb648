"""The widget on a publisher's page, in Chromium: another origin, a strict policy, its layouts, languages and dress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api import keys, pages
from api.pages import FILES
from qa.settings import Settings
from tests.fakes_api import FakeEngine
from tests.serving_api import Served, served
from tests.serving_web import Site, response, site
from tests.serving_widget import QUESTION, SAID, answered_page, ask, focused, marker, page_of, watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHIPPED = ("de", "es", "fr", "zh")
MOST_BYTES = 25 * 1024


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[Site, Served]]:
    """A publisher's site, and the service, which allows that origin and no other."""
    with ExitStack() as stack:
        publisher = stack.enter_context(site())
        engine = FakeEngine(settings=Settings(cors_origins=(publisher.url,)))
        yield publisher, stack.enter_context(served(engine))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with watched(browser, viewport={"width": 1280, "height": 800}, locale="en-GB") as page:
        yield page


def publish(places: tuple[Site, Served], page: Page, html: str, path: str = "/", **headers: str) -> None:
    publisher = places[0]
    publisher.routes[path] = response(html, Content_Type="text/html; charset=utf-8", **headers)
    page.goto(publisher.url + path)


def test_it_works_from_another_origin_under_the_policy_that_the_docs_give(
    places: tuple[Site, Served], page: Page
) -> None:
    service = places[1].url
    policy = f"default-src 'none'; script-src {service}; connect-src {service}; require-trusted-types-for 'script'"
    page.add_init_script(
        "window.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective))"
    )
    publish(places, page, page_of(service=service).replace('href="data:,"', 'href="#"'), Content_Security_Policy=policy)
    ask(page)
    marker(page).hover()
    expect(page.locator(".card blockquote")).to_have_text(SAID)
    marker(page).click()
    expect(page.locator("dialog.source mark")).to_have_text(SAID)
    page.keyboard.press("Escape")
    page.get_by_label("Good answer").click()
    expect(page.locator(".comment")).to_contain_text("Thank you.")
    assert [one for one in page.evaluate("refused") if one != "img-src"] == []
    assert page.locator(".says").evaluate("one => getComputedStyle(one).fontFamily").startswith('"Iowan')


def test_behind_keys_it_has_a_token_of_its_own_and_another_when_that_runs_out(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "LIFE", 2)
    with ExitStack() as stack:
        publisher = stack.enter_context(site())
        settings = Settings(cors_origins=(publisher.url,), api_keys=("k" * 20,))  # type: ignore[arg-type]
        service = stack.enter_context(served(FakeEngine(settings=settings)))
        asked: list[tuple[str, int]] = []
        page.on("response", lambda one: asked.append((one.url.removeprefix(service.url), one.status)))
        publish((publisher, service), page, page_of(service=service.url))
        ask(page)
        marker(page).click()
        expect(page.locator("dialog.source .place")).to_have_text("Paragraph 2 of 4")
        page.keyboard.press("Escape")
        assert [one for one in asked if "/v1/" in one[0]][:3] == [
            ("/v1/query", 401), ("/v1/token", 200), ("/v1/query", 200),
        ]  # fmt: skip
        page.wait_for_timeout(2_500)
        page.get_by_label("Good answer").click()
        expect(page.locator(".comment")).to_contain_text("Thank you.")
        assert [status for path, status in asked if path == "/v1/feedback"] == [401, 204]


def test_behind_keys_a_page_that_is_given_no_token_says_so(page: Page) -> None:
    with served(FakeEngine(settings=Settings(api_keys=("k" * 20,)))) as service:  # type: ignore[arg-type]
        page.goto(service.url)
        ask(page)
        expect(page.locator(".failed")).to_contain_text("The archive does not answer on this page. pages of http://")
        expect(page.locator(".failed")).to_contain_text("QA_CORS_ORIGINS")


def test_a_language_that_cannot_be_fetched_is_replaced_by_english(places: tuple[Site, Served], page: Page) -> None:
    page.route("**/strings-de.js", lambda route: route.abort())
    publish(places, page, page_of('<archive-chat lang="de"></archive-chat>', service=places[1].url))
    expect(page.locator(".ask")).to_have_text("Ask")


def test_an_origin_that_is_not_allowed_does_not_get_the_widget(places: tuple[Site, Served], page: Page) -> None:
    with site() as stranger:
        stranger.routes["/"] = response(page_of(service=places[1].url), Content_Type="text/html")
        page.goto(stranger.url)
        assert page.evaluate("customElements.get('archive-chat') === undefined")


def test_the_script_alone_puts_a_button_that_opens_the_panel(places: tuple[Site, Served], page: Page) -> None:
    service = places[1].url
    chat = f'<script type="module" src="{service}/widget.js" data-layout="button" data-lang="de"></script>'
    publish(places, page, page_of("").replace("</head>", f"{chat}</head>").replace('src="/widget.js"', 'src="/no.js"'))
    launch = page.get_by_role("button", name="Das Archiv fragen")
    expect(page.locator("dialog.panel")).to_be_hidden()
    launch.press("Enter")
    expect(page.get_by_role("dialog", name="Das Archiv fragen")).to_be_visible()
    assert page.evaluate("document.querySelector('archive-chat').shadowRoot.activeElement.id") == "question"
    page.get_by_label("Ihre Frage").fill(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Quelle 1:").press("Enter")
    expect(page.locator("dialog.source mark")).to_have_text(SAID)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.source")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.panel")).to_be_hidden()
    assert focused(page) == "Das Archiv fragen"


def test_the_page_opens_and_closes_the_panel_and_hears_of_it(places: tuple[Site, Served], page: Page) -> None:
    chat = (
        '<button id="ours" onclick="chat.show()">Ask us</button><archive-chat id="chat" layout="panel"></archive-chat>'
    )
    publish(places, page, page_of(chat, service=places[1].url))
    page.evaluate(
        """() => { window.heard = [];
            for (const name of ['open', 'close']) chat.addEventListener(`archive-${name}`, () => heard.push(name)); }"""
    )
    page.locator("#ours").click()
    expect(page.locator("dialog.panel")).to_be_visible()
    assert page.evaluate("chat.open") is True
    page.get_by_role("button", name="Close").click()
    expect(page.locator("dialog.panel")).to_be_hidden()
    assert focused(page) == "Ask us"
    assert page.evaluate("heard") == ["open", "close"]


def test_on_a_phone_the_panel_fills_the_window(places: tuple[Site, Served], browser: Browser) -> None:
    with watched(browser, viewport={"width": 390, "height": 700}) as page:
        publish(places, page, page_of('<archive-chat layout="button"></archive-chat>', service=places[1].url))
        page.get_by_role("button", name="Ask the archive").click()
        assert page.locator("dialog.panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 700}
        ask(page)
        marker(page).click()
        assert page.locator("dialog.source").evaluate("one => one.matches(':modal')")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(page.locator("dialog.panel")).to_be_hidden()


def test_several_on_one_page_keep_to_themselves(places: tuple[Site, Served], page: Page) -> None:
    publish(
        places,
        page,
        page_of('<archive-chat id="a"></archive-chat><archive-chat></archive-chat>', service=places[1].url),
    )
    page.wait_for_function("document.querySelectorAll('archive-chat')[1].shadowRoot?.querySelector('textarea')")
    page.evaluate(
        """async () => {
            const [a, b] = document.querySelectorAll('archive-chat');
            await Promise.all([a.ask('How many boats were lost?'), b.ask('When did the bridge reopen?')]);
        }"""
    )
    expect(page.locator("archive-chat").nth(0).locator(".statement")).to_have_count(2)
    expect(page.locator("archive-chat").nth(1).locator(".statement")).to_have_text("The bridge reopened on Monday.")
    page.reload()
    expect(page.locator("archive-chat").nth(0).locator(".statement")).to_have_count(2)
    expect(page.locator("archive-chat").nth(1).locator(".statement")).to_have_count(1)


@pytest.mark.parametrize("layout", ["inline", "button"])
def test_nothing_on_the_page_around_it_moves(places: tuple[Site, Served], page: Page, layout: str) -> None:
    page.add_init_script(
        """window.shifts = [];
        const ours = ({node}) => node && !node.getRootNode().host;  // not within the widget
        new PerformanceObserver((list) => {
            for (const {sources} of list.getEntries())
                shifts.push(...sources.filter(ours).map(({node}) => node.nodeName));
        }).observe({type: 'layout-shift', buffered: true});"""
    )
    head = "<style>archive-chat { display: block; block-size: 30rem }</style>" if layout == "inline" else ""
    chat = f'<archive-chat layout="{layout}"></archive-chat>'
    publish(places, page, page_of(chat, service=places[1].url, head=head, more="<p>A paragraph of the page.</p>" * 30))
    if layout == "button":
        page.get_by_role("button", name="Ask the archive").click()
    before = page.evaluate("document.querySelector('p').getBoundingClientRect().y")
    ask(page)
    expect(page.get_by_label("Good answer")).to_be_visible()
    page.wait_for_timeout(600)
    assert page.evaluate("document.querySelector('p').getBoundingClientRect().y") == before
    assert page.evaluate("window.scrollY") == 0
    assert page.evaluate("shifts") == []


def test_a_page_replaces_any_string_and_sets_filters(places: tuple[Site, Served], page: Page) -> None:
    said = "chat.strings = {ask: 'Dig', placeholder: 'Dig here'}"
    head = f"<script>addEventListener('DOMContentLoaded', () => {{ {said} }})</script>"
    chat = '<archive-chat id="chat" after="2024-01-01" sources="The Ellery Courier|Other"></archive-chat>'
    publish(places, page, page_of(chat, service=places[1].url, head=head))
    expect(page.get_by_role("button", name="Dig")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_attribute("placeholder", "Dig here")
    assert page.evaluate("chat.filters") == {"after": "2024-01-01", "sources": ["The Ellery Courier", "Other"]}
    page.evaluate("chat.filters = {before: '2025-01-01'}")
    expect(page.locator(".under .only")).to_have_text("Only until 1 January 2025")


def test_a_page_hears_what_is_asked_and_answered_and_may_open_citations_itself(
    places: tuple[Site, Served], page: Page
) -> None:
    publish(places, page, page_of(service=places[1].url))
    page.evaluate(
        """() => { window.heard = [];
            for (const name of ['ask', 'answer', 'citation', 'feedback', 'error'])
                document.addEventListener(`archive-${name}`, (event) => {
                    heard.push([name, Object.keys(event.detail).join()]);
                    event.preventDefault();
                }); }"""
    )
    ask(page)
    marker(page).click()
    page.get_by_label("Good answer").click()
    expect(page.locator(".comment")).to_contain_text("Thank you.")
    ask(page, "busy?")
    expect(page.locator(".failed")).to_be_visible()
    assert page.evaluate("heard") == [
        ["ask", "question,filters"], ["answer", "answer"], ["citation", "citation"],
        ["feedback", "answer_id,rating,comment"], ["ask", "question,filters"], ["error", "question,message"],
    ]  # fmt: skip
    expect(page.locator("dialog.source")).to_be_hidden()


@pytest.mark.parametrize("language", [*SHIPPED, "pt", "not a tag"])
def test_it_speaks_the_language_of_the_page(places: tuple[Site, Served], page: Page, language: str) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    publish(places, page, page_of(service=places[1].url).replace('lang="en-GB"', f'lang="{language}"'))
    titles = {"de": "Fragen", "es": "Preguntar", "fr": "Demander", "zh": "提问"}
    expect(page.locator(".ask")).to_have_text(titles.get(language, "Ask"))
    assert [name for name in loaded if name.startswith("strings-")] == (
        [f"strings-{language}.js"] if language in SHIPPED else []
    )


def test_every_language_says_everything_with_the_same_blanks(places: tuple[Site, Served], page: Page) -> None:
    publish(places, page, page_of(service=places[1].url))
    english = (Path(pages.__file__).parent / "widget" / "strings.js").read_text("utf-8")
    blanks = """async (said) => {
        const strings = Object.values(await import(`data:text/javascript,${encodeURIComponent(said)}`))[0];
        const blanks = (text) => (text.match(/\\{\\w+\\}/g) ?? []).sort().join();
        return Object.entries(strings).map(([key, text]) => [key, blanks(text.other ?? text)]).sort();
    }"""
    said = page.evaluate(
        blanks, english[english.index("export const ENGLISH") : english.index("/** The strings of one")]
    )
    assert len(said) > 70
    for language in SHIPPED:
        assert page.evaluate(blanks, FILES[f"strings-{language}.js"].plain.decode()) == said


def test_it_takes_the_dress_of_the_page(places: tuple[Site, Served], page: Page) -> None:
    head = """<style>:root { color-scheme: dark } archive-chat { --archive-accent: rgb(1, 2, 3) }
        archive-chat::part(turn) { border: 7px solid } .light { color-scheme: light }</style>"""
    chat = '<archive-chat></archive-chat><archive-chat theme="light"></archive-chat>'
    publish(places, page, page_of(chat, service=places[1].url, head=head))
    ground = "one => getComputedStyle(one).backgroundColor"
    assert page.locator(".frame").nth(0).evaluate(ground) == "rgb(23, 21, 18)"
    assert page.locator(".frame").nth(1).evaluate(ground) == "rgb(255, 253, 249)"
    assert page.locator(".ask").first.evaluate(ground) == "rgb(1, 2, 3)"
    page.evaluate("question => document.querySelector('archive-chat').ask(question)", QUESTION)
    assert page.locator(".turn").evaluate("one => getComputedStyle(one).borderTopWidth") == "7px"


def test_from_right_to_left_everything_changes_sides(places: tuple[Site, Served], page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 700})
    publish(places, page, page_of(service=places[1].url).replace("<html", '<html dir="rtl"'))
    ask(page)
    marker(page).click()
    panel, entry = page.locator("dialog.source").bounding_box(), page.locator(".entry .number").first.bounding_box()
    assert panel
    assert entry
    assert panel["x"] == 0
    assert entry["x"] > 400


def test_what_a_page_loads_is_small(places: tuple[Site, Served], browser: Browser) -> None:
    service = places[1]
    loaded: dict[str, int] = {}
    with watched(browser) as page:
        page.on("response", lambda one: loaded.update({one.url: int(one.headers.get("content-length", 0))}))
        answered_page(page, service.url)
        marker(page).click()
        expect(page.locator("dialog.source mark")).to_be_visible()
    scripts = {url.rpartition("/")[2]: size for url, size in loaded.items() if url.endswith(".js")}
    assert scripts == {"widget.js": len(FILES["widget.js"].zipped)}
    assert scripts["widget.js"] <= MOST_BYTES
