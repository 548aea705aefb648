"""Units that were found and a body that was marked -> precision and recall of a page, and means over pages.

The mean over pages is taken of precision and of recall, and F1 is the harmonic mean of these two means, as Zyte's
benchmark has it. A page of which nothing was found has precision 0.

What is a unit, and when two are the same:

``lines``: every line of a mark, so items, rows and lines after a break count one by one; the same if letters and digits
are. The marks were made by a program that puts spaces around links and emphasis, so marks of spaces and punctuation
cannot be held against anyone. Lines without a letter or digit do not count.
``strict``: the same units; the same if nothing but white space differs.
``blocks``: marks parted at blank lines alone, so that a list is one unit, against an extractor's units as they come;
the same if letters and digits are. Who gives items of lists one by one cannot reach 1 here.
``ngrams``: the different runs of four words within a line.
``shingles``: all runs of four words of the whole text, as often as they come: what Zyte's benchmark reports.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.resampling import draws, percentile_interval
from qa.ingest.normal import compared

_N = 4
Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PageScore:
    """Of one page: which share of what was found is marked, and which share of what is marked was found."""

    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Mean:
    """Over pages, each with its 95 % interval (bootstrap over pages)."""

    precision: float
    recall: float
    f1: float
    precision_interval: Interval
    recall_interval: Interval
    f1_interval: Interval


def scores_of(units: Sequence[str], body: str) -> dict[str, PageScore]:
    """All measures of one page, by name."""
    return {name: _page_score(found(units), marked(body)) for name, (found, marked) in MEASURES.items()}


def mean(pages: Sequence[PageScore]) -> Mean:
    """Over at least one page."""
    table = np.array([[page.precision, page.recall] for page in pages])
    means = table.mean(axis=0)
    drawn = np.vstack([weights @ table / len(pages) for weights in draws(len(pages))])
    return Mean(
        precision=float(means[0]),
        recall=float(means[1]),
        f1=_f1(*means),
        precision_interval=percentile_interval(drawn[:, 0]),
        recall_interval=percentile_interval(drawn[:, 1]),
        f1_interval=percentile_interval(np.array([_f1(*row) for row in drawn])),
    )


def gain(pages: Sequence[PageScore], reference: Sequence[PageScore]) -> dict[str, tuple[float, Interval]]:
    """(difference, its interval) of each figure to the reference's on the same pages."""
    ours, theirs = (np.array([[page.precision, page.recall] for page in run]) for run in (pages, reference))
    both = np.hstack([ours, theirs])
    drawn = np.vstack([weights @ both / len(pages) for weights in draws(len(pages))])
    rows = [_differences(row) for row in (both.mean(axis=0), *drawn)]
    return {
        name: (rows[0][at], percentile_interval(np.array([row[at] for row in rows[1:]])))
        for at, name in enumerate(("precision", "recall", "f1"))
    }


def _differences(row: Sequence[float]) -> tuple[float, float, float]:
    return row[0] - row[2], row[1] - row[3], _f1(row[0], row[1]) - _f1(row[2], row[3])


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _page_score(found: Counter[object], marked: Counter[object]) -> PageScore:
    both = (found & marked).total()
    return PageScore(both / found.total() if found else 0.0, both / marked.total() if marked else 0.0)


def _set_of(units: Iterable[object]) -> Counter[object]:
    """Repeated units count once: a page says 'Advertisement' as often as it likes."""
    return Counter(set(units) - {""})


def _plain(text: str) -> str:
    return " ".join(text.split())


def _ngrams(lines: Iterable[str]) -> Iterable[tuple[str, ...]]:
    for line in lines:
        words = re.findall(r"\w+", line)
        yield from (tuple(words[i : i + _N]) for i in range(len(words) - _N + 1))


def _shingles(text: str) -> Counter[object]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + _N]) for i in range(max(1, len(words) - _N + 1))) if words else Counter()


def _lines(units: Iterable[str]) -> list[str]:
    return [line for unit in units for line in unit.split("\n")]


Found = Callable[[Sequence[str]], Counter[object]]
MEASURES: Mapping[str, tuple[Found, Callable[[str], Counter[object]]]] = {
    "lines": (
        lambda units: _set_of(map(compared, _lines(units))),
        lambda body: _set_of(map(compared, body.split("\n"))),
    ),
    "strict": (
        lambda units: _set_of(_plain(line) for line in _lines(units) if compared(line)),
        lambda body: _set_of(_plain(line) for line in body.split("\n") if compared(line)),
    ),
    "blocks": (
        lambda units: _set_of(map(compared, units)),
        lambda body: _set_of(map(compared, re.split(r"\n{2,}", body))),
    ),
    "ngrams": (
        lambda units: _set_of(_ngrams(_lines(units))),
        lambda body: _set_of(_ngrams(body.split("\n"))),
    ),
    "shingles": (lambda units: _shingles("\n".join(units)), _shingles),
}
"""By name: what is counted of an extractor's units, and of a mark."""
