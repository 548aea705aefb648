from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.compare import outcome
from eval.faults import FAULTS, count_faults, fault
from eval.judge import Judged
from eval.questions import Gold, Question
from tests.checks_eval import Batch, check_fault

HIT, MISS = (True,), (False,)
ASKED = Question("q", "?", gold=(Gold("a", 1),))
WRONG = Judged(
    ASKED, True, (MISS,), (False,), False, False, 1.0, ranked=(MISS, HIT), ranking_told=True, first_cited_rank=0
)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"ranked": (MISS, MISS)}, "not retrieved"),
        ({"ranked": (MISS,), "answered": False, "hits": ()}, "not retrieved"),
        ({"answered": False, "hits": ()}, "refused wrongly"),
        ({"hits": (MISS, HIT)}, "cited wrongly"),
        ({"answer_in_paragraph": True}, "cited wrongly"),
        ({}, "ranked low"),
        ({"ranked": (HIT, MISS), "first_cited_rank": 1}, "read wrongly"),
        ({"first_cited_rank": None}, "read wrongly"),
        ({"question": replace(ASKED, answerable=False, gold=())}, "answered wrongly"),
        ({"ranked": (), "ranking_told": False}, "answered wrongly"),
        ({"ranked": (), "ranking_told": False, "answered": False, "hits": ()}, "refused wrongly"),
        ({"question": replace(ASKED, gold=()), "answered": False, "hits": ()}, "refused wrongly"),
        ({"hits": (HIT,)}, None),
        ({"question": replace(ASKED, gold=())}, None),
        ({"question": replace(ASKED, answerable=False, gold=()), "answered": False}, None),
    ],
)
def test_what_went_wrong_has_one_kind(changes, kind):
    assert fault(replace(WRONG, **changes)) == kind


@given(st.randoms(use_true_random=False))
def test_the_kind_agrees_with_the_places_themselves(drawn):
    batch = Batch.drawn(drawn, 4)
    for world, judged in zip(batch.worlds, batch.judged, strict=True):
        check_fault(fault, world, judged)


@given(st.randoms(use_true_random=False))
def test_every_question_that_went_wrong_is_counted_under_one_kind(drawn):
    judged = Batch.drawn(drawn, 6).judged
    wrong = [j for j in judged if outcome(j) in {"answered wrongly", "refused wrongly"}]
    counted = count_faults(judged)
    assert tuple(counted) == FAULTS
    assert sum(counted.values()) == len(wrong)
