"""The fit of the verifier's meaning: what an example is, and that the weights part what can be parted."""

from __future__ import annotations

import pytest

from eval import fit_meaning
from eval.fit_meaning import Example, Weights, balanced_accuracy, examples, fit
from eval.verify.truths import rewrites, sample, sentences
from qa.verify.meaning import Signals


@pytest.fixture(scope="module")
def few() -> list[Example]:
    return examples(sentences(sample(), most=12), None)


def test_a_statement_is_true_beside_its_own_paragraph_alone(few):
    assert sum(one.true for one in few) == 12
    assert len(few) > 24
    assert {one.seen.told for one in few if one.true} == {1.0}
    assert all(one.seen.model == 0.0 for one in few)


def test_the_weights_part_the_true_from_the_others_and_none_goes_to_a_signal_that_is_silent(few):
    fitted = fit(few)
    assert balanced_accuracy(few, fitted) == (1.0, 1.0)
    assert fitted.signals.told > 0 > fitted.signals.absent
    assert fitted.signals.model == 0.0


def test_both_kinds_weigh_alike_however_many_there_are(few):
    twice = [*few, *(one for one in few if not one.true)]
    assert fit(twice) == fit(few)


def test_what_passes_and_what_does_not_is_counted_for_each_kind():
    yes, no = Signals(1.0, 1.0, 0.0, 0.0), Signals(0.0, 0.0, 1.0, 0.0)
    found = [Example("held", yes, true=True), Example("held", no, true=True), Example("held", no, true=False)]
    assert balanced_accuracy(found, Weights(Signals(2.0, 0.0, 0.0, 0.0), -1.0)) == (0.5, 1.0)


def test_the_command_prints_the_weights_as_the_module_has_them(monkeypatch, capsys):
    monkeypatch.setattr(fit_meaning, "rewrites", lambda articles: rewrites(articles)[:25])
    assert fit_meaning.main(["--words"]) == 0
    told = capsys.readouterr().out
    assert "\nWITHOUT_MODEL = Signals(told=" in told
    assert "\nBIAS_WITHOUT_MODEL = -" in told
    assert "held, in force: " in told
