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
HIGHLIGHT_WEIGHTS, HIGHLIGHT_BIAS = (5.14, 3.40, 0.82), -1.49
HIGHLIGHT = 0.81
"""See ``qa.read.highlight``: on the tuning halves nine in ten of the highlights from here on are right."""
SAME_MATTER = -2.0
"""The reading's logit of a later passage that is worth pointing at."""
