"""Which versions print the same report, kept up to date with every change; see ``qa.duplicates`` for what is alike.

What stands here after a change is a function of the versions that the archive then holds, whatever came first:

- a mark *recurs* in an outlet when three of its articles have it, over more than a fortnight, or twenty whatever their
  days (a template, a standing line). A version is compared without what recurs; when a mark begins or ceases to, all
  versions that have it are compared anew;
- two current versions that are alike make their articles neighbours. In each set of articles that hang together, the
  earliest leads a report and takes its neighbours into it, then the earliest of those left over, and so on: an update
  of an update is not the first report.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from qa import duplicates
from qa.catalogue.connection import get_meta, set_meta
from qa.catalogue.identity import outlet_of
from qa.catalogue.rows import chunks
from qa.catalogue.tables import articles, blocks, likenesses, marks, recurring, reports, signatures, versions
from qa.duplicates import Signature

_STAMP = "compared"  # in the table meta: grows with every transaction that compares
_RECURS = 3  # articles of one outlet
_RECURS_SOON = 20  # … whatever their days, or without any: an agency's report has no twenty copies in one outlet
_ASK = 900  # values in one query


class Likenesses:
    """The part of a transaction that compares versions.

    Args:
        db: the transaction.
        known: signatures of versions by number, kept from one transaction to the next.
    """

    def __init__(self, db: sa.Connection, known: Known) -> None:
        self._db = db
        self._known = known
        self._stamped = False
        self._doubtful: set[int] = set()  # versions to be compared anew before the transaction ends
        known.agree_with(get_meta(db, _STAMP))

    def sign(self, version: str) -> None:
        """Compare a version that was never compared, as it stands in the catalogue."""
        row = self._db.execute(_VERSION, {"version": version}).one()
        self.add(row.version, row.article_id, (outlet_of(row.source, row.url), row.published_at), self._read(version))

    def add(self, version: str, article_id: str, printed: tuple[str | None, str | None], made: Signature) -> None:
        """Compare a new version with all there are; ``printed`` is by which outlet, and when it was published."""
        self._stamp()
        outlet, day = printed[0], _ordinal(printed[1])
        wanted = made.all_marks()
        before = self._known.recurring(self._db, outlet)
        use = self._use(outlet, [mark for mark in wanted if mark not in before], article_id)
        values = {"version": version, "article_id": article_id, "outlet": outlet, "day": day}
        number = int(self._db.execute(_SIGN, values).scalar_one())
        self._known.put(_Signed(number, article_id, outlet, day), made)
        if wanted:
            self._db.execute(marks.insert(), [{"mark": mark, "number": number} for mark in wanted])
        begun = [m for m in wanted if m not in before and use.get(m, _UNUSED).also(day).recurs] if outlet else []
        others = self._link(number, list(self._alike(number, {*before, *begun})))
        if outlet and begun:
            self._recur(outlet, begun)
            self._doubtful |= self._holders(outlet, begun) - {number}
        if others or self._db.scalar(_EARLIER, {"article_id": article_id, "number": number}) is not None:
            self._arrange([article_id])

    def forget(self, article_id: str) -> None:
        """Take an article's versions out, before they are gone."""
        self._stamp()
        neighbours = {article_id, *self._mates([article_id]), *self._neighbours([article_id])[article_id]}
        for row in [_Signed(*found) for found in self._db.execute(_OF_ARTICLE, {"article_id": article_id})]:
            made = self._entry(row.number).whole.all_marks()
            self._remove(row.number, made)
            recurred = [mark for mark in made if mark in self._known.recurring(self._db, row.outlet)]
            use = self._use(row.outlet, recurred, "")
            ended = [mark for mark in recurred if not use.get(mark, _UNUSED).recurs]
            if row.outlet and ended:
                self._recur_no_more(row.outlet, ended)
                self._doubtful |= self._holders(row.outlet, ended)
        self._arrange(neighbours)

    def finish(self) -> None:
        """Compare anew what a changed use of its paragraphs may tell apart now: once, as it costs most."""
        self._compare(self._doubtful)
        self._doubtful = set()

    def _stamp(self) -> None:
        """Tell other processes that what they know may have changed; once in a transaction."""
        if not self._stamped:
            self._stamped = True
            stamp = str(int(get_meta(self._db, _STAMP) or "0") + 1)
            set_meta(self._db, _STAMP, stamp)
            self._known.stamp = stamp

    # -- comparing

    def _compare(self, numbers: Iterable[int]) -> None:
        """Compare versions anew, as what tells them apart has changed."""
        for number in numbers:
            self._known.forget_telling(number)
        moved: set[str] = set()
        for number in sorted(numbers):
            before = set(self._db.scalars(_LINKED, {"number": number}))
            after = set(self._alike(number, self._known.recurring(self._db, self._entry(number).row.outlet)))
            self._unlink(number, before - after)
            self._link(number, after - before)
            moved.update(self._entry(changed).row.article_id for changed in before ^ after)
            if before != after:
                moved.add(self._entry(number).row.article_id)
        if moved:
            self._arrange(moved)

    def _alike(self, number: int, recurring: Collection[int]) -> Iterator[int]:
        mine = self._entry(number)
        text = self._known.tell(mine, recurring)
        wanted = text.all_marks()
        for candidate, shared in self._candidates(mine.row.article_id, wanted).items():
            if not duplicates.worth_comparing(shared, len(wanted), self._size(candidate)):
                continue
            other = self._entry(candidate)
            telling = self._tell(other)
            days = (mine.row.day, other.row.day)
            apart = None if days[0] is None or days[1] is None else abs(days[0] - days[1])
            if duplicates.alike(text, telling, apart):
                yield candidate

    def _tell(self, entry: _Entry) -> Signature:
        return self._known.tell(entry, self._known.recurring(self._db, entry.row.outlet))

    def _size(self, number: int) -> int:
        """How many marks tell a version apart; most candidates are refused by it, and need not be read."""
        size = self._known.size(number)
        return len(self._tell(self._entry(number)).distinct_marks) if size is None else size

    def _candidates(self, article_id: str, wanted: Sequence[int]) -> Counter[int]:
        """Versions of other articles, and how many of these marks they have, those that recur there included."""
        shared: Counter[int] = Counter()
        least = duplicates.LEAST_MARKS if len(wanted) <= _ASK else 1  # of one chunk; most share a single mark by chance
        for chunk in chunks(wanted, _ASK):
            values = {"marks": chunk, "article_id": article_id, "least": least}
            for number, count in self._db.execute(_SHARING, values):
                shared[number] += count
        return shared

    def _use(self, outlet: str | None, of: Sequence[int], article_id: str) -> dict[int, _Use]:
        """How an outlet uses these marks, and whether that article does."""
        if outlet is None:
            return {}
        found: dict[int, _Use] = {}
        for chunk in chunks(of, _ASK):
            asked = {"marks": chunk, "outlet": outlet, "article_id": article_id}
            found.update({mark: _Use(*used) for mark, *used in self._db.execute(_USE, asked)})
        return found

    def _holders(self, outlet: str | None, changed: Iterable[int]) -> set[int]:
        found: set[int] = set()
        for chunk in chunks(sorted(changed), _ASK):
            found.update(self._db.scalars(_HOLDING, {"marks": chunk, "outlet": outlet}))
        return found

    # -- rows

    def _entry(self, number: int) -> _Entry:
        found = self._known.get(number)
        if found is None:
            version, *row = self._db.execute(_BY_NUMBER, {"number": number}).one()
            found = self._known.put(_Signed(*row), self._read(version))
        return found

    def _read(self, version: str) -> Signature:
        return read_signature(self._db, version)

    def _recur(self, outlet: str, begun: Sequence[int]) -> None:
        self._db.execute(recurring.insert(), [{"outlet": outlet, "mark": mark} for mark in begun])
        self._known.recurring(self._db, outlet).update(begun)

    def _recur_no_more(self, outlet: str, ended: Sequence[int]) -> None:
        for chunk in chunks(ended, _ASK):
            self._db.execute(recurring.delete().where(recurring.c.outlet == outlet, recurring.c.mark.in_(chunk)))
        self._known.recurring(self._db, outlet).difference_update(ended)

    def _link(self, number: int, others: Iterable[int]) -> bool:
        pairs = [pair for other in others for pair in ((number, other), (other, number))]
        if pairs:
            self._db.execute(likenesses.insert(), [{"number": one, "other": other} for one, other in pairs])
        return bool(pairs)

    def _unlink(self, number: int, others: Iterable[int]) -> None:
        for other in others:
            for one, two in ((number, other), (other, number)):
                pair = (likenesses.c.number == one) & (likenesses.c.other == two)
                self._db.execute(likenesses.delete().where(pair))

    def _remove(self, number: int, made: Sequence[int]) -> None:
        self._doubtful.discard(number)
        self._unlink(number, self._db.scalars(_LINKED, {"number": number}).all())
        for chunk in chunks(made, _ASK):
            self._db.execute(marks.delete().where(marks.c.mark.in_(chunk), marks.c.number == number))
        self._db.execute(signatures.delete().where(signatures.c.number == number))

    # -- reports

    def _arrange(self, seeds: Iterable[str]) -> None:
        """Write the reports of these articles, and of all that hang together with them."""
        waiting = {*seeds, *self._mates(seeds)}
        if not waiting:
            return
        written: dict[str, str] = {}
        graph: dict[str, set[str]] = {}
        while waiting:
            reached = self._neighbours(waiting - graph.keys())
            graph.update(reached)
            waiting = set().union(*reached.values()) - graph.keys() if reached else set()
        if any(graph.values()):
            written = _reports(graph, self._ages(graph))
        for chunk in chunks(sorted(graph), _ASK):
            self._db.execute(reports.delete().where(reports.c.article_id.in_(chunk)))
        if written:
            self._db.execute(reports.insert(), [{"article_id": a, "report": r} for a, r in written.items()])

    def _mates(self, of: Iterable[str]) -> set[str]:
        """Articles that are in one report with these now."""
        named = sa.select(reports.c.report).where(reports.c.article_id.in_(list(of)))
        return set(self._db.scalars(sa.select(reports.c.article_id).where(reports.c.report.in_(named))))

    def _neighbours(self, of: Iterable[str]) -> dict[str, set[str]]:
        """For each article those whose current version is alike to its own current one."""
        mine, theirs = signatures.alias(), signatures.alias()
        my_article, their_article = articles.alias(), articles.alias()
        found: dict[str, set[str]] = {article_id: set() for article_id in of}
        for chunk in chunks(sorted(found), _ASK):
            query = (
                sa.select(mine.c.article_id, theirs.c.article_id)
                .select_from(mine)
                .join(likenesses, likenesses.c.number == mine.c.number)
                .join(theirs, theirs.c.number == likenesses.c.other)
                .join(my_article, my_article.c.current == mine.c.version)
                .join(their_article, their_article.c.current == theirs.c.version)
                .where(mine.c.article_id.in_(chunk))
            )
            for one, other in self._db.execute(query):
                found[one].add(other)
        return found

    def _ages(self, of: Iterable[str]) -> dict[str, tuple[str, str]]:
        ages: dict[str, tuple[str, str]] = {}
        for chunk in chunks(sorted(of), _ASK):
            query = sa.select(versions.c.article_id, versions.c.published_at)
            query = query.join(articles, articles.c.current == versions.c.version)
            for article_id, published_at in self._db.execute(query.where(articles.c.article_id.in_(chunk))):
                ages[article_id] = (moment(published_at), article_id)
        return ages


