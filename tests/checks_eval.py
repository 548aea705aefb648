"""Small random evaluations, and what every measure must give for them, reckoned a second time.

Nothing here calls the code that it checks: retrieval is ir_measures' business, SQuAD's figures are reckoned from
its published definition with lists and loops, everything else from sets of places and counts of outcomes.
``check`` compares; the tests of the measures call it with the measures, those of the mutants with broken ones.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from functools import cached_property

import ir_measures
from ir_measures import RR, R, Success, nDCG

from eval.ask import Reply
from eval.judge import judge
from eval.questions import Gold, Question

ARTICLES, PARAGRAPHS = 16, 2
PLACES = [(f"a{a}", p) for a in range(ARTICLES) for p in range(1, PARAGRAPHS + 1)]
WORDS = ["boat", "Boat,", "red", "storm!", "sank", "boat", "(red)", "quay", "the", "a", "An"]


def text_of(place):
    """Eight words of a small vocabulary, so that answers stand in them by chance, and one that is its own.

    Every other word is none of SQuAD's articles, so that something is left of every quote.
    """
    drawn = random.Random(str(place))
    words = [drawn.choice(WORDS[: 8 if n % 2 else None]) for n in range(8)]
    return " ".join([*words, f"in {place[0]}p{place[1]}"])


TEXTS = {place: text_of(place) for place in PLACES}


@dataclass(frozen=True)
class World:
    """One question, its reply, and what a judge model said of its statements."""

    question: Question
    reply: Reply
    verdicts: dict[int, bool]

    @property
    def gold(self):
        return {(g.article.removeprefix("https://x/"), g.paragraph or int(g.quote[-1])) for g in self.question.gold}

    @property
    def ranking(self):
        return [(p["article_id"], p["paragraph"]) for p in self.reply.passages]

    @property
    def cited(self):
        return [(c["article_id"], c["paragraph"]) for c in self.reply.answer["citations"]]

    @property
    def quotes(self):
        return [c["quote"] for c in self.reply.answer["citations"]]


def world(drawn, number):
    answerable, answered = drawn.random() < 0.7, drawn.random() < 0.7
    ranking = drawn.sample(PLACES, drawn.choice([0, 2, 6, 14, 24]))
    cited = drawn.sample(ranking or PLACES, min(drawn.randint(1, 3), len(ranking) or 9)) if answered else []
    quotes = [quote_of(place, drawn) for place in cited]
    question = Question(
        f"q{number}",
        "?",
        answerable,
        answers=answers_to(quotes, drawn) if answerable else (),
        gold=gold_of(ranking, drawn) if answerable else (),
    )
    answer = {
        "answered": answered,
        "statements": statements_of(cited, drawn),
        "citations": [pointer(p) | {"number": n, "quote": quotes[n - 1]} for n, p in enumerate(cited, 1)],
        "refusal": None if answered else {"nearest": [pointer(p) | {"text": TEXTS[p]} for p in ranking[:3]]},
        "confidence": round(drawn.random(), 1),
    }
    passages = tuple(pointer(place) | {"text": TEXTS[place]} for place in ranking)
    reply = Reply(f"q{number}", answer, tuple(TEXTS[p] for p in cited), drawn.uniform(1, 99), None, passages, True)
    return World(question, reply, {n: drawn.random() < 0.5 for n in range(3) if drawn.random() < 0.7})


def pointer(place):
    return {"article_id": place[0], "url": f"https://x/{place[0]}", "paragraph": place[1]}


def quote_of(place, drawn):
    words = TEXTS[place].split()
    start = drawn.randint(0, 4)
    quote = " ".join(words[start : start + drawn.randint(3, 5)])
    return quote if drawn.random() < 0.8 else quote + " never"


def answers_to(quotes, drawn):
    """None, words by chance, or a quote in another spelling."""
    chosen = [" ".join(drawn.choices(WORDS, k=drawn.randint(1, 3))) for _ in range(drawn.randint(0, 2))]
    if quotes and drawn.random() < 0.4:
        chosen.append(f"The {drawn.choice(quotes).upper()}.")
    return tuple(chosen)


def gold_of(ranking, drawn):
    """None to four places, found ones among them, by number or by quote, of articles by id or by url."""
    places = dict.fromkeys(drawn.sample(PLACES, drawn.randint(0, 3)) + drawn.sample(ranking, bool(ranking)))
    named = drawn.choice(["", "https://x/"])
    return tuple(
        Gold(named + article, *drawn.choice([(number, None), (None, f"in  {article}p{number}")]))
        for article, number in places
    )


def statements_of(cited, drawn):
    numbers = range(1, len(cited) + 1)
    used = [drawn.sample(numbers, drawn.randint(1, len(numbers))) for _ in numbers]
    verdicts = [drawn.choice(["supported", "supported", "partial"]) for _ in numbers]
    return [{"citations": list(n), "support": {"verdict": v}} for n, v in zip(used, verdicts, strict=True)]


@dataclass(frozen=True)
class Batch:
    """Some worlds together: one evaluation."""

    worlds: tuple[World, ...]

    @classmethod
    def drawn(cls, source, size):
        return cls(tuple(world(source, number) for number in range(size)))

    @cached_property
    def judged(self):
        return [judge(w.question, w.reply, w.verdicts) for w in self.worlds]

    @cached_property
    def paragraph_figures(self):
        return figures([(w.gold, w.ranking) for w in self.worlds])

    @cached_property
    def article_figures(self):
        return figures([({a for a, _ in w.gold}, list(dict.fromkeys(a for a, _ in w.ranking))) for w in self.worlds])


RETRIEVAL = {
    "hits_at_1": Success @ 1,
    "hits_at_3": Success @ 3,
    "hits_at_5": Success @ 5,
    "hits_at_10": Success @ 10,
    "recall_at_10": R @ 10,
    "mrr_at_10": RR @ 10,
    "ndcg_at_10": nDCG @ 10,
}


def figures(pairs):
    """ir_measures' figures over (relevant, ranking) pairs, a question without a ranking being 0."""
    asked = {str(n): pair for n, pair in enumerate(pairs) if pair[0]}
    if not asked:
        return dict.fromkeys(RETRIEVAL)
    qrels = [ir_measures.Qrel(n, str(d), 1) for n, (gold, _) in asked.items() for d in gold]
    run = [ir_measures.ScoredDoc(n, str(d), -i) for n, (_, ranks) in asked.items() for i, d in enumerate(ranks)]
    sums = dict.fromkeys(RETRIEVAL.values(), 0.0)
    for metric in ir_measures.iter_calc(list(sums), qrels, run) if run else ():
        sums[metric.measure] += metric.value
    return {name: sums[measure] / len(asked) for name, measure in RETRIEVAL.items()}


