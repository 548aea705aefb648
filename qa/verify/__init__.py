"""Draft + Evidence -> verdicts: whether the paragraphs that a statement cites really say it.

Every statement of every reader passes here, and only ``supported`` ones are ever shown. None is shown that would be
taken for more than text (``disguise``). A statement that stands word for word in what it cites passes then at once. Any
other has to get past every rule (``RULES``: numbers, dates, names, offices, quotations, speakers, sayings, negation,
direction, hedges, joined facts, wording, voice, telling), and then its meaning has to be there. A rule knows one thing
and says in one line what is wrong; none knows a question, a subject or a source.
"""

from qa.verify.checker import RULES, Checked, Verifier, ground_of, is_verbatim

__all__ = ["RULES", "Checked", "Verifier", "ground_of", "is_verbatim"]
