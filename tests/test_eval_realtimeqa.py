import gzip
import json

import pytest

from eval import realtimeqa
from eval.questions import Gold, load
from qa.errors import UnreadableSource

ARTICLES = [
    {
        "article_id": f"n{n}",
        "url": f"https://news.example/{n}",
        "title": f"Story {n}",
        "authors": ["Jo"],
        "published": "2022/03/04",
        "paragraphs": ["One.", "Two."],
    }
    for n in range(10)
]
QUESTION = {"question": "What?", "answer": ["Two"], "asof_date": "2022-02-01", "asof_unanswerable": True}


def question(number, articles, paragraphs=()):
    kind = "linked" if paragraphs else "linked_article_only"
    labels = {"gold_article_ids": articles, "gold_paragraphs": list(paragraphs), "gold_kind": kind}
    return QUESTION | labels | {"question_id": f"x{number}"}


@pytest.fixture
def data(tmp_path):
    with gzip.open(tmp_path / "articles.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(article) + "\n" for article in ARTICLES)
    asked = [question(1, ["n7"], [["n7", 2]]), question(2, ["n3"]), question(3, ["n3", "n9"], [["n3", 1], ["n9", 1]])]
    (tmp_path / "questions.dev.jsonl").write_text("\n".join(map(json.dumps, asked)))
    return tmp_path


def test_labelled_articles_are_kept_first_and_questions_only_with_all_their_articles(data):
    made = realtimeqa.cut(data, 2)
    assert [article["id"] for article in made.articles] == ["n3", "n7"]
    assert [q["id"] for q in made.questions] == ["x1", "x2"]


def test_a_cut_is_the_same_every_time_and_grows_with_its_size(data):
    five, six = realtimeqa.cut(data, 5), realtimeqa.cut(data, 6)
    assert realtimeqa.cut(data, 5) == five
    assert {a["id"] for a in five.articles} < {a["id"] for a in six.articles}
    assert len(realtimeqa.cut(data).articles) == 10


def test_what_is_written_is_a_question_set_with_our_gold(data, tmp_path):
    realtimeqa.cut(data).write(tmp_path / "out")
    first, second, _ = load(tmp_path / "out" / "questions.jsonl").questions
    assert (first.gold, first.answers, first.tags) == ((Gold("n7", 3),), ("Two",), ("linked",))
    assert second.gold == (Gold("n3"),)


def test_the_articles_are_records_of_our_input(data):
    record = realtimeqa.cut(data).articles[0]
    assert record["published_at"] == "2022-03-04"
    assert set(record) == {"id", "url", "title", "authors", "published_at", "paragraphs"}


def test_as_of_a_day_before_the_news_the_question_must_be_refused(data, tmp_path):
    realtimeqa.cut(data, as_of=True).write(tmp_path / "out")
    first = load(tmp_path / "out" / "questions.jsonl").questions[0]
    assert not first.answerable
    assert first.as_of.isoformat() == "2022-02-01"


def test_as_of_a_day_only_what_is_known_is_asked(data):
    """Not labelled unanswerable: answerable only if its article was out by then, and of others nobody knows."""
    unlabelled = question(1, ["n7"], [["n7", 1]]) | {"asof_unanswerable": False}
    asked = [unlabelled | {"asof_date": day, "question_id": day} for day in ("2022-03-03", "2022-03-04")]
    (data / "questions.dev.jsonl").write_text("\n".join(map(json.dumps, asked)))
    made = realtimeqa.cut(data, as_of=True)
    assert [(q["id"], q["answerable"]) for q in made.questions] == [("2022-03-04", True)]
    assert made.unknown == 1
    assert realtimeqa.cut(data).unknown == 0


@pytest.mark.parametrize("given", [True, False])
def test_data_that_are_not_there_are_one_clear_error(tmp_path, monkeypatch, given):
    monkeypatch.delenv(realtimeqa.VARIABLE, raising=False)
    with pytest.raises(UnreadableSource, match="are not here") as caught:
        realtimeqa.folder_from(tmp_path if given else None)
    assert "--data" in caught.value.hint
