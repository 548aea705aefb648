"""``GET /v1/models``: the archive as the one model that there is."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from api.openai.errors import GIVES, RequestError, shown

MODEL = "news-archive"
# The day on which it was first offered: 2026-11-21.
_TOLD = {"id": MODEL, "object": "model", "created": 1795219200, "owned_by": "news-archive-qa"}
_ALL = {"object": "list", "data": [_TOLD]}

router = APIRouter(prefix="/v1", tags=["In OpenAI's shapes"])


@router.get("/models", summary="List the models", responses={200: shown(_ALL), **GIVES})
def models() -> Response:
    """There is one: the archive."""
    return JSONResponse(_ALL)


@router.get("/models/{model:path}", summary="Describe a model", responses={200: shown(_TOLD), **GIVES})
def model(model: str) -> Response:
    """`news-archive`; any other is an error, `model_not_found`."""
    check(model)
    return JSONResponse(_TOLD)


def check(model: str) -> None:
    """Pass our model's name, also written as a fine-tuned model's: ``ft:gpt-4o:news-archive``, whatever stands before.

    LlamaIndex's ``OpenAI`` takes only names of models that it has heard of, and of what was made from those.

    Raises:
        RequestError: another model.
    """
    if model != MODEL and not (model.startswith("ft:") and model.endswith(f":{MODEL}")):
        raise RequestError(
            f"there is no model {model[:100]!r}; the one there is: {MODEL}",
            param="model",
            code="model_not_found",
            status=404,
        )
