"""``python -m tests.widget_speed``: how soon an embedded widget is seen, and what a streamed answer costs the page.

The medians of nine pages, with least and most. Time on the clock grows with the machine's load; time of the processor's
main thread does not.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, expect

from qa.types import Article, Block
from tests.fakes_api import answered, version_of
from tests.serving_api import chromium
from tests.serving_widget import ask, events_of, scripted

PAGES = 9
SENTENCES = [f"The harbour master counted {count} boats, and said that more would come." for count in range(10)]
WATCH = """
    window.tasks = [0];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)))
        .observe({type: 'longtask'});
    const look = () => requestAnimationFrame(() => {
        if (!document.querySelector('archive-chat')?.shadowRoot?.querySelector('textarea')) return look();
        setTimeout(() => {
            const [script] = performance.getEntriesByName(document.querySelector('script[src]').src);
            window.painted = performance.now() - script.responseEnd;
        });
    });
    look();
"""
NAMES = (
    "painted, after its script came, ms",
    "processor until then, the whole page, ms",
    "longest task of an answer, 0: under 50 ms",
    "processor for an answer of 10 statements",
)


def main() -> None:
    article = Article("Boats", tuple(Block("paragraph", one) for one in SENTENCES), given_id="boats")
    held = version_of(article, "boats")
    answer = answered("Which?", [(held, place, one) for place, one in enumerate(SENTENCES, 1)]).as_json()

    def stream(_: object) -> Iterator[bytes | float]:
        for piece in events_of(answer):
            yield piece
            yield 0.05

    with scripted() as script, chromium() as browser:
        script.stream = stream
        measured = [_measure(browser, script.url) for _ in range(PAGES)]
    for name, values in zip(NAMES, zip(*measured, strict=True), strict=True):
        print(f"{name:42} {statistics.median(values):7.1f}   ({min(values):.1f} to {max(values):.1f})")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def _measure(browser: Browser, url: str) -> tuple[float, float, float, float]:
    page = browser.new_page()
    page.add_init_script(WATCH)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(url)
    page.wait_for_function("window.painted !== undefined")
    painted, loaded = float(page.evaluate("painted")), _processor(session)
    page.evaluate("tasks.length = 1")
    ask(page, "Which?")
    expect(page.get_by_label("Good answer")).to_be_visible(timeout=30_000)
    streamed, longest = _processor(session) - loaded, float(page.evaluate("Math.max(...tasks)"))
    page.close()
    return painted, loaded, longest, streamed


def _processor(session: Any) -> float:
    """Milliseconds in which the page's main thread ran on a processor."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


if __name__ == "__main__":
    main()
