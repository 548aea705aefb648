"""The vector index: nearest first, within the selection, and what is gone is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ModelMismatch
from qa.index.dense import DenseIndex, open_embedded
from qa.index.selection import Selection


@pytest.fixture
def index(tmp_path: Path) -> Iterator[DenseIndex]:
    made = open_embedded(tmp_path / "chroma", "model@1")
    yield made
    made.close()


def rows(count: int, seed: int = 1) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def selected(keys: range | list[int], total: int) -> Selection:
    mask = np.zeros(total, dtype=bool)
    mask[list(keys)] = True
    return Selection(mask, np.flatnonzero(mask), np.zeros(total, dtype=np.int32), total, ())


def test_an_empty_index_finds_nothing(index) -> None:
    assert index.search(rows(1)[0], 5, selected([0, 1], 2)) == {}
    assert index.keys() == set()


def test_a_vector_finds_itself_first_and_the_order_is_that_of_the_cosine(index) -> None:
    vectors = rows(300)
    index.upsert(range(300), vectors)
    exact = np.argsort(-(vectors @ vectors[17]))[:10]
    found = index.search(vectors[17], 10, selected(range(300), 300))
    assert list(found) == exact.tolist()
    assert list(found.values()) == pytest.approx((vectors @ vectors[17])[exact].tolist(), abs=1e-4)


@pytest.mark.parametrize("keys", [[5], range(0, 3_000, 100), range(1_500), range(2_999)])
def test_a_selection_of_any_width_is_exact_in_what_it_leaves_out(index, keys) -> None:
    vectors = rows(3_000)
    index.upsert(range(3_000), vectors)
    found = index.search(vectors[5], 20, selected(keys, 3_000))
    assert len(found) == min(20, len(keys))
    assert set(found) <= set(keys)
    assert (next(iter(found)) == 5) == (5 in keys)
    assert list(found.values()) == pytest.approx([float(vectors[key] @ vectors[5]) for key in found], abs=1e-4)


def test_equal_vectors_come_by_key(index) -> None:
    index.upsert([9, 3, 7, 5], np.repeat(rows(1), 4, axis=0))
    assert list(index.search(rows(1)[0], 4, selected([3, 5, 7, 9], 10))) == [3, 5, 7, 9]


def test_hundreds_of_copies_of_one_paragraph_hide_nothing(index) -> None:
    vectors = np.concatenate([np.repeat(rows(1), 300, axis=0), rows(200, seed=2)])
    index.upsert(range(500), vectors)
    assert next(iter(index.search(vectors[400], 5, selected(range(500), 500)))) == 400
    assert len(index.search(vectors[0], 60, selected(range(500), 500))) == 60


def test_deleted_rows_are_gone_and_written_rows_are_replaced(index) -> None:
    index.upsert([1, 2, 3], rows(3))
    index.delete([2])
    index.upsert([3], rows(1, seed=9))
    assert index.keys() == {1, 3}
    assert list(index.search(rows(1, seed=9)[0], 1, selected([1, 3], 4))) == [3]


def test_clear_leaves_nothing(index) -> None:
    index.upsert([1], rows(1))
    index.clear()
    assert index.keys() == set()


def test_what_was_written_is_there_after_opening_again(index, tmp_path: Path) -> None:
    index.upsert(range(50), rows(50))
    before = index.search(rows(50)[7], 20, selected(range(50), 50))
    index.close()
    again = open_embedded(tmp_path / "chroma", "model@1")
    assert again.search(rows(50)[7], 20, selected(range(50), 50)) == before
    again.close()


def test_a_collection_of_another_model_is_refused_with_a_way_out(index, tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch) as caught:
        open_embedded(tmp_path / "chroma", "model@2")
    assert "reindex" in str(caught.value.hint)
