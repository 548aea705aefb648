"""The word index: what is put in is found by its words, what is taken out is gone, and nothing typed is syntax."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from qa.catalogue import IndexEntry
from qa.errors import ArchiveDamaged
from qa.index.lexical import LexicalIndex
from qa.index.selection import Selection

TEXTS = [
    "Jürgen Müller closed the café in Ørsted.",
    "Pat O’Brien’s boats paid $1.5 million, O'Dell said.",
    "The U.S. closed its harbour. AND OR NOT (title:bridge)",
    "Bridges are closing and the bridge is closed.",
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    made = LexicalIndex(tmp_path / "words")
    made.upsert(entries(TEXTS))
    made.commit()
    yield made
    made.release()


def entries(texts: list[str], title: str = "News") -> list[IndexEntry]:
    return [IndexEntry(key, f"a{key}", title, text) for key, text in enumerate(texts)]


def everything(size: int = 10) -> Selection:
    keys = np.arange(size)
    return Selection(np.ones(size, dtype=bool), keys, np.zeros(size, dtype=np.int32), size, ())


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Who is Muller?", 0),
        ("Who is MÜLLER?", 0),
        ("Which cafe?", 0),
        ("What of Orsted?", 0),
        ("What did O'Brien say?", 1),
        ("What did OBrien or O’Dell say?", 1),
        ("Who paid $1.5 million?", 1),
        ("What did the U.S. do?", 2),
        ("bridge", 3),
    ],
)
def test_a_passage_is_found_by_its_words_however_they_are_spelt(index, question, first) -> None:
    assert list(index.search(question, 1, everything())) == [first]


def test_the_title_finds_its_passages_too(index) -> None:
    index.upsert([IndexEntry(7, "a7", "Lighthouse sold", "Nobody bid.")])
    index.commit()
    assert list(index.search("lighthouse", 3, everything())) == [7]


def test_a_deleted_passage_is_gone(index) -> None:
    index.delete([0, 2])
    index.commit()
    assert index.keys() == {1, 3}
    assert list(index.search("closed", 5, everything())) == [3]


def test_a_passage_written_again_is_there_once_with_its_new_text(index) -> None:
    index.upsert([IndexEntry(3, "a3", "News", "A lighthouse.")])
    index.commit()
    assert index.keys() == {0, 1, 2, 3}
    assert list(index.search("bridges", 5, everything())) == [2]
    assert list(index.search("lighthouse", 5, everything())) == [3]


def test_what_was_not_committed_is_rolled_back_when_the_lock_is_given_back(index) -> None:
    index.delete([0])
    index.release()
    assert index.keys() == {0, 1, 2, 3}


def test_an_index_opened_again_gives_the_same(index, tmp_path: Path) -> None:
    index.release()
    again = LexicalIndex(tmp_path / "words")
    assert again.search("closed", 5, everything()) == index.search("closed", 5, everything())


def test_equal_scores_come_by_key(index) -> None:
    index.upsert([IndexEntry(key, "x", "News", "Same words.") for key in (9, 5, 8, 6)])
    index.commit()
    assert list(index.search("same words", 10, everything())) == [5, 6, 8, 9]


def test_clear_leaves_nothing(index) -> None:
    index.clear()
    assert index.keys() == set()
    assert index.search("bridge", 5, everything()) == {}


def test_an_unreadable_folder_is_damaged_and_says_what_to_do(index, tmp_path: Path) -> None:
    index.release()
    (tmp_path / "words" / "meta.json").write_text("{")
    with pytest.raises(ArchiveDamaged) as caught:
        LexicalIndex(tmp_path / "words")
    assert "reindex" in str(caught.value.hint)


def test_a_missing_segment_is_damaged(index, tmp_path: Path) -> None:
    index.release()
    for file in (tmp_path / "words").iterdir():
        if file.suffix not in {".json", ".lock"}:
            file.unlink()
    with pytest.raises(ArchiveDamaged):
        LexicalIndex(tmp_path / "words").search("bridge", 5, everything())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    made = LexicalIndex(tmp_path_factory.mktemp("words"))
    made.upsert(entries(TEXTS))
    made.commit()
    made.release()
    return made


@hypothesis.given(question=st.text(max_size=200) | st.text('ab"()[]{}:+-*?~^\\/ ANDORT0.9', max_size=60))
def test_no_question_is_read_as_syntax(shared: LexicalIndex, question: str) -> None:
    assert len(shared.search(question, 5, everything())) <= 4