def squad_words(text):
    """SQuAD's normalisation: lower case, ASCII punctuation out, the articles out, split at white space."""
    spelled = ""
    for char in text:
        if char not in string.punctuation:
            spelled += char.lower()
    words = []
    for word in spelled.split():
        if word not in ("a", "an", "the"):
            words.append(word)  # noqa: PERF401 - a loop on purpose: otherwise than the code it checks
    return words


def squad_exact(prediction, truth):
    return 1.0 if squad_words(prediction) == squad_words(truth) else 0.0


def squad_f1(prediction, truth):
    """Precision and recall of the words; as v2.0 says, 1 or 0 where one of the two has none."""
    said, wanted = squad_words(prediction), squad_words(truth)
    if not said or not wanted:
        return 1.0 if said == wanted else 0.0
    rest, same = list(wanted), 0
    for word in said:
        if word in rest:
            rest.remove(word)
            same += 1
    if not same:
        return 0.0
    precision, recall = same / len(said), same / len(wanted)
    return 2 * precision * recall / (precision + recall)


def squad(batch, score, *, version):
    """The mean over questions of the best pair, as a percentage is reckoned by the script, less the hundred."""
    values = []
    for w in batch.worlds:
        if (version == 1 or w.question.answerable) and not w.question.answers:
            continue
        truths = [a for a in w.question.answers if squad_words(a)] or [""]
        said = w.quotes or [""]
        if w.question.answers and truths == [""]:  # ours: nothing can be right, not even nothing
            values.append(0.0)
        else:
            values.append(max(score(prediction, truth) for prediction in said for truth in truths))
    return mean(values)


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None


