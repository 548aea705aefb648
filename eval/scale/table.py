"""Measured sizes as a Markdown document: one row a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eval.scale.measured import STAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Measured = dict[str, Any]
"""A size as it is kept: ``eval.scale.measured.Size`` in JSON."""

_FILTERS = {"none": "no filter", "date": "a month", "source": "one outlet", "as_of": "as of a day"}


def markdown(sizes: Sequence[Measured], command: str, machine: Mapping[str, Any]) -> str:
    """The whole document: what each size costs, and how its answers' time is spent."""
    parts = [
        f"`{command}`, {machine['cpus']} processors ({machine['processor']}).",
        _NOTE,
        _lines(_COLUMNS, [_costs(size) for size in sizes]),
        "Milliseconds of warm answers by filter, p50 / p95 over HTTP, and the median against no filter:",
        _lines(("paragraphs", *_FILTERS.values()), [_by_filter(size) for size in sizes]),
        "Milliseconds by stage, p50 / p95, without filter:",
        _lines(("paragraphs", *STAGES), [_by_stage(size) for size in sizes]),
    ]
    return "\n\n".join(parts) + "\n"


_NOTE = (
    "Copies are mutated articles (other names, numbers, days); their vectors are the originals' with noise, and no "
    "model embedded them. Passages a second are told as they were, and for all but the embedding: only the latter "
    "compares sizes."
)
_COLUMNS = (
    "paragraphs",
    "of them copies",
    "passages",
    "ready in s",
    "memory MB, after / peak",
    "disk MB: catalogue, vectors, words",
    "passages a second",
    "without embedding",
    "questions",
    "answered",
)


def _costs(size: Measured) -> list[str]:
    step, plain = size["step"], size["asking"]["none"]
    return [
        f"{size['counts']['paragraphs']:,}",
        f"{size['mutated']:,}",
        f"{size['counts']['passages']:,}",
        f"{size['ready_s']:.1f}",
        " / ".join(_told(size["after"][which]) for which in ("now_mb", "peak_mb")),
        ", ".join(_told(megabytes) for megabytes in size["disk_mb"].values()),
        _told(step and step["per_s"]),
        _told(step and step["without_embedding_per_s"]),
        f"{plain['questions']}",
        f"{plain['answered']:.3f}",
    ]


def _by_filter(size: Measured) -> list[str]:
    plain = size["asking"]["none"]["latency_ms"]["p50"]
    latencies = [size["asking"][name]["latency_ms"] for name in _FILTERS]
    return [
        f"{size['counts']['paragraphs']:,}",
        *(f"{_pair(latency)} ({latency['p50'] / plain:.2f})" for latency in latencies),
    ]


def _by_stage(size: Measured) -> list[str]:
    stages = size["asking"]["none"]["stages_ms"]
    return [f"{size['counts']['paragraphs']:,}", *(_pair(stages[stage]) for stage in STAGES)]


def _pair(latency: Mapping[str, float]) -> str:
    return f"{latency['p50']:.0f} / {latency['p95']:.0f}"


def _told(value: float | None) -> str:
    return "not told" if value is None else f"{value:,.0f}"


def _lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, ["---"] * len(columns), *rows))
