"""The engine, the desk, the metrics and the keeper that serve a request, as FastAPI hands them to a route."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request

from api.asking import Desk
from api.keeper import Keeper
from api.metrics import Metrics
from qa.engine import Engine


def _engine(request: Request) -> Engine:
    return cast("Engine", request.app.state.engine)


def _metrics(request: Request) -> Metrics:
    return cast("Metrics", request.app.state.metrics)


def _keeper(request: Request) -> Keeper:
    return cast("Keeper", request.app.state.keeper)


CurrentEngine = Annotated[Engine, Depends(_engine)]
CurrentMetrics = Annotated[Metrics, Depends(_metrics)]
CurrentKeeper = Annotated[Keeper, Depends(_keeper)]


def _desk(engine: CurrentEngine, metrics: CurrentMetrics, keeper: CurrentKeeper) -> Desk:
    return Desk(engine, metrics, keeper)


CurrentDesk = Annotated[Desk, Depends(_desk)]