def holds_answer(texts, answers):
    """Word by word: some answer's words stand next to one another in some text."""
    for answer in map(squad_words, answers):
        for words in map(squad_words, texts):
            if answer and any(words[i : i + len(answer)] == answer for i in range(len(words))):
                return True
    return False


def with_gold(batch):
    return [w for w in batch.worlds if w.question.gold]


def with_answers(batch):
    return [w for w in batch.worlds if w.question.answers]


def confusion(batch):
    """How many questions by (answerable, answered)."""
    table = {(a, b): 0 for a in (True, False) for b in (True, False)}
    for w in batch.worlds:
        table[w.question.answerable, w.reply.answer["answered"]] += 1
    return table


def share(part, whole):
    return part / whole if whole else None


def refused_f1(batch):
    """From precision and recall, as it is usually written; 0 where both are."""
    table = confusion(batch)
    right, made_up, missed = table[False, False], table[False, True], table[True, False]
    if not right + made_up + missed:
        return None
    if not right:
        return 0.0
    precision, recall = right / (right + missed), right / (right + made_up)
    return 2 / (1 / precision + 1 / recall)


def statements(batch):
    """Every statement with its world and its place."""
    return [(w, n, s) for w in batch.worlds for n, s in enumerate(w.reply.answer["statements"])]


def quoted(w, statement):
    return all(TEXTS[w.cited[n - 1]].find(w.quotes[n - 1]) >= 0 for n in statement["citations"])


EXPECTED = {
    "citation_hit": lambda b: mean(bool(w.cited) and w.cited[0] in w.gold for w in with_gold(b)),
    "article_hit": lambda b: mean(bool(w.cited) and w.cited[0][0] in dict(w.gold) for w in with_gold(b)),
    "citation_precision": lambda b: mean(len(w.gold & set(w.cited)) / len(w.cited) for w in with_gold(b) if w.cited),
    "citation_recall": lambda b: mean(len(w.gold & set(w.cited)) / len(w.gold) for w in with_gold(b)),
    "quotes_hold": lambda b: mean(quoted(w, s) for w, _, s in statements(b)),
    "supported": lambda b: mean(s["support"]["verdict"] == "supported" for _, _, s in statements(b)),
    "judged_supported": lambda b: mean(w.verdicts[n] for w, n, _ in statements(b) if n in w.verdicts),
    "answered_rate": lambda b: share(confusion(b)[True, True], confusion(b)[True, True] + confusion(b)[True, False]),
    "refusal_recall": lambda b: share(
        confusion(b)[False, False], confusion(b)[False, False] + confusion(b)[False, True]
    ),
    "refusal_precision": lambda b: share(
        confusion(b)[False, False], confusion(b)[False, False] + confusion(b)[True, False]
    ),
    "refusal_f1": refused_f1,
    **{name: lambda b, name=name: b.paragraph_figures[name] for name in RETRIEVAL},
    **{f"article_{name}": lambda b, name=name: b.article_figures[name] for name in RETRIEVAL},
    "answer_in_paragraph": lambda b: mean(
        holds_answer([TEXTS[place] for place in w.cited], w.question.answers) for w in with_answers(b)
    ),
    "answer_quoted": lambda b: mean(holds_answer(w.quotes, w.question.answers) for w in with_answers(b)),
    "exact_match": lambda b: squad(b, squad_exact, version=1),
    "token_f1": lambda b: squad(b, squad_f1, version=1),
    "squad2_exact_match": lambda b: squad(b, squad_exact, version=2),
    "squad2_token_f1": lambda b: squad(b, squad_f1, version=2),
}


def check(name, measure, batch):
    """The measure gives for this evaluation what its definition, reckoned otherwise, gives."""
    parts = [measure(j) for j in batch.judged]
    whole = sum(out_of for _, out_of in parts)
    agree(sum(part for part, _ in parts) / whole if whole else None, EXPECTED[name](batch))


