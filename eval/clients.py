"""Answers a second with one client, and with several at once: both in one run, over a socket, in turns.

Each client asks again as soon as it has its answer. Beside the ratio stands what bounds it: a client that keeps both
cores busy on its own leaves little for others to gain, so that the processor's time an answer decides.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.measures import percentile
from eval.questions import load
from eval.serving import ask, client_of, serving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eval.serving import Served

ROUNDS = 3
_WARMING = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """What so many clients got, over all rounds.

    Attributes:
        per_s: answers a second.
        p50_ms, p95_ms: nearest-rank percentiles, as the clients measured them.
        cpu_ms: the service's processor time an answer; None where no system tells.
        cores_busy: processors that the service kept busy, on average.
    """

    clients: int
    per_s: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float | None
    cores_busy: float | None


@dataclass(frozen=True, slots=True)
class Clients:
    """Both paces over the same questions.

    Attributes:
        ratio: answers a second of several clients, by those of one.
        ratios: the same of each round: how sure the figure is.
        bound: the ratio if several clients kept all cores busy with the processor time an answer that one takes; says
            something on a machine that does nothing else.
        cores: processors that this process, and the service, may use.
    """

    questions: int
    one: Pace
    several: Pace
    ratio: float
    ratios: tuple[float, ...]
    bound: float | None
    cores: int


@dataclass(frozen=True, slots=True)
class _Turn:
    clients: int
    latencies_ms: tuple[float, ...]
    seconds: float
    cpu_s: float | None

    @property
    def per_s(self) -> float:
        return len(self.latencies_ms) / self.seconds


def clients(
    home: Path, questions: Path, limit: int | None = None, *, at_once: int = 8, rounds: int = ROUNDS
) -> Clients:
    """Serve the archive, and ask everything with one client and with ``at_once``, in turns.

    Raises:
        QAError: the service does not start, or gives no answer.
    """
    asked = [question.question for question in load(questions).limit(limit).questions]
    with serving(home) as served:
        _turn(served, asked[:_WARMING], 1)
        turns = [(_turn(served, asked, 1), _turn(served, asked, at_once)) for _ in range(rounds)]
    one, several = _pace([first for first, _ in turns]), _pace([second for _, second in turns])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Clients(
        questions=len(asked),
        one=one,
        several=several,
        ratio=round(several.per_s / one.per_s, 2),
        ratios=tuple(round(second.per_s / first.per_s, 2) for first, second in turns),
        bound=round(cores / one.cores_busy, 2) if one.cores_busy else None,
        cores=cores,
    )


def _turn(served: Served, questions: Sequence[str], clients: int) -> _Turn:
    """Every question once, by whichever client is free."""
    with client_of(served) as client, ThreadPoolExecutor(clients) as pool:
        cpu_s, start = served.cpu_s(), time.perf_counter()
        told = list(pool.map(lambda question: ask(client, {"question": question}), questions))
        seconds, after_s = time.perf_counter() - start, served.cpu_s()
    spent = after_s - cpu_s if cpu_s is not None and after_s is not None else None
    return _Turn(clients, tuple(one.latency_ms for one in told), seconds, spent)


def _pace(turns: Sequence[_Turn]) -> Pace:
    latencies = [latency for turn in turns for latency in turn.latencies_ms]
    seconds = sum(turn.seconds for turn in turns)
    spent = [turn.cpu_s for turn in turns if turn.cpu_s is not None]
    return Pace(
        clients=turns[0].clients,
        per_s=round(len(latencies) / seconds, 2),
        p50_ms=round(percentile(latencies, 50), 1),
        p95_ms=round(percentile(latencies, 95), 1),
        cpu_ms=round(1000 * sum(spent) / len(latencies), 1) if spent else None,
        cores_busy=round(sum(spent) / seconds, 2) if spent else None,
    )
