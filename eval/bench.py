"""How fast it is: measured, printed, and never asserted, since machines differ.

    python -m eval.bench latency --home .qa --questions eval/sets/sample/questions.jsonl
    python -m eval.bench filters --home .qa --questions eval/sets/sample/questions.jsonl
    python -m eval.bench indexing eval/sets/sample/articles
    python -m eval.bench clients --home .qa --questions eval/sets/sample/questions.jsonl --clients 8

``latency``: warm answers of the engine in this process, one after another; then what a person waits for at the
terminal: a cold ``qa ask`` and ``qa --help``, each a process of its own. ``filters``: finding candidates alone, with
filters that leave ever less. ``indexing``: passages a second of ``Archive.add`` against the embedding model alone on
the same texts, in turns in the same run. ``clients``: answers a second of the service with one client and with several
at once, in turns (``eval/clients.py``).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from eval.ask import EngineAsker
from eval.circumstances import of_this_machine
from eval.clients import ROUNDS, Clients, clients
from eval.measures import percentile
from eval.questions import load
from eval.terminal import command
from qa.errors import QAError
from qa.settings import Settings
from qa.types import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from qa.engine import Engine
    from qa.models.embedding import Embedder
    from qa.types import Article

COLD_RUNS = 5


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of warm answers, nearest-rank percentiles; seconds of whole commands, their medians."""

    questions: int
    passages: int
    warm_p50_ms: float
    warm_p95_ms: float
    warm_p99_ms: float
    cold_ask_s: float
    help_s: float


@dataclass(frozen=True, slots=True)
class Indexing:
    """Passages a second, and the share of the embedding model's own speed that indexing reaches."""

    passages: int
    rounds: int
    archive_per_s: float
    embedding_per_s: float
    share: float


