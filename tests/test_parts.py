"""Questions over several articles: by which form they are taken apart, and what is said of their parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.questions import load
from qa.apart import Rules
from qa.archive import Archive
from qa.engine import Engine
from qa.query import parse_query
from qa.read.llm import LLMReader
from qa.read.parts import gathered, read_in_parts
from qa.types import Draft, Evidence, Query, Turn
from qa.understand.parts import ADDED, MOST, take_apart
from qa.words import words
from tests.builders import any_text, article
from tests.fakes import engine_over, settings_for
from tests.fakes_chat import ScriptedChat, says
from tests.test_invariants import comparable, is_streamed_the_same

SAMPLE = Path(__file__).parent.parent / "eval" / "sets"
FRAME = frozenset("what how much many long did was were is are the of in according to happened".split())  # noqa: SIM905


def parts(question: str) -> tuple[str, ...]:
    taken = take_apart(question)
    return taken.questions if taken else ()


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How many signed by the friends' count and by the council's?",
            "How many signed by the friends' count?",
            "How many signed by the council's count?",
        ),
        (
            "How long did the trial of Ann Lee take, according to the Courier and to the Herald?",
            "How long did the trial of Ann Lee take, according to the Courier?",
            "How long did the trial of Ann Lee take, according to the Herald?",
        ),
        (
            "What was the pass rate of Sarn Academy and of Upper Sarn High in 2024?",
            "What was the pass rate of Sarn Academy in 2024?",
            "What was the pass rate of Upper Sarn High in 2024?",
        ),
        (
            "What became of the bins and of the library after the election of 2024?",
            "What became of the bins after the election of 2024?",
            "What became of the library after the election of 2024?",
        ),
        (
            "How did the toll of the fire differ between the Courier and the Gazette?",
            "What was the toll of the fire according to the Courier?",
            "What was the toll of the fire according to the Gazette?",
        ),
        (
            "How do the rents of Leeds and York compare?",
            "What was the rents of Leeds?",
            "What was the rents of York?",
        ),
        (
            "Compare the council's estimate of the savings with the Herald's.",
            "What was the council's estimate of the savings?",
            "What was the Herald's estimate of the savings?",
        ),
        ("Which was dearer, the bridge repair or the new north stand?", "How much did the bridge repair cost?", None),
        ("Who is older, Ann Lee or Bo Fox?", "How old is Ann Lee?", "How old is Bo Fox?"),
        (
            "Which ticket was cheaper in 2024, that of Rovers or that of Kestrel Town?",
            "How much did the ticket of Rovers cost in 2024?",
            "How much did the ticket of Kestrel Town cost in 2024?",
        ),
        ("Which drew more people, the parade or the festival?", "The parade drew how many people?", None),
        (
            "Did the police count more people at the parade or at the festival?",
            "The police count how many people at the parade?",
            None,
        ),
        (
            "Between Gareth Lund and Ines Cardoso, who took more points?",
            "Gareth Lund took how many points?",
            "Ines Cardoso took how many points?",
        ),
        (
            "How many passengers did Port Ellery count in 2024, and how many did Corvanne?",
            "How many passengers did Port Ellery count in 2024?",
            "How many passengers did Corvanne count in 2024?",
        ),
        (
            "How did the pass rate of Sarn Academy change from 2023 to 2024?",
            "What was the pass rate of Sarn Academy in 2023?",
            "What was the pass rate of Sarn Academy in 2024?",
        ),
    ],
)
def test_each_side_is_asked_for_by_itself(question: str, one: str, other: str | None) -> None:
    first, second = parts(question)
    assert first == one
    assert other in {None, second}


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How did the cost of the bridge repair change?", "What was the cost of the bridge repair?"),
        ("How has the price of Ellery oysters changed since the beds shut?", "What was the price of Ellery oysters?"),
        ("How did the case against Ann Lee develop?", "What happened to the case against Ann Lee?"),
        ("What happened to Fenwick library between March 2023 and May 2024?", "What happened to Fenwick library?"),
    ],
)
def test_the_course_of_one_thing_is_asked_of_one_article_after_another(question: str, asked: str) -> None:
    taken = take_apart(question)
    assert taken
    assert (taken.questions, taken.over_time) == ((asked,), True)


def test_a_course_between_two_days_is_looked_up_between_them() -> None:
    taken = take_apart("What happened to Fenwick library between March 2023 and May 2024?")
    assert taken
    assert taken.period
    assert (str(taken.period.after), str(taken.period.before)) == ("2023-03-01", "2024-05-31")


@pytest.mark.parametrize(
    "question",
    [
        "Who closed the bridge?",
        "Who built the bridge and when?",
        "Was it the council or the county that paid?",
        "What did Pike and Lowther build?",
        "Which firm of Pike & Lowther and Halden repaired the bridge?",
        "How did the fire start?",
        "How did the council change the bin rounds?",
        "What happened to the library?",
        "Why was Gareth Lund dismissed, and how did the board vote?",
        "What attendance did the Courier first give, and what was it really?",
        "Is she older or younger than he is?",
        "How did it change between 2023 and 2024?",
        "How do they differ?",
        "How does a passenger get counted in Corvanne, and how in Port Ellery?",
        "Which was dearer, the bridge or the ferry?",
        "",
        "and or between",
        "How did " + "x " * 300 + "change?",
    ],
)
def test_where_it_is_not_sure_a_question_stays_whole(question: str) -> None:
    assert take_apart(question) is None


def test_next_to_no_question_over_one_thing_is_taken_apart() -> None:
    """Eight of the sample's 299 are, and ask for two sides or a change; of those for the acceptance none is."""
    asked = [q.question for name in ("sample", "accept") for q in load(SAMPLE / name / "questions.jsonl").questions]
    taken = [question for question in asked if take_apart(question)]
    assert len(taken) <= 10
    assert all(" and " in question or " between " in question for question in taken if "change" not in question)


