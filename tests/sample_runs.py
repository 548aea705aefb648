"""Small runs made by hand for the tests of the pages: one of every outcome, a hostile one, and a large one."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from eval.ask import Reply
from eval.pages import run_page
from eval.questions import Gold, Question
from eval.runs import Run, score_run

HOSTILE = "</script><!--<img src=x onerror=\"window.hacked='yes'\"><script>window.hacked='yes'</script> & 'so' \"on\""
TEXTS = {
    1: "The old bridge at Wick reopened on Friday.\nIt took two years.",
    2: "Repairs of the bridge cost £1.5 million, the council said.",
    3: "Ada Vale, an engineer, led the work at Wick.",
    4: "The harbour was closed for a week by ice.",
}
META = {
    "set": "small.jsonl",
    "split": None,
    "asked": "engine",
    "snapshot": "snap-1",
    "settings": {"keep": 10, "reader": "extractive"},
    "models": {"embedding": "e5 0123abcd"},
    "set_sha256": "ab" * 32,
    "commit": "cd" * 20,
    "machine": {"cpus": 2, "python": "3.11"},
    "started_at": "2024-05-01T10:20:30+00:00",
    "concurrency": 1,
    "format": 1,
    "finished": True,
    "question_ids": ["a"],
}


def passage(number: int, **changes) -> dict:
    return {
        "article_id": f"art-{number}",
        "url": f"https://wick.example/{number}",
        "paragraph": number,
        "title": f"Article {number}",
        "source": "The Wick Herald",
        "published_at": "2024-03-01",
        "permalink": f"/articles/art-{number}#p{number}",
        "text": TEXTS[number],
    } | changes


def reply(name: str, cites: tuple[int, ...], ranked: tuple[int, ...], confidence: float, **changes) -> Reply:
    """An answer that cites the first sentence of these paragraphs; a refusal where there is none."""
    passages = tuple(passage(n, **changes) for n in ranked)
    cited = [passage(n, **changes) for n in cites]
    quotes = [re.split(r"(?<=\.)\s", one["text"])[0] for one in cited]
    answer = {
        "question": "?",
        "answered": bool(cites),
        "text": " ".join(f"{quote} [{n}]" for n, quote in enumerate(quotes, 1)),
        "statements": [
            {"text": quote, "citations": [n], "support": {"verdict": "supported"}} for n, quote in enumerate(quotes, 1)
        ],
        "citations": [
            one | {"number": n, "version": "v", "quote": quote, "start": 0, "end": len(quote)}
            for n, (one, quote) in enumerate(zip(cited, quotes, strict=True), 1)
        ],
        "refusal": None if cites else {"reason": "not_in_archive", "message": "Not told.", "nearest": passages[:2]},
        "confidence": confidence,
        "snapshot": "snap-1",
    }
    return Reply(name, answer, tuple(one["text"] for one in cited), 100 + 50 * confidence, 80.0, passages, True)


def question(name: str, gold: int | None = 1, **changes) -> Question:
    made = Question(
        id=name,
        question=f"What of {name}?",
        answerable=gold is not None,
        answers=("on Friday",) if gold else (),
        gold=(Gold(f"art-{gold}", gold, TEXTS[gold][:20]),) if gold else (),
        tags=("fact",) if gold else ("near-miss", "odd"),
    )
    return replace(made, **changes)


def run_of(*pairs: tuple[Question, Reply], **meta) -> Run:
    return Run(META | meta, tuple(q for q, _ in pairs), tuple(r for _, r in pairs))


def every_kind() -> Run:
    """One question of each kind, named by it."""
    return run_of(
        (question("right", as_of=dt.date(2024, 3, 2)), reply("right", (1, 2), (1, 2, 3), 0.95)),
        (question("refused rightly", None), reply("refused rightly", (), (2, 3), 0.05)),
        (question("not retrieved", 4), reply("not retrieved", (2,), (2, 3), 0.6)),
        (question("ranked low", 3, answers=("Ada",)), reply("ranked low", (2,), (2, 3), 0.5)),
        (question("read wrongly"), reply("read wrongly", (2,), (1, 2), 0.4)),
        (question("cited wrongly"), reply("cited wrongly", (2, 1), (1, 2), 0.7)),
        (question("refused wrongly"), reply("refused wrongly", (), (2, 1), 0.2)),
        (question("answered wrongly", None), reply("answered wrongly", (2,), (2, 3), 0.8)),
    )


def hostile_run() -> Run:
    """The same hostile text wherever a stranger's text can stand."""
    asked = Question(HOSTILE, HOSTILE, True, (HOSTILE,), (Gold(HOSTILE, None, HOSTILE),), None, (HOSTILE,))
    told = reply(HOSTILE, (1,), (1, 2), 0.5, title=HOSTILE, source=HOSTILE, text=HOSTILE, published_at=HOSTILE)
    linked = reply("b", (1,), (1,), 0.5, url="javascript:window.hacked='yes'", permalink="//evil.example/x")
    refused = reply("c", (), (1,), 0.5, article_id=HOSTILE, title=HOSTILE, text=HOSTILE)
    refused.answer["refusal"].update(reason=HOSTILE, message=HOSTILE)  # type: ignore[union-attr]
    pairs = ((asked, told), (question("b"), linked), (question("c"), refused))
    return run_of(*pairs, set=HOSTILE, settings={HOSTILE: HOSTILE}, commit=HOSTILE)


def other_run() -> Run:
    """The first question is refused now, the second from last is right now; all else stays."""
    before = every_kind()
    changed = {
        "right": reply("right", (), (1, 2, 3), 0.3),
        "refused wrongly": reply("refused wrongly", (1,), (1, 2), 0.9),
    }
    replies = tuple(changed.get(one.question_id, one) for one in before.replies)
    return Run(META | {"snapshot": "snap-2", "settings": META["settings"] | {"keep": 20}}, before.questions, replies)


def many(number: int) -> Run:
    """So many questions, each with ten passages of a newspaper's length that no other question has."""
    ranked = tuple(range(1, 5)) * 2 + (1, 2)
    pairs = []
    for n in range(number):
        told = reply(f"q{n}", (n % 4 + 1,), ranked, n / number)
        long = tuple(one | {"text": f"{n} {place} " + TEXTS[1] * 8} for place, one in enumerate(told.passages))
        pairs.append((question(f"q{n}", tags=(f"tag-{n % 20}",)), replace(told, passages=long)))
    return run_of(*pairs)


def page_of(run: Run) -> str:
    return run_page(run, score_run(run))
