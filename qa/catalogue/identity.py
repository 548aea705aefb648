"""Which inputs are the same story, and the ids that are made of content. Pure: nothing here asks the database."""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from qa.types import Article


def identity_keys(article: Article) -> list[str]:
    """What tells that two inputs are the same story, strongest first.

    A given id stands for itself alone. Without one it is the canonical url, then the page that it names, and without
    a url the name of the file together with title and day: a file name alone ('index.html') would lose articles, and
    so would a title that stands over a column every week.
    """
    if article.given_id is not None:
        return [f"id:{article.given_id}"]
    if article.url:
        return [f"url:{canonical_url(article.url)}", *page_keys(canonical_url(article.url))]
    stem = (article.origin or "").replace("\\", "/").rsplit("/", 1)[-1].split("#")[0]
    title = " ".join(article.title.casefold().split())
    return [f"file:{stem.rsplit('.', 1)[0]}|{title}|{(article.published_at or '')[:10]}"]


def canonical_url(url: str) -> str:
    """The url without what does not name the page: fragment, tracking parameters, case of the host."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # not a url that can be taken apart: it still tells this page from others
        return url.strip()
    query = [(k, v) for k, v in parse_qsl(parts.query) if not k.startswith("utm_") and k not in {"fbclid", "gclid"}]
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, urlencode(query), ""))


def page_keys(url: str) -> list[str]:
    """The page that a canonical url names, whichever way it is reached: http or https, with ``www.`` or not, as the
    mobile or the AMP edition, with a slash at the end or not. None for what is no url of the web.

    What else differs may be another page: other arguments, another subdomain, upper case in the path.
    """
    try:
        parts = urlsplit(url)
        host = _EDITION.sub("", (parts.hostname or "").rstrip("."))
        port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    except ValueError:
        return []
    if parts.scheme not in {"http", "https"} or not host:
        return []
    path = _INDEX.sub("", _AMP_PATH.sub("", parts.path)).rstrip("/")
    query = [
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if (k.lower(), v.lower()) not in _AMP_QUERY
    ]
    return [f"page:{host}{port}{path}?{urlencode(query)}".rstrip("?")]


_EDITION = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+(?=[^.]+\.[^.]+)")  # 'm.example.com', and not 'm.com'
_AMP_PATH = re.compile(r"(?:/amp)?/?$|\.amp(?=(?:\.html?)?$)")
_INDEX = re.compile(r"/index\.(?:html?|php)$")
_AMP_QUERY = {("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")}


def outlet_key(name: str) -> str:
    """An outlet's name for comparing: letter case and a leading 'The' do not tell outlets apart."""
    return name.casefold().strip().removeprefix("the ")


def outlet_of(source: str | None, url: str | None) -> str | None:
    """What tells outlets apart: the name, or without one the url's host; None where neither is known."""
    if source:
        return outlet_key(source)
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return f"//{_EDITION.sub('', host)}" if host else None


def content_hash(article: Article) -> str:
    """Everything that makes a version, but when it was touched and where it was read."""
    parts = [
        article.title, article.source, list(article.authors), article.published_at, article.language,
        article.section, article.genre, [(block.kind, block.text) for block in article.blocks],
    ]  # fmt: skip
    return digest(json.dumps(parts, ensure_ascii=False), size=32)


def own_id(article: Article, keys: list[str]) -> str:
    return article.given_id or _made_id(article, keys[0])


def _made_id(article: Article, key: str) -> str:
    """A readable id: words of the url or the title, and a hash of what identifies the article."""
    words = (article.url or "").rstrip("/").rsplit("/", 1)[-1].rsplit(".", 1)[0] or article.title
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in words.lower())
    slug = "-".join(part for part in slug.split("-") if part)[:40].strip("-")
    return f"{slug or 'article'}-{digest(key, size=8)}"


def digest(*parts: str | None, size: int = 16) -> str:
    """``size`` hexadecimal digits of the sha256 of the parts, which cannot be confused with other parts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:size]
