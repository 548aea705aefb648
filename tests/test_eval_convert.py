"""Sets of other formats, on small files of our own: what comes out, and what is said of what is wrong."""

from __future__ import annotations

import gzip
import json
import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.convert import FORMATS, Converted
from eval.convert.converted import article_id
from eval.convert.trec import document_of, name_of, place_of, read_run, run_of
from eval.judge import judge
from eval.questions import Gold, load
from qa.errors import InvalidInput, InvalidRecord, QAError, UnreadableSource
from qa.ingest.formats import article_of_line

ROUTE = "The ferry to Skerry leaves at nine. It takes two hours."
FARE = "A return ticket costs £14."


def convert(tmp_path: Path, name: str, *sources: Path):
    """The converted questions and the articles as the archive would read them."""
    made = FORMATS[name](sources)
    made.write(tmp_path / "out")
    path = tmp_path / "out" / "articles.jsonl"
    lines = path.read_bytes().splitlines() if path.exists() else []
    articles = [article_of_line(line, "x") for line in enumerate(lines, 1)]
    return load(tmp_path / "out" / "questions.jsonl").questions, articles, made


def written(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, list) and path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(item) + "\n" for item in content))
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


# -- SQuAD


def squad(*asked, title="Skerry_(island)"):
    paragraphs = [{"context": ROUTE, "qas": []}, {"context": FARE, "qas": list(asked)}]
    return {"version": "x", "data": [{"title": title, "paragraphs": paragraphs}]}


FARE_ASKED = {
    "id": "s1",
    "question": "What does a return ticket cost?",
    "answers": [{"text": "£14", "answer_start": 21}, {"text": "£14", "answer_start": 21}],
}


def test_squad_gives_an_article_a_title_and_the_paragraph_as_gold(tmp_path):
    (question,), (article,), _ = convert(tmp_path, "squad", written(tmp_path / "dev.json", squad(FARE_ASKED)))
    assert [block.text for block in article.blocks] == [ROUTE, FARE]
    assert article.title == "Skerry (island)"
    assert (question.answers, question.gold) == (("£14",), (Gold(article.given_id, 2),))


def test_what_squad_2_calls_impossible_is_unanswerable(tmp_path):
    impossible = {"id": "s2", "question": "Who sells it?", "answers": [], "is_impossible": True}
    questions, _, _ = convert(tmp_path, "squad", written(tmp_path / "dev.json", squad(FARE_ASKED, impossible)))
    assert [q.answerable for q in questions] == [True, False]


def test_squad_may_be_gzipped(tmp_path):
    path = tmp_path / "dev.json.gz"
    path.write_bytes(gzip.compress(json.dumps(squad(FARE_ASKED)).encode()))
    assert len(convert(tmp_path, "squad", path)[0]) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"data": [{"title": "A", "paragraphs": [{"qas": []}]}]}, "data.0.paragraphs.0.context: Field required"),
        (squad({"id": "s3", "question": "Who?"}), "question 's3' has no answers and is not marked is_impossible"),
        ({"data": squad()["data"] * 2}, "stands twice"),
        ([], "object"),
    ],
)
def test_malformed_squad_is_told_with_its_place(tmp_path, content, said):
    path = written(tmp_path / "dev.json", content)
    with pytest.raises(InvalidRecord, match=said) as caught:
        FORMATS["squad"]([path])
    assert caught.value.path == str(path)


def test_broken_json_is_told_with_its_line(tmp_path):
    with pytest.raises(InvalidRecord, match="Invalid JSON") as caught:
        FORMATS["squad"]([written(tmp_path / "dev.json", '{"data":\n [,]}')])
    assert caught.value.line == 2


