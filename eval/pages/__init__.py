"""Runs and comparisons as pages to read: each is one HTML file that loads nothing, from this machine or another.

Values in, text out: figures and plots are drawn in Python and need no JavaScript; the list of questions is made in
the browser from JSON inside the page. Nothing here counts or judges; every number is from ``eval.runs.Scores``,
``eval.compare.Comparison`` or ``eval.judge.Judged``.
"""

from eval.pages.comparison import comparison_page
from eval.pages.run import run_page

__all__ = ["comparison_page", "run_page"]
