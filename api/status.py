"""What those who run the service ask it: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from api.current import CurrentMetrics
from api.problems import HTTPProblem
from api.schemas import problems as gives

router = APIRouter(tags=["Operation"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Is the process alive?")
def alive() -> Response:
    return JSONResponse({"status": "ok"})


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="Is it ready to answer at full speed?", responses=gives(503))
def ready(request: Request) -> Response:
    """503 until every model has run once, and again while the service stops."""
    if not request.app.state.ready:
        raise HTTPProblem(503, "the models are being loaded", hint="ask again in a few seconds")
    return JSONResponse({"status": "ready"})


@router.get("/metrics", summary="Counts and latencies for Prometheus", response_class=PlainTextResponse)
def metrics(current: CurrentMetrics) -> Response:
    return Response(current.render(), media_type="text/plain; version=0.0.4; charset=utf-8")
