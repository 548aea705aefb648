"""Text as copied from a news page becomes its story: eight pages of our own with varied furniture."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from qa.errors import UnreadableSource
from qa.ingest.scraped import read_scraped
from qa.types import NUMBERED, Article


@dataclass(frozen=True)
class Page:
    name: str
    text: str
    title: str
    source: str | None
    published_at: str | None
    paragraphs: tuple[str, ...]
    headings: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    updated_at: str | None = None


def story(*starts: str) -> tuple[str, ...]:
    """Paragraphs of a made-up story: each start, carried on to the length that paragraphs of news have."""
    return tuple(
        f"{start}, officials said on the record, and nobody who was asked about it disagreed." for start in starts
    )


def lines(*parts: str | tuple[str, ...]) -> str:
    """A page whose blocks stand apart by a blank line, as browsers copy them."""
    return "\n\n".join(part for each in parts for part in ((each,) if isinstance(each, str) else each)) + "\n"


BEACH = story(
    "The beach at Lowmere will close to swimmers", "Tests found too much of one bacterium", "A new pipe is to be laid"
)
MAYOR = story(
    "The mayor of Tarn has resigned", "Her deputy takes over until the spring", "Two inquiries are still open"
)
TRAIN = story(
    "The night train to Orsk will run again",
    "Carriages from 1978 have been refitted",
    "A berth costs less than a hotel",
)
FLOOD = story(
    "Water stood a metre deep in Mill Lane", "Sixty families were moved to a school", "The barrier had not been raised"
)
MUSEUM = story(
    "A museum has given back eleven masks", "Curators had kept them in a cellar", "A ship will carry them home in May"
)
STRIKE = story(
    "Bakers walked out before dawn",
    "Their union wants a shorter night",
    "Talks are to go on at the weekend",
    "Bread was sold out by nine",
)
OWL = story("An owl has stopped work on a stadium", "Ecologists had asked for a survey", "The club means to appeal")
VOTE = story(
    "Voters turned down the airport", "The count went on until three", "The owner will not say what comes next"
)

PAGES = (
    Page(
        "cookies, share bar, two dates",
        lines(
            "The Lowmere Echo",
            "We use cookies to give you the best experience on our site. Accept all",
            "MONDAY, 4 March 2024",
            "Home\nNews\nSport\nOpinion",
            "Beach shut to swimmers after failed water tests",
            "By Jane Doe",
            "Saturday, 2 March 2024",
            "Share on Facebook\nTweet\nCopy link",
            BEACH[:1],
            "Advertisement",
            BEACH[1:],
            "Leave a Reply",
            "Your email address will not be published. Required fields are marked *",
        ),
        "Beach shut to swimmers after failed water tests",
        "The Lowmere Echo",
        "2024-03-02",
        BEACH,
        authors=("Jane Doe",),
    ),
    Page(
        "headline twice, numbered image texts, a teaser after the story",
        lines(
            "Mayor of Tarn steps down after audit",
            "Mayor of Tarn steps down after audit",
            "13/08/2023",
            MAYOR[0],
            "tarn town hall picture 1",
            "The town hall on Friday. Photo: A. Lund.",
            "A long spring",
            MAYOR[1],
            "tarn town hall picture 2",
            MAYOR[2],
            "Follow Tarnpost",
            "Deputy mayor promises calm",
            "The deputy mayor of Tarn has promised a calm spring, and has asked councillors of all sides to help.",
        ),
        "Mayor of Tarn steps down after audit",
        None,
        "2023-08-13",
        MAYOR,
        ("A long spring",),
        ("The town hall on Friday. Photo: A. Lund.",),
    ),
    Page(
        "related stories inside the story, published and updated",
        lines(
            "ORSK DAILY NEWS | Since 1902",
            "Night train to Orsk returns after nine years",
            "Published 13 August 2023, 09:12 BST",
            "Updated 14 August 2023, 10:00 BST",
            "3 min read",
            TRAIN[0],
            "Related stories\nWhy sleepers went away\nTen trips to take",
            "Old steel, new beds",
            TRAIN[1:],
            "Most read\n1. Cats of the harbour\n2. A bridge too short",
            "\u00a9 2023 Orsk Daily News",
        ),
        "Night train to Orsk returns after nine years",
        "Orsk Daily News",
        "2023-08-13T09:12:00+01:00",
        TRAIN,
        ("Old steel, new beds",),
        updated_at="2023-08-14T10:00:00+01:00",
    ),
    Page(
        "newsletter box, agency tagline, comments",
        lines(
            "Skip to content",
            "Millside Gazette",
            "Home > News > Weather",
            "Flood barrier was left down, residents say",
            "By Ann Lee and Tom Ode",
            "Aug. 13, 2021",
            FLOOD[:2],
            "Get the Millside Gazette's morning briefing\nEnter your email address\nSign up",
            FLOOD[2],
            "(Reporting by Ann Lee; Editing by Tom Ode)",
            "Comments (2)",
            "otter7: I have said so for years, and nobody at all has listened to me.",
        ),
        "Flood barrier was left down, residents say",
        "Millside Gazette",
        "2021-08-13",
        FLOOD,
        authors=("Ann Lee", "Tom Ode"),
    ),
    Page(
        "page title with the site's name, ISO date, bulleted list",
        lines(
            "Museum returns eleven masks | The Corran Times",
            "Museum returns eleven masks",
            "2024-05-06",
            MUSEUM[0],
            "What goes back:",
            "\u2022 nine masks of cedar\n\u2022 two masks of shell",
            MUSEUM[1:],
            "Tags: museums, masks",
            "All rights reserved.",
        ),
        "Museum returns eleven masks",
        "The Corran Times",
        "2024-05-06",
        (MUSEUM[0], "What goes back:", "nine masks of cedar", "two masks of shell", *MUSEUM[1:]),
    ),
    Page(
        "no date, no outlet, cookie line, quotation as a heading",
        lines(
            "This site uses cookies to measure how it is used. Manage preferences",
            "Bakers strike for a shorter night",
            STRIKE[0],
            "\u2018We are tired\u2019",
            STRIKE[1:3],
            "Read more: What a loaf costs",
            STRIKE[3],
            "You may also like",
            "Ten loaves to try\nThe oldest oven in town",
        ),
        "Bakers strike for a shorter night",
        None,
        None,
        STRIKE,
        ("\u2018We are tired\u2019",),
    ),
    Page(
        "outlet in capitals, a slogan, section, author in capitals, clock before the date",
        lines(
            "FENLAND POST",
            "The voice of the fen and its people",
            "Sunday 8 May 2022",
            "News  Farming  Letters  Sport",
            "WILDLIFE",
            "Owl halts stadium work",
            "JO MARSH",
            "9.15am, Tuesday 3 May 2022",
            "Facebook \u00b7 X \u00b7 Print",
            OWL[0],
            "HOW THEY COUNT",
            OWL[1:],
            "More from the Post\nEgg prices fall\nLambs in the lane",
            "Cookie settings",
        ),
        "Owl halts stadium work",
        "Fenland Post",
        "2022-05-03T09:15:00",
        OWL,
        ("HOW THEY COUNT",),
        authors=("Jo Marsh",),
    ),
    Page(
        "visit day above, labelled date above the headline, copyright name, stray alt text",
        lines(
            "18 January 2025",
            "Log in",
            "Published: Thursday 16th January 2025",
            "Airport voted down by a hair",
            "Kim Rao | kim.rao@harborstar.example",
            "[Image]\nVoters queue in Hill Street. Photo: Harbor Star",
            VOTE[:2],
            "\u2014 Advertisement \u2014",
            "What now?",
            VOTE[2],
            "Join the conversation",
            "Copyright 2025 Harbor Star. All rights reserved.",
        ),
        "Airport voted down by a hair",
        "Harbor Star",
        "2025-01-16",
        VOTE,
        ("What now?",),
        ("Voters queue in Hill Street. Photo: Harbor Star",),
        ("Kim Rao",),
    ),
)


def of_kind(article: Article, *kinds: str) -> tuple[str, ...]:
    return tuple(block.text for block in article.blocks if block.kind in kinds)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_copied_page_gives_its_story_and_nothing_of_the_page(page: Page) -> None:
    article = read_scraped(page.text, origin="page.txt")
    assert of_kind(article, *NUMBERED) == page.paragraphs
    assert of_kind(article, "heading") == page.headings
    assert of_kind(article, "caption") == page.captions


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_copied_page_says_where_and_when_it_was_published(page: Page) -> None:
    article = read_scraped(page.text, origin="page.txt")
    assert (article.title, article.source) == (page.title, page.source)
    assert (article.published_at, article.updated_at) == (page.published_at, page.updated_at)
    assert article.authors == page.authors


def test_lines_broken_at_a_fixed_width_are_joined_to_paragraphs() -> None:
    import textwrap

    wrapped = "\n\n".join(textwrap.fill(text, 60) for text in OWL)
    article = read_scraped(f"Owl halts stadium work\n\n{wrapped}\n", origin="page.txt")
    assert of_kind(article, "paragraph") == OWL


def test_lines_end_paragraphs_where_no_blank_lines_part_them() -> None:
    article = read_scraped("\n".join(["Owl halts stadium work", *OWL]), origin="page.txt")
    assert of_kind(article, "paragraph") == OWL


def test_the_only_date_is_the_publication_date_even_above_the_headline() -> None:
    article = read_scraped(lines("3 May 2022", "Owl halts stadium work", OWL), origin="page.txt")
    assert article.published_at == "2022-05-03"


def test_prose_about_cookies_stays_in_the_story() -> None:
    told = "The watchdog fined the airline because its site set cookies before anyone had agreed to them."
    article = read_scraped(lines("Airline fined over cookies", told, OWL), origin="page.txt")
    assert of_kind(article, "paragraph") == (told, *OWL)


def test_a_numbered_list_is_a_list_and_a_year_is_not() -> None:
    article = read_scraped(
        lines("Owl halts stadium work", OWL[0], "1. Count the owls", "2. Count them again", OWL[1]), origin="page.txt"
    )
    assert of_kind(article, "list_item") == ("Count the owls", "Count them again")


def test_a_table_copied_with_tabs_is_one_block() -> None:
    article = read_scraped(lines("Owl halts stadium work", OWL[0], "Year\tOwls\n2020\t4", OWL[1]), origin="page.txt")
    assert of_kind(article, "table") == ("Year\tOwls\n2020\t4",)


def test_a_page_of_furniture_alone_holds_no_article() -> None:
    with pytest.raises(UnreadableSource, match="no article text found"):
        read_scraped("Home\nNews\nSport\n\nSign in\n\nAdvertisement\n", origin="page.txt")


def test_a_page_without_a_headline_is_named_by_its_first_words() -> None:
    article = read_scraped(lines(OWL), origin="page.txt")
    assert article.title.startswith("An owl has stopped work")
    assert of_kind(article, "paragraph") == OWL
