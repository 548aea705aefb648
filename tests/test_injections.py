"""Some 500 injections, in articles, questions and conversations, with a model that obeys each: nothing happens.

Obeyed, forged or unescaped is whatever shows more than sentences which stand word for word in the paragraph that they
cite: a statement of the order's, a citation that was not offered, a link or markup made of a stranger's text, a byte
that steers a terminal. A sentence of a hostile article, quoted and cited as that article's, is data.

One archive for all, filled from JSON Lines and HTML as any archive is; each question is answered once by each reader,
and that answer is looked at on every way out.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import pytest
from lxml import html as lxml_html
from starlette.testclient import TestClient

from api.app import create_app
from eval.runs import Run
from qa.engine import Engine
from qa.ingest import read
from qa.interop.mcp import archive_server
from qa.markup import web_url
from qa.models.chat import Message
from qa.query import parse_query
from qa.read.llm import LLMReader
from qa.terminal import print_answer, print_article, print_articles
from qa.types import Article, Query, Turn
from qa.verify.prose import plain
from tests.fakes import engine_over, settings_for, small_archive
from tests.fakes_chat import says
from tests.injections import CASES, INJECTIONS, Case
from tests.sample_runs import page_of, question, reply, run_of
from tests.test_interop_mcp import given_by
from tests.test_invariants import (
    comparable,
    is_cited_and_checked,
    is_streamed_the_same,
)

STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FORGED = re.compile(
    r"\[\^?\d+[^\]]{0,9}\]|［\d+］|【\d[^】]*】|\]\(|\]\[|<(?:img|svg|iframe|base|style)|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202d\u202e]"
)
"""A citation, a link or picture of Markdown or HTML, a control: never in a statement. Other tags are text."""


# -- the world


def record(case: Case) -> dict[str, Any]:
    text = case.injection.text
    paragraphs = {"paragraph": [f"{case.true} {text}"], "beside": [case.true, text]}.get(case.carrier, [case.true])
    told = {
        "id": f"case-{case.number}", "title": f"News of {case.town}", "source": "The Echo", "authors": ["Ada Vale"],
        "published_at": case.day, "url": f"https://echo.example/{case.number}", "paragraphs": paragraphs,
    }  # fmt: skip
    replaced = {"title": text, "source" if case.carrier == "outlet" else case.carrier: text, "authors": [text]}
    names = {"title": "title", "outlet": "source", "author": "authors", "url": "url"}
    return told | {name: replaced[name] for carrier, name in names.items() if carrier == case.carrier}


def html_page(case: Case) -> str:
    return (
        f"<html><head><title>News of {case.town}</title>"
        f"<meta property='article:published_time' content='{case.day}'></head>"
        f"<body><article><h1>News of {case.town}</h1>"
        f"<p>{case.true}</p>{case.injection.text}<p>Nobody in {case.town} was hurt, the harbour master said.</p>"
        "</article></body></html>"
    )


class Obedient:
    """The worst model: it says what the order of ``case`` wants, with numbers offered, not offered, and none."""

    def __init__(self) -> None:
        self.case = CASES[0]
        self.asked: list[Sequence[Message]] = []

    def stream(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, share: float = 1.0
    ) -> Generator[str, None, None]:
        self.asked.append(messages)
        told = [json.loads(line) for line in messages[1].content.split("\n")]
        mine = [one["number"] for one in told if self.case.town in one.get("text", "")] or [1]
        offered = [one["number"] for one in told if "number" in one]
        obeyed = self.case.injection.obeyed
        yield "".join(
            says(
                (self.case.true, mine),
                (obeyed, mine),
                (obeyed, [99]),
                (obeyed, []),
                (f"{obeyed} [1][99]", offered),
                (f"{self.case.true[:-1]}, and {obeyed}", offered),
                (self.case.injection.text[:590], mine),
            ).pieces
        )


class Told(Engine):
    """Answers each query once, so that every way out can be looked at."""

    def _steps(self, query: Query) -> Iterator[Any]:
        made: dict[Query, list[Any]] = self.__dict__.setdefault("made", {})
        if query not in made:
            made[query] = list(super()._steps(query))
        return iter(made[query])


@dataclass
class World:
    plain: Engine
    phrased: Engine
    model: Obedient
    client: TestClient
    taken: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("injections")
    (folder / "in").mkdir()
    lines = [json.dumps(record(case)) for case in CASES if case.carrier != "page"]
    (folder / "in" / "records.jsonl").write_text("\n".join(lines))
    for case in CASES:
        if case.carrier == "page":
            (folder / "in" / f"case-{case.number}.html").write_text(html_page(case))
    found = list(read([str(folder / "in")]))
    archive = small_archive(folder / "home")
    archive.add([one for one in found if isinstance(one, Article)])
    model = Obedient()
    plain_engine, phrased = (
        engine_over(archive, settings_for(folder)),
        engine_over(archive, settings_for(folder), llm=LLMReader(model, prompt_tokens=4_000)),
    )
    plain_engine.__class__ = phrased.__class__ = Told
    with TestClient(create_app(phrased)) as client:
        yield World(plain_engine, phrased, model, client)
    archive.close()


def asked(case: Case) -> dict[str, Any]:
    """What is asked, as ``/v1/query`` takes it: of the articles of the case's own day."""
    return {**spoken(case), "after": case.day, "before": case.day}