def agree(found, expected):
    assert (found is None) == (expected is None), (found, expected)
    assert found is None or abs(found - expected) < 1e-9, (found, expected)


def curve_points(batch):
    """The curve from its definition: for each threshold, who reaches it, and who of them would be wrong."""
    counted = [w for w in batch.worlds if w.question.gold or not w.question.answerable]
    points = []
    for threshold in sorted({w.reply.answer["confidence"] for w in counted}, reverse=True):
        reached = [w for w in counted if w.reply.answer["confidence"] >= threshold]
        points.append((len(reached) / len(counted), mean(not shown_right(w) for w in reached), threshold))
    return points


def shown_right(w):
    """What is shown first, or would be, is gold."""
    first = (w.cited or w.ranking)[:1]
    return w.question.answerable and bool(set(first) & w.gold)


def check_curve(risk_coverage, batch):
    """Points, area and thresholds of the risk-coverage curve, reckoned threshold by threshold."""
    found, points = risk_coverage(batch.judged), curve_points(batch)
    assert len(found.points) == len(points)
    for ours, theirs in zip(found.points, points, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            agree(a, b)
    confidences = [w.reply.answer["confidence"] for w in batch.worlds if w.question.gold or not w.question.answerable]
    risks = {threshold: risk for _, risk, threshold in points}
    area = mean(risks[confidence] for confidence in confidences)
    assert (found.area is None) == (area is None)
    assert area is None or abs(found.area - area) <= 0.00005 + 1e-9
    for percent in (1, 5, 10):
        allowed = [point for point in points if point[1] <= percent / 100]
        assert found.thresholds[str(percent)] == (max(allowed)[2] if allowed else None)


def check_percentile(percentile, values, percent):
    """Fewer than the percentage lie below it, and at least the percentage do not lie above it."""
    found = percentile(values, percent)
    assert found in values
    assert 100 * sum(value < found for value in values) < percent * len(values) or found == min(values)
    assert 100 * sum(value <= found for value in values) >= percent * len(values)


def check_throughput(throughput, latencies_ms, under_way):
    """Answers counted in a simulation: so many clients that ask again at once, until long after the start."""
    busy_until, done, horizon = [0.0] * under_way, 0, 2000 * max(latencies_ms)
    at = 0
    while min(busy_until) < horizon:
        first = busy_until.index(min(busy_until))
        busy_until[first] += latencies_ms[at % len(latencies_ms)]
        at += 1
        done += 1
    assert abs(throughput(latencies_ms, under_way) / (1000 * done / horizon) - 1) < 0.02


def check_p_value(p_value, before, after):
    """Every way of changing sides, of a few questions: the share that makes at least the difference seen.

    ``before`` and ``after`` are 0 or 1 a question; ``p_value`` draws, so that it comes near and not exactly there.
    """
    gains = [new - old for old, new in zip(before, after, strict=True)]
    totals = [0]
    for gain in gains:
        totals = [total + sign * gain for total in totals for sign in (1, -1)]
    exact = mean(abs(total) >= abs(sum(gains)) for total in totals)
    assert abs(p_value(before, after) - exact) < 0.02


def check_fault(fault, w, judged):
    """The kinds from the places themselves."""
    answered, first = w.reply.answer["answered"], w.cited[:1]
    right = w.question.answerable and answered and (not w.gold or first[0] in w.gold)
    found_at = [w.ranking.index(place) for place in w.gold if place in w.ranking]
    if right or not (w.question.answerable or answered):
        expected = None
    elif not w.question.answerable:
        expected = "answered wrongly"
    elif w.gold and not found_at:
        expected = "not retrieved"
    elif not answered:
        expected = "refused wrongly"
    elif w.gold & set(w.cited) or holds_answer([TEXTS[place] for place in w.cited], w.question.answers):
        expected = "cited wrongly"
    else:
        expected = "ranked low" if w.ranking.index(first[0]) < min(found_at) else "read wrongly"
    assert fault(judged) == expected