# -- BEIR


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "beir"
    corpus = [
        {"_id": "d 1", "title": "Ferry", "text": ROUTE, "metadata": {}},
        {"_id": "d2", "title": "", "text": FARE},
        {"_id": "d3", "title": "Nothing more", "text": ""},
        {"_id": "d4", "title": "", "text": " "},
    ]
    written(folder / "corpus.jsonl", corpus)
    queries = [
        {"_id": "q1", "text": "When does it leave?"},
        {"_id": "q2", "text": "x" * 2001},
        {"_id": "q3", "text": "?"},
    ]
    written(folder / "queries.jsonl", queries)
    written(folder / "qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td 1\t2\nq1\td2\t0\nq2\td2\t1\n")
    written(folder / "qrels/dev.tsv", "q3\td2\t1\n")
    return folder


def test_beir_gives_an_article_a_document_and_the_relevant_ones_as_gold(tmp_path, beir):
    (question,), articles, made = convert(tmp_path, "beir", beir)
    assert (question.id, question.gold, question.tags) == ("q1", (Gold(article_id("d 1"), 1),), ("test",))
    assert [(a.title, a.blocks[0].text) for a in articles] == [
        ("Ferry", ROUTE), (FARE, FARE), ("Nothing more", "Nothing more"),
    ]  # fmt: skip
    assert made.left_out == ("q2: longer than 2,000 characters",)


def test_other_qrels_of_beir_may_be_named(tmp_path, beir):
    questions, _, _ = convert(tmp_path, "beir", beir, beir / "qrels/dev.tsv")
    assert [q.id for q in questions] == ["q3"]


def test_without_a_test_split_the_qrels_must_be_named(beir):
    (beir / "qrels/test.tsv").rename(beir / "qrels/train.tsv")
    with pytest.raises(InvalidInput, match=r"dev\.tsv, train\.tsv"):
        FORMATS["beir"]([beir])


@pytest.mark.parametrize(("line", "said"), [("q1 d1 1", "parted by tabs"), ("q1\td1\tgood", "whole number")])
def test_a_bad_line_of_qrels_is_told_with_its_number(beir, line, said):
    written(beir / "qrels/test.tsv", f"q1\td2\t1\n{line}\n")
    with pytest.raises(InvalidRecord, match=said) as caught:
        FORMATS["beir"]([beir])
    assert caught.value.line == 2


def test_the_corpus_is_read_as_it_is_written_and_a_bad_line_leaves_no_half_set(tmp_path, beir):
    with (beir / "corpus.jsonl").open("a") as corpus:
        corpus.write('{"_id": "d5"}\n')
    made = FORMATS["beir"]([beir])
    with pytest.raises(InvalidRecord, match="text: Field required") as caught:
        made.write(tmp_path / "out")
    assert caught.value.line == 5
    assert not list((tmp_path / "out").glob("*.jsonl"))


# -- TREC


def test_qrels_and_topics_make_a_set(tmp_path):
    qrels = written(tmp_path / "qrels", "1 0 ferry#2 1\n1 0 ferry#3 0\n1 0 fares 2\n2 0 ferry#1 0\n")
    topics = written(tmp_path / "topics.tsv", "1\tWhat does it cost?\n2\tWho rows?\n3\tWhy?\n")
    (question,), articles, _ = convert(tmp_path, "trec", qrels, topics)
    assert question.gold == (Gold("ferry", 2), Gold("fares"))
    assert articles == []


@pytest.mark.parametrize(
    ("qrels", "topics", "said"),
    [
        ("1 0 ferry#2", "1\tWho?\n", "3 fields where 4"),
        ("1 0 ferry#2 yes", "1\tWho?\n", "grade 'yes'"),
        ("1 0 ferry#2 1", "1 Who?\n", "no tab"),
        ("1 0 ferry#2 1", "2\tWho?\n", "no topic; the first is '1'"),
    ],
)
def test_malformed_trec_files_are_told_with_their_path(tmp_path, qrels, topics, said):
    files = [written(tmp_path / "qrels", qrels + "\n"), written(tmp_path / "topics", topics)]
    with pytest.raises(InvalidRecord, match=said) as caught:
        FORMATS["trec"](files)
    assert caught.value.path in map(str, files)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 10**8))
