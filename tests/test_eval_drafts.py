"""From use to set: what readers asked and rated, as a draft that a person must label before it counts."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from eval import commands
from eval.drafts import draft, write_draft
from eval.questions import Gold, load
from qa.archive import Archive
from qa.catalogue import Asked
from qa.errors import InvalidRecord, UnreadableSource
from tests.builders import article
from tests.fakes import small_archive

TEXTS = ("The bridge closed on Friday.", "Nobody was hurt.")
ASKED = Asked("ans_1", "2024-05-01T10:00:00+00:00", "When did it close?", None, False, False, True, "s_1", ())

PROPOSED = {"answerable", "answers", "gold"}


@pytest.fixture
def used(archive: Archive) -> Archive:
    archive.add([article(*TEXTS, given_id="bridge", published_at="2024-01-01")])
    return archive


def cited(archive: Archive, number: int) -> str:
    version = archive.version("bridge")
    paragraph = version.paragraphs[number - 1]
    return f"c_{version.source.version}_{paragraph.start}_{paragraph.end}"


def put(archive: Archive, *ratings: str, **changes) -> None:
    asked = replace(ASKED, **{"citations": (cited(archive, 1),), **changes})
    archive.keep(asked)
    for rating in ratings:
        archive.add_feedback(asked.answer_id, rating, None)


# -- what is proposed


def test_what_was_rated_up_proposes_the_cited_paragraphs(used):
    put(used, "up")
    (record,) = draft(used)
    assert record == {
        "id": "draft-ans_1",
        "label": "todo",
        "question": "When did it close?",
        "tags": ["draft", "up"],
        "answerable": True,
        "gold": [{"article": "bridge", "paragraph": 1}],
    }


@pytest.mark.parametrize(
    ("ratings", "tags"), [(["down"], ["down"]), ([], ["unrated"]), (["up", "down"], ["up", "down"])]
)
def test_without_agreement_that_it_is_right_nothing_is_proposed(used, ratings, tags):
    for number, rating in enumerate(ratings or [""]):
        put(used, *filter(None, [rating]), answer_id=f"ans_{number}")
    (record,) = draft(used)
    assert record["tags"] == ["draft", *tags]
    assert not PROPOSED & set(record)


def test_a_refusal_that_was_rated_up_proposes_that_the_archive_has_no_answer(used):
    put(used, "up", answered=False, citations=())
    (record,) = draft(used)
    assert (record["answerable"], "gold" in record, record["tags"]) == (False, False, ["draft", "up", "refused"])


def test_a_paragraph_that_moved_has_its_number_of_today_and_one_that_went_is_left_out(used):
    put(used, "up", citations=(cited(used, 1), cited(used, 2)))
    used.add([article("New.", TEXTS[0], given_id="bridge", published_at="2024-01-01")])
    (record,) = draft(used)
    assert record["gold"] == [{"article": "bridge", "paragraph": 2}]


@pytest.mark.parametrize("citation", ["c_0123456789abcdef_0_4", "nonsense"])
def test_a_citation_that_is_of_no_archive_proposes_nothing(used, citation):
    put(used, "up", citations=(citation,))
    assert not PROPOSED & set(next(draft(used)))


def test_a_retracted_article_is_not_proposed(used):
    put(used, "up")
    used.retract("bridge", "untrue")
    assert not PROPOSED & set(next(draft(used)))


@pytest.mark.parametrize("rating", ["up", "down"])
def test_the_tags_are_of_the_answer_that_was_rated(used, rating):
    put(used, rating, narrowed=True)
    put(used, answer_id="ans_2", at="2024-05-02T10:00:00+00:00", answered=False, follows=True, citations=())
    assert next(draft(used))["tags"] == ["draft", rating, "narrowed"]


def test_the_tags_of_what_nobody_rated_are_of_the_newest_answer(used):
    put(used, narrowed=True)
    put(used, answer_id="ans_2", at="2024-05-02T10:00:00+00:00", answered=False, citations=())
    assert next(draft(used))["tags"] == ["draft", "unrated", "refused"]


def test_the_same_question_is_one_and_what_its_readers_say_comes_together(used):
    put(used, "up")
    put(
        used,
        "up",
        answer_id="ans_2",
        at="2024-05-02T10:00:00+00:00",
        question="when did  it CLOSE?",
        citations=(cited(used, 2),),
    )
    put(used, answer_id="ans_3", at="2024-05-03T10:00:00+00:00", citations=())
    put(used, answer_id="ans_4", at="2024-05-04T10:00:00+00:00", as_of=dt.date(2024, 1, 1))
    first, second = draft(used)
    assert (first["id"], first["gold"]) == ("draft-ans_1", [{"article": "bridge", "paragraph": 2}])
    assert (second["as_of"], second["tags"]) == ("2024-01-01", ["draft", "unrated"])


def test_filters_and_a_conversation_are_told_and_comments_are_a_note(used):
    put(used, narrowed=True, follows=True)
    used.add_feedback("ans_1", "down", "It was Thursday.")
    (record,) = draft(used)
    assert record["tags"] == ["draft", "down", "narrowed", "follow-up"]
    assert record["note"] == "It was Thursday."


def test_feedback_without_its_question_is_no_draft(used):
    used.add_feedback("ans_unknown", "down", None)
    assert list(draft(used)) == []


# -- from draft to set


def test_a_draft_is_refused_until_each_line_is_labelled_and_is_a_set_then(used, tmp_path):
    put(used, "up")
    path = tmp_path / "draft.jsonl"
    assert write_draft(used, path) == 1
    with pytest.raises(InvalidRecord, match="nobody has labelled"):
        load(path)
    labelled = json.loads(path.read_text())
    del labelled["label"]
    path.write_text(json.dumps(labelled))
    assert load(path).questions[0].gold == (Gold("bridge", 1),)


def test_a_file_that_may_hold_labels_is_not_written_over(used, tmp_path):
    path = tmp_path / "draft.jsonl"
    path.write_text("labels")
    with pytest.raises(UnreadableSource, match="there already"):
        write_draft(used, path)
    assert path.read_text() == "labels"


# -- what the archive keeps


def test_a_kept_question_comes_back_as_it_was_and_is_kept_once(used):
    asked = replace(ASKED, as_of=dt.date(2024, 1, 2), citations=("c_1", "c_2"))
    used.keep(asked)
    used.keep(replace(asked, question="Another?"))
    assert used.asked() == [asked]


def test_kept_questions_are_forgotten_by_day_or_all(used):
    put(used)
    put(used, answer_id="ans_2", at="2024-06-01T10:00:00+00:00")
    assert used.forget_asked(dt.date(2024, 6, 1)) == 1
    assert [asked.answer_id for asked in used.asked()] == ["ans_2"]
    assert used.forget_asked() == 1
    assert used.asked() == []


def test_keeping_questions_changes_no_answer(used):
    snapshot = used.snapshot
    put(used, "up")
    assert used.snapshot == snapshot


def test_an_archive_that_an_older_version_made_learns_to_keep_questions(used, home: Path):
    used.close()
    engine = sa.create_engine(f"sqlite:///{home / 'catalogue.sqlite3'}")
    with engine.begin() as db:
        db.execute(sa.text("DROP TABLE asked"))
        db.execute(sa.text("INSERT INTO feedback (answer_id, rating, at) VALUES ('ans_0', 'up', '2024-01-01')"))
    engine.dispose()
    again = small_archive(home, create=False)
    again.keep(ASKED)
    assert [given.answer_id for given in again.feedback()] == ["ans_0"]
    assert again.asked() == [ASKED]
    again.close()


def test_forgetting_says_how_many(used, capsys):
    put(used)
    commands.forget(used, dt.date(2999, 1, 1))
    assert capsys.readouterr().out == "1 questions forgotten\n"
    assert used.asked() == []
