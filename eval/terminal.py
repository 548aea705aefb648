"""What the commands of this package have in common at the terminal."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from qa.errors import QAError

_EVERY_S = 10.0


def say(line: str) -> None:
    """A line beside what the command gives."""
    print(line, file=sys.stderr, flush=True)


def say_error(error: QAError) -> None:
    say(error.message + (f"\nhint: {error.hint}" if error.hint else ""))


def share(held: Sequence[bool]) -> str:
    """How many hold, of how many, and the quotient."""
    return f"{sum(held)} of {len(held)} ({sum(held) / len(held):.3f})" if held else "none"


def positive(text: str) -> int:
    """For argparse: a whole number from 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")
    return value


class Progress:
    """Called with what is done and with all of it; tells ``what`` and both every few seconds.

    Half an hour of silence looks like a fault.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._told = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told >= _EVERY_S:
            self._told = time.monotonic()
            say(f"{self._what} {done:,} of {total:,}")