def test_any_article_and_paragraph_come_back_from_their_trec_name(article, paragraph):
    document = document_of(article, paragraph)
    assert document.split() == [document]
    assert place_of(document) == {"article": article, "paragraph": paragraph}


def test_a_run_file_is_sorted_by_score_whatever_its_ranks_say(tmp_path):
    path = written(tmp_path / "run", "1 Q0 a#1 1 0.2 x\n1 Q0 b#1 2 0.9 x\n2 Q0 a#2 1 -1 x\n")
    assert [item.document for item in read_run(path)["1"]] == ["b#1", "a#1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [("1 Q0 a#1 1 0.5", "5 fields"), ("1 Q0 a#1 1 nan x", "not a number"), ("1 Q0 b#1 1 0.5 x", "stands twice")],
)
def test_a_bad_line_of_a_run_file_is_told_with_its_number(tmp_path, line, said):
    with pytest.raises(InvalidRecord, match=said) as caught:
        read_run(written(tmp_path / "run", f"1 Q0 b#1 1 0.9 x\n{line}\n"))
    assert caught.value.line == 2


def test_another_engines_ranking_is_measured_as_a_run(tmp_path):
    asked = [
        {"id": name, "question": "Who?", "answerable": True, "gold": [{"article": "a", "paragraph": 2}]}
        for name in ("q 1", "q2")
    ]
    questions = load(written(tmp_path / "set.jsonl", asked))
    run = run_of(
        written(tmp_path / "run", f"{name_of('q 1')} Q0 b#1 1 9 x\n{name_of('q 1')} Q0 a#2 2 8 x\n"), questions
    )
    judged = [judge(question, reply) for question, reply in zip(run.questions, run.replies, strict=True)]
    assert [j.ranked for j in judged] == [((False,), (True,)), ()]


def test_a_run_file_of_another_set_is_refused(tmp_path):
    questions = load(written(tmp_path / "set.jsonl", [{"id": "q", "question": "Who?", "answerable": True}]))
    with pytest.raises(InvalidInput, match="no question of"):
        run_of(written(tmp_path / "run", "1 Q0 a 1 1 x\n"), questions)


# -- QuAIL


def test_quail_asks_without_its_choices_and_knows_what_cannot_be_answered(tmp_path):
    asked = {"type": "Factual", "question": "Where does it go?", "choices": ["Skerry", "Wick"], "answer": "Skerry"}
    unknown = {"type": "Unanswerable", "question": "Who steers?", "choices": [], "answer": "not enough information"}
    questions = [asked | {"unanswerable": False}, unknown | {"unanswerable": True}]
    article = {"id": "n1", "title": "Ferry", "author": "Jo", "url": "https://x.example/1", "paragraphs": [ROUTE]}
    written(tmp_path / "data/dev.json", [article | {"questions": questions}])
    (first, second), (read,), _ = convert(tmp_path, "quail", tmp_path / "data")
    assert (first.id, first.answers, first.gold, first.tags) == ("n1-01", ("Skerry",), (Gold("n1"),), ("factual",))
    assert not second.answerable
    assert (read.given_id, read.authors) == ("n1", ("Jo",))


# -- MultiHop-RAG


def multihop(folder, evidence, kind="inference_query", answer="Skerry"):
    url = "https://x.example/ferry"
    corpus = [
        {"title": "Ferry", "url": url, "body": f"{ROUTE}\n\n{FARE}\n", "source": "The Post", "category": "news",
         "author": "Jo", "published_at": "2023-11-01T08:00:00+00:00"},
    ]  # fmt: skip
    written(folder / "corpus.json", corpus)
    items = [{"title": "Ferry", "url": url, "fact": fact} for fact in evidence]
    asked = {"query": "Where?", "answer": answer, "question_type": kind, "evidence_list": items}
    written(folder / "MultiHopRAG.json", [asked])
    return folder