class _Signed(NamedTuple):
    """A version that was compared."""

    number: int
    article_id: str
    outlet: str | None
    day: int | None


class _Use(NamedTuple):
    """How many articles of one outlet have a mark, from which day to which, and whether a certain one does."""

    articles: int = 0
    first: int | None = None
    last: int | None = None
    this: int = 0

    def also(self, day: int | None) -> _Use:
        """With one more version of that certain article."""
        days = [one for one in (self.first, self.last, day) if one is not None]
        return _Use(self.articles + (not self.this), min(days, default=None), max(days, default=None), 1)

    @property
    def recurs(self) -> bool:
        if self.articles >= _RECURS_SOON:
            return True
        if self.first is None or self.last is None:
            return False
        return self.articles >= _RECURS and self.last - self.first > duplicates.RERUN


_UNUSED = _Use()


class _Entry:
    """A version's signature, and what of it tells it apart; the latter is made again when that changes."""

    def __init__(self, row: _Signed, whole: Signature) -> None:
        self.row = row
        self.whole = whole
        self.telling: Signature | None = None

    def tell(self, recurring: Collection[int]) -> Signature:
        if self.telling is None:
            self.telling = self.whole.without([mark for mark in self.whole.all_marks() if mark in recurring])
        return self.telling


class Known:
    """What was last used, from one transaction to the next: a version's text never changes, nor does its number."""

    def __init__(self, most: int = 2_000) -> None:
        self._most = most
        self._entries: dict[int, _Entry] = {}
        self._sizes: dict[int, int] = {}  # of every version that was ever used: a number each
        self._recurring: dict[str, set[int]] = {}
        self.stamp: str | None = None

    def agree_with(self, stamp: str | None) -> None:
        """Forget all if another process has written since."""
        if stamp != self.stamp:
            self.clear()
            self.stamp = stamp

    def get(self, number: int) -> _Entry | None:
        return self._entries.get(number)

    def put(self, row: _Signed, signature: Signature) -> _Entry:
        while len(self._entries) >= self._most:
            self._entries.pop(next(iter(self._entries)), None)
        self._entries[row.number] = made = _Entry(row, signature)
        return made

    def tell(self, entry: _Entry, recurring: Collection[int]) -> Signature:
        """What tells a version apart from others, and its size is remembered."""
        telling = entry.tell(recurring)
        self._sizes[entry.row.number] = len(telling.distinct_marks)
        return telling

    def size(self, number: int) -> int | None:
        return self._sizes.get(number)

    def forget_telling(self, number: int) -> None:
        self._sizes.pop(number, None)
        if (entry := self._entries.get(number)) is not None:
            entry.telling = None

    def recurring(self, db: sa.Connection, outlet: str | None) -> set[int]:
        """The marks of what an outlet prints again and again; the set itself, to be kept up to date."""
        if outlet is None:
            return set()
        if outlet not in self._recurring:
            self._recurring[outlet] = set(db.scalars(_RECURRING, {"outlet": outlet}))
        return self._recurring[outlet]

    def clear(self) -> None:
        """What was read in a transaction that came to nothing, or before another process wrote, does not hold."""
        self._entries.clear()
        self._sizes.clear()
        self._recurring.clear()
        self.stamp = None


