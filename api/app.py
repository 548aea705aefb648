"""``create_app(engine)``: the service, put together. What each address does, the modules named here say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api import articles, keys, mcp, pages, problems, questions, status
from api.asking import Desk
from api.bodies import BodyLimit
from api.headers import SecurityHeaders
from api.keeper import Keeper
from api.metrics import Metrics, RequestCounter
from api.openai import chat, models, responses
from api.schemas import Problem
from qa.engine import Engine

DESCRIPTION = (
    "Answers questions from an archive of news articles. Each statement is cited to its article and "
    "paragraph, word for word; what the archive does not tell is refused, with the reason. "
    "Every error is application/problem+json, or in OpenAI's shape where OpenAI's clients ask."
)

CLIENTS = (models.router, chat.router, responses.router, mcp.router)


def create_app(engine: Engine) -> FastAPI:
    """The service over ``engine``, which stays its caller's to close."""
    app = FastAPI(
        title="News archive, questions and answers",
        description=DESCRIPTION,
        version=version("news-archive-qa"),
        lifespan=_lifespan,
        docs_url=None,  # FastAPI's own page loads its scripts from a third party
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.engine, app.state.metrics, app.state.ready = engine, Metrics(), False
    app.state.keeper = Keeper(engine.archive, keep_all=engine.settings.keep_questions)
    app.state.keys = keys.Keys(engine.settings)
    app.state.mcp = mcp.Door(Desk(engine, app.state.metrics, app.state.keeper))
    for router in (
        questions.router,
        articles.reading,
        articles.changing,
        keys.router,
        *CLIENTS,
        status.router,
        pages.router,
    ):
        app.include_router(router)
    problems.install(app)
    _stand_guard(app, engine)
    _describe_problems(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await to_thread.run_sync(app.state.engine.warm)
    app.state.ready = True
    yield
    app.state.ready = False
    await to_thread.run_sync(app.state.keeper.close)


def _stand_guard(app: FastAPI, engine: Engine) -> None:
    """The last one added is the first that a request meets."""
    app.add_middleware(BodyLimit, limit=engine.settings.max_body_bytes)
    if app.state.keys.asked_for:
        app.add_middleware(keys.KeyGuard, keys=app.state.keys)
    if engine.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=engine.settings.cors_origins,
            # Not Authorization, nor DELETE: administrators do not work from strangers' pages.
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", keys.HEADER, *mcp.HEADERS],
            max_age=3600,
        )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestCounter, metrics=app.state.metrics)


def _describe_problems(app: FastAPI) -> None:
    """Put the shape of an error, to which every route's description points, into the OpenAPI document."""
    describe = app.openapi

    def with_problem() -> dict[str, object]:
        document = describe()
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        return document

    app.openapi = with_problem  # type: ignore[method-assign]
