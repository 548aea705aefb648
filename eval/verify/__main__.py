"""``python -m eval.verify``: see the package."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import eval.verify as package
from eval.terminal import command
from eval.verify import claims as claim_support
from eval.verify.mutants import KINDS, mutant
from eval.verify.truths import SEED, Truth, drafted, news, rewrites, sample, sentences
from qa.models import cross_encoder
from qa.types import Verdict
from qa.verify import RULES, Verifier

_NEWS = 1_000  # sentences of realtimeqa_news


@command()
def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.verify", description=package.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="holds realtimeqa_news/ and claim_support/")
    parser.add_argument("--half", choices=("tune", "held"), default="held", help="which half the tables are of")
    parser.add_argument("--words", action="store_true", help="without the cross-encoder: words and rules alone")
    parser.add_argument("--rules", action="store_true", help="what each rule brings and costs, left out in turn")
    parser.add_argument(
        "--misses", metavar="KIND", help="list what is wrong on the tuning half, of mutants or 'rewrites'"
    )
    given = parser.parse_args(arguments)
    verifier = Verifier(None if given.words else cross_encoder.load())
    measure(verifier, given.data, half=given.half, misses=given.misses, each_rule=given.rules)


def measure(
    verifier: Verifier, data: Path | None, *, half: str, misses: str | None = None, each_rule: bool = False
) -> None:
    """Print the tables.

    Raises:
        UnreadableSource: the data folder does not hold what is measured.
    """
    archive = sample()
    true = {"sample": sentences(archive, most=10_000), "rewrites": rewrites(archive)}
    if data is not None:
        true["realtimeqa_news"] = sentences(news(data), most=_NEWS)
    wanted = "tune" if misses else half
    print(f"{wanted} half: share not supported of mutants, share supported of true statements")
    print(f"{'':<18}{'kind':<10}{'n':>6}{'not supported':>15}   by")
    for name, truths in true.items():
        mine = [truth for truth in truths if truth.half == wanted]
        _mutants(verifier, name, mine, misses)
        _true(verifier, name, mine, misses)
    if each_rule:
        _rules([truth for truths in true.values() for truth in truths if truth.half == wanted])
    if data is not None:
        claim_support.measure(data)


def verdict_of(verifier: Verifier, truth: Truth) -> Verdict:
    (verdict,) = verifier.verify(*drafted(truth))
    return verdict


def made(truths: Sequence[Truth], kind: str) -> list[Truth]:
    """A mutant of every statement that has something of the kind."""
    rng = random.Random(SEED)
    return [changed for truth in truths if (changed := mutant(truth, kind, rng))]


def _mutants(verifier: Verifier, name: str, truths: Sequence[Truth], misses: str | None) -> None:
    total = missed_all = 0
    for kind in KINDS:
        mutants = made(truths, kind)
        verdicts = [verdict_of(verifier, one) for one in mutants]
        missed = [one for one, verdict in zip(mutants, verdicts, strict=True) if verdict.verdict == "supported"]
        checkers = [verdict.checker for verdict in verdicts if verdict.verdict != "supported"]
        by = ", ".join(f"{checker} {checkers.count(checker)}" for checker in sorted(set(checkers)))
        print(f"{name:<18}{kind:<10}{len(mutants):>6}{_share(len(mutants) - len(missed), len(mutants)):>15}   {by}")
        if kind != "word":  # another word is another matter: see docs/evaluation.md
            total, missed_all = total + len(mutants), missed_all + len(missed)
        for one in missed if misses == kind else ():
            print(f"    said   {one.text}\n    from   {one.sentence}")
    print(f"{name:<18}{'all swaps':<10}{total:>6}{_share(total - missed_all, total):>15}")


def _true(verifier: Verifier, name: str, truths: Sequence[Truth], misses: str | None) -> None:
    began = time.perf_counter()
    verdicts = [verdict_of(verifier, truth) for truth in truths]
    spent = (time.perf_counter() - began) * 1000 / max(len(truths), 1)
    held = sum(verdict.verdict == "supported" for verdict in verdicts)
    print(f"{name:<18}{'true':<10}{len(truths):>6}{_share(held, len(truths)):>15}   supported; {spent:.1f} ms each\n")
    for truth, verdict in zip(truths, verdicts, strict=True):
        if misses == name and verdict.verdict != "supported":
            print(f"    {verdict.checker}: {verdict.reason}\n    said   {truth.text}\n    from   {truth.sentence}")


def _rules(truths: Sequence[Truth]) -> None:
    """What is lost on mutants, by kind, and won on true statements, when a rule is left out; words and rules alone."""
    mutants = {kind: made(truths, kind) for kind in KINDS}
    whole = {kind: _caught(Verifier(), some) for kind, some in mutants.items()}
    held, count = len(truths) - _caught(Verifier(), truths), sum(map(len, mutants.values()))
    caught = sum(whole.values())
    print(f"\nof {count} mutants {caught} are caught, of {len(truths)} true statements {held} stand; left out:")
    for rule in RULES:
        less = Verifier(rules={name: other for name, other in RULES.items() if name != rule})
        lost = {kind: whole[kind] - _caught(less, some) for kind, some in mutants.items()}
        won = len(truths) - _caught(less, truths) - held
        kinds = ", ".join(f"{kind} {n}" for kind, n in lost.items() if n)
        print(f"{rule:<12}{sum(lost.values()):>6} mutants lost{won:>6} true statements won   {kinds}")


def _caught(verifier: Verifier, statements: Sequence[Truth]) -> int:
    return sum(verdict_of(verifier, one).verdict != "supported" for one in statements)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


if __name__ == "__main__":
    sys.exit(main())
