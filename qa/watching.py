"""``qa ingest --watch``: sources on the web, asked round after round, one line for each, until Ctrl-C."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.errors import one_line

if TYPE_CHECKING:
    from qa.archive import Archive
    from qa.ingest.watch import Round


def watch(archive: Archive, sources: Sequence[str], *, every: float, allow_private: bool, as_json: bool) -> None:
    """Take in what is new, and say so, until the process is interrupted or all sources are gone.

    Args:
        archive: written to in each round, and free for others in between.
        sources: web addresses.
        every: seconds between two rounds.
        allow_private: ask private networks, too.
        as_json: a line of JSON for each round.

    Ctrl-C, and SIGTERM, which service managers send, are its regular end, as they are that of ``qa serve``.
    """
    from qa.ingest.watch import Watch
    from qa.ingest.web import Clock, Seen, Web

    clock = Clock()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Web(allow_private=allow_private, memory=archive, seen=Seen(clock), clock=clock) as web:
        try:
            for found in Watch(sources, archive, web, every=every, clock=clock).rounds():
                _show(found, as_json=as_json)
        except KeyboardInterrupt:
            sys.stderr.write("stopped\n")


def _show(found: Round, *, as_json: bool) -> None:
    from qa.ingest.watch import line_of
    from qa.terminal import print_json

    if as_json:
        print_json(found.as_json())
    else:
        sys.stdout.write(line_of(found) + "\n")
        for error in found.errors:
            place = error.path if error.line is None else f"{error.path}:{error.line}"
            sys.stderr.write(one_line(f"{place}: {error.message}") + "\n")
    sys.stdout.flush()
    sys.stderr.flush()
