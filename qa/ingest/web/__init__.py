"""Web addresses -> Articles: fetched within limits, politely, from the public internet alone unless more is allowed.

``Web`` is a run's way in. Behind it, ``fetcher`` gets one page (``addresses`` and ``transport`` decide where a
connection may go, ``turns`` when, ``robots`` whether, ``answers`` what of it is taken), ``crawl`` reads pages in order
while others are under way, ``seen`` and ``polling`` serve who asks again and again. docs/decisions/0019 has the limits.
"""

from __future__ import annotations

from qa.ingest.web.answers import NotFetched, Page
from qa.ingest.web.crawl import Memory, Web
from qa.ingest.web.fetcher import Fetcher
from qa.ingest.web.limits import AGENT, Clock, Limits, Stopped
from qa.ingest.web.polling import Told, wait_until_next
from qa.ingest.web.seen import Seen

__all__ = [
    "AGENT",
    "Clock",
    "Fetcher",
    "Limits",
    "Memory",
    "NotFetched",
    "Page",
    "Seen",
    "Stopped",
    "Told",
    "Web",
    "wait_until_next",
]
