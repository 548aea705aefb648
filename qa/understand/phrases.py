"""Words that a question keeps together: what stands in quotation marks."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"“([^”“]{3,120})”|\"([^\"]{3,120})\"|(?<!\w)[‘']([^‘’'\"]{3,120}(?:['’]\w[^‘’'\"]*)?)[’'](?!\w)")


def quoted(question: str) -> tuple[str, ...]:
    """The phrases of two words or more in quotation marks, in order."""
    found = (next(group for group in match.groups() if group) for match in _QUOTED.finditer(question))
    return tuple(phrase.strip(" ,.;:!?") for phrase in found if " " in phrase.strip(" ,.;:!?"))
