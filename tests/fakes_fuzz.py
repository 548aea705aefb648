"""What an input can do to a reader, for the tests of the fuzzer: functions that another process can import."""

from __future__ import annotations

import os
import re
from collections import Counter

from eval.fuzz.fleet import Task
from eval.fuzz.promises import Outcome


def behaving_badly(task: Task) -> Outcome:
    """The second input never ends, within C code; the fourth takes the process with it."""
    if task.number == 1:
        re.match(r"(a+)+$", "a" * 60 + "b")
    if task.number == 3:
        os.abort()
    return Outcome(1, Counter(), None)
