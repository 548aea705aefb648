"""The one frozen Settings, and the only reader of the environment (``QA_…``)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class LLMSettings(BaseSettings):
    """Which language model phrases answers, where, and what an answer may take: none is asked unless one is named."""

    model_config = SettingsConfigDict(env_prefix="QA_LLM_", frozen=True, extra="ignore", env_ignore_empty=True)

    model: str | None = Field(None, description="Its name, as the server has it; unset: no model is asked.")
    base_url: str | None = Field(
        None, description="Address of an OpenAI-compatible server, as http://127.0.0.1:8080/v1."
    )
    api_key: SecretStr | None = Field(None, description="Its key, if it wants one.")
    first_token_s: float = Field(30.0, gt=0, description="Seconds until the reply begins, retries included.")
    timeout_s: float = Field(60.0, gt=0, description="Seconds until the reply is whole; what came till then counts.")
    prompt_tokens: int = Field(4_000, ge=500, description="Most tokens of a prompt, estimated at three bytes each.")
    output_tokens: int = Field(500, ge=50, description="Most tokens of a reply.")
    input_price: float = Field(0.0, ge=0, description="Of a million tokens sent, in any currency.")
    output_price: float = Field(0.0, ge=0, description="Of a million tokens received, in the same.")
    most_cost: float | None = Field(None, gt=0, description="Most that one answer may cost at these prices.")


class Settings(BaseSettings):
    """How the service is run; every field can be set as ``QA_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="QA_", frozen=True, extra="ignore")

    home: Path = Field(Path(".qa"), description="Folder of the archive: catalogue and indexes.")
    database_url: str | None = Field(
        None, description="SQLAlchemy URL of the catalogue; by default SQLite in the home folder."
    )
    chroma_url: str | None = Field(
        None,
        description="http(s) URL of a Chroma server; by default Chroma runs embedded in the home folder.",
    )
    embedding: str | None = Field(
        None, description="Import path of a LlamaIndex embedding model, module:Class; by default the shipped model."
    )
    embedding_options: dict[str, Any] = Field(
        default_factory=dict, repr=False, description="Its arguments, a JSON object; may hold a key."
    )
    threads: int = Field(0, ge=0, description="Threads of one model run; 0 for one per processor core.")
    workers: int | None = Field(
        None, ge=0, le=256, description="Processes that read sources side by side; 0: none; unset: one per core."
    )
    candidates: int = Field(20, ge=1, le=200, description="Passages that are found, and may be read.")
    read_first: int = Field(
        8, ge=1, le=200, description="Passages that are read at once; the others only where none of these answers."
    )
    pool: int = Field(60, ge=1, le=1000, description="Passages that each index puts forward.")
    statements: int = Field(
        3, ge=1, le=10, description="Most statements in an extractive answer; a list is told whole."
    )
    careful: float = Field(0.3, ge=0, le=1, description="Least confidence, 0 to 1, with which a question is answered.")
    admin_token: str | None = Field(
        None, description="Bearer token for adding, deleting and retracting over HTTP; unset: not offered."
    )
    api_keys: tuple[Annotated[SecretStr, Field(min_length=20)], ...] = Field(
        (), description="Keys (JSON list, 20 characters or more each) without one of which programs get no answer."
    )
    eval_api_key: SecretStr | None = Field(
        None, description="The key that `qa eval run --url` sends to a service which asks for one."
    )
    max_body_bytes: int = Field(1_000_000, ge=1024, description="Largest HTTP body; articles may be 20 times that.")
    cors_origins: tuple[str, ...] = Field(
        (), description="Origins (JSON list) whose pages may call the service from a browser."
    )
    keep_questions: bool = Field(
        default=False, description="Keep every question asked over HTTP, and not only those that a reader rates."
    )
    llm: LLMSettings = Field(default_factory=LLMSettings, description="The language model, QA_LLM_….")


class JudgeSettings(BaseSettings):
    """Which judge model is asked, and where: nobody is, unless a caller names the model."""

    model_config = SettingsConfigDict(env_prefix="QA_JUDGE_", frozen=True, extra="ignore")

    model: str = Field(description="Its name, as the server has it; by --judge-model.")
    base_url: str | None = Field(
        None, description="Address of an OpenAI-compatible server, as http://127.0.0.1:8080/v1."
    )
    api_key: SecretStr | None = Field(None, description="Its key, if it wants one.")