def spoken(case: Case) -> dict[str, Any]:
    honest = f"Who closed {case.street} of {case.town}?"
    if case.carrier == "question":
        return {"question": case.injection.text.strip()}
    if case.carrier == "asked":
        return {"question": f"{honest} {case.injection.text}"}
    if case.carrier == "history":
        turns = [{"role": role, "content": case.injection.text} for role in ("user", "assistant")]
        return {"question": honest, "history": turns}
    return {"question": honest}


def query(case: Case) -> Query:
    given = asked(case)
    turns = [Turn(turn["role"], turn["content"]) for turn in given.get("history", ())]
    return parse_query(given["question"], after=case.day, before=case.day, history=turns)


def cases(*carriers: str) -> pytest.MarkDecorator:
    chosen = [case for case in CASES if not carriers or case.carrier in carriers]
    return pytest.mark.parametrize(
        "case", chosen, ids=lambda c: f"{c.number}-{c.injection.kind}-{c.carrier}".replace(" ", "_")
    )


def answers(world: World, case: Case) -> list[dict[str, Any]]:
    """By the extractive reader, and by the worst model."""
    world.model.case = case
    return [engine.ask(query(case)).as_json() for engine in (world.plain, world.phrased)]


# -- what always holds


def nothing_is_obeyed(engine: Engine, case: Case, seen: Mapping[str, Any]) -> None:
    is_cited_and_checked(engine, dict(seen))
    quotes = {one["number"]: plain(one["quote"]) for one in seen["citations"]}
    for statement in seen["statements"]:
        said = plain(statement["text"])
        said = said.removeprefix(f"{case.true[:-1]}, and ").strip("!")  # of a picture nothing else is left
        assert any(said in quotes[number] for number in statement["citations"]), "no words of the paragraph"
        assert not FORGED.search(statement["text"])
    ours = re.compile(r"\[\d+\]")
    assert ours.findall(seen["text"]) == [f"[{n}]" for one in seen["statements"] for n in one["citations"]]


def test_the_cases_are_many_and_distinct() -> None:
    assert len(INJECTIONS) == len({one.text for one in INJECTIONS}) >= 60
    assert len(CASES) == len({(case.injection.text, case.carrier) for case in CASES}) >= 300
    assert len({case.injection.kind for case in CASES}) >= 10
    carriers = Counter(case.carrier for case in CASES)
    assert sum(carriers[name] for name in ("question", "asked", "history")) >= 100
    assert len(carriers) == 10


@cases()
def test_no_order_is_obeyed_and_no_citation_forged(world: World, case: Case) -> None:
    for engine, seen in zip((world.plain, world.phrased), answers(world, case), strict=True):
        nothing_is_obeyed(engine, case, seen)
        is_streamed_the_same(engine, query(case), engine.ask(query(case)))
        terminal_shows_text(engine, case, seen)
    http_tells_the_same(world, case, seen)


def terminal_shows_text(engine: Engine, case: Case, seen: Mapping[str, Any]) -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        print_answer(engine.ask(query(case)))
        for one in (*seen["citations"], *(seen["refusal"] or {"nearest": ()})["nearest"]):
            version = engine.archive.version(one["article_id"])
            print_article(version, engine.archive.history(one["article_id"]))
            print_articles([version.source], None)
    assert not STEERS.search(out.getvalue())


def http_tells_the_same(world: World, case: Case, seen: dict[str, Any]) -> None:
    given = asked(case)
    told = world.client.post("/v1/query", json=given)
    assert told.status_code == 200, told.text
    assert comparable(told.json()) == comparable(seen)
    events = world.client.post("/v1/query", json={**given, "stream": True}).text
    assert events.count("event: statement") == len(seen["statements"])
    assert comparable(json.loads(events.rsplit("data: ", 1)[1])) == comparable(seen)
    turns = [*given.get("history", ()), {"role": "user", "content": given["question"]}]
    only = {"after": case.day, "before": case.day}
    message = post(world, "/v1/chat/completions", messages=turns, news_archive=only)["choices"][0]["message"]
    shaped(seen, message["content"], message["refusal"], [one["url_citation"] for one in message["annotations"]])
    (part,) = post(world, "/v1/responses", input=turns, news_archive=only)["output"][0]["content"]
    shaped(seen, part.get("text"), part.get("refusal"), part.get("annotations", ()))


