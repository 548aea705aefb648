"""The archive's articles and citations: read by anybody, changed by administrators."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Security
from fastapi.security import HTTPBearer
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import examples
from api.bodies import LINES, AdministratorRoute, JSONRoute, media_type
from api.current import CurrentEngine
from api.records import read_body
from api.schemas import RetractRequest, Text
from api.schemas import problems as gives
from qa.archive import Archive
from qa.difference import Difference
from qa.query import parse_query
from qa.types import ResolvedCitation, Source, Version, jsonable

Responses = dict[int | str, dict[str, Any]]

reading = APIRouter(prefix="/v1", tags=["Articles and citations"], route_class=JSONRoute)
changing = APIRouter(
    prefix="/v1",
    tags=["Administration"],
    route_class=AdministratorRoute,
    # Only said here, for the description: the route class asks for the token before anything is read.
    dependencies=[Security(HTTPBearer(auto_error=False, description="The service's QA_ADMIN_TOKEN."))],
)


def _ok(description: str, example: object) -> Responses:
    return {200: {"description": description, "content": {"application/json": {"example": example}}}}


_CHANGES: Responses = {200: {"model": Difference, "description": "What became of each paragraph."}}
_RESOLVED: Responses = {200: {"model": ResolvedCitation, "description": "The citation, and what became of it."}}


@reading.get(
    "/articles",
    summary="List and search articles",
    responses=_ok("One page of articles, newest first.", examples.ARTICLES) | gives(422, 503),
)
def articles(
    engine: CurrentEngine,
    *,
    text: Annotated[
        Text | None, Query(description="Part of a title or of an outlet's name, letter case aside.")
    ] = None,
    source: Annotated[Text | None, Query(description="Only this outlet.")] = None,
    after: Annotated[Text | None, Query(description="YYYY-MM-DD. Published on that day or later.")] = None,
    before: Annotated[Text | None, Query(description="YYYY-MM-DD. Published on that day or earlier.")] = None,
    status: Annotated[
        Literal["current", "retracted"] | None,
        Query(description="Only versions of this status."),
    ] = None,
    cursor: Annotated[Text | None, Query(description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Most articles on the page.")] = 50,
) -> Response:
    """`next_cursor` is null on the last page; otherwise send it as `cursor`, with the same filters."""
    judged = parse_query(text or "all articles", after=after, before=before)
    page = engine.archive.articles(
        text=judged.question if text else None,
        source=source,
        after=judged.after,
        before=judged.before,
        status=status,
        cursor=cursor,
        limit=limit,
    )
    return JSONResponse({"articles": [_listed(item) for item in page.items], "next_cursor": page.next_cursor})


@reading.get(
    "/articles/{article_id}",
    summary="Read an article",
    responses=_ok("The article in one version, with its numbered paragraphs.", examples.ARTICLE) | gives(404, 422, 503),
)
def article(
    article_id: Text,
    engine: CurrentEngine,
    version: Annotated[Text | None, Query(description="By default the current version.")] = None,
) -> Response:
    """`text[start:end]` of every paragraph is its `text`, in Unicode code points. Headings and captions are
    listed in their place and have no number. `versions` names every state of the article, oldest first. `events` are
    its corrections and retractions. `also_in` are the other articles that print the same report, earliest first.
    """
    found = engine.archive.version(article_id, version)
    return JSONResponse(_whole(found, engine.archive))


@reading.get(
    "/articles/{article_id}/changes",
    summary="Compare two versions of an article",
    responses=_CHANGES | gives(404, 422, 503),
)
def changes(
    article_id: Text,
    engine: CurrentEngine,
    before: Annotated[Text | None, Query(description="By default the version before `after`.")] = None,
    after: Annotated[Text | None, Query(description="By default the current version.")] = None,
) -> Response:
    """Every block of both versions, in the order of the later one: `kept`, `moved`, `edited` (with both texts),
    `added` or `removed`; what was removed stands where it stood. `fields` are title, dates and the like, where they
    differ.
    """
    return JSONResponse(jsonable(engine.archive.changes(article_id, before, after)))


@reading.get(
    "/sources",
    summary="List the outlets",
    responses=_ok("The names of all outlets, in alphabetical order.", {"sources": ["The Ellery Courier"]}) | gives(503),
)
def sources(engine: CurrentEngine) -> Response:
    """Each is a name that the filter `sources` of a question takes."""
    return JSONResponse({"sources": engine.archive.sources()})


@reading.get(
    "/citations/{citation_id}",
    summary="Look up a citation",
    responses=_RESOLVED | gives(404, 422, 503),
)
def citation(citation_id: Text, engine: CurrentEngine) -> Response:
    """A citation can be looked up for ever. `status` says whether its paragraph is `current`, was `edited`,
    `moved` or `removed`, or its article was `retracted`; `paragraph` is the paragraph as it was.
    """
    resolved = engine.archive.resolve(citation_id)
    return JSONResponse(jsonable(resolved))


async def _body(request: Request) -> bytes:
    return await request.body()


@changing.post(
    "/articles",
    summary="Add articles",
    responses=_ok("What became of each record.", examples.REPORT) | gives(400, 401, 403, 413, 415, 422, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"type": ["object", "array"]}, "example": examples.RECORD},
                **{lines: {"schema": {"type": "string"}} for lines in LINES},
            },
        }
    },
)
def add(request: Request, engine: CurrentEngine, body: Annotated[bytes, Depends(_body)]) -> Response:
    """One record, a list of records, or one record a line (`application/x-ndjson`). A record has a `title`
    and one of `paragraphs`, `text` or `html`. Sending an article again changes nothing; a changed body becomes
    a new version. In a list or in lines, a bad record is reported and the others go in.
    """
    report = engine.archive.add(read_body(body, media_type(request)))
    return JSONResponse(report.as_json())


@changing.delete(
    "/articles/{article_id}",
    summary="Delete an article",
    status_code=204,
    responses=gives(401, 403, 404, 422, 503),
)
def delete(article_id: Text, engine: CurrentEngine) -> Response:
    """It is gone from answers at once. Its citations say `removed`."""
    engine.archive.delete(article_id)
    return Response(status_code=204)


@changing.post(
    "/articles/{article_id}/retract",
    summary="Retract an article",
    responses=_ok("The article's entry, now retracted.", examples.RETRACTED)
    | gives(400, 401, 403, 404, 413, 415, 422, 503),
)
def retract(article_id: Text, why: RetractRequest, engine: CurrentEngine) -> Response:
    """It is never cited again. It stays readable, marked as retracted, with the reason."""
    engine.archive.retract(article_id, why.reason)
    return JSONResponse(_listed(engine.archive.version(article_id).source))


def _listed(source: Source) -> dict[str, Any]:
    return {**jsonable(source), "permalink": f"/articles/{source.article_id}"}


def _whole(found: Version, archive: Archive) -> dict[str, Any]:
    article_id = found.source.article_id
    return {
        **_listed(found.source),
        "text": found.text,
        "paragraphs": jsonable(found.paragraphs),
        "provenance": jsonable(found.provenance),
        "doubts": jsonable(found.doubts),
        "versions": [
            {"version": one.version, "status": one.status, "known_from": jsonable(one.known_from)}
            for one in archive.history(article_id)
        ],
        "events": jsonable(archive.events(article_id)),
        "also_in": [_listed(copy) for copy in archive.copies(article_id)],
    }