_ROW = (signatures.c.number, signatures.c.article_id, signatures.c.outlet, signatures.c.day)
_BY_NUMBER = sa.select(signatures.c.version, *_ROW).where(signatures.c.number == sa.bindparam("number"))
_OF_ARTICLE = sa.select(*_ROW).where(signatures.c.article_id == sa.bindparam("article_id"))
_EARLIER = (
    sa.select(signatures.c.number)
    .where(signatures.c.article_id == sa.bindparam("article_id"), signatures.c.number != sa.bindparam("number"))
    .limit(1)
)
_RECURRING = sa.select(recurring.c.mark).where(recurring.c.outlet == sa.bindparam("outlet"))
_SIGN = signatures.insert().returning(signatures.c.number)
_VERSION = sa.select(versions).where(versions.c.version == sa.bindparam("version"))
_LINKED = sa.select(likenesses.c.other).where(likenesses.c.number == sa.bindparam("number"))
_SIGNED_MARKS = marks.join(signatures, signatures.c.number == marks.c.number)
_MARKED = marks.c.mark.in_(sa.bindparam("marks", expanding=True))
_USE = (
    sa.select(
        marks.c.mark,
        sa.func.count(signatures.c.article_id.distinct()),
        sa.func.min(signatures.c.day),
        sa.func.max(signatures.c.day),
        sa.func.max(sa.case((signatures.c.article_id == sa.bindparam("article_id"), 1), else_=0)),
    )
    .select_from(_SIGNED_MARKS)
    .where(_MARKED, signatures.c.outlet == sa.bindparam("outlet"))
    .group_by(marks.c.mark)
)
_HOLDING = (
    sa.select(marks.c.number).select_from(_SIGNED_MARKS).where(_MARKED, signatures.c.outlet == sa.bindparam("outlet"))
)
_SHARING = (
    sa.select(marks.c.number, sa.func.count())
    .select_from(_SIGNED_MARKS)
    .where(_MARKED, signatures.c.article_id != sa.bindparam("article_id"))
    .group_by(marks.c.number)
    .having(sa.func.count() >= sa.bindparam("least"))
)