def test_evidence_of_multihop_rag_is_found_in_its_paragraph(tmp_path):
    folder = multihop(tmp_path / "mh", ["It takes  two hours.", "return ticketcosts £14", "Nobody said this."])
    (question,), (article,), _ = convert(tmp_path, "multihop", folder)
    where = article.given_id
    assert question.gold == (Gold(where, 1, "It takes two hours."), Gold(where, 2), Gold(where))
    assert question.tags == ("inference_query", "loose-evidence")
    assert (article.published_at, article.source, len(article.blocks)) == ("2023-11-01T08:00:00+00:00", "The Post", 2)


def test_a_null_query_is_unanswerable(tmp_path):
    folder = multihop(tmp_path / "mh", [], kind="null_query", answer="Insufficient information.")
    (question,), _, _ = convert(tmp_path, "multihop", folder / "corpus.json", folder / "MultiHopRAG.json")
    assert (question.answerable, question.answers, question.tags) == (False, (), ("null_query",))


def test_evidence_of_an_article_that_is_not_in_the_corpus_is_an_error(tmp_path):
    folder = multihop(tmp_path / "mh", ["It takes two hours."])
    written(folder / "corpus.json", [])
    with pytest.raises(InvalidRecord, match=r"no article of the corpus: https://x\.example/ferry"):
        FORMATS["multihop"]([folder])


# -- realtimeqa_news, and all of them


def test_realtimeqa_is_reachable_now_and_as_of_each_day(tmp_path):
    folder = tmp_path / "rt"
    folder.mkdir()
    record = {"article_id": "n1", "url": "https://x.example/1", "title": "T", "authors": [], "published": "2022/03/04"}
    with gzip.open(folder / "articles.jsonl.gz", "wt") as file:
        file.write(json.dumps(record | {"paragraphs": [ROUTE]}) + "\n")
    asked = {
        "question_id": "x1", "question": "When?", "answer": ["nine"], "asof_date": "2022-02-01",
        "asof_unanswerable": True, "gold_article_ids": ["n1"], "gold_paragraphs": [["n1", 0]], "gold_kind": "linked",
    }  # fmt: skip
    written(folder / "questions.dev.jsonl", [asked])
    assert convert(tmp_path, "realtimeqa", folder)[0][0].gold == (Gold("n1", 1),)
    then = convert(tmp_path, "realtimeqa-as-of", folder)[0][0]
    assert (then.answerable, str(then.as_of)) == (False, "2022-02-01")


def test_realtimeqa_of_another_shape_is_one_clear_error(tmp_path):
    with gzip.open(tmp_path / "articles.jsonl.gz", "wt") as file:
        file.write("{}\n")
    written(tmp_path / "questions.dev.jsonl", [])
    with pytest.raises(UnreadableSource, match="not realtimeqa_news"):
        FORMATS["realtimeqa"]([tmp_path])


@pytest.mark.parametrize("name", FORMATS)
def test_whatever_is_wrong_with_a_source_is_one_of_our_errors(tmp_path, name):
    bad = random.Random(7)
    contents = [b"", b"\xff\xfe", b"\x1f\x8b broken", b"[]", b"{}\n", b'{"data": 1}', bad.randbytes(200)]
    for number, content in enumerate(contents):
        path = tmp_path / f"{number}.json"
        path.write_bytes(content)
        for sources in ([], [path], [path, path], [path, path, path], [tmp_path], [tmp_path / "none"]):
            with suppress(QAError):
                FORMATS[name](sources).write(tmp_path / "out")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_id_is_one_that_the_archive_takes_and_the_same_each_time(name):
    line = json.dumps({"id": article_id(name), "title": "T", "paragraphs": ["x"]}).encode()
    assert article_of_line((1, line), "x").given_id == article_id(name)


def test_a_set_without_articles_writes_no_articles(tmp_path):
    counted = Converted.of((), [{"id": "q", "question": "Who?", "answerable": True}]).write(tmp_path)
    assert (counted.articles, counted.questions) == (0, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["questions.jsonl"]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    written(tmp_path / "file", "x")
    with pytest.raises(UnreadableSource, match="cannot write the set"):
        Converted.of((), ()).write(tmp_path / "file" / "out")
