"""One size of the archive: grown to it, served in a process of its own, asked, weighed."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING

from eval.measures import percentile
from eval.serving import Told, ask, client_of, serving
from qa.errors import IngestError, InvalidInput
from qa.settings import LLMSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from eval.realtimeqa import Record
    from eval.scale.growth import Grown, Growth
    from eval.scale.vectors import GrowingVectors
    from eval.serving import Memory, Served
    from qa.archive import IngestReport
    from qa.catalogue import Counts
    from qa.types import Article

STAGES = ("retrieve", "rerank", "read", "verify", "total")
_WARMING = 10
_MARGIN = dt.timedelta(days=15)
_PARTS = {"catalogue": "catalogue.sqlite3*", "vectors": "chroma", "words": "tantivy"}


@dataclass(frozen=True, slots=True)
class Step:
    """What it took to grow the archive from one size to the next.

    Attributes:
        embedded: passages that the model embedded.
        mutated: passages of copies, which got their originals' vectors with noise.
        seconds: all of it.
        embedding_s: what the model took of that.
        per_s: passages a second, as it was.
        without_embedding_per_s: the same of all but the embedding: mutating, reading, catalogue, both indexes.
    """

    embedded: int
    mutated: int
    seconds: float
    embedding_s: float
    per_s: float
    without_embedding_per_s: float


@dataclass(frozen=True, slots=True)
class Asking:
    """Warm answers over the socket: nearest-rank percentiles of milliseconds.

    Attributes:
        answered: share of the questions that were not refused.
        latency_ms: as the client measured them.
        stages_ms: as the answers tell them, by stage; ``total`` is the engine's, without HTTP.
    """

    questions: int
    answered: float
    latency_ms: Mapping[str, float]
    stages_ms: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Size:
    """An archive of about so many paragraphs.

    Attributes:
        paragraphs: what it was to hold.
        counts: what it holds.
        mutated: paragraphs of it that are mutated copies.
        step: None where growing was interrupted: nobody timed it whole.
        ready_s: from the start of the process until it answers.
        ready, after: memory of the serving process before and after all questions.
        disk_mb: by part, in 10**6 bytes.
        asking: by filter.
    """

    paragraphs: int
    counts: Counts
    mutated: int
    step: Step | None
    ready_s: float
    ready: Memory
    after: Memory
    disk_mb: Mapping[str, float]
    asking: Mapping[str, Asking]


def measure(
    growth: Growth,
    paragraphs: int,
    asked: Sequence[tuple[Record, Record]],
    vectors: GrowingVectors,
    home: Path,
    progress: Callable[[int, int], None],
) -> Size:
    """The archive in ``home``, grown to a size and measured there.

    Args:
        growth: where its articles come from.
        paragraphs: the size.
        asked: questions, each with an article that answers it.
        vectors: the embedding model.
        home: a folder that nobody else writes to.
        progress: told articles put in, and all of them, while growing.

    Raises:
        InvalidInput: it is larger already.
        QAError: it cannot be grown or served.
    """
    step, counts = _grown(growth, paragraphs, vectors, home, progress)
    with serving(home) as served:
        ready = served.memory()
        asking = _asked(served, asked)
        after = served.memory()
    return Size(
        paragraphs=paragraphs,
        counts=counts,
        mutated=max(counts.paragraphs - growth.real_paragraphs, 0),
        step=step,
        ready_s=served.ready_s,
        ready=ready,
        after=after,
        disk_mb={part: round(_bytes(home, pattern) / 1e6, 1) for part, pattern in _PARTS.items()},
        asking=asking,
    )


def _grown(
    growth: Growth, paragraphs: int, vectors: GrowingVectors, home: Path, progress: Callable[[int, int], None]
) -> tuple[Step | None, Counts]:
    from qa.archive import open_archive

    # A database or a Chroma server of this machine's service is none of ours.
    settings = Settings(home=home, database_url=None, chroma_url=None, llm=LLMSettings(model=None))
    wanted = growth.reaching(paragraphs)
    kept = home.with_name(f"{home.name}-{paragraphs}.json")
    again = kept.exists()
    if not again:
        kept.write_text("null")
    with closing(open_archive(settings, vectors, create=True)) as archive:
        have = archive.counts().articles
        if have > wanted:
            hint = "sizes are measured while the archive grows: name another --out for smaller ones"
            raise InvalidInput(f"the archive in {home} is larger than {paragraphs:,} paragraphs already", hint=hint)
        before, start = (vectors.embedded, vectors.mutated, vectors.seconds), time.perf_counter()

        def tell(report: IngestReport) -> None:
            progress(have + report.seen, wanted)

        coming = _articles(islice(growth.articles(), have, wanted), vectors)
        archive.add(coming, progress=tell, keep_articles=False)
        seconds = time.perf_counter() - start
        counts = archive.counts()
    if not again:
        step = _step(before, (vectors.embedded, vectors.mutated, vectors.seconds), seconds)
        kept.write_text(json.dumps(asdict(step)))
    told = json.loads(kept.read_text())
    return Step(**told) if told else None, counts


def _step(before: tuple[int, int, float], after: tuple[int, int, float], seconds: float) -> Step:
    embedded, mutated, embedding_s = after[0] - before[0], after[1] - before[1], after[2] - before[2]
    passages = embedded + mutated
    return Step(
        embedded=embedded,
        mutated=mutated,
        seconds=round(seconds, 1),
        embedding_s=round(embedding_s, 1),
        per_s=round(passages / seconds, 1),
        without_embedding_per_s=round(passages / (seconds - embedding_s), 1),
    )


def _articles(coming: Iterable[Grown], vectors: GrowingVectors) -> Iterator[Article | IngestError]:
    """The articles, after the model was told which texts are copies of which."""
    from qa.archive import embedded_text
    from qa.ingest.jsonl import article_from_record

    for grown in coming:
        try:
            article = article_from_record(grown.record, origin=grown.record["id"])
        except IngestError as error:
            yield error
            continue
        if grown.original is not None:
            original = article_from_record(grown.original, origin=grown.original["id"])
            for copy, first in zip(article.blocks, original.blocks, strict=True):
                vectors.tell(embedded_text(article.title, copy.text), embedded_text(original.title, first.text))
        yield article


def _asked(served: Served, asked: Sequence[tuple[Record, Record]]) -> dict[str, Asking]:
    """Every question with every filter in turn, each filter first as often as the others: they share warm pages."""
    told: dict[str, list[Told]] = {name: [] for name in filters(*asked[0])}
    with client_of(served) as client:
        for question, _ in asked[:_WARMING]:
            ask(client, {"question": question["question"]})
        for place, (question, article) in enumerate(asked):
            bodies = list(filters(question, article).items())
            for name, body in bodies[place % len(bodies) :] + bodies[: place % len(bodies)]:
                told[name].append(ask(client, body))
    return {name: _asking(some) for name, some in told.items()}


def filters(question: Record, article: Record) -> dict[str, Record]:
    """The question without filter, and with each that still allows the article: a month, its outlet, a day after it."""
    asked, day = {"question": question["question"]}, dt.date.fromisoformat(article["published_at"])
    month = {"after": (day - _MARGIN).isoformat(), "before": (day + _MARGIN).isoformat()}
    return {
        "none": asked,
        "date": {**asked, **month},
        "source": {**asked, "sources": [article["source"]]},
        "as_of": {**asked, "as_of": (day + _MARGIN).isoformat()},
    }


def _asking(told: Sequence[Told]) -> Asking:
    return Asking(
        questions=len(told),
        answered=round(sum(one.answered for one in told) / len(told), 3),
        latency_ms=_percentiles([one.latency_ms for one in told]),
        stages_ms={stage: _percentiles([one.stages_ms.get(stage, 0.0) for one in told]) for stage in STAGES},
    )


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    return {f"p{percent}": round(percentile(values, percent), 1) for percent in (50, 95)}


def _bytes(home: Path, pattern: str) -> int:
    files = [file for found in home.glob(pattern) for file in (found.rglob("*") if found.is_dir() else [found])]
    return sum(file.stat().st_size for file in files if file.is_file())
