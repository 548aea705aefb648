"""The command: ``python -m eval.extraction --data FOLDER [--half tune|held] [--json]``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.circumstances import of_this_machine
from eval.extraction.pages import MarkedPage, load
from eval.extraction.scores import MEASURES, PageScore, gain, mean, scores_of
from eval.extraction.systems import OURS, REFERENCE, System, installed
from eval.terminal import command, say

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """What one system did: its scores by measure and page, the pages that it failed on, and its pace.

    Attributes:
        pages_per_s: pages in a second of processor time, all caches warm; the best of three rounds. None if untimed.
    """

    system: System
    scores: Mapping[str, list[PageScore]]
    failed: int
    pages_per_s: float | None


@command()
def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    pages = load(options.data, options.half)
    systems, missing = installed()
    for line in missing:
        say(line)
    runs = measure(systems, pages, timed=not options.untimed)
    print(
        json.dumps(as_json(runs, pages, options.half), indent=1) if options.json else as_text(runs, pages, options.half)
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.extraction", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with ground-truth.json and html/")
    parser.add_argument("--half", choices=("tune", "held"), help="one half of the pages; all without it")
    parser.add_argument("--untimed", action="store_true", help="leave out the speed")
    parser.add_argument("--json", action="store_true", help="one JSON object in the place of the tables")
    return parser.parse_args(arguments)


def measure(systems: Sequence[System], pages: Sequence[MarkedPage], *, timed: bool = True) -> list[Run]:
    """Run every system over every page. The scoring pass warms what the timed rounds then find warm."""
    scored = [_scored(system, pages) for system in systems]
    paces = _paces(systems, pages) if timed else {}
    return [
        Run(system, scores, failed, paces.get(system.name))
        for system, (scores, failed) in zip(systems, scored, strict=True)
    ]


def _scored(system: System, pages: Sequence[MarkedPage]) -> tuple[dict[str, list[PageScore]], int]:
    scores: dict[str, list[PageScore]] = {name: [] for name in MEASURES}
    failed = 0
    for page in pages:
        units = _units(system, page.html)
        failed += not units
        for name, score in scores_of(units, page.body).items():
            scores[name].append(score)
    return scores, failed


def _units(system: System, html: str) -> list[str]:
    try:
        return [unit for unit in system.units(html) if unit.strip()]
    except Exception:  # noqa: BLE001 - foreign code: whatever it raises, it found no article
        return []


def _paces(systems: Sequence[System], pages: Sequence[MarkedPage]) -> dict[str, float]:
    """Rounds go by turns, so that a busy moment of the machine costs none of them alone; the best round counts."""
    best: dict[str, float] = {}
    for _ in range(_ROUNDS):
        for system in (system for system in systems if system.work):
            start = time.process_time()
            for page in pages:
                _work(system, page.html)
            pace = len(pages) / (time.process_time() - start)
            best[system.name] = max(pace, best.get(system.name, 0.0))
    return best


def _work(system: System, html: str) -> None:
    try:
        if system.work:
            system.work(html)
    except Exception:  # noqa: BLE001, S110 - as above; a page that it fails on takes its time all the same
        pass


def as_json(runs: Sequence[Run], pages: Sequence[MarkedPage], half: str | None) -> dict[str, Any]:
    reference = next((run for run in runs if run.system.name == REFERENCE), None)
    return {
        "pages": len(pages),
        "half": half or "all",
        "machine": of_this_machine(),
        "systems": [
            {
                "name": run.system.name,
                "version": run.system.version,
                "without_article": run.failed,
                "pages_per_s": run.pages_per_s,
                "scores": {name: asdict(mean(scores)) for name, scores in run.scores.items()},
                "gain_over_trafilatura": {
                    name: gain(scores, reference.scores[name]) for name, scores in run.scores.items()
                }
                if reference
                else None,
            }
            for run in runs
        ],
    }


def as_text(runs: Sequence[Run], pages: Sequence[MarkedPage], half: str | None) -> str:
    """Markdown: one table of figures, one of intervals and gains."""
    head = ("extractor", *(f"{name} {figure}" for name in MEASURES for figure in ("P", "R", "F1")), "pages/s")
    rows = [(_label(run.system), *_figures(run), _pace(run)) for run in runs]
    parts = [f"{len(pages)} pages ({half or 'all'}).", _table(head, rows), _intervals(runs)]
    failed = [f"{_label(run.system)}: no article on {run.failed} pages." for run in runs if run.failed]
    return "\n\n".join([*parts, *failed])


def _label(system: System) -> str:
    return f"{system.name} {system.version}" if system.version else system.name


def _figures(run: Run) -> list[str]:
    means = [mean(scores) for scores in run.scores.values()]
    return [_short(value) for found in means for value in (found.precision, found.recall, found.f1)]


def _pace(run: Run) -> str:
    return "–" if run.pages_per_s is None else f"{run.pages_per_s:.1f}"


def _intervals(runs: Sequence[Run]) -> str:
    """Of ours: 95 % intervals, and the gain over trafilatura on the same pages."""
    ours = next(run for run in runs if run.system.name == OURS)
    reference = next((run for run in runs if run.system.name == REFERENCE), None)
    rows = []
    for name, scores in ours.scores.items():
        found, gained = mean(scores), gain(scores, reference.scores[name]) if reference else {}
        for figure in ("precision", "recall", "f1"):
            interval = _between(getattr(found, f"{figure}_interval"))
            row = [f"{name} {figure}", _short(getattr(found, figure)), interval]
            rows.append([*row, f"{gained[figure][0]:+.3f} ({_between(gained[figure][1])})" if gained else "–"])
    return _table((OURS, "value", "95 % interval", "less trafilatura"), rows)


def _between(interval: tuple[float, float] | None) -> str:
    return "–" if interval is None else f"{interval[0]:.3f} – {interval[1]:.3f}"


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0") if value < 1 else "1.000"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
