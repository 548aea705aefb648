import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.questions import Gold, half_of, load
from qa.errors import InvalidRecord, UnreadableSource

GOOD = {
    "id": "q1",
    "question": "When?",
    "answerable": True,
    "answers": ["Friday"],
    "gold": [{"article": "a", "paragraph": 2}],
}


def written(tmp_path, *lines):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return path


def test_a_set_is_read_in_order_with_its_lines(tmp_path):
    path = written(tmp_path, GOOD, b"", GOOD | {"id": "q2", "as_of": "2024-05-01", "tags": ["date"]})
    first, second = load(path).questions
    assert first.gold == (Gold("a", 2, None),)
    assert (second.id, second.line, second.as_of.isoformat(), second.tags) == ("q2", 3, "2024-05-01", ("date",))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "Invalid JSON"),
        (b'{"id": "\xff"}', "Invalid JSON"),
        (b"[]", "object"),
        ({"id": "q", "answerable": True}, "question: Field required"),
        ({"id": "q", "question": "Who?"}, "answerable: Field required"),
        (GOOD | {"question": "  "}, "question: "),
        (GOOD | {"question": "x" * 2001}, "question: "),
        (GOOD | {"golds": []}, "golds: "),
        (GOOD | {"gold": [{"article": "a", "paragraph": 0}]}, "gold.0.paragraph: "),
        (GOOD | {"as_of": "last week"}, "as_of: "),
        (GOOD | {"as_of": "20240501"}, "as_of: not a date; write it as YYYY-MM-DD"),
        (GOOD | {"as_of": 1714521600}, "as_of: not a date"),
        (GOOD | {"as_of": "2024-02-30"}, "as_of: day is out of range"),
        (GOOD | {"answerable": "no"}, "answerable: "),
        (GOOD | {"gold": [{"article": "a", "paragraph": True}]}, "gold.0.paragraph: "),
        (b'{"id": }', "at character 8"),
        (GOOD | {"answerable": False}, "can have neither"),
    ],
)
def test_a_bad_line_is_reported_with_its_number_and_what_is_wrong(tmp_path, line, said):
    with pytest.raises(InvalidRecord) as caught:
        load(written(tmp_path, GOOD, line))
    assert caught.value.line == 2
    assert said in caught.value.message


def test_an_id_that_stands_twice_is_an_error_at_its_second_line(tmp_path):
    with pytest.raises(InvalidRecord, match="'q1' stands in line 1 already") as caught:
        load(written(tmp_path, GOOD, GOOD))
    assert caught.value.line == 2


def test_a_draft_that_nobody_labelled_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(InvalidRecord, match="nobody has labelled this draft yet") as caught:
        load(written(tmp_path, GOOD, {"id": "d1", "question": "Who?", "label": "todo", "tags": ["draft"]}))
    assert caught.value.line == 2
    assert 'take "label" out' in caught.value.hint


def test_a_note_is_for_people_and_goes_no_further(tmp_path):
    assert load(written(tmp_path, GOOD | {"note": "Jo says so"})).questions[0].answers == ("Friday",)


records = st.dictionaries(st.sampled_from([*GOOD, "as_of", "tags", "note", "x"]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["article", "paragraph"]), inner),
    max_leaves=4,
))  # fmt: skip


@given(st.lists(st.binary(max_size=30) | records.map(lambda r: json.dumps(GOOD | r).encode()), max_size=4))
def test_whatever_stands_in_a_file_is_a_set_or_one_clear_error(tmp_path_factory, lines):
    path = written(tmp_path_factory.mktemp("set"), *lines)
    try:
        questions = load(path).questions
    except InvalidRecord as error:
        assert 1 <= error.line <= path.read_bytes().count(b"\n") + 1  # noqa: PT017 - either outcome is right
    except UnreadableSource as error:
        assert "empty" in error.message  # noqa: PT017
    else:
        assert all(q.id and q.question and (q.answerable or not (q.gold or q.answers)) for q in questions)


def test_of_many_bad_lines_the_first_is_named_and_the_others_counted(tmp_path):
    with pytest.raises(InvalidRecord, match="and 2 more bad lines"):
        load(written(tmp_path, b"{", b"{", b"{"))


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_set_is_an_error(tmp_path, content):
    with pytest.raises(UnreadableSource, match="empty"):
        load(written(tmp_path, content))


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UnreadableSource, match="No such file"):
        load(tmp_path / "missing.jsonl")


def test_the_two_halves_make_the_whole_and_share_nothing(tmp_path):
    whole = load(written(tmp_path, *(GOOD | {"id": f"q{n}"} for n in range(200))))
    tune, held = ({q.id for q in whole.split(half).questions} for half in ("tune", "held"))
    assert tune | held == {q.id for q in whole.questions}
    assert not tune & held
    assert 70 < len(tune) < 130


def test_the_limit_takes_the_first_questions(tmp_path):
    whole = load(written(tmp_path, *(GOOD | {"id": f"q{n}"} for n in range(5))))
    assert [q.id for q in whole.limit(2).questions] == ["q0", "q1"]
    assert whole.limit(None) == whole


def test_the_hash_is_of_the_file_and_stays_with_its_halves(tmp_path):
    whole = load(written(tmp_path, GOOD))
    assert len(whole.sha256) == 64
    assert whole.split("tune").sha256 == whole.sha256


@given(st.text(min_size=1))
def test_a_question_is_always_in_the_same_half(question_id):
    assert half_of(question_id) == half_of(question_id)


def test_the_halves_never_change():
    assert [half_of(name) for name in ("a-001", "a-002", "a-003", "a-004")] == ["tune", "held", "held", "tune"]
