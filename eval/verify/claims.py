"""The pairs of claim_support: claims of summaries, and whether the whole text that they are of bears them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.verify.truths import claims, half_of
from qa.models import cross_encoder
from qa.verify import Verifier
from qa.verify.case import Case, Ground
from qa.verify.meaning import windows
from qa.verify.prose import prose


@dataclass(frozen=True, slots=True)
class Scored:
    """One pair, with what each way of judging gave it."""

    subset: str
    half: str
    supported: bool
    verdict: bool
    scores: dict[str, float]


class _Remembering:
    """The cross-encoder, asked only once for the same: the verifier and the baseline read the same windows."""

    def __init__(self) -> None:
        self._encoder = cross_encoder.load()
        self._known: dict[tuple[str, tuple[str, ...]], list[float]] = {}

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        key = (question, tuple(passages))
        if key not in self._known:
            self._known[key] = self._encoder.score(question, passages)
        return self._known[key]


def measure(data: Path) -> None:
    """Print balanced accuracy a subset on the held half; thresholds are the best of the tuning half.

    Raises:
        UnreadableSource: the pairs are not in ``data``.
    """
    encoder = _Remembering()
    pairs = [_scored(Verifier(encoder), encoder, row) for row in claims(data)]
    print(
        f"\nclaim_support, held half{'':<12}"
        + "".join(f"{name:>22}" for name in ("verdict as shown", *pairs[0].scores))
    )
    for subset in sorted({pair.subset for pair in pairs}):
        tune = [pair for pair in pairs if pair.subset == subset and pair.half == "tune"]
        held = [pair for pair in pairs if pair.subset == subset and pair.half == "held"]
        figures = [_accuracy([pair.verdict for pair in held], held)]
        for name in pairs[0].scores:
            least = _threshold(name, tune)
            figures.append(_accuracy([pair.scores[name] >= least for pair in held], held))
        print(f"{subset:<26}{len(held):>10}" + "".join(f"{figure:>22.3f}" for figure in figures))


def _scored(verifier: Verifier, encoder: _Remembering, row: dict[str, object]) -> Scored:
    claim = str(row["claim"])
    case = Case(prose(claim, whole=True), Ground(prose(str(row["premise"]))))
    verdict = verifier.judge(case)
    roots = case.statement.roots
    return Scored(
        subset=str(row["set"]),
        half=half_of(str(row["id"])),
        supported=bool(row["supported"]),
        verdict=verdict.verdict == "supported",
        scores={
            "score": verdict.score,
            "word overlap": len(roots & case.ground.text.roots) / max(len(roots), 1),
            "cross-encoder": max(encoder.score(claim, windows(case)), default=-11.0),
        },
    )


def _threshold(name: str, pairs: Sequence[Scored]) -> float:
    return max(
        (pair.scores[name] for pair in pairs), key=lambda t: _accuracy([p.scores[name] >= t for p in pairs], pairs)
    )


def _accuracy(said: Sequence[bool], pairs: Sequence[Scored]) -> float:
    """Balanced: the mean of the share of the supported that is found and of the others that is turned away."""
    yes = [found for found, pair in zip(said, pairs, strict=True) if pair.supported]
    no = [not found for found, pair in zip(said, pairs, strict=True) if not pair.supported]
    return (sum(yes) / max(len(yes), 1) + sum(no) / max(len(no), 1)) / 2
