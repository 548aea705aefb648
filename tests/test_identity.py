"""Which inputs are the same story, by their addresses."""

from __future__ import annotations

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

from qa.archive import Archive
from qa.catalogue import canonical_url, identity_keys
from qa.catalogue import tables as t
from qa.catalogue.identity import outlet_of, page_keys
from tests.builders import article

PAGE = "https://courier.example/2024/storm"


@pytest.mark.parametrize(
    "url",
    [
        "http://courier.example/2024/storm",
        "https://www.courier.example/2024/storm/",
        "https://m.courier.example/2024/storm",
        "https://amp.courier.example/2024/storm?utm_source=x#top",
        "https://courier.example/2024/storm/amp/",
        "https://courier.example/2024/storm?outputType=amp",
        "https://COURIER.example:443/2024/storm?fbclid=1",
        "https://courier.example/2024/storm/index.html",
    ],
)
def test_a_page_is_the_same_whichever_way_it_is_reached(archive: Archive, url: str) -> None:
    archive.add([article("A storm came.", url=PAGE)])
    assert archive.add([article("A storm came.", url=url)]).unchanged == 1
    report = archive.add([article("A storm came, and went.", url=url, updated_at="2030-01-01")])
    assert (report.updated, archive.counts().articles) == (1, 1)


@pytest.mark.parametrize(
    "url",
    [
        "https://courier.example/2024/Storm",
        "https://courier.example/2024/storm?page=2",
        "https://news.courier.example/2024/storm",
        "https://courier.example:8443/2024/storm",
        "https://courier.example/2024/storm-amp",
        "https://courier.example/2024",
        "ftp://courier.example/2024/storm",
    ],
)
def test_what_may_be_another_page_is_another_article(archive: Archive, url: str) -> None:
    archive.add([article("A storm came.", url=PAGE)])
    assert archive.add([article("Another text.", url=url)]).added == 1


def test_an_article_that_an_older_version_knew_by_its_url_alone_is_still_found(archive: Archive) -> None:
    archive.add([article("A storm came.", url="http://www.courier.example/storm/")])
    with archive._catalogue._engine.begin() as db:
        db.execute(t.identities.delete().where(t.identities.c.key.like("page:%")))
        assert db.scalar(sa.select(t.identities.c.key)) == "url:http://www.courier.example/storm/"
    assert archive.add([article("A storm came.", url="http://www.courier.example/storm/")]).unchanged == 1
    assert archive.add([article("A storm came.", url="https://courier.example/storm")]).unchanged == 1


def test_the_exact_address_is_stronger_than_the_page(archive: Archive) -> None:
    archive.add([article("One.", url="https://courier.example/a")])
    with archive._catalogue._engine.begin() as db:
        db.execute(t.identities.delete().where(t.identities.c.key.like("page:%")))
    archive.add([article("Two.", url="https://www.courier.example/a")])  # two articles of an older version
    archive.add([article("One more.", url="https://courier.example/a", updated_at="2030-01-01")])
    assert archive.counts().articles == 2
    assert sorted(archive.version(s.article_id).text for s in archive.articles().items) == ["One more.", "Two."]


@pytest.mark.parametrize(
    "url", ["https://m.example", "https://www.com/x", "http://[broken", "mailto:x@y", "", "https://h:99999/"]
)
def test_odd_addresses_still_tell_articles_apart(url: str) -> None:
    assert identity_keys(article("x", url=url, title="T"))
    assert all(key.startswith("page:") for key in page_keys(canonical_url(url)))


@hypothesis.given(st.text(max_size=60))
def test_no_address_raises(url: str) -> None:
    page_keys(canonical_url(url))
    outlet_of(None, url)


def test_an_outlet_is_its_name_and_without_one_its_host() -> None:
    assert outlet_of("The Ellery Courier", None) == outlet_of("ellery courier", "https://x.example/")
    assert outlet_of(None, "https://www.courier.example/a") == outlet_of(None, "http://courier.example/b")
    assert outlet_of(None, None) is None