def read_signature(db: sa.Connection, version: str) -> Signature:
    """Made of the version's numbered paragraphs; empty where there is no such version."""
    text = db.scalar(sa.select(versions.c.text).where(versions.c.version == version)) or ""
    query = sa.select(blocks.c.start, blocks.c.end).where(blocks.c.version == version, blocks.c.number.is_not(None))
    return duplicates.signature([text[start:end] for start, end in db.execute(query.order_by(blocks.c.place))])


def unsigned(db: sa.Connection, limit: int) -> list[str]:
    """Versions that were never compared: those of an archive that an older version of this program made."""
    query = sa.select(versions.c.version).outerjoin(signatures, signatures.c.version == versions.c.version)
    return list(db.scalars(query.where(signatures.c.version.is_(None)).order_by(versions.c.version).limit(limit)))


def forget_all(db: sa.Connection) -> None:
    for table in (likenesses, marks, recurring, signatures, reports):
        db.execute(table.delete())


def members(db: sa.Connection, article_id: str) -> list[str]:
    """The other articles of an article's report, by id."""
    report = sa.select(reports.c.report).where(reports.c.article_id == article_id).scalar_subquery()
    query = sa.select(reports.c.article_id).where(reports.c.report == report, reports.c.article_id != article_id)
    return list(db.scalars(query.order_by(reports.c.article_id)))


def moment(published_at: str | None) -> str:
    """A publication as a string that sorts by time: a day without an hour is its beginning, none comes last."""
    if published_at is None:
        return "~"
    try:
        stamp = dt.datetime.fromisoformat(published_at)
    except ValueError:
        return published_at
    return stamp.astimezone(dt.UTC).isoformat() if stamp.tzinfo else stamp.replace(tzinfo=dt.UTC).isoformat()


def _reports(graph: dict[str, set[str]], ages: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The report of each article that shares one: led by the earliest, and then by the earliest of those left over."""
    leader: dict[str, str] = {}
    for article in sorted(graph, key=ages.__getitem__):
        if article not in leader:
            leader.update({mate: article for mate in graph[article] if mate not in leader})
            leader[article] = article
    sizes = Counter(leader.values())
    return {article: report for article, report in leader.items() if sizes[report] > 1}


@lru_cache(maxsize=5_000)
def _ordinal(published_at: str | None) -> int | None:
    return dt.date.fromisoformat(published_at[:10]).toordinal() if published_at else None
