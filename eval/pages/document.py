"""One whole page in one file: style, script and data stand inside it, and it may load nothing from anywhere.

The policy in its head names the hashes of the one style and the one script that may work, forbids every request,
and forbids the script to turn text into markup. Whatever else came into the page would stay dead text.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from qa.markup import Content, Markup, data_block, tag

_STYLE = "report.css"
_SCRIPTS = ("dom.js", "question.js", "list.js")
"""Joined in this order into one script."""


def document(title: str, *sections: Content, data: Any) -> str:
    """The HTML of a page.

    Args:
        title: its title and first heading.
        sections: what stands in it, readable without JavaScript.
        data: the JSON that ``list.js`` makes the list of questions of.
    """
    style, script = _read(_STYLE), "\n".join(map(_read, _SCRIPTS))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = tag(
        "body",
        *sections,
        data_block("application/json", data, identifier="data"),
        tag("script", Markup(script), type="module"),
    )
    html = f"<!doctype html>\n{tag('html', head, body, lang='en-GB')}\n"
    return html.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair, which JSON allows, is no text


def _read(name: str) -> str:
    return files("eval.pages").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
