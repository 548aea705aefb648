"""The tables of the catalogue. Those that later versions brought are added by ``Catalogue.create`` where they miss."""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA = "1"

metadata = sa.MetaData()
meta = sa.Table("meta", metadata, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text))
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("current", sa.Text, nullable=False),
    sa.Column("retracted_at", sa.Text),
    sa.Column("retracted_reason", sa.Text),
)
identities = sa.Table(
    "identities",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
)
versions = sa.Table(
    "versions",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("authors", sa.Text, nullable=False),
    sa.Column("published_at", sa.Text),
    sa.Column("updated_at", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("section", sa.Text),
    sa.Column("genre", sa.Text),
    sa.Column("known_from", sa.Text),
    sa.Column("known_until", sa.Text),
    sa.Column("content", sa.Text, nullable=False, index=True),
    sa.Column("origin", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
)
blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer),
    sa.Column("paragraph_id", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
)
passages = sa.Table(
    "passages",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("paragraph_id", sa.Text, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("indexed", sa.Boolean, nullable=False, index=True),
    sa.UniqueConstraint("paragraph_id", "start"),
    sqlite_autoincrement=True,  # a key that was deleted must never mean another passage
)
removals = sa.Table("removals", metadata, sa.Column("key", sa.Integer, primary_key=True))
tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False),
)
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("answer_id", sa.Text, nullable=False),
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("at", sa.Text, nullable=False),
)
asked = sa.Table(  # not in archives that older versions made: create() adds it there
    "asked",
    metadata,
    sa.Column("answer_id", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False, index=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("as_of", sa.Text),
    sa.Column("narrowed", sa.Boolean, nullable=False),
    sa.Column("follows", sa.Boolean, nullable=False),
    sa.Column("answered", sa.Boolean, nullable=False),
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("citations", sa.Text, nullable=False),
)

# What follows is not in archives that older versions made: create() adds it there, and fills it at first need.

signatures = sa.Table(  # which versions are compared with others, see qa.duplicates
    "signatures",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("version", sa.Text, nullable=False, unique=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("outlet", sa.Text),
    sa.Column("day", sa.Integer),
    sqlite_autoincrement=True,  # a number that was given up must never mean another version
)
marks = sa.Table(  # eight bytes and a number in a row, and no second copy of both in an index
    "marks",
    metadata,
    sa.Column("mark", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
recurring = sa.Table(  # the marks of what an outlet prints again and again: derived from the two above
    "recurring",
    metadata,
    sa.Column("outlet", sa.Text, primary_key=True),
    sa.Column("mark", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
likenesses = sa.Table(  # each pair twice, so that it is found from both sides
    "likenesses",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("other", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
reports = sa.Table(  # only the articles that share a report with another
    "reports",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("report", sa.Text, nullable=False, index=True),
)
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("declared", sa.Text, nullable=False),
)
remarks = sa.Table(  # what a reader said of where the fields came from, and of their date
    "remarks",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("provenance", sa.Text, nullable=False),
    sa.Column("doubts", sa.Text, nullable=False),
)
fetched = sa.Table(  # in which state a web address was last read, see qa.catalogue.fetched
    "fetched",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("found_at", sa.Text, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("reader", sa.Text, nullable=False),
)
fetched_articles = sa.Table(
    "fetched_articles",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("article_id", sa.Text, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
