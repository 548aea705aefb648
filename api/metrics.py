"""Counts of requests and answers, in the text format that Prometheus reads.

Hand-written, as three metrics do not earn a library. Routes are counted by their template, so the number of
lines does not grow with what is asked for.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Seconds. Close together around the targets for a warm answer: 0.15 at p50 and 0.3 at p95.
BUCKETS = (0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})


class Metrics:
    """What was asked of this process since it started. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._answers: Counter[str] = Counter()
        self._seconds = [0] * (len(BUCKETS) + 1)
        self._total_seconds = 0.0

    def count_request(self, method: str, route: str, status: int) -> None:
        with self._lock:
            self._requests[method, route, status] += 1

    def count_answer(self, outcome: str, seconds: float) -> None:
        """Count one answer; ``outcome`` is ``answered``, a refusal's reason, or ``error``."""
        with self._lock:
            self._answers[outcome] += 1
            self._seconds[bisect_left(BUCKETS, seconds)] += 1
            self._total_seconds += seconds

    def render(self) -> str:
        with self._lock:
            lines = [*self._request_lines(), *self._answer_lines(), *self._latency_lines()]
        return "\n".join(lines) + "\n"

    def _request_lines(self) -> list[str]:
        return [
            "# HELP qa_http_requests_total Requests by method, route and status.",
            "# TYPE qa_http_requests_total counter",
            *(
                f'qa_http_requests_total{{method="{method}",route="{route}",status="{code}"}} {n}'
                for (method, route, code), n in sorted(self._requests.items())
            ),
        ]

    def _answer_lines(self) -> list[str]:
        return [
            "# HELP qa_answers_total Answers by outcome: answered, or the reason why not.",
            "# TYPE qa_answers_total counter",
            *(f'qa_answers_total{{outcome="{outcome}"}} {count}' for outcome, count in sorted(self._answers.items())),
        ]

    def _latency_lines(self) -> list[str]:
        upto, lines = 0, []
        for bound, count in zip((*BUCKETS, "+Inf"), self._seconds, strict=True):
            upto += count
            lines.append(f'qa_answer_seconds_bucket{{le="{bound}"}} {upto}')
        return [
            "# HELP qa_answer_seconds Time from the question to the whole answer.",
            "# TYPE qa_answer_seconds histogram",
            *lines,
            f"qa_answer_seconds_sum {self._total_seconds:.6f}",
            f"qa_answer_seconds_count {upto}",
        ]


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start


class RequestCounter:
    """Counts every response by the template of the route that gave it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in METHODS else "other"
                route = getattr(scope.get("route"), "path", "none")
                self.metrics.count_request(method, route, message["status"])
            await send(message)

        await self.app(scope, receive, counted)
