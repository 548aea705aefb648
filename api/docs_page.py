"""/docs: the description of the service as one plain page, made from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from api.markup import page
from api.problems import OF_ERRORS, OF_HTTP, Kind
from qa.markup import Markup, tag


def render(openapi: dict[str, Any]) -> str:
    """The page for an OpenAPI 3.1 document."""
    info = openapi["info"]
    return page(
        f"{info['title']}: HTTP",
        tag("header", tag("a", "← Ask the archive", href="/"), class_="bar"),
        tag(
            "main",
            tag("h1", info["title"]),
            tag("p", info["description"]),
            tag("p", "For programs: ", tag("a", "/openapi.json", href="/openapi.json")),
            list(_operations(openapi)),
            _problems(),
            class_="docs",
        ),
    )


def _operations(openapi: dict[str, Any]) -> Iterator[Markup]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield tag(
                "section",
                tag("h2", operation["summary"]),
                tag("p", tag("code", f"{method.upper()} {path}"), class_="route"),
                _paragraphs(operation.get("description", "")),
                _parameters(operation.get("parameters", [])),
                _fields(operation, openapi),
                _examples(operation),
            )


def _paragraphs(text: str) -> list[Markup]:
    return [tag("p", _coded(paragraph)) for paragraph in text.split("\n\n")]


def _coded(text: str) -> list[str]:
    """``text`` with what stands between backticks as code."""
    return [tag("code", piece) if place % 2 else piece for place, piece in enumerate(text.split("`"))]


def _parameters(parameters: list[dict[str, Any]]) -> Markup | None:
    return _described((one["name"], one.get("description", f"In the {one['in']}.")) for one in parameters)


def _fields(operation: dict[str, Any], openapi: dict[str, Any]) -> Markup | None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = openapi.get("components", {}).get("schemas", {}).get(name, {})
    required = schema.get("required", [])
    return _described(
        (field, ("Required. " if field in required else "") + about.get("description", ""))
        for field, about in schema.get("properties", {}).items()
    )


def _described(items: Iterator[tuple[str, str]]) -> Markup | None:
    rows = [[tag("dt", tag("code", name)), tag("dd", _coded(text))] for name, text in items]
    return tag("dl", rows) if rows else None


def _examples(operation: dict[str, Any]) -> list[Markup]:
    body = operation.get("requestBody", {}).get("content", {})
    answer = operation.get("responses", {}).get("200", {}).get("content", {})
    shown = [("Body", body), ("Answer", answer)]
    return [
        tag(
            "details",
            tag("summary", f"{label}: {media}"),
            tag("pre", tag("code", _example(about["example"]))),
        )
        for label, content in shown
        for media, about in content.items()
        if "example" in about
    ]


def _example(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _problems() -> Markup:
    kinds: list[Kind] = [kind for _, kind in OF_ERRORS] + list(OF_HTTP.values())
    rows = [
        [tag("dt", tag("code", kind.slug), f" · {kind.status}", id=kind.slug), tag("dd", kind.title)] for kind in kinds
    ]
    return tag("section", tag("h2", "Errors"), tag("dl", rows))
