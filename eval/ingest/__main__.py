"""The command: ``python -m eval.ingest``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import realtimeqa
from eval.circumstances import of_this_machine
from eval.ingest.commands import Run, qa
from eval.ingest.roundtrip import RoundTrip, compare
from eval.terminal import command, say

if TYPE_CHECKING:
    from collections.abc import Sequence

_MB = 1_000_000
_COUNTS = ("added", "updated", "unchanged", "duplicates", "failed", "paragraphs")


@command()
def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    with ExitStack() as kept:
        folder = options.keep or Path(kept.enter_context(tempfile.TemporaryDirectory()))
        measured = measure(options.data, options.articles, folder)
    print(json.dumps({**measured, **of_this_machine()}, indent=1))
    return 0 if measured["whole"] else 1


def measure(data: Path | None, articles: int | None, folder: Path) -> dict[str, Any]:
    """Ingest twice, and compare.

    Args:
        data: the folder realtimeqa_news, or the one that holds it.
        articles: cut to so many; None for all.
        folder: where the records and the archive go.

    Raises:
        QAError: the data are not there, or a command failed.
    """
    inside = data / "realtimeqa_news" if data is not None else None
    made = realtimeqa.cut(realtimeqa.folder_from(inside if inside and inside.is_dir() else data), articles)
    made.write(folder)
    home, source = folder / "home", str(folder / "articles.jsonl")
    first = qa(home, "ingest", source)
    say(f"ingested in {first.seconds:,.0f} s; now once more")
    before = _counts(home)
    second = qa(home, "ingest", source)
    trip = _round_trip(made.articles, home)
    after, check = _counts(home), qa(home, "check").report
    return _figures(first, second, trip) | {
        "check_ok": check["ok"],
        "whole": bool(
            check["ok"]
            and before == after
            and not trip.missing
            and not trip.changed
            and second.report["unchanged"] + second.report["duplicates"] == len(made.articles)
        ),
    }


def _figures(first: Run, second: Run, trip: RoundTrip) -> dict[str, Any]:
    return {
        "round_trip": asdict(trip),
        "first": _of_run(first),
        "second": _of_run(second),
        "second_share_of_first": round(second.seconds / first.seconds, 4),
    }


def _of_run(run: Run) -> dict[str, Any]:
    seen = sum(run.report[name] for name in _COUNTS[:5])
    return {
        "seconds": round(run.seconds, 1),
        "articles_per_s": round(seen / run.seconds, 2),
        "new_paragraphs_per_s": round(run.report["paragraphs"] / run.seconds, 1),
        "peak_mb": round(run.peak / _MB) if run.peak else None,
        "mb_over_time": [round(size / _MB) for size in run.over_time()],
        **{name: run.report[name] for name in _COUNTS},
        "seen": seen,
        "errors": run.report["errors"][:10],
    }


def _round_trip(records: Sequence[dict[str, Any]], home: Path) -> RoundTrip:
    from qa.engine import build
    from qa.settings import Settings

    with closing(build(Settings(home=home))) as engine:
        return compare(records, engine.archive)


def _counts(home: Path) -> tuple[str, Any]:
    """What a second ingest must not change."""
    from qa.engine import build
    from qa.settings import Settings

    with closing(build(Settings(home=home))) as engine:
        return engine.archive.snapshot, engine.archive.counts()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.ingest", description=__doc__)
    parser.add_argument("--data", type=Path, help=f"the folder realtimeqa_news (or {realtimeqa.VARIABLE})")
    parser.add_argument("--articles", type=int, metavar="N", help="cut to so many articles; all by default")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep records and archive here; else they are deleted")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
