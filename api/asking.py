"""One question put to the engine, its answer counted and kept: what every address that answers goes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.keeper import Keeper
from api.metrics import Metrics, Stopwatch
from qa.engine import Engine
from qa.errors import QAError
from qa.types import Query, jsonable


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes questions. Answers and events come out as JSON-ready values."""

    engine: Engine
    metrics: Metrics
    keeper: Keeper

    def ask(self, query: Query) -> dict[str, Any]:
        """The whole answer.

        Raises:
            QAError: there is none; it is counted as an error.
        """
        watch = Stopwatch()
        try:
            answer = self.engine.ask(query).as_json()
        except QAError:
            self.metrics.count_answer("error", watch.seconds)
            raise
        self._note(query, answer, watch)
        return answer

    def stream(self, query: Query) -> Iterator[tuple[str, dict[str, Any]]]:
        """Kind and data of each event, ``answer`` last.

        Raises:
            QAError: the answer could not be finished; it is counted as an error.
        """
        watch = Stopwatch()
        try:
            for event in self.engine.stream(query):
                told = jsonable(event.data)
                if event.kind == "answer":
                    self._note(query, told, watch)
                yield event.kind, told
        except QAError:
            self.metrics.count_answer("error", watch.seconds)
            raise

    def _note(self, query: Query, answer: Mapping[str, Any], watch: Stopwatch) -> None:
        self.keeper.answered(query, answer)
        outcome = "answered" if answer["answered"] else str(answer["refusal"]["reason"])
        self.metrics.count_answer(outcome, watch.seconds)
