"""What tests share: how many generated cases run, a small engine over a temporary home, a browser and
a service over frozen answers.

``QA_CASES=10000`` runs that many generated questions in ``test_invariants.py``; without it a few hundred run,
the same ones each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from qa.archive import Archive
from qa.engine import Engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.serving_api import Served

QUESTIONS_PER_ARCHIVE = 25
_CASES = int(os.environ.get("QA_CASES", "0"))
_SLOW_IS_FINE = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large]

hypothesis.settings.register_profile(
    "core",
    deadline=None,
    database=None,
    print_blob=True,
    derandomize=not _CASES,
    suppress_health_check=_SLOW_IS_FINE,
)
hypothesis.settings.register_profile(
    "invariants",
    hypothesis.settings.get_profile("core"),
    max_examples=(_CASES or 300) // QUESTIONS_PER_ARCHIVE,
)
hypothesis.settings.load_profile("core")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def archive(home: Path) -> Iterator[Archive]:
    from tests.fakes import small_archive

    made = small_archive(home)
    yield made
    made.close()


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    from tests.fakes import small_engine

    made = small_engine(home)
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from tests.serving_api import chromium

    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def service() -> Iterator[Served]:
    from tests.fakes_api import FakeEngine
    from tests.serving_api import served

    with served(FakeEngine()) as running:
        yield running
