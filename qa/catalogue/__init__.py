"""The truth: articles, their versions and paragraphs, in SQL. Both indexes are derived from what stands here.

An article is acknowledged once its transaction is committed. ``passages.indexed`` says which passages both
indexes hold, ``removals`` which they must still forget; whoever opens the archive next finishes both.
Knows nothing of the indexes themselves.
"""

from __future__ import annotations

from qa.catalogue.fetched import Trail
from qa.catalogue.identity import canonical_url, identity_keys, outlet_key
from qa.catalogue.likenesses import moment
from qa.catalogue.placing import LONGEST_PASSAGE, passage_bounds
from qa.catalogue.store import Catalogue
from qa.catalogue.tables import SCHEMA
from qa.catalogue.values import Asked, Counts, Feedback, IndexEntry, Picture, Stored

__all__ = [
    "LONGEST_PASSAGE",
    "SCHEMA",
    "Asked",
    "Catalogue",
    "Counts",
    "Feedback",
    "IndexEntry",
    "Picture",
    "Stored",
    "Trail",
    "canonical_url",
    "identity_keys",
    "moment",
    "outlet_key",
    "passage_bounds",
]
