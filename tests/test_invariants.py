"""What contract.md promises of every answer, over generated archives and questions.

A few hundred questions by default, the same each time. Ten thousand new ones, in about ten minutes::

    QA_CASES=10000 .venv/bin/python -m pytest tests/test_invariants.py --timeout=3600
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import hypothesis
import pytest
from hypothesis import strategies as st

from qa.engine import Engine
from qa.errors import ArticleNotFound
from qa.types import NUMBERED, Answer, Article, Query
from tests.builders import Step, histories, queries
from tests.conftest import QUESTIONS_PER_ARCHIVE
from tests.fakes import small_engine

REASONS = {"not_in_archive", "outside_filters", "unsupported", "ambiguous", "empty_archive"}


@hypothesis.settings(hypothesis.settings.get_profile("invariants"))
@hypothesis.given(histories(), st.sampled_from([0.0, 0.3, 0.6]), st.data())
def test_whatever_is_asked_of_whatever_archive_the_contract_holds(
    steps: tuple[Step, ...], careful: float, data: st.DataObject
) -> None:
    texts = [block.text for step in steps for block in step.article.blocks]
    asked = [data.draw(queries(texts)) for _ in range(QUESTIONS_PER_ARCHIVE)]
    with tempfile.TemporaryDirectory() as folder:
        with opened(Path(folder), careful) as engine:
            memory = live(engine, steps)
            answers = [engine.ask(query) for query in asked]
            for query, answer in zip(asked, answers, strict=True):
                holds(engine, memory, query, answer)
                is_streamed_the_same(engine, query, answer)
        with opened(Path(folder), careful) as engine:  # the eighth, over a restart
            for query, answer in zip(asked, answers, strict=True):
                assert same_bytes(engine.ask(query)) == same_bytes(answer)


def holds(engine: Engine, memory: Memory, query: Query, answer: Answer) -> None:
    seen = answer.as_json()
    assert json.loads(json.dumps(seen)) == seen
    is_cited_and_checked(engine, seen)
    for citation in seen["citations"]:
        allowed = memory.readable(query).get(citation["article_id"])
        assert allowed is not None, f"{citation['article_id']} may not be used"
        text = engine.archive.version(citation["article_id"], citation["version"]).text
        assert text == allowed.article.text, "a version of another day"
        assert citation["updated_at"] == allowed.article.updated_at
    later_coverage_is_later_and_may_be_seen(memory, query, seen)
    disagreements_name_statements_that_differ(seen)
    for near in (seen["refusal"] or {"nearest": ()})["nearest"]:
        allowed = memory.readable(query).get(near["article_id"])
        assert allowed is not None, f"{near['article_id']} may not even be named"
        assert near["text"] in [block.text for block in allowed.article.blocks]


# -- one function for each invariant that is not the oracle's


def is_cited_and_checked(engine: Engine, seen: dict[str, Any]) -> None:
    """What holds of every answer, whatever the archive and whoever read it."""
    quotes_are_where_they_say(engine, seen)
    statements_and_citations_need_each_other(seen)
    only_supported_statements_are_shown(seen)
    refusals_are_typed_and_bare(seen)


def quotes_are_where_they_say(engine: Engine, seen: dict[str, Any]) -> None:
    for citation in seen["citations"]:
        version = engine.archive.version(citation["article_id"], citation["version"])
        assert version.text[citation["start"] : citation["end"]] == citation["quote"] != ""
        paragraph = next(p for p in version.paragraphs if p.paragraph_id == citation["paragraph_id"])
        assert paragraph.number == citation["paragraph"]
        assert paragraph.start <= citation["start"] < citation["end"] <= paragraph.end
        mark = citation["highlight"]
        assert mark is None or citation["start"] <= mark[0] < mark[1] <= citation["end"]
        resolved = engine.archive.resolve(citation["citation_id"])
        assert (resolved.quote, resolved.paragraph) == (citation["quote"], paragraph)


def statements_and_citations_need_each_other(seen: dict[str, Any]) -> None:
    used = {number for statement in seen["statements"] for number in statement["citations"]}
    assert used == {citation["number"] for citation in seen["citations"]}
    assert [citation["number"] for citation in seen["citations"]] == list(range(1, len(seen["citations"]) + 1))
    for statement in seen["statements"]:
        assert statement["citations"]
        assert seen["text"][statement["start"] : statement["end"]] == statement["text"] != ""


def only_supported_statements_are_shown(seen: dict[str, Any]) -> None:
    assert all(statement["support"]["verdict"] == "supported" for statement in seen["statements"])
    if seen["answered"]:
        rest = seen["text"]
        for statement in seen["statements"]:
            markers = "".join(f"[{number}]" for number in statement["citations"])
            rest = rest.replace(f"{statement['text']} {markers}", "", 1)
        assert not rest.strip(), "the text says more than its statements"


def later_coverage_is_later_and_may_be_seen(memory: Memory, query: Query, seen: dict[str, Any]) -> None:
    cited = [(citation["published_at"] or "")[:10] for citation in seen["citations"]]
    assert len(seen["later"]) <= 3
    for later in seen["later"]:
        allowed = memory.readable(query).get(later["article_id"])
        assert allowed is not None, f"{later['article_id']} may not even be named"
        assert allowed.article.title == later["title"]
        assert max(cited) < later["published_at"][:10]


def disagreements_name_statements_that_differ(seen: dict[str, Any]) -> None:
    assert all(statement["reports"] >= 1 for statement in seen["statements"])
    for one in seen["disagreements"]:
        texts = [seen["statements"][place]["text"] for place in one["statements"]]
        assert len(texts) == len(set(one["values"])) == len(one["values"]) >= 2
        assert all(value in text for value, text in zip(one["values"], texts, strict=True))


def refusals_are_typed_and_bare(seen: dict[str, Any]) -> None:
    if seen["answered"]:
        assert seen["refusal"] is None
        assert seen["statements"]
        return
    assert seen["statements"] == seen["citations"] == seen["disagreements"] == seen["later"] == []
    assert set(seen["refusal"]) == {"reason", "message", "nearest"}
    assert seen["refusal"]["reason"] in REASONS
    assert len(seen["refusal"]["nearest"]) <= 3


def is_streamed_the_same(engine: Engine, query: Query, answer: Answer) -> None:
    events = list(engine.stream(query))
    *_, last = events
    assert last.kind == "answer"
    assert comparable(dict(last.data)) == same_bytes(answer)
    statements = [event.data for event in events if event.kind == "statement"]
    assert [one["statement"] for one in statements] == last.data["statements"]
    for one in statements:
        assert [c["number"] for c in one["citations"]] == sorted(one["statement"]["citations"])
        assert all(citation in last.data["citations"] for citation in one["citations"])


def same_bytes(answer: Answer) -> str:
    return comparable(answer.as_json())


def comparable(seen: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in seen.items() if name not in {"id", "timings_ms"}})


# -- the oracle: what an archive with a perfect memory would let a question see


@dataclass(frozen=True)
class Told:
    article: Article
    known: dt.date | None


@dataclass
class Memory:
    """Which text of which article held from which day on, by the rules of the glossary and nothing else."""

    stories: dict[str, list[Told]] = field(default_factory=dict)
    retracted: set[str] = field(default_factory=set)

    def put(self, article: Article, today: dt.date) -> None:
        told = self.stories.setdefault(str(article.given_id), [])
        newest = max((one.article.updated_at or one.article.published_at or "" for one in told), default="")
        if any(same_but_for_the_day(one.article, article) for one in told):
            reverts = (article.updated_at or "") > newest
            if not reverts or same_but_for_the_day(told[-1].article, article):
                return
        told.append(Told(article, first_day(article, told, today)))
        told.sort(key=lambda one: one.known or dt.date.min)

    def readable(self, query: Query) -> dict[str, Told]:
        found = {}
        for name, told in self.stories.items():
            known = told if query.as_of is None else [t for t in told if t.known and t.known <= query.as_of]
            if known and name not in self.retracted and passes(known[-1].article, query):
                found[name] = known[-1]
        return found


def first_day(article: Article, told: Sequence[Told], today: dt.date) -> dt.date | None:
    declared = max((day(text) for text in (article.published_at, article.updated_at) if text), default=None)
    if not told:
        return declared
    if article.published_at and not article.updated_at and all(updates(one.article, article) for one in told):
        return declared
    changes = max((one.article.updated_at or "" for one in told), default="")
    if article.updated_at and day(article.updated_at) != (day(changes) if changes else None):
        return declared
    return max([today, *(one.known for one in told if one.known)])


def updates(one: Article, original: Article) -> bool:
    later = one.updated_at is not None and day(one.updated_at) > day(str(original.published_at))
    return later and one.published_at == original.published_at


def same_but_for_the_day(one: Article, other: Article) -> bool:
    return replace(one, updated_at=None, origin=None) == replace(other, updated_at=None, origin=None)


def passes(article: Article, query: Query) -> bool:
    published = day(article.published_at) if article.published_at else None
    if (query.after or query.before) and published is None:
        return False
    outlets = {name.casefold() for name in query.sources}
    return (
        (query.after is None or published >= query.after)  # type: ignore[operator]
        and (query.before is None or published <= query.before)  # type: ignore[operator]
        and (not outlets or (article.source or "").casefold() in outlets)
    )


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


# -- the world


@contextmanager
def opened(home: Path, careful: float) -> Iterator[Engine]:
    engine = small_engine(home, careful=careful)
    try:
        yield engine
    finally:
        engine.close()


def live(engine: Engine, steps: Sequence[Step]) -> Memory:
    """Do the steps, each on its day, and remember what a reader could have read."""
    memory = Memory()
    for step in steps:
        name = str(step.article.given_id)
        with patch("qa.archive._today", return_value=step.day):
            if step.deed == "put":
                engine.archive.add([step.article])
                memory.put(step.article, step.day)
            elif name in memory.stories:
                undo(engine, memory, step.deed, name)
            else:
                with pytest.raises(ArticleNotFound):
                    undo(engine, memory, step.deed, name)
    assert engine.archive.check().problems == ()
    numbered = sum(b.kind in NUMBERED for told in memory.stories.values() for b in told[-1].article.blocks)
    assert engine.archive.counts().paragraphs == numbered
    return memory


def undo(engine: Engine, memory: Memory, deed: str, name: str) -> None:
    if deed == "delete":
        engine.archive.delete(name)
        del memory.stories[name]
        memory.retracted.discard(name)
    else:
        engine.archive.retract(name, "not true")
        memory.retracted.add(name)
