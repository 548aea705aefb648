"""The pages of runs and comparisons: every number and every answer stands in them, and nothing but text gets in."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from eval.compare import compare
from eval.faults import fault
from eval.pages import comparison_page, run_page
from eval.pages.numerals import bounds, percent, points
from eval.pages.records import KINDS
from eval.runs import Run, score_run
from qa.markup import data_block
from tests.sample_runs import HOSTILE, META, TEXTS, every_kind, hostile_run, other_run, page_of, question, reply, run_of


def embedded(page: str) -> dict:
    return json.loads(html.document_fromstring(page).get_element_by_id("data").text)


def test_the_policy_names_the_one_style_and_the_one_script_and_nothing_is_loaded() -> None:
    page = html.document_fromstring(page_of(every_kind()))
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    (style,), (script,) = page.xpath("//style/text()"), page.xpath("//script[@type='module']/text()")
    for text in (style, script):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert page.xpath("//@src | //@srcset | //link | //object | //iframe | //@style") == []
    assert all(href.startswith("#") for href in page.xpath("//@href"))


def test_hostile_text_never_becomes_markup() -> None:
    run = hostile_run()
    for text in (page_of(run), comparison_page(run, run, compare(run, run))):
        page = html.document_fromstring(text)
        assert len(page.xpath("//script")) == 2
        assert page.xpath("//img | //@*[starts-with(name(), 'on')] | //comment()") == []
        assert "<img" not in re.sub(r"<script type=\"module\">.*", "", text, flags=re.DOTALL)


def test_hostile_text_stands_in_the_data_as_it_came() -> None:
    data = embedded(page_of(hostile_run()))
    first = data["questions"][0]
    assert (first["id"], first["question"], first["answers"], first["tags"]) == (HOSTILE, HOSTILE, [HOSTILE], [HOSTILE])
    assert data["passages"][first["replies"][0]["ranked"][0]["passage"]]["title"] == HOSTILE
    assert all(one["url"] is None or one["url"].startswith("https://") for one in data["passages"])


@given(
    st.recursive(
        st.text() | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_value_can_end_the_script_that_holds_it(value: object) -> None:
    block = data_block("application/json", value, identifier="data")
    inside = block.removeprefix('<script type="application/json" id="data">').removesuffix("</script>")
    assert json.loads(inside) == value
    assert not set("<>&") & set(inside)


def test_half_a_character_from_a_server_makes_no_page_that_cannot_be_written() -> None:
    run = run_of((question("a", question="What\ud800?"), reply("a", (1,), (1,), 0.5, title="\udfff")), set="\ud800")
    assert page_of(run).encode()


def test_every_measure_stands_in_the_page_with_its_interval_and_its_questions() -> None:
    run = every_kind()
    scores = score_run(run)
    page = html.document_fromstring(run_page(run, scores))
    rows = {row.xpath("string(th/code)"): row for row in page.xpath("//table[@class='measures']/tbody/tr")}
    assert set(rows) == {name for name, score in scores.measures.items() if score.value is not None}
    for name, row in rows.items():
        score = scores.measures[name]
        cells = [cell for cell in row.xpath("td/text()") if cell.strip()]
        assert cells == [percent(score.value), bounds(score.low, score.high), str(score.questions)]


def test_the_bar_of_a_measure_shows_its_value_and_its_interval() -> None:
    run = every_kind()
    score = score_run(run).measures["citation_hit"]
    row = html.document_fromstring(page_of(run)).xpath("//tr[th/code='citation_hit']")[0]
    band, tick = row.xpath(".//*[@class='band']")[0], row.xpath(".//*[@class='tick']")[0]
    assert float(tick.get("x1")[:-1]) == pytest.approx(100 * score.value, abs=0.01)
    assert float(band.get("x")[:-1]) == pytest.approx(100 * score.low, abs=0.01)
    assert float(band.get("width")[:-1]) == pytest.approx(100 * (score.high - score.low), abs=0.011)


def test_every_outcome_stands_in_the_page_with_its_number_of_questions() -> None:
    run = every_kind()
    rows = html.document_fromstring(page_of(run)).xpath("//table[@class='outcomes']/tbody/tr")
    shown = {row.xpath("string(th)"): int(row.xpath("string(td[1])")) for row in rows}
    assert shown == dict.fromkeys(KINDS, 1)
    assert {name: count for name, count in shown.items() if name in score_run(run).faults} == score_run(run).faults
    assert [fault(j) or "" for j in run.judged] == [k if k in score_run(run).faults else "" for k in KINDS]


def test_thresholds_and_latencies_stand_beside_their_plots() -> None:
    run = every_kind()
    scores = score_run(run)
    risk, latency = html.document_fromstring(run_page(run, scores)).xpath("//figure")
    shown = [row.xpath("string(td[1])") for row in risk.xpath(".//tbody/tr")]
    assert shown == ["not reached" if t is None else f"{t:.3f}" for t in scores.risk_coverage.thresholds.values()]
    corners = risk.xpath("string(.//*[@class='curve']/@points)").split()
    assert len(corners) == len(scores.risk_coverage.points)
    assert latency.xpath(".//tbody/tr/td[1]/text()")[:3] == [f"{v:.0f}\u00a0ms" for v in scores.latency_ms.values()]
    assert len(latency.xpath(".//*[@class='mark']")) == 3


def test_measures_by_tag_stand_in_the_page_the_commonest_first() -> None:
    rows = html.document_fromstring(page_of(every_kind())).xpath("//table[@class='tags']/tbody/tr")
    assert [(row.xpath("string(th)"), row.xpath("string(td[1])")) for row in rows] == [
        ("fact", "6"), ("near-miss", "2"), ("odd", "2"),
    ]  # fmt: skip


def test_every_circumstance_stands_in_the_page() -> None:
    shown = html.document_fromstring(page_of(every_kind())).xpath("string(//section[@id='circumstances'])")
    for told in ("snap-1", "extractive", "e5 0123abcd", "ab" * 32, "cd" * 20, "3.11"):
        assert told in shown


def test_answers_from_several_snapshots_are_warned_of() -> None:
    run = every_kind()
    run.replies[0].answer["snapshot"] = "snap-2"  # type: ignore[index]
    assert "come from 2 snapshots" in page_of(run)


def test_a_paragraph_stands_in_the_data_once_however_often_it_is_shown() -> None:
    passages = embedded(page_of(every_kind()))["passages"]
    assert Counter(one["text"] for one in passages) == dict.fromkeys(list(TEXTS.values())[:3], 1)


def test_gold_has_its_text_and_its_rank_where_it_was_read() -> None:
    found = {q["id"]: (q["gold"], q["replies"][0]["ranks"]) for q in embedded(page_of(every_kind()))["questions"]}
    assert found["ranked low"][1] == [2]
    assert found["not retrieved"][0][0]["passage"] is None
    assert found["not retrieved"][1] == [None]


def test_a_paragraph_links_to_the_server_that_was_asked() -> None:
    run = Run(META | {"asked": "http://127.0.0.1:8000/"}, every_kind().questions, every_kind().replies)
    assert embedded(page_of(run))["passages"][0]["link"] == "http://127.0.0.1:8000/articles/art-1#p1"


def test_a_reply_without_a_ranking_makes_a_page() -> None:
    bare = replace(reply("a", (1,), (), 0.5), first_statement_ms=None, told_passages=False)
    assert embedded(page_of(run_of((question("a", tags=()), bare))))["questions"][0]["replies"][0]["told"] is False


def test_a_set_without_gold_makes_a_page_without_a_curve() -> None:
    run = run_of((replace(question("a"), gold=()), reply("a", (1,), (1,), 0.5)))
    assert len(html.document_fromstring(page_of(run)).xpath("//figure")) == 1


def test_a_comparison_shows_every_change_with_its_interval_and_p_value() -> None:
    before, after = every_kind(), other_run()
    comparison = compare(before, after)
    page = html.document_fromstring(comparison_page(before, after, comparison))
    rows = {row.xpath("string(th/code)"): row for row in page.xpath("//table[contains(@class, 'changes')]/tbody/tr")}
    assert "mrr_at_10" in rows
    for name, row in rows.items():
        change = comparison.measures[name]
        assert row.xpath("string(td[3])") == points(change.value)
        assert row.xpath("string(td[5])") == f"{points(change.low)} … {points(change.high)}"
        assert row.xpath("string(td[6])") == f"{comparison.p_values[name]:.4f}"


def test_a_comparison_shows_the_questions_that_flipped_and_both_answers() -> None:
    before, after = every_kind(), other_run()
    page = comparison_page(before, after, compare(before, after))
    flipped = embedded(page)["questions"]
    assert [(q["id"], [r["outcome"] for r in q["replies"]]) for q in flipped] == [
        ("right", ["right", "refused wrongly"]),
        ("refused wrongly", ["refused wrongly", "right"]),
    ]
    assert "1 better" in page
    assert "1 worse" in page


def test_a_comparison_shows_only_the_circumstances_that_differ() -> None:
    before, after = every_kind(), other_run()
    page = html.document_fromstring(comparison_page(before, after, compare(before, after)))
    rows = page.xpath("//section[@id='circumstances']//tbody/tr")
    assert [[cell.text for cell in row] for row in rows] == [
        ["snapshot", "snap-1", "snap-2"],
        ["settings keep", "10", "20"],
    ]


def test_a_run_compared_with_itself_makes_a_page() -> None:
    run = every_kind()
    page = comparison_page(run, run, compare(run, run))
    assert embedded(page)["questions"] == []
    assert "None: set, archive" in page
