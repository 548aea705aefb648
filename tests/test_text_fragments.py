"""Links to words on a page: what is encoded, what is named in full, and what tells two equal places apart."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Error

from api.text_fragments import text_link
from qa.types import Version
from tests.builders import article
from tests.fakes_api import FakeEngine, version_of
from tests.serving_api import chromium, served

PAGE = "https://paper.example/storm"


def link(version: Version, quote: str, paragraph: int, page: str = PAGE) -> str:
    found = next(p for p in version.paragraphs if p.number == paragraph)
    start = version.text.index(quote, found.start)
    return text_link(page, version.text, found, start, start + len(quote))


def of(*paragraphs: str) -> Version:
    return version_of(article(*paragraphs), "a")


def test_what_has_a_meaning_in_a_fragment_is_encoded() -> None:
    made = link(of("A one-day, £5 & more: 100% “sure” café."), "one-day, £5 & more: 100% “sure” café.", 1)
    directive = made.removeprefix(f"{PAGE}#:~:text=")
    assert directive == "one%2Dday%2C%20%C2%A35%20%26%20more%3A%20100%25%20%E2%80%9Csure%E2%80%9D%20caf%C3%A9."


@pytest.mark.parametrize(
    ("page", "begin"),
    [
        (PAGE, f"{PAGE}#:~:text="),
        (f"{PAGE}?a=1#top", f"{PAGE}?a=1#top:~:text="),
        (f"{PAGE}#/route:~:text=old", f"{PAGE}#/route:~:text="),
        ("/articles/a#p1", "/articles/a#p1:~:text="),
    ],
)
def test_the_pages_own_anchor_stays(page: str, begin: str) -> None:
    assert link(of("No one was hurt."), "No one was hurt.", 1, page) == f"{begin}No%20one%20was%20hurt."


def test_a_quote_that_stands_earlier_too_is_told_by_its_neighbours_in_the_paragraph() -> None:
    version = of("No one was hurt.", "The mill burnt down on Friday night. No one was hurt. Work goes on.")
    made = link(version, "No one was hurt.", 2)
    assert unquote(made).endswith("text=burnt down on Friday night.-,No one was hurt.,-Work goes on.")


def test_where_nothing_stands_beside_a_quote_nothing_is_named() -> None:
    assert link(of("No one was hurt.", "No one was hurt."), "No one was hurt.", 2).endswith(
        "text=No%20one%20was%20hurt."
    )


def test_of_a_long_quote_its_first_and_last_words_are_named() -> None:
    long = " ".join(f"word{n}" for n in range(100))
    assert unquote(link(of(long), long, 1)).endswith(
        "text=word0 word1 word2 word3 word4,word95 word96 word97 word98 word99"
    )


def test_a_long_quote_that_holds_its_last_words_twice_is_told_by_its_neighbours() -> None:
    long = " ".join(["so it was said then", *(f"word{n}" for n in range(60)), "so it was said then"])
    assert unquote(link(of(f"{long} They left."), long, 1)).endswith(
        "so it was said then,so it was said then,-They left."
    )


TEXTS = st.text(st.characters(exclude_categories=["Cc"]), min_size=1).filter(str.strip)


@given(st.lists(TEXTS, min_size=1, max_size=3), st.data())
def test_any_quote_gives_a_link_of_plain_characters(paragraphs: list[str], data: st.DataObject) -> None:
    version = of(*paragraphs)
    paragraph = data.draw(st.sampled_from(version.paragraphs))
    start = data.draw(st.integers(paragraph.start, paragraph.end - 1))
    end = data.draw(st.integers(start + 1, paragraph.end))
    made = text_link(PAGE, version.text, paragraph, start, end)
    directive = made.removeprefix(f"{PAGE}#:~:text=")
    assert set(directive) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%._~,-")
    assert all(part.strip("-").count("-") == 0 for part in directive.split(","))


def is_shown(browser: Browser, address: str, paragraph: int, *, scrolls: bool) -> bool:
    """Whether the page that is opened stands at the paragraph, and has moved to it or not."""
    page = browser.new_page()
    page.goto(address)
    try:
        page.wait_for_function(
            f"""() => {{
                const {{ top }} = document.getElementById("p{paragraph}").getBoundingClientRect();
                return top >= 0 && top < innerHeight && (scrollY > 0) === {str(scrolls).lower()};
            }}""",
            timeout=5_000,
        )
    except Error:
        return False
    finally:
        page.close()
    return True


@pytest.mark.browser
def test_a_browser_goes_to_the_place_that_is_meant() -> None:
    """Told by where the page stands afterwards: browsers tell no script which words they marked."""
    filler = [f"Filler {n} of the page. " * 20 for n in range(30)]
    mill = "The mill burnt down. No one was hurt. Work goes on."
    long = "A one-day, £5 & more: “sure”, said Ms Vark. " * 9 + "The end."
    told = article("No one was hurt.", *filler, mill, *filler, long, given_id="a")
    version = version_of(told, "a")
    with served(FakeEngine(told)) as service, chromium() as browser:
        for quote, paragraph, scrolls in (
            ("No one was hurt.", 1, False),
            ("No one was hurt.", 32, True),
            (long, 63, True),
        ):
            address = link(version, quote, paragraph, f"{service.url}/articles/a")
            # A busy browser may search before the page is laid out, and then stays where that was.
            assert any(is_shown(browser, address, paragraph, scrolls=scrolls) for _ in range(3))
