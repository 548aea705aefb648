"""What the commands of this package have in common at the terminal."""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections.abc import Callable, Sequence
from typing import ParamSpec

from qa.errors import IngestError, QAError

P = ParamSpec("P")
GOES_ON = "interrupted; the same command goes on where it stopped"

_EVERY_S = 10.0


def say(line: str) -> None:
    """A line beside what the command gives."""
    print(line, file=sys.stderr, flush=True)


def command(*, interrupted: str = "interrupted") -> Callable[[Callable[P, int | None]], Callable[P, int]]:
    """For a ``main``: it gives its exit code, 0 where it gives none, and says what ended it before its time.

    That is 1 for an error, said with its hint, and 130 for Ctrl-C, of which ``interrupted`` is said.
    """

    def of(main: Callable[P, int | None]) -> Callable[P, int]:
        @functools.wraps(main)
        def ended(*given: P.args, **named: P.kwargs) -> int:
            try:
                return main(*given, **named) or 0
            except QAError as error:
                place = f"{error.place}: " if isinstance(error, IngestError) else ""
                say(place + error.message + (f"\nhint: {error.hint}" if error.hint else ""))
                return 1
            except KeyboardInterrupt:
                say(interrupted)
                return 130

        return ended

    return of


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
