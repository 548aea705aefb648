"""A WordPress export (WXR) -> the Articles of its published posts.

Pages, attachments, menus, drafts, private posts and posts behind a password are no published stories: they are left
out without a word, as the export's own type and status say so. The editor's block comments go, captions become
captions, other shortcodes leave their inner text or nothing, and the blank lines of the old editor part paragraphs.
"""

from __future__ import annotations

import datetime as dt
import functools
import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest.bytestream import Readable
from qa.ingest.syndication.elements import MEND, XmlRecord, child_text, children, records, text_of
from qa.ingest.syndication.item import Item, article_from_item
from qa.types import Article

_ATTRIBUTES = r"(?:\s+[\w-]+\s*=\s*(?:\"[^\"\]]*\"|'[^'\]]*'|[^\s\]\"'/]+))"
_CAPTION = re.compile(
    rf"(?<!\[)\[(?P<name>caption|wp_caption)\b(?P<told>{_ATTRIBUTES}*)\s*\](?P<inside>(?:(?!\[(?P=name)\b).){{0,20000}}?)"
    r"\[/(?P=name)\]",
    re.DOTALL,
)
_TOLD_CAPTION = re.compile(r"\bcaption\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_IMAGE = re.compile(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", re.IGNORECASE)
_EMBEDS = re.compile(
    rf"(?<!\[)\[(?P<name>embed|gallery|playlist|audio|video|youtube|tweet|instagram|code)\b{_ATTRIBUTES}*\s*/?\]"
    r"(?:[^\[]{0,2000}\[/(?P=name)\])?"
)
_SHORTCODE = re.compile(
    rf"(?<!\[)\[(?P<name>[a-zA-Z][\w-]{{1,40}}){_ATTRIBUTES}+\s*/?\](?!\])|\[/[a-zA-Z][\w-]{{1,40}}\]"
)
_PAIRED = re.compile(r"(?<!\[)\[(?P<name>[a-zA-Z][\w-]{1,40})\](?P<inside>[^\[\]]{0,20000})\[/(?P=name)\]")
_ESCAPED = re.compile(r"\[(\[[^\[\]]{1,200}\])\]")
_LINK_LINE = re.compile(r"^[^\S\n]*https?://\S+[^\S\n]*$", re.MULTILINE)  # WordPress makes a player of it
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|blockquote|figure|figcaption|table|t[rhd]|thead|tbody|pre|hr|section|article|aside"
    r"|dl|dt|dd|iframe|script|style|form|address|details|summary)\b",
    re.IGNORECASE,
)
_KEPT_WHOLE = re.compile(
    r"(<pre\b.*?(?:</pre\s*>|$)|<script\b.*?(?:</script\s*>|$)|<style\b.*?(?:</style\s*>|$))",
    re.DOTALL | re.IGNORECASE,
)


def read_wordpress(stream: Readable, *, origin: str, encoding: str | None = None) -> Iterator[Article | IngestError]:
    """Read all published posts.

    Raises:
        UnreadableSource: no XML, or broken outside its posts, or no post in it; what came before stands.
    """
    seen = posts = 0
    names: Mapping[str, str] = {}
    for record in records(stream, frozenset({"item"}), origin=origin, encoding=encoding):
        names = names if seen else _display_names(record.about)
        seen += 1
        if record.broken or _is_published(record.element):
            posts += 1
            yield _article_or_error(record, names, origin)
    if not posts:
        hint = "export the posts with their contents"
        raise UnreadableSource(f"no published post among the {seen:,} items of the export", path=origin, hint=hint)


def _is_published(element: Any) -> bool:
    return (
        child_text(element, "wp:post_type") in ("post", "")
        and child_text(element, "wp:status") in ("publish", "")
        and not child_text(element, "wp:post_password")
    )


def _display_names(channel: Any) -> Mapping[str, str]:
    """The names of the authors by their logins, as they stand before the first item."""
    authors = children(channel, "wp:author")
    named = ((child_text(one, "wp:author_login"), child_text(one, "wp:author_display_name")) for one in authors)
    return {login: name for login, name in named if login and name}


def _article_or_error(record: XmlRecord, names: Mapping[str, str], origin: str) -> Article | IngestError:
    if record.broken:
        return InvalidRecord(f"broken XML in the item: {record.broken}", path=origin, line=record.line, hint=MEND)
    try:
        return article_from_item(_item(record.element, record.about, names), origin=origin, line=record.line)
    except IngestError as error:
        return error


def _item(element: Any, channel: Any, names: Mapping[str, str]) -> Item:
    login = child_text(element, "dc:creator")
    return Item(
        title=child_text(element, "title"),
        html=story_html(child_text(element, "content:encoded")),
        source=child_text(channel, "title"),
        authors=(names.get(login, login),),
        published=_moment(element, "wp:post_date") or child_text(element, "pubDate"),
        updated=_moment(element, "wp:post_modified"),
        url=child_text(element, "link"),
        language=child_text(channel, "language"),
        section=_section(element),
    )


def _moment(element: Any, name: str) -> str:
    """The site's own time with its distance from UTC, which the export gives as two times."""
    local, utc = _time(child_text(element, name)), _time(child_text(element, f"{name}_gmt"))
    if local is None or utc is None:
        known = local or utc
        return "" if known is None else known.isoformat() + ("+00:00" if utc else "")
    offset = local - utc
    if abs(offset) > dt.timedelta(hours=15):
        return utc.replace(tzinfo=dt.UTC).isoformat()
    return local.replace(tzinfo=dt.timezone(dt.timedelta(minutes=round(offset.total_seconds() / 60)))).isoformat()


def _time(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 (its zone is found by comparison)
    except ValueError:
        return None


def _section(element: Any) -> str:
    marks = [mark for mark in children(element, "category") if mark.get("domain", "category") == "category"]
    return next((text_of(mark).strip() for mark in marks if mark.get("nicename") != "uncategorized"), "")


def story_html(content: str) -> str:
    """The HTML that WordPress makes of a post's content: blocks and shortcodes done, paragraphs marked."""
    plain = re.sub(r"<!--.*?(?:-->|$)", "", content, flags=re.DOTALL).replace("\r\n", "\n")
    plain = _EMBEDS.sub("", _CAPTION.sub(_figure, plain))
    plain = _LINK_LINE.sub("", _SHORTCODE.sub("", _PAIRED.sub(lambda pair: pair["inside"], plain)))
    marked = _ESCAPED.sub(lambda twice: twice[1], plain)
    return marked if "<!-- wp:" in content else "".join(_marked(part) for part in _KEPT_WHOLE.split(marked))


def _figure(found: re.Match[str]) -> str:
    told = _TOLD_CAPTION.search(found["told"])
    text = html.escape(told[1] or told[2] or "") if told else _IMAGE.sub("", found["inside"])
    return f"\n\n<figure><figcaption>{text.strip()}</figcaption></figure>\n\n"


def _marked(text: str) -> str:
    """Blank lines part paragraphs, and single line ends break lines, wherever no block's tag says otherwise."""
    if _KEPT_WHOLE.fullmatch(text):
        return text
    parts = (part.strip() for part in re.split(r"\n[^\S\n]*\n", text))
    return "".join(part if _BLOCK_TAG.match(part) else f"<p>{_broken(part)}</p>" for part in parts if part)


_broken = functools.partial(re.sub, r"(?<!>)\n", "<br>\n")
