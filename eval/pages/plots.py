"""Plots as inline SVG, drawn in the page's own colours (``report.css``); numbers in, markup out.

Each plot says in words what it shows, in its label; the figures themselves stand beside it as text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from eval.pages.numerals import milliseconds, percent
from qa.markup import Markup, tag

_WIDTH, _HEIGHT = 420.0, 270.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 400.0, 26.0, 224.0
_BARS = 32

Point = tuple[float, float]


def interval(low: float, value: float, high: float, *, least: float = 0.0, most: float = 1.0) -> Markup:
    """A value with its interval as a small bar on the scale from ``least`` to ``most``, as wide as its place."""

    def place(number: float) -> str:
        return f"{100 * (min(max(number, least), most) - least) / (most - least):.2f}%"

    width = 100 * (min(high, most) - max(low, least)) / (most - least)
    zero = tag("line", class_="zero", x1="50%", x2="50%", y1="0", y2="100%") if least < 0 else None
    return tag(
        "svg",
        tag("line", class_="track", x1="0", x2="100%", y1="50%", y2="50%"),
        zero,
        tag("rect", class_="band", x=place(low), width=f"{max(width, 0):.2f}%", y="25%", height="50%", rx="2"),
        tag("line", class_="tick", x1=place(value), x2=place(value), y1="0", y2="100%"),
        class_="interval",
        aria_hidden="true",
    )


def share(part: int, whole: int) -> Markup:
    """A count as a bar: its length is the count's share of the whole."""
    width = f"{100 * part / whole:.2f}%" if whole else "0%"
    bar = tag("rect", class_="share", x="0", width=width, y="20%", height="60%", rx="2")
    return tag("svg", bar, class_="interval", aria_hidden="true")


def risk_coverage(points: Sequence[tuple[float, float, float]], thresholds: Mapping[float, float | None]) -> Markup:
    """The share of wrong answers against the share of questions answered, as the threshold falls.

    Args:
        points: coverage, risk and threshold, each from 0 to 1, the surest answers first.
        thresholds: for a share of wrong answers, the confidence from which on no more are wrong, or None.
    """
    top = _nice_top(max((risk for _, risk, _ in points), default=0.0))
    curve = [(_x(coverage), _y(risk / top)) for coverage, risk, _ in points]
    kept = [point for point in points if point[2] in thresholds.values()]
    return _plot(
        "The share of answers that are wrong, against the share of questions that are answered. "
        + " ".join(f"Answering {percent(c)} of them, {percent(r)} are wrong." for c, r, _ in kept),
        _axes("answered, of the questions", [(i / 4, percent(i / 4, 0)) for i in range(5)]),
        [_across(i / 4, percent(i / 4 * top, 0)) for i in range(5)],
        [tag("line", class_="limit", x1=_LEFT, x2=_RIGHT, y1=_y(t / top), y2=_y(t / top)) for t in thresholds],
        tag("polyline", class_="curve", points=_path(curve)),
        [tag("circle", class_="dot", cx=_x(c), cy=_y(r / top), r="4.5") for c, r, _ in kept],
        tag("text", "wrong, of the answered", x="4", y="14", class_="name"),
    )


def latencies(values: Sequence[float], marks: Mapping[str, float]) -> Markup:
    """How the latencies are spread, in milliseconds, with marks such as p95; the last bar holds all above it."""
    most = _nice_most(max([*marks.values(), 1.0]) * 1.1)
    counts = [0] * _BARS
    for value in values:
        counts[min(int(value / most * _BARS), _BARS - 1)] += 1
    tallest = max(counts, default=0) or 1
    return _plot(
        "How many answers took how long. " + " ".join(f"{name}: {milliseconds(ms)}." for name, ms in marks.items()),
        _axes("milliseconds", [(i / 4, f"{most * i / 4:,g}") for i in range(5)]),
        [_column(i, count / tallest) for i, count in enumerate(counts) if count],
        [_mark(name, ms / most, line) for line, (name, ms) in enumerate(marks.items())],
        tag("text", f"answers, up to {tallest} a bar", x="4", y="14", class_="name"),
    )


def _plot(label: str, *parts: Markup | Iterable[Markup]) -> Markup:
    return tag("svg", *parts, viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}", role="img", aria_label=label, class_="plot")


def _axes(name: str, ticks: Iterable[tuple[float, str]]) -> list[Markup]:
    middle = (_LEFT + _RIGHT) / 2
    return [
        tag("line", class_="axis", x1=_LEFT, x2=_RIGHT, y1=_BOTTOM, y2=_BOTTOM),
        *(tag("text", text, x=_x(at), y=_BOTTOM + 18, text_anchor="middle") for at, text in ticks),
        tag("text", name, x=middle, y=_BOTTOM + 38, text_anchor="middle", class_="name"),
    ]


def _across(at: float, text: str) -> Markup:
    line = tag("line", class_="grid", x1=_LEFT, x2=_RIGHT, y1=_y(at), y2=_y(at))
    return tag("g", line, tag("text", text, x=_LEFT - 6, y=_y(at) + 4, text_anchor="end"))


def _column(i: int, height: float) -> Markup:
    width = (_RIGHT - _LEFT) / _BARS
    top = _y(height)
    return tag("rect", class_="column", x=_LEFT + i * width + 0.5, y=top, width=width - 1, height=_BOTTOM - top)


def _mark(name: str, at: float, line: int) -> Markup:
    """Names stand on lines of their own, and left of their mark in the right half, so that none covers another."""
    x, y = _x(at), _TOP + 14.0 * line
    left = at > 0.5
    rule = tag("line", class_="mark", x1=x, x2=x, y1=y - 8, y2=_BOTTOM)
    return tag("g", rule, tag("text", name, x=x - 5 if left else x + 5, y=y + 2, text_anchor="end" if left else None))


def _x(at: float) -> float:
    return _LEFT + at * (_RIGHT - _LEFT)


def _y(at: float) -> float:
    return _BOTTOM - at * (_BOTTOM - _TOP)


def _path(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _nice_top(risk: float) -> float:
    """The next of 20, 40, 60, 80 and 100 %: each gives four even steps."""
    return max(math.ceil(risk * 5 - 1e-9), 1) / 5


def _nice_most(milliseconds: float) -> float:
    """The next of 1, 2, 4, 6, 8 times a power of ten: each gives four steps that read well."""
    power: float = 10.0 ** math.floor(math.log10(milliseconds))
    steps = (1.0, 2.0, 4.0, 6.0, 8.0, 10.0)
    return next(step * power for step in steps if step * power >= milliseconds)
