"""How fast answers came: percentiles that occurred, answers a second, and how sure both are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from eval.measures import percentile
from eval.resampling import draws, percentile_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.ask import Reply
    from eval.resampling import Floats

PERCENTS = (50, 95, 99)

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds by percentile (``p50``, ``p95``, ``p99``), and answers a second.

    Attributes:
        latency_ms: until the whole answer was there.
        first_statement_ms: until the first statement was there, over the answers that told one; may be empty.
        throughput: answers a second with as many questions under way as the run had.
        intervals: 95 % intervals of all of these, by the same names.
    """

    latency_ms: Mapping[str, float]
    first_statement_ms: Mapping[str, float]
    throughput: float
    intervals: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)


def speed(replies: Sequence[Reply], concurrency: int) -> Speed:
    """The speed of at least one reply."""
    latencies = [reply.latency_ms for reply in replies]
    firsts = [reply.first_statement_ms for reply in replies if reply.first_statement_ms is not None]
    under_way = min(concurrency, len(replies))
    return Speed(
        latency_ms=_percentiles(latencies),
        first_statement_ms=_percentiles(firsts),
        throughput=round(throughput(latencies, under_way), 2),
        intervals={
            "latency_ms": _percentile_intervals(latencies),
            "first_statement_ms": _percentile_intervals(firsts),
            "throughput": _throughput_interval(latencies, under_way),
        },
    )


def throughput(latencies_ms: Sequence[float], under_way: int) -> float:
    """Answers a second, from how long each took while so many were under way (Little 1961: L = rate x W).

    What the service did with that many clients that ask again at once. Look-ups of ours between two questions,
    and pauses that a server asked for, are not its answering and do not count.
    """
    return 1000 * under_way * len(latencies_ms) / max(sum(latencies_ms), 1e-9)


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    return {f"p{percent}": round(percentile(values, percent), 1) for percent in PERCENTS} if values else {}


def _percentile_intervals(values: Sequence[float]) -> dict[str, Interval]:
    """Of the nearest-rank percentiles of all draws: where the weights of the sorted values reach the rank."""
    ordered = np.sort(np.array(values, dtype=np.float64))
    ranks = np.array([max(np.ceil(percent / 100 * len(values)), 1) for percent in PERCENTS])
    reached = [_places(np.cumsum(weights, axis=1), ranks) for weights in draws(len(values))]
    if not reached:
        return {}
    drawn = ordered[np.vstack(reached)]
    return {f"p{percent}": _interval(drawn[:, i]) for i, percent in enumerate(PERCENTS)}


def _places(cumulated: Floats, ranks: Floats) -> np.typing.NDArray[np.intp]:
    return np.stack([np.argmax(cumulated >= rank, axis=1) for rank in ranks], axis=1)


def _throughput_interval(latencies_ms: Sequence[float], under_way: int) -> dict[str, Interval]:
    values = np.array(latencies_ms, dtype=np.float64)
    sums = np.concatenate([weights @ values for weights in draws(len(values))])
    return {"mean": _interval(1000 * under_way * len(values) / np.maximum(sums, 1e-9))}


def _interval(drawn: Floats) -> Interval:
    low, high = percentile_interval(drawn) or (np.nan, np.nan)
    return round(low, 2), round(high, 2)
