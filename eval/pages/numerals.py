"""How a page writes its numbers: one way for each kind of number, everywhere."""

from __future__ import annotations

_SPACE = "\N{NO-BREAK SPACE}"
NONE = "–"


def percent(share: float | None, decimals: int = 1) -> str:
    """``58.8 %`` of 0.5882; a dash for what is not defined."""
    return NONE if share is None else f"{100 * share:.{decimals}f}{_SPACE}%"


def points(difference: float | None) -> str:
    """``+2.9`` percentage points of 0.0294, with a true minus; nothing has no sign."""
    if difference is None:
        return NONE
    written = f"{100 * difference:+.1f}"
    return "0.0" if written in {"+0.0", "-0.0"} else written.replace("-", "−")


def milliseconds(value: float | None) -> str:
    """``148 ms``; one decimal below ten."""
    return NONE if value is None else _number(value) + f"{_SPACE}ms"


def bounds(low: float | None, high: float | None) -> str:
    """``48.6 – 68.5``, in percent."""
    return NONE if low is None or high is None else f"{100 * low:.1f} – {100 * high:.1f}"


def span(low: float, high: float) -> str:
    """``140 – 152 ms``."""
    return f"{_number(low)} – {_number(high)}{_SPACE}ms"


def _number(value: float) -> str:
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"