def latency(home: Path, questions: Path, limit: int | None = None) -> Latency:
    from qa.engine import build

    asked = load(questions).limit(limit).questions
    engine = build(Settings(home=home))
    try:
        engine.warm()
        asker = EngineAsker(engine)
        times = [asker.ask(question).latency_ms for question in asked]
        passages = engine.archive.counts().passages
    finally:
        engine.close()
    return Latency(
        questions=len(asked),
        passages=passages,
        warm_p50_ms=round(percentile(times, 50), 1),
        warm_p95_ms=round(percentile(times, 95), 1),
        warm_p99_ms=round(percentile(times, 99), 1),
        cold_ask_s=_median_s("--home", str(home), "ask", asked[0].question),
        help_s=_median_s("--help"),
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """Passages that a filter leaves, and milliseconds of finding candidates within it, by filter."""

    passages: int
    left: dict[str, int]
    median_ms: dict[str, float]


def filters(home: Path, questions: Path, limit: int | None = None) -> Filters:
    """Retrieval with no filter, and with ones that leave about half, a tenth, a hundredth and one article."""
    from qa.engine import build

    asked = [question.question for question in load(questions).limit(limit).questions]
    engine = build(Settings(home=home))
    try:
        engine.warm()
        days = sorted(s.published_at[:10] for s in engine.archive.articles(limit=1_000_000).items if s.published_at)
        made = {name: _published_within(days, share) for name, share in _SHARES.items()}
        queries = {"none": Query(""), "as_of_half": Query("", as_of=_middle(days)), **made}
        return Filters(
            passages=engine.archive.counts().passages,
            left={name: len(engine.archive.select(query)) for name, query in queries.items()},
            median_ms={
                name: round(1000 * statistics.median(_retrieval_s(engine, query, text) for text in asked), 1)
                for name, query in queries.items()
            },
        )
    finally:
        engine.close()


_SHARES = {"half": 0.5, "tenth": 0.1, "hundredth": 0.01, "one_day": 0.0}


def _published_within(days: Sequence[str], share: float) -> Query:
    last = days[min(int(len(days) * share), len(days) - 1)]
    return Query("", after=dt.date.fromisoformat(days[0]), before=dt.date.fromisoformat(last))


def _middle(days: Sequence[str]) -> dt.date:
    return dt.date.fromisoformat(days[len(days) // 2])


def _retrieval_s(engine: Engine, query: Query, text: str) -> float:
    return _seconds(lambda: engine.retriever.retrieve(replace(query, question=text)))


def _median_s(*arguments: str) -> float:
    """Seconds of a whole ``qa`` process, start to end; the median of COLD_RUNS."""
    command = [sys.executable, "-m", "qa.cli", *arguments]
    times = [_seconds(lambda: _run(command)) for _ in range(COLD_RUNS)]
    return round(statistics.median(times), 3)


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own command, no shell


def indexing(sources: Sequence[str], limit: int | None = None, rounds: int = 2) -> Indexing:
    """Indexes the articles of these sources into new archives in temporary folders.

    The embedding model alone gets the very texts that the archive gave it, all at once, which suits it best.
    Both take turns, so that a machine that grows slower or faster does so for both.

    Raises:
        QAError: the sources hold no article.
    """
    from qa.ingest import read
    from qa.models import embedding
    from qa.types import Article

    articles = list(islice((item for item in read(sources) if isinstance(item, Article)), limit))
    if not articles:
        raise QAError("no articles in what was given", hint="name the files or folders that hold them")
    embedder = _Listening(embedding.load(Settings().threads))
    embedder.embed(["the first run takes longer"])
    archive_s, alone_s = 0.0, 0.0
    for _ in range(rounds):
        embedder.texts.clear()
        archive_s += _add_s(articles, embedder)
        alone_s += _seconds(lambda: embedder.model.embed(list(embedder.texts)))
    texts = rounds * len(embedder.texts)
    return Indexing(
        passages=len(embedder.texts),
        rounds=rounds,
        archive_per_s=round(texts / archive_s, 1),
        embedding_per_s=round(texts / alone_s, 1),
        share=round(alone_s / archive_s, 3),
    )


class _Listening:
    """An embedding model that remembers the texts it was given."""

    def __init__(self, model: Embedder) -> None:
        self.model = model
        self.fingerprint = model.fingerprint
        self.texts: list[str] = []

    def embed(self, texts: list[str], /) -> NDArray[np.float32]:
        self.texts += texts
        return self.model.embed(texts)


def _add_s(articles: Iterable[Article], embedder: _Listening) -> float:
    from qa.archive import open_archive

    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(Settings(home=Path(folder) / "home"), embedder, create=True)
        with closing(archive):
            return _seconds(lambda: archive.add(articles))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _measured(options: argparse.Namespace) -> Latency | Filters | Indexing | Clients:
    if options.kind == "indexing":
        return indexing(options.sources, options.limit)
    if options.kind == "clients":
        return clients(options.home, options.questions, options.limit, at_once=options.clients, rounds=options.rounds)
    measure = latency if options.kind == "latency" else filters
    return measure(options.home, options.questions, options.limit)


_OVER_ARCHIVES = {
    "latency": "warm answers, a cold command, and help",
    "filters": "finding within filters",
    "clients": "answers a second with one client and with several",
}


@command()
def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=(__doc__ or "").split("\n\n")[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    made = {}
    for name, about in _OVER_ARCHIVES.items():
        kind = made[name] = kinds.add_parser(name, help=about)
        kind.add_argument("--home", type=Path, required=True, help="folder of the archive")
        kind.add_argument("--questions", type=Path, required=True, help="question set")
        kind.add_argument("--limit", type=int, help="only the first so many questions")
    made["clients"].add_argument("--clients", type=int, default=8, help="how many ask at once; by default 8")
    made["clients"].add_argument("--rounds", type=int, default=ROUNDS, help=f"turns of each; by default {ROUNDS}")
    index = kinds.add_parser("indexing", help="indexing against the embedding model alone")
    index.add_argument("sources", nargs="+", help="files or folders of articles")
    index.add_argument("--limit", type=int, help="only the first so many articles")
    print(json.dumps({**asdict(_measured(parser.parse_args())), **of_this_machine()}, indent=1))


if __name__ == "__main__":
    sys.exit(main())
