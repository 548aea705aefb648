"""Inputs led by coverage: atheris keeps what reaches new code, and changes that further. It is not installed with us.

    python -m pip install atheris
    python -m eval.fuzz html --guided --inputs 100000

It starts from our seeds, changes them by our own ``mutations`` or by libFuzzer's, and ends at the first finding.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

_SEEDS = 40  # inputs of ours to begin with


def run_guided(readers: Sequence[str], inputs: int, seed: int, seconds_each: float, out: Path) -> int:
    """Each reader in a process of its own, since libFuzzer ends the one it runs in; gives the exit code."""
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed; leave --guided out, or: python -m pip install atheris", file=sys.stderr)
        return 2
    out.mkdir(parents=True, exist_ok=True)
    worst = 0
    for reader in readers:
        told = [reader, str(inputs // len(readers)), str(seed), str(round(seconds_each)), str(out)]
        command = [sys.executable, "-m", "eval.fuzz.guided", *told]
        code = subprocess.run(command, check=False).returncode  # noqa: S603 (our own module, and numbers)
        print(f"{reader}: {'a finding' if code else 'nothing found'}")
        worst = max(worst, min(abs(code), 1))
    return worst


def _guide(reader: str, inputs: int, seed: int, seconds_each: int, out: Path) -> None:
    """Never comes back: libFuzzer ends the process."""
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with atheris.instrument_imports(include=["qa.ingest"]):
        from eval.fuzz.cases import Case, case_of
        from eval.fuzz.mutations import mutated_bytes
        from eval.fuzz.promises import outcome_of

    starts = [case_of(reader, seed, number).data for number in range(_SEEDS)]

    def examine(data: bytes) -> None:
        problem = outcome_of(Case(data)).problem
        if problem is not None:
            raise RuntimeError(f"{problem.kind}\n{problem.told}")

    def mutated(data: bytes, longest: int, number: int) -> bytes:
        rng = Random(number)
        return mutated_bytes(data, rng, starts)[:longest] if rng.random() < 0.5 else atheris.Mutate(data, longest)

    with tempfile.TemporaryDirectory() as folder:
        for number, start in enumerate(starts):
            (Path(folder) / str(number)).write_bytes(start)
        told = [f"-runs={inputs}", f"-seed={seed}", f"-timeout={seconds_each}", "-max_len=100000", "-verbosity=0"]
        atheris.Setup([reader, *told, f"-artifact_prefix={out}/{reader}-", folder], examine, custom_mutator=mutated)
        atheris.Fuzz()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m eval.fuzz.guided")
    parser.add_argument("reader")
    for name in ("inputs", "seed", "seconds_each"):
        parser.add_argument(name, type=int)
    parser.add_argument("out", type=Path)
    return parser


if __name__ == "__main__":
    options = _parser().parse_args()
    _guide(options.reader, options.inputs, options.seed, options.seconds_each, options.out)