_WORD = st.from_regex(r"[A-ZÀ-Þa-zß-ÿ][a-zß-ÿ]{0,9}(?:['’]s)?", fullmatch=True)
_PHRASE = st.lists(_WORD, min_size=1, max_size=5).map(" ".join)
_FORMS = st.sampled_from([
    "How many {0} by {1} and by {2}?", "How did {0} differ between {1} and {2}?", "Which was dearer, {0} or {1}?",
    "Which {0} was older in 2024, {1} or {2}?", "Compare {0}'s {1} with {2}'s.", "How do {0} of {1} and {2} compare?",
    "Did {0} count more {1} in {2} or in {3}?", "How did {0} change from May 2023 to {1}?", "How did {0} {1} develop?",
    "What happened to {0} between 2020 and 2021?", "How many {0} did {1} {2}, and how many did {3}?",
    "What did {0} say in 2019 and in 2020?", "{0}", "{0} and {1} or {2}, how did {3} fare?",
])  # fmt: skip


@given(_FORMS, st.tuples(*[st.one_of(_PHRASE, _PHRASE, any_text)] * 4))
def test_parts_have_no_word_of_their_own_but_those_of_the_frame(form: str, filling: tuple[str, ...]) -> None:
    question = form.format(*filling)
    taken = parts(question)
    assert len(taken) <= MOST
    for part in taken:
        assert (
            set(words(part)) <= {*words(question), *words(question.replace("'", " ").replace("’", " "))} | FRAME | ADDED
        )


# -- over an archive

ARCHIVE = (
    article("The bridge of Ellery cost 6 million.", title="Bridge", published_at="2023-04-01", given_id="bridge"),
    article("The stand of Kestrel cost 7 million.", title="Stand", published_at="2023-03-01", given_id="stand"),
    article(
        "The price of Ellery oysters was 3 pounds.", title="Oyster price up", published_at="2024-05-02", given_id="late"
    ),
    article(
        "The price of Ellery oysters was 2 pounds.", title="Oyster price", published_at="2021-05-01", given_id="early"
    ),
    article("The parade of boats drew a crowd.", title="Parade", published_at="2024-01-01", given_id="parade"),
)
DEARER = Query("Which cost more, the bridge of Ellery or the stand of Kestrel?")
OYSTERS = Query("How did the price of Ellery oysters change?")


@pytest.fixture
def told(archive: Archive) -> Engine:
    archive.add(ARCHIVE)
    return engine_over(archive, settings_for(Path("unused")), takes_apart=Rules())


def cited(engine: Engine, query: Query) -> list[str]:
    return [citation.article_id for citation in engine.ask(query).citations]


def notes(engine: Engine, query: Query) -> tuple[str, ...]:
    understood = engine.ask(query).understood
    return understood.notes if understood else ()


def test_each_part_is_cited_by_an_article_of_its_own(told: Engine) -> None:
    assert cited(told, DEARER) == ["bridge", "stand"]
    (note,) = notes(told, DEARER)
    assert "“How much did the bridge of Ellery cost?” “How much did the stand of Kestrel cost?”" in note


