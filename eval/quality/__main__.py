"""The command: ``python -m eval.quality``, or ``make bench-quality``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from eval import realtimeqa
from eval.circumstances import of_this_machine
from eval.quality import sets, table
from eval.quality.archives import opened
from eval.quality.figures import measure
from eval.quality.table import Measured, Report
from eval.terminal import GOES_ON, Progress, command, positive, say
from qa.errors import UnreadableSource

if TYPE_CHECKING:
    from eval.quality.rankings import Ranks
    from qa.engine import Engine

CACHE = Path(".bench")
LIMIT = 1000
SEED = 7


@command(interrupted=GOES_ON)
def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    if options.write:
        table.require_place(options.write)
    _keep(_report(options), options)


def _report(options: argparse.Namespace) -> Report:
    machine, start = of_this_machine(), time.perf_counter()
    measured: list[Measured] = []
    left_out: list[str] = []
    for name in options.sets:
        try:
            rebuilt = {m.qa_set.corpus for m in measured} if options.rebuild else None
            measured.append(_measured(name, options, rebuilt))
        except sets.DataAbsent as absent:
            say(f"{absent.message}; {absent.hint}")
            left_out.append(f"{name} was not measured: its data were not at hand.")
    if not measured:
        raise UnreadableSource(
            "nothing was measured", path=str(options.data or "no data"), hint="see above for what to name"
        )
    return Report(
        sets=tuple(measured),
        left_out=tuple(left_out),
        machine=machine,
        command=_command(options),
        seed=options.seed,
        cut_seed=realtimeqa.SEED,
        seconds=round(time.perf_counter() - start, 1),
    )


def _measured(name: str, options: argparse.Namespace, rebuilt: set[str] | None) -> Measured:
    """One set; ``rebuilt`` are the archives that were indexed anew already, None where none is to be."""
    qa_set = sets.prepare(name, sets.Data(options.data, options.articles), options.cache / "sets" / name)
    whole = sets.load(qa_set)
    asked = sets.draw(whole, options.limit, options.seed)
    say(f"{name}: {len(asked.questions):,} of {len(whole.questions):,} questions")
    rebuild = rebuilt is not None and qa_set.corpus not in rebuilt
    indexing = Progress(f"{name}: indexing, article")
    with opened(qa_set, options.cache / "archives", indexing, rebuild=rebuild) as (engine, built):
        chunked = None if options.without_llamaindex else _chunked(name, engine, options.cache, rebuild=rebuild)
        asking, runs = Progress(f"{name}: asking, question"), options.cache / "runs" / name
        figures = measure(engine, asked, runs, asking, parts=qa_set.parts, chunked=chunked)
    return Measured(qa_set, len(whole.questions), built, figures)


def _chunked(name: str, engine: Engine, cache: Path, *, rebuild: bool) -> Ranks:
    from eval.quality import llamaindex

    indexing = Progress(f"{name}: indexing for LlamaIndex, article")
    return llamaindex.opened(engine, cache / "llamaindex", indexing, rebuild=rebuild)


def _keep(report: Report, options: argparse.Namespace) -> None:
    text = table.markdown(report)
    (options.cache / "quality.md").write_text(text, encoding="utf-8")
    record = json.dumps(asdict(report), ensure_ascii=False, indent=1, allow_nan=False, default=str)
    (options.cache / "quality.json").write_text(record + "\n", encoding="utf-8")
    if options.write:
        table.write(options.write, text)
    print(text)
    say(f"Kept in {options.cache}: quality.md, quality.json, and under runs/ every answer, with report.html")


def _command(options: argparse.Namespace) -> str:
    """What gives the same figures, without this machine's paths."""
    said = ["python -m eval.quality"]
    said += ["--data FOLDER"] if options.data else []
    said += [f"--sets {' '.join(options.sets)}"] if options.sets != list(sets.SETS) else []
    said += [f"--limit {options.limit or 'all'}"]
    said += [f"--articles {options.articles}"] if options.articles else []
    said += ["--without-llamaindex"] if options.without_llamaindex else []
    return " ".join([*said, f"--seed {options.seed}"])


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.quality", description=sets.__doc__)
    add = parser.add_argument
    add("--data", type=Path, help="folder with realtimeqa_news, squad_dev and quail_news, as far as they are there")
    add("--sets", nargs="+", choices=sets.SETS, default=list(sets.SETS), help="only these sets")
    add("--limit", type=_limit, default=LIMIT, help=f"questions a set, or 'all'; by default {LIMIT}")
    add("--articles", type=positive, help="cut realtimeqa_news to so many articles; by default all 7,655")
    add("--seed", type=int, default=SEED, help="of the draw of questions")
    add(
        "--without-llamaindex", action="store_true", help="leave its citation engine out, which has an index of its own"
    )
    add("--cache", type=Path, default=CACHE, help=f"where archives and runs are kept; by default {CACHE}")
    add("--rebuild", action="store_true", help="index anew what the cache holds")
    add("--write", type=Path, metavar="DOCUMENT", help="put the tables between the marks in this document")
    return parser.parse_args(arguments)


def _limit(text: str) -> int | None:
    return None if text == "all" else positive(text)


if __name__ == "__main__":
    sys.exit(main())
