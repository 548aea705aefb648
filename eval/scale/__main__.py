"""The command: ``python -m eval.scale --data FOLDER --sizes 10000 100000 325000 1000000 --out DIR``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import realtimeqa, scale
from eval.circumstances import of_this_machine
from eval.scale.growth import Growth
from eval.scale.measured import measure
from eval.scale.table import markdown
from eval.scale.vectors import GrowingVectors
from eval.terminal import GOES_ON, Progress, command, positive, say
from qa.errors import InvalidInput

if TYPE_CHECKING:
    from eval.scale.table import Measured

SIZES = (10_000, 100_000, 325_000, 1_000_000)
LIMIT = 100
SEED = 7


@command(interrupted=GOES_ON)
def main(arguments: list[str] | None = None) -> None:
    print(_measured(_options(arguments)))


def _measured(options: argparse.Namespace) -> str:
    """Every size that is not measured yet, smallest first, each kept at once; then the document of all."""
    out, sizes = options.out, sorted(set(options.sizes))
    data = realtimeqa.folder_from(options.data)
    out.mkdir(parents=True, exist_ok=True)
    _require_same(out / "arguments.json", {"real": options.real, "seed": options.seed, "asked": sizes[0]})
    if not all(_kept(out, size).exists() for size in sizes):
        _measure(data, options, [size for size in sizes if not _kept(out, size).exists()], sizes[0])
    measured: list[Measured] = [json.loads(_kept(out, size).read_text("utf-8")) for size in sizes]
    text = markdown(measured, _command(options, sizes), measured[-1]["machine"])
    (out / "scale.md").write_text(text, encoding="utf-8")
    _write(out / "scale.json", measured)
    say(f"kept in {out}: scale.md, scale.json")
    return text


def _measure(data: Path, options: argparse.Namespace, sizes: list[int], smallest: int) -> None:
    from qa.models import embedding

    growth = Growth(data, most_real=options.real, seed=options.seed)
    asked = growth.questions(growth.reaching(smallest))[: options.limit]
    if not asked:
        raise InvalidInput(f"no question is about the first {smallest:,} paragraphs", hint="begin with a larger size")
    vectors = GrowingVectors(embedding.load(), options.out / "vectors.bin")
    for size in sizes:
        say(f"{size:,} paragraphs")
        measured = measure(growth, size, asked, vectors, options.out / "home", Progress(f"{size:,}: article"))
        _write(_kept(options.out, size), {**asdict(measured), **of_this_machine()})


def _kept(out: Path, size: int) -> Path:
    return out / f"size-{size}.json"


def _require_same(path: Path, arguments: dict[str, Any]) -> None:
    """An archive that was begun with other arguments grows no further.

    Raises:
        InvalidInput: it was.
    """
    before = json.loads(path.read_text("utf-8")) if path.exists() else arguments
    differ = [name for name in arguments if before[name] != arguments[name]]
    if differ:
        told = ", ".join(f"{name}: {before[name]}, now {arguments[name]}" for name in differ)
        raise InvalidInput(f"{path.parent} was begun with other arguments ({told})", hint="name another --out")
    _write(path, arguments)


def _write(path: Path, value: object) -> None:
    partial = path.with_name(f"{path.name}.part")
    partial.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)


def _command(options: argparse.Namespace, sizes: list[int]) -> str:
    """What gives the same figures, without this machine's paths."""
    real = f" --real {options.real}" if options.real else ""
    return f"python -m eval.scale --data FOLDER --sizes {' '.join(map(str, sizes))}{real} --limit {options.limit}"


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.scale", description=scale.__doc__)
    add = parser.add_argument
    add("--data", type=Path, help=f"folder realtimeqa_news (or {realtimeqa.VARIABLE})")
    add("--sizes", type=positive, nargs="+", default=list(SIZES), metavar="N", help="paragraphs to measure at")
    add("--real", type=positive, metavar="N", help="embed so many paragraphs, copies follow; by default all there are")
    add("--limit", type=positive, default=LIMIT, help=f"questions, each put with four filters; by default {LIMIT}")
    add("--seed", type=int, default=SEED, help="of the mutation")
    add("--out", type=Path, required=True, help="folder for the archive and what is measured; a second run goes on")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