def test_a_part_of_which_nothing_is_told_is_named_and_nothing_else_is_said_for_it(told: Engine) -> None:
    query = Query("Which cost more, the bridge of Ellery or the aqueduct of Leeds?")
    assert cited(told, query) == ["bridge"]
    assert notes(told, query)[-1] == "found nothing that answers the part “How much did the aqueduct of Leeds cost?”"


def test_where_no_part_is_told_the_question_is_refused(told: Engine) -> None:
    answer = told.ask(Query("Which was dearer, the aqueduct of Leeds or the zeppelin of York?"))
    assert answer.refusal
    assert answer.refusal.reason == "not_in_archive"


def test_a_course_is_told_oldest_first(told: Engine) -> None:
    assert cited(told, OYSTERS) == ["early", "late"]


def test_parts_see_what_the_question_may_see(told: Engine) -> None:
    assert cited(told, parse_query(OYSTERS.question, as_of="2023-12-31")) == ["early"]
    assert cited(told, parse_query(OYSTERS.question, after="2022-01-01")) == ["late"]


def test_a_year_of_which_nothing_is_told_does_not_get_another_years_figure(told: Engine) -> None:
    query = Query("How did the price of Ellery oysters change from 2019 to 2024?")
    assert cited(told, query) == ["late"]
    assert (
        notes(told, query)[-1] == "found nothing that answers the part “What was the price of Ellery oysters in 2019?”"
    )


@pytest.mark.parametrize("query", [DEARER, OYSTERS])
def test_streamed_it_is_the_same(told: Engine, query: Query) -> None:
    is_streamed_the_same(told, query, told.ask(query))


def test_a_language_model_gets_the_paragraphs_of_all_parts(archive: Archive) -> None:
    archive.add(ARCHIVE)
    chat = ScriptedChat([["".join(says(("The stand of Kestrel cost 7 million.", [2])).pieces)]])
    llm = LLMReader(chat, prompt_tokens=4_000)
    engine = engine_over(archive, settings_for(Path("unused")), takes_apart=Rules(), llm=llm)
    engine.ask(DEARER)
    ((_, user), _), *_ = chat.asked
    assert "The bridge of Ellery cost 6 million." in user.content
    assert "The stand of Kestrel cost 7 million." in user.content


# -- of one thing


class _Counted:
    """Passes on to a part of the engine, and counts how often it is called."""

    def __init__(self, part: object, method: str) -> None:
        self._call = getattr(part, method)
        self.calls = 0
        setattr(self, method, self)

    def __call__(self, *arguments: object) -> object:
        self.calls += 1
        return self._call(*arguments)


def test_a_question_over_one_thing_is_looked_up_ordered_and_read_once_and_answered_as_ever(
    told: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entered(*_: object, **__: object) -> None:
        raise AssertionError("a question over one thing was taken apart")

    query = Query("How much did the bridge of Ellery cost?")
    monkeypatch.setattr("qa.engine.gathered", entered)
    monkeypatch.setattr("qa.engine.read_in_parts", entered)
    told.retriever, told.reader = _Counted(told.retriever, "retrieve"), _Counted(told.reader, "read")  # type: ignore[assignment]
    answer = told.ask(query)
    assert (told.retriever.calls, told.reader.calls) == (1, 1)  # type: ignore[attr-defined]
    told.takes_apart = None
    assert comparable(told.ask(query).as_json()) == comparable(answer.as_json())


def test_a_follow_up_is_taken_apart_once_it_stands_alone(told: Engine) -> None:
    history = (Turn("user", "What did the bridge of Ellery and the stand of Kestrel cost?"),)
    assert cited(told, replace(DEARER, history=history)) == ["bridge", "stand"]


def test_whatever_is_read_of_a_part_may_be_cited(told: Engine) -> None:
    evidence = told.evidence(DEARER)
    assert len(evidence.parts) == 2
    assert all(part.offered <= evidence.offered for part in evidence.parts)


def test_of_no_part_told_only_what_was_read_for_the_question_itself_answers(told: Engine) -> None:
    whole = told.evidence(Query("What closed?"))
    part = replace(told.evidence(Query("What opened?")), query=Query("What opened?"))
    asked: list[Evidence] = []

    class Silent:
        def read(self, evidence: Evidence) -> Draft:
            asked.append(evidence)
            return Draft((), "silent", 0.0)

    read_in_parts(Silent(), gathered(whole, [part, part], over_time=False), careful=0.5)
    assert {hit.passage.passage_id for hit in asked[-1].hits} <= {hit.passage.passage_id for hit in whole.hits}
    assert asked[-1].hits
    assert not asked[-1].parts