def post(world: World, path: str, **body: Any) -> dict[str, Any]:
    told = world.client.post(path, json={"model": "news-archive", **body})
    assert told.status_code == 200, told.text
    return dict(told.json())


def shaped(seen: Mapping[str, Any], text: str | None, refusal: str | None, annotations: Sequence[Any]) -> None:
    """The text is the answer's; each marker in it, and nothing else, is a citation, and leads to http(s)."""
    assert (text or "", refusal) == ((seen["text"], None) if seen["answered"] else ("", seen["refusal"]["message"]))
    markers = [(match.start(), match.end()) for match in re.finditer(r"\[\d+\]", text or "")]
    assert [(one["start_index"], one["end_index"]) for one in annotations] == markers
    assert all(web_url(one["url"]) and not STEERS.search(one["url"]) for one in annotations)


@cases("paragraph", "beside", "title", "outlet", "author", "url", "page")
def test_an_article_page_is_made_of_our_own_elements(world: World, case: Case) -> None:
    nothing_of_it_is_markup(world.client.get(f"/articles/{article_of(world, case)}").text)


def article_of(world: World, case: Case) -> str:
    (one,) = world.client.get("/v1/articles", params={"after": case.day, "before": case.day}).json()["articles"]
    return str(one["article_id"])


OURS = {
    "html", "head", "meta", "title", "link", "script", "body", "header", "a", "main", "article", "p", "h1", "h2",
    "time", "div", "strong", "blockquote", "figcaption", "pre", "nav", "ul", "ol", "li", "mark", "details", "summary",
}  # fmt: skip


def nothing_of_it_is_markup(text: str) -> None:
    shown = lxml_html.document_fromstring(text)
    assert {element.tag for element in shown.iter()} <= OURS
    assert not [
        name for element in shown.iter() for name in element.attrib if name.startswith("on") or name == "srcdoc"
    ]
    scripts = shown.xpath("//script")
    assert [one.get("type") for one in scripts] == ["application/ld+json"]
    assert json.loads(scripts[0].text)["@context"] == "https://schema.org"
    links = [link for link in shown.xpath("//a/@href") if not link.startswith(("/", "#"))]
    assert all(web_url(link) for link in links)


@cases("page")
def test_what_a_page_hides_is_no_text_of_its_article(world: World, case: Case) -> None:
    text = world.phrased.archive.version(article_of(world, case)).text
    assert case.true in text
    if re.search(r"<!--|<script|<iframe|onload|display:none|hidden>|\bhidden\b", case.injection.text):
        assert not re.search(r"stole nine|is empty|hacked|alert", text)


@pytest.mark.parametrize("case", CASES[::9], ids=lambda case: str(case.number))
def test_tools_give_the_same_answer_as_one_string_of_json(world: World, case: Case) -> None:
    expected = answers(world, case)[1]
    given = {name: value for name, value in asked(case).items() if name != "history"}
    told = given_by(archive_server(world.phrased), "ask_archive", **given)
    nothing_is_obeyed(world.phrased, case, told)
    assert case.carrier == "history" or comparable(told) == comparable(expected)


def test_a_report_of_hostile_answers_has_one_block_of_data_and_no_markup_of_theirs() -> None:
    texts = [one.text for one in INJECTIONS] + [one.obeyed for one in INJECTIONS]
    pairs = [
        (question(f"q{place}", question=text, answers=(text,), tags=(text[:80],)),
         reply(f"q{place}", (1,), (1, 2), 0.5, title=text, source=text, text=text, url=text))
        for place, text in enumerate(texts)
    ]  # fmt: skip
    ours = report(run_of((question("q"), reply("q", (1,), (1, 2), 0.5))))
    theirs = report(run_of(*pairs))
    assert {one.tag for one in theirs.iter()} <= {one.tag for one in ours.iter()}
    assert theirs.xpath("//script/@type") == ours.xpath("//script/@type")
    assert not [name for one in theirs.iter() for name in one.attrib if name.startswith("on")]
    told = json.loads(theirs.xpath("//script[@id='data']")[0].text)
    assert [one["question"] for one in told["questions"]] == texts


def report(run: Run) -> Any:
    return lxml_html.document_fromstring(page_of(run))
