"""``python -m eval.quality`` on tiny sets and stand-ins: what is measured, kept, left out and written."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

import qa
from eval import runs
from eval.ask import EngineAsker
from eval.quality import __main__ as command
from eval.quality import archives, sets, table
from eval.quality.figures import ALL, ANSWER_AT_5, WHOLE, measure
from eval.quality.rankings import BASELINE, CHUNKED, RERANKED
from eval.questions import Question, QuestionSet
from qa.archive import Archive, open_archive
from qa.errors import InvalidInput, InvalidQuestion
from qa.types import Query
from tests.fakes import HashEmbedder, OverlapScorer, engine_over

CITIES = ("Wick", "Leith", "Oban", "Perth")
TIMES = {"kept", "p50_ms", "latency_ms", "first_statement_ms", "throughput", "speed_intervals", "machine", "seconds"}


@pytest.fixture(autouse=True)
def models(monkeypatch):
    """The stand-ins in the place of the models, and no data by variable."""
    monkeypatch.setattr("qa.engine.build", build)
    monkeypatch.setattr("qa.models.cross_encoder.load", lambda _threads: OverlapScorer())
    monkeypatch.setattr("qa.engine.load_embedder", lambda _settings: HashEmbedder())
    monkeypatch.delenv("QA_EVAL_REALTIMEQA", raising=False)


@pytest.fixture
def data(tmp_path):
    """SQuAD and realtimeqa_news, each of four articles; QuAIL is not there."""
    folder = tmp_path / "data"
    (folder / "squad_dev").mkdir(parents=True)
    (folder / "squad_dev" / "dev-v2.0.json").write_text(json.dumps({"data": [squad(city) for city in CITIES]}))
    (folder / "realtimeqa_news").mkdir()
    with gzip.open(folder / "realtimeqa_news" / "articles.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(news(city)) + "\n" for city in CITIES)
    quiz = "\n".join(json.dumps(quizzed(n, city)) for n, city in enumerate(CITIES))
    (folder / "realtimeqa_news" / "questions.dev.jsonl").write_text(quiz)
    return folder


@pytest.fixture
def squad_set(data, tmp_path):
    return sets.prepare("squad", sets.Data(data), tmp_path / "set")


def build(settings, *, create):
    return engine_over(open_archive(settings, HashEmbedder(), create=create), settings)


def squad(city):
    asked = {"question": f"Which colour has the bridge of {city}?", "answers": [{"text": "red"}]}
    impossible = {"id": f"{city}-2", "question": "Who swims?", "answers": [], "is_impossible": True}
    paragraphs = [
        {"context": f"{city} is a town.", "qas": [impossible]},
        {"context": f"The bridge of {city} has the colour red.", "qas": [asked | {"id": f"{city}-1"}]},
    ]
    return {"title": city, "paragraphs": paragraphs}


def news(city):
    paragraphs = [f"{city} is a town.", f"The mayor of {city} is Ann."]
    day = {"published": "2022/03/04", "authors": []}
    return day | {"article_id": city, "url": f"https://{city}.example/", "title": city, "paragraphs": paragraphs}


def quizzed(number, city):
    labels = {"gold_article_ids": [city], "gold_paragraphs": [[city, 1]], "gold_kind": "linked"}
    """The first one on the day of its article, the others before; the last two are marked unanswerable."""
    day = "2022-03-01" if number else "2022-03-04"
    asked = {"question": f"Who is mayor of {city}?", "answer": ["Ann"], "asof_date": day}
    return asked | labels | {"question_id": f"x{number}", "asof_unanswerable": number > 1}


def run(capsys, tmp_path, *arguments):
    """Exit code, the tables and what was said, of the command with a cache of its own."""
    code = command.main([*map(str, arguments), "--cache", str(tmp_path / "cache")])
    return code, *capsys.readouterr()


def figures(tmp_path):
    """The kept figures, times aside, and how many answers were there before."""
    return without_times(json.loads((tmp_path / "cache" / "quality.json").read_text()))


def without_times(value):
    if isinstance(value, dict):
        return {name: without_times(inside) for name, inside in value.items() if name not in TIMES}
    return [without_times(inside) for inside in value] if isinstance(value, list) else value


def nothing(_done, _total):
    pass


def measured(qa_set, tmp_path, limit=None):
    with archives.opened(qa_set, tmp_path / "archives", nothing) as (engine, _):
        return measure(engine, sets.draw(sets.load(qa_set), limit, 7), tmp_path / "run", nothing)


def asked_until(monkeypatch, last, failure):
    """From now on every question after so many fails."""
    questions, ask = [], EngineAsker.ask

    def failing(asker, question):
        questions.append(question)
        if len(questions) > last:
            raise failure
        return ask(asker, question)

    monkeypatch.setattr(EngineAsker, "ask", failing)


def test_each_index_can_be_asked_alone(squad_set, tmp_path):
    with archives.opened(squad_set, tmp_path / "archives", nothing) as (engine, _):
        words = engine.retriever.by_words(Query("bridge of Oban"))
        meaning = engine.retriever.by_meaning(Query("bridge of Oban"))
    assert [(hit.lexical_rank, hit.dense_rank) for hit in words] == [(n, None) for n in range(1, len(words) + 1)]
    assert [(hit.lexical_rank, hit.dense_rank) for hit in meaning] == [(None, n) for n in range(1, len(meaning) + 1)]
    assert words[0].passage.source.article_id == meaning[0].passage.source.article_id == "Oban"


def test_every_ranking_is_measured_on_the_questions_with_gold_alone(squad_set, tmp_path):
    found = measured(squad_set, tmp_path)
    assert [(r.name, r.questions) for r in found.rankings] == [
        ("BM25 alone", 4),
        ("BM25 with the cross-encoder", 4),
        ("dense alone", 4),
        ("both fused", 4),
        ("whole engine", 4),
    ]
    assert (found.asked, found.answerable) == (8, 4)
    assert all(r.measures["hits_at_10"].value == 1 and r.measures[ANSWER_AT_5].value == 1 for r in found.rankings)


def test_the_whole_engines_ranking_is_the_one_that_its_run_was_scored_by(squad_set, tmp_path):
    found = measured(squad_set, tmp_path)
    (whole,) = (r for r in found.rankings if r.name == WHOLE)
    retrieval = {name: score for name, score in whole.measures.items() if name != ANSWER_AT_5}
    assert retrieval == {name: found.scores.measures[name] for name in retrieval}


def test_the_gain_is_the_difference_to_bm25(squad_set, tmp_path):
    found = measured(squad_set, tmp_path)
    by_name = {r.name: r.measures["mrr_at_10"].value for r in found.rankings}
    assert found.gains[0].part == ALL
    assert found.gains[0].measures["mrr_at_10"].value == pytest.approx(by_name[WHOLE] - by_name[BASELINE], abs=1e-4)


def test_the_same_archive_gives_the_same_figures_twice(capsys, data, tmp_path):
    arguments = ("--data", data, "--sets", "squad", "realtimeqa-as-of", "--limit", 6)
    assert run(capsys, tmp_path, *arguments)[0] == 0
    first = figures(tmp_path)
    assert run(capsys, tmp_path, *arguments)[0] == 0
    assert figures(tmp_path) == first


def test_a_second_run_indexes_nothing(squad_set, tmp_path, monkeypatch):
    measured(squad_set, tmp_path)
    monkeypatch.setattr(Archive, "add", None)
    measured(squad_set, tmp_path)


def test_after_an_interruption_no_finished_set_is_asked_again(capsys, data, tmp_path, monkeypatch):
    arguments = ("--data", data, "--sets", "squad", "realtimeqa")
    with monkeypatch.context() as patch:
        asked_until(patch, 8 + 1, KeyboardInterrupt())
        assert run(capsys, tmp_path, *arguments)[0] == 130
    asked_until(monkeypatch, 3, AssertionError("asked again"))
    code, tables, _ = run(capsys, tmp_path, *arguments)
    assert code == 0
    assert "- SQuAD 2.0 dev: 8 of 8 answers, and their times, are of an earlier go" in tables
    assert "- realtimeqa_news: 1 of 4 answers" in tables


def test_a_question_that_cannot_be_put_deletes_no_answer(squad_set, tmp_path, monkeypatch):
    asked_until(monkeypatch, 2, InvalidQuestion("it is too long"))
    with pytest.raises(InvalidQuestion):
        measured(squad_set, tmp_path)
    assert runs.kept_answers(tmp_path / "run") == 2


def test_a_run_over_other_questions_is_replaced(squad_set, tmp_path):
    assert measured(squad_set, tmp_path).asked == 8
    found = measured(squad_set, tmp_path, limit=3)
    assert (found.asked, found.kept, runs.kept_answers(tmp_path / "run")) == (3, 0, 3)


def test_a_build_that_was_interrupted_goes_on_to_the_same_archive(squad_set, tmp_path, monkeypatch):
    monkeypatch.setattr("qa.archive._COMMIT_PARAGRAPHS", 2)
    with archives.opened(squad_set, tmp_path / "whole", nothing) as (_, whole):
        pass

    def interrupt(done, _total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), archives.opened(squad_set, tmp_path / "parts", interrupt):
        pass
    with archives.opened(squad_set, tmp_path / "parts", nothing) as (engine, parts):
        assert engine.archive.check().ok
    assert (parts.snapshot, parts.articles, parts.passages) == (whole.snapshot, 4, 8)
    assert whole.seconds is not None
    assert parts.seconds is None


def test_an_archive_that_somebody_changed_is_not_measured(squad_set, tmp_path):
    with archives.opened(squad_set, tmp_path / "archives", nothing) as (engine, _):
        engine.archive.delete("Oban")
    with (
        pytest.raises(InvalidInput, match="was changed") as caught,
        archives.opened(squad_set, tmp_path / "archives", nothing),
    ):
        pass
    assert "--rebuild" in caught.value.hint
    with archives.opened(squad_set, tmp_path / "archives", nothing, rebuild=True) as (_, built):
        assert built.articles == 4


def test_the_tables_tell_of_an_archive_that_other_code_indexed(capsys, data, tmp_path, monkeypatch):
    arguments = ("--data", data, "--sets", "squad")
    _, before, _ = run(capsys, tmp_path, *arguments)
    monkeypatch.setattr(archives, "code_sha256", lambda: "another")
    _, after, _ = run(capsys, tmp_path, *arguments)
    assert "by other code than now" not in before
    assert "by other code than now" in after


@pytest.mark.parametrize("part", ["models/embedding.py", "models/sessions.py", "ingest/jsonl.py", "catalogue/store.py"])
def test_code_that_changes_what_is_indexed_is_other_code(tmp_path, monkeypatch, part):
    shutil.copytree(Path(qa.__file__).parent, tmp_path / "qa", ignore=shutil.ignore_patterns("reader", "__pycache__"))
    monkeypatch.setattr(qa, "__file__", str(tmp_path / "qa" / "__init__.py"))
    before = archives.code_sha256()
    (tmp_path / "qa" / part).write_text("other")
    assert archives.code_sha256() != before


def test_other_articles_have_another_archive(data, tmp_path):
    four = sets.prepare("realtimeqa", sets.Data(data), tmp_path / "four")
    two = sets.prepare("realtimeqa", sets.Data(data, articles=2), tmp_path / "two")
    as_of = sets.prepare("realtimeqa-as-of", sets.Data(data), tmp_path / "as-of")
    assert two.sha256 != four.sha256 == as_of.sha256


def test_a_database_of_the_service_is_left_alone(squad_set, tmp_path, monkeypatch):
    monkeypatch.setenv("QA_CHROMA_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("QA_DATABASE_URL", "sqlite:///nowhere/else.sqlite")
    assert measured(squad_set, tmp_path).asked == 8


def test_rebuilding_indexes_each_archive_once(capsys, data, tmp_path, monkeypatch):
    added, add = [], Archive.add
    monkeypatch.setattr(Archive, "add", lambda *given, **how: added.append(1) or add(*given, **how))
    arguments = ("--data", data, "--sets", "realtimeqa", "realtimeqa-as-of")
    run(capsys, tmp_path, *arguments)
    run(capsys, tmp_path, *arguments, "--rebuild")
    assert len(added) == 2


def test_as_of_each_day_only_what_is_known_to_be_answered_or_not_is_asked(capsys, data, tmp_path):
    _, tables, _ = run(capsys, tmp_path, "--data", data, "--sets", "realtimeqa-as-of")
    (kept,) = figures(tmp_path)["sets"]
    assert (kept["figures"]["asked"], kept["figures"]["answerable"]) == (3, 1)
    assert kept["figures"]["scores"]["measures"]["refusal_recall"]["value"] == 1
    assert kept["figures"]["rankings"][0]["measures"]["hits_at_10"]["value"] == 1
    assert "questions not asked: 1." in tables


def test_questions_are_drawn_by_seed_from_all_over_the_set_and_a_larger_draw_holds_the_smaller():
    whole = QuestionSet("set", "", tuple(Question(f"q{n:03}", "?") for n in range(300)))
    ten, fifty = sets.draw(whole, 10, 7), sets.draw(whole, 50, 7)
    places = [whole.questions.index(q) for q in fifty.questions]
    assert set(ten.questions) < set(fifty.questions)
    assert places == sorted(places)
    assert all(any(start <= place < start + 60 for place in places) for start in range(0, 300, 60))
    assert sets.draw(whole, 10, 8) != ten
    assert sets.draw(whole, None, 7) == whole


def test_a_set_without_its_data_is_left_out_in_one_line_that_says_what_to_name(capsys, data, tmp_path):
    code, tables, said = run(capsys, tmp_path, "--data", data, "--sets", "quail", "squad")
    (line,) = (line for line in said.splitlines() if line.startswith("quail is left out"))
    assert code == 0
    assert "quail_news by --data" in line
    assert "- quail was not measured" in tables


def test_without_any_data_it_fails_and_says_so(capsys, tmp_path):
    code, tables, said = run(capsys, tmp_path, "--sets", "realtimeqa", "squad")
    assert (code, tables) == (1, "")
    assert "QA_EVAL_REALTIMEQA" in said
    assert "nothing was measured" in said


def test_realtimeqa_news_may_lie_elsewhere_by_its_variable(data, tmp_path, monkeypatch):
    monkeypatch.setenv("QA_EVAL_REALTIMEQA", str(data / "realtimeqa_news"))
    made = sets.prepare("realtimeqa", sets.Data(tmp_path / "nowhere"), tmp_path / "set")
    assert len(sets.load(made).questions) == 4


def test_the_tables_have_every_ranking_and_the_parts_of_a_set(capsys, data, tmp_path):
    _, tables, _ = run(capsys, tmp_path, "--data", data, "--sets", "realtimeqa", "squad")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in tables.splitlines() if line.startswith("|")]
    named = {tuple(row[:2]) for row in rows}
    for title in ("realtimeqa_news", "realtimeqa_news, linked", "SQuAD 2.0 dev"):
        rankings = (BASELINE, RERANKED, "dense alone", "both fused", CHUNKED, WHOLE)
        assert {(title, ranking) for ranking in rankings} <= named
    assert ("realtimeqa_news, silver", WHOLE) not in named  # no question has this tag here
    assert {"`citation_hit`", "`refusal_recall`"} <= {row[0] for row in rows}


def test_the_tables_tell_how_chunks_are_counted_and_no_ndcg_of_them(capsys, data, tmp_path):
    _, tables, _ = run(capsys, tmp_path, "--data", data, "--sets", "squad")
    (row,) = (line for line in tables.splitlines() if CHUNKED in line and line.count("|") == 11)
    assert row.split("|")[8].strip() == "–"
    assert "at least half, and one that holds all of it: 2.0 (SQuAD 2.0 dev) on average" in tables


def test_llamaindex_can_be_left_out(capsys, data, tmp_path):
    _, tables, _ = run(capsys, tmp_path, "--data", data, "--sets", "squad", "--without-llamaindex")
    assert CHUNKED not in tables
    assert "--without-llamaindex" in tables
    assert not (tmp_path / "cache" / "llamaindex").exists()


def test_the_tables_tell_the_command_and_no_path(capsys, data, tmp_path):
    _, tables, _ = run(capsys, tmp_path, "--data", data, "--sets", "squad", "--limit", 3, "--seed", 5)
    assert "`python -m eval.quality --data FOLDER --sets squad --limit 3 --seed 5`" in tables
    assert str(tmp_path) not in tables


def test_every_row_of_a_table_has_as_many_cells_as_its_head(capsys, data, tmp_path):
    _, tables, _ = run(capsys, tmp_path, "--data", data, "--sets", "realtimeqa", "squad")
    blocks = [block.splitlines() for block in tables.split("\n\n") if block.startswith("|")]
    assert len(blocks) == 4
    assert all(len({line.count("|") for line in block}) == 1 for block in blocks)


def test_only_what_stands_between_the_marks_of_the_document_is_replaced(capsys, data, tmp_path):
    document = tmp_path / "evaluation.md"
    document.write_text(f"# Before\n\n{table.BEGIN}\nold\n{table.END}\n\nAfter.\n")
    for _ in range(2):
        _, tables, _ = run(capsys, tmp_path, "--data", data, "--sets", "squad", "--write", document)
    assert document.read_text() == f"# Before\n\n{table.BEGIN}\n\n{tables.strip()}\n\n{table.END}\n\nAfter.\n"


@pytest.mark.parametrize("text", ["no marks", f"{table.END} {table.BEGIN}"])
def test_a_document_without_marks_is_told_before_anything_is_measured(capsys, data, tmp_path, text):
    document = tmp_path / "evaluation.md"
    document.write_text(text)
    code, _, said = run(capsys, tmp_path, "--data", data, "--write", document)
    assert code == 1
    assert "no place for the tables" in said
    assert table.BEGIN in said
    assert not (tmp_path / "cache").exists()


def test_a_document_that_cannot_be_written_is_told_before_anything_is_measured(capsys, data, tmp_path, monkeypatch):
    document, opened = tmp_path / "evaluation.md", Path.open

    def read_only(path, mode="r", *how, **named):
        if path == document and mode != "r":
            raise PermissionError(13, "Permission denied")
        return opened(path, mode, *how, **named)

    document.write_text(f"{table.BEGIN}{table.END}")
    monkeypatch.setattr(Path, "open", read_only)
    code, _, said = run(capsys, tmp_path, "--data", data, "--write", document)
    assert (code, said) == (1, f"{document}: cannot write the document: Permission denied\n")
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(("value", "sign", "told"), [(0.2834, "", ".283"), (1, "", "1.000"), (-0.05, "+", "-.050")])
def test_shares_are_told_with_three_decimals(value, sign, told):
    assert table._short(value, sign) == told


def test_an_interruption_says_that_the_command_goes_on(capsys, data, tmp_path, monkeypatch):
    def interrupted(*_given, **_how):
        raise KeyboardInterrupt

    monkeypatch.setattr(Archive, "add", interrupted)
    code, _, said = run(capsys, tmp_path, "--data", data, "--sets", "squad")
    assert code == 130
    assert "goes on where it stopped" in said
