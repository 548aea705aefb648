"""The ablation of the verifier's rules: what is lost on mutants, and on which, when one rule is left out."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO

import pytest

from eval.verify.__main__ import _rules
from eval.verify.truths import sample, sentences
from qa.verify import RULES


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """The line of each rule, over twenty sentences of the sample."""
    with redirect_stdout(StringIO()) as out:
        _rules(sentences(sample(), most=20))
    return {line.split()[0]: line for line in out.getvalue().splitlines() if "mutants lost" in line}


def test_every_rule_is_left_out_in_turn(printed):
    assert list(printed) == list(RULES)


@pytest.mark.parametrize(("rule", "kind"), [("numbers", "number"), ("dates", "date"), ("negation", "negation")])
def test_without_a_rule_mutants_of_its_kind_pass(printed, rule, kind):
    assert re.search(rf"\b{kind} [1-9]", printed[rule])


def test_no_rule_costs_a_sentence_that_stands_word_for_word(printed):
    assert all(" 0 true statements won" in line for line in printed.values())
