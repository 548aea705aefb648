"""The article as a page to read: what it tells machines, and what becomes of links to paragraphs that are gone."""

from __future__ import annotations

import json
from dataclasses import replace

from lxml import html

from api.article_page import Beside, beside, render
from api.structured_data import structured_data
from qa.difference import compare
from qa.types import ArticleEvent, Source, Version
from tests.fakes_api import SCRIPT, STORM, version_of


class TwoVersions:
    """An archive of one article that was cut short."""

    def __init__(self) -> None:
        first = version_of(STORM, "storm", "superseded")
        self.first = replace(first, source=replace(first.source, version="v1"))
        short = replace(STORM, blocks=STORM.blocks[:3])
        self.second = version_of(short, "storm")

    def version(self, _article_id: str, version: str | None = None) -> Version:
        return self.first if version == "v1" else self.second

    def history(self, _article_id: str) -> tuple[Source, ...]:
        return (self.first.source, self.second.source)

    def events(self, article_id: str) -> tuple[ArticleEvent, ...]:
        return (ArticleEvent(article_id, "v1", "correction", "2024-06-02", SCRIPT, "text"),)

    def copies(self, _article_id: str) -> tuple[Source, ...]:
        return ()

    def changes(self, _article_id: str, _before: str | None, _after: str) -> object:
        return compare(self.first, self.second)


def page_of(archive: TwoVersions, shown: Version) -> html.HtmlElement:
    return html.document_fromstring(render(shown, beside(archive, shown)))  # type: ignore[arg-type]


def test_a_link_to_a_paragraph_that_is_gone_leads_to_the_version_that_has_it() -> None:
    archive = TwoVersions()
    page = page_of(archive, archive.second)
    numbers = [block.number for block in archive.first.paragraphs if block.number]
    assert [one.get("id") for one in page.find_class("paragraph")] == [f"p{number}" for number in numbers]
    assert [link.get("href") for link in page.xpath("//div[contains(@class, 'missing')]//a")] == [
        f"/articles/storm?version=v1#p{number}" for number in numbers[2:]
    ]


def test_the_earlier_version_lacks_nothing() -> None:
    archive = TwoVersions()
    assert not page_of(archive, archive.first).find_class("missing")


def test_machines_are_told_what_the_archive_knows_and_nothing_else() -> None:
    source = version_of(STORM, "storm").source
    page = render(version_of(STORM, "storm"), Beside((source,)))
    (told,) = html.document_fromstring(page).xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(told) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": STORM.title,
        "author": [{"@type": "Person", "name": "Tom Haske"}],
        "publisher": {"@type": "Organization", "name": "The Ellery Courier"},
        "datePublished": "2024-05-31",
        "inLanguage": "en",
        "mainEntityOfPage": STORM.url,
    } | ({"dateModified": STORM.updated_at} if STORM.updated_at else {}) | (
        {"articleSection": STORM.section} if STORM.section else {}
    )  # fmt: skip


def test_a_retraction_and_a_hostile_correction_are_told_as_text() -> None:
    archive = TwoVersions()
    retracted = replace(archive.second.source, status="retracted", genre="opinion")
    block = structured_data(retracted, archive.events("storm"))
    assert "<script>window" not in block
    told = json.loads(block.partition(">")[2].removesuffix("</script>"))
    assert told["correction"][0]["text"] == SCRIPT
    assert (told["@type"], told["creativeWorkStatus"]) == ("OpinionNewsArticle", "Retracted")
