"""Which questions are kept with the archive: those that a reader rates; all of them where the operator says so.

A rating comes after its answer and names it by its id alone, so the last answers of this process wait in memory
for theirs. What is neither rated nor to be kept is forgotten with the process, and was never written.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from qa.archive import Archive
from qa.catalogue import Asked
from qa.errors import ArchiveError, ServiceError
from qa.types import Query

_log = logging.getLogger(__name__)

WAITING = 1_000
"""Answers that wait for a rating; at some 3 kB each. An older one's rating is kept without its question."""


class Keeper:
    """Keeps questions in ``archive``. Safe to call from many threads; ``close`` writes what is still to be written.

    A busy archive is waited for up to 10 s: memory has a lock of its own, so that no answer waits with it.
    """

    def __init__(self, archive: Archive, *, keep_all: bool) -> None:
        self._archive = archive
        self._keep_all = keep_all
        self._waiting: dict[str, Asked] = {}
        self._closed = False
        self._memory = threading.Lock()
        self._writing = threading.Lock()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper")

    def answered(self, query: Query, answer: Mapping[str, Any]) -> None:
        """Remember an answer, and have it written if all are kept: nobody waits for that.

        After ``close`` nothing is written: the archive may be closed by then, and the stream is to end in peace.
        """
        asked = _asked(query, answer)
        with self._memory:
            self._waiting[asked.answer_id] = asked
            if len(self._waiting) > WAITING:
                del self._waiting[next(iter(self._waiting))]
            if self._keep_all:
                self._have_written(asked)

    def rated(self, answer_id: str) -> None:
        """Keep the question of this answer, if it is still known.

        Raises:
            ArchiveBusy, ArchiveReadOnly, ArchiveDamaged: it cannot be written.
            ServiceError: the archive's database does not answer.
        """
        with self._memory:
            asked = self._waiting.get(answer_id)
        if asked is not None:
            self._keep(asked)

    def close(self) -> None:
        with self._memory:
            self._closed = True
        self._writer.shutdown()

    def _have_written(self, asked: Asked) -> None:
        if self._closed:
            _log.warning("a question could not be kept: its answer came while the service was stopping")
        else:
            self._writer.submit(self._write, asked)

    def _write(self, asked: Asked) -> None:
        try:
            self._keep(asked)
        except (ArchiveError, ServiceError) as error:
            # The reader has the answer already; the operator learns that the question is not kept.
            _log.warning("a question could not be kept: %s", error.message)

    def _keep(self, asked: Asked) -> None:
        with self._writing:  # the same one may be rated while it is being written
            self._archive.keep(asked)


def _asked(query: Query, answer: Mapping[str, Any]) -> Asked:
    return Asked(
        answer_id=str(answer["id"]),
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        question=query.question,
        as_of=query.as_of,
        narrowed=bool(query.after or query.before or query.sources),
        follows=bool(query.history),
        answered=bool(answer["answered"]),
        snapshot=str(answer["snapshot"]),
        citations=tuple(str(citation["citation_id"]) for citation in answer["citations"]),
    )
