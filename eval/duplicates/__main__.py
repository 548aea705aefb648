"""``python -m eval.duplicates``: see the package."""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from eval.duplicates import edited, judged
from eval.duplicates.scores import missed, pairs, score
from qa.catalogue import Catalogue
from qa.catalogue.likenesses import Likenesses
from qa.ingest import read
from qa.types import Article

_SAMPLE = Path(__file__).parents[1] / "sets" / "sample" / "articles"
_ORIGINALS = 150  # of the news articles, for each half
_TODAY = dt.date(2026, 1, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.duplicates", description="How well copies are found.")
    parser.add_argument("--data", type=Path, metavar="FILE", help="articles.jsonl.gz of realtimeqa_news")
    given = parser.parse_args(arguments)
    if given.data is not None and not given.data.is_file():
        sys.stderr.write(f"{given.data} is not there: leave --data out, or say where the articles are\n")
        return 1
    sample = [item for item in read([str(_SAMPLE)]) if isinstance(item, Article)]
    _report_edited("sample archive", sample, most=len(sample))
    if given.data is not None:
        news = list(judged.articles(given.data))
        _report_edited("realtimeqa_news", _unlike(news), most=_ORIGINALS)
        _report_judged(news)
    return 0


def _unlike(news: list[Article]) -> list[Article]:
    """The articles that are in no judged pair: what was made by editing must not be one by nature."""
    known = {name for pair in judged.load() for name in pair.articles}
    return [article for article in news if article.given_id not in known]


def _report_edited(name: str, articles: list[Article], *, most: int) -> None:
    named = {str(one.given_id): one for one in map(_named, articles, range(len(articles)))}  # the last version of each
    usable = [article for article in named.values() if edited.usable(article)]
    random.Random(edited.SEED).shuffle(usable)
    donors, originals = usable[: len(usable) // 4], usable[len(usable) // 4 :]
    for half in ("tune", "held"):
        mine = [article for article in originals if judged.half_of(str(article.given_id)) == half][:most]
        members = list(edited.make(mine, donors))
        families = {str(member.article.given_id): member.family for member in members}
        made = {str(member.article.given_id): member.made for member in members}
        found, true = pairs(_reports(member.article for member in members)), pairs(families)
        scores = score(found, true, families)
        print(f"edited, {name}, {half}: {len(mine):,} originals, {len(members):,} articles")
        print(f"  precision {scores.precision}")
        print(f"  recall    {scores.recall}")
        print("  missed    " + ", ".join(f"{kind} {n} of {of}" for kind, n, of in missed(found, true, made)))


def _named(article: Article, place: int) -> Article:
    return replace(article, given_id=article.given_id or f"article-{place:05}")


def _report_judged(news: list[Article]) -> None:
    began = time.perf_counter()
    spent: list[float] = []
    with _timed(spent):
        found = pairs(_reports(news))
    whole = time.perf_counter() - began
    print(f"by nature: {len(news):,} articles, {sum(spent):.1f} s of {whole:.1f} s for the catalogue alone")
    labels = judged.load()
    for half in ("tune", "held", "both"):
        mine = [one for one in labels if half in {"both", judged.half_of(one.articles[0])}]
        unclear = {one.articles for one in mine if one.verdict == "unclear"}
        true = {one.articles for one in mine if one.verdict == "same"}
        here = {pair for pair in found if half in {"both", judged.half_of(pair[0])}}
        unit = {pair[0]: pair[0] for pair in here | true}
        scores = score(here - unclear, true, unit)
        print(f"by nature, {half}: {len(true)} the same, {len(mine) - len(true) - len(unclear)} others")
        print(f"  precision {scores.precision}")
        print(f"  recall    {scores.recall}")
        print(f"  unclear   {len(unclear)}, of which {len(unclear & here)} were found")
        print(f"  found and never judged {len(here - {one.articles for one in mine})}")


def _reports(articles: Iterable[Article]) -> dict[str, str]:
    """The report of each article, in an archive of just these."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(f"sqlite:///{folder}/catalogue.sqlite3")
        catalogue.create()
        for batch in _batches(articles, 50):
            catalogue.put(batch, _TODAY)
        sources = catalogue.picture().sources
        catalogue.close()
    return {source.article_id: source.report for source in sources}


def _batches(articles: Iterable[Article], size: int) -> Iterator[list[Article]]:
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def _timed(spent: list[float]) -> Iterator[None]:
    """Seconds that comparing takes, of all that the catalogue does."""
    add = Likenesses.add

    def timed(self: Likenesses, *given: Any) -> None:
        began = time.perf_counter()
        add(self, *given)
        spent.append(time.perf_counter() - began)

    with patch.object(Likenesses, "add", timed):
        yield


if __name__ == "__main__":
    sys.exit(main())
