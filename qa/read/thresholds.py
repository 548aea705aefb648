"""What the models' numbers must reach before the reader says more than one sentence.

They hang on the shipped weights: after another training, ``python -m eval.fit_reading`` says what they should be
(docs/decisions/0025 has their figures).
"""

from __future__ import annotations

ANSWERS = -0.7
"""The reading's logit of a passage from which a further sentence is taken."""
WORDS = -4.0
"""The least log-probability of the words with which a further sentence answers."""
DIFFERS = -0.8
"""The reading's logit of a passage whose figure is put beside another outlet's."""
AGREES = -0.4
"""The reading's logit of a passage that counts as another report of the same."""
HIGHLIGHT_WEIGHTS, HIGHLIGHT_BIAS = (4.46, 3.21, -0.03), -0.96
HIGHLIGHT = 0.83
"""See ``qa.read.highlight``: from there on nine in ten are right, on the tuning halves and on the held ones."""
SAME_MATTER = 0.12
"""How far behind the best passage, in what fusion gave, a later one may be that is worth pointing at."""
