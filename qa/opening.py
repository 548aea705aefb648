"""How a command comes to its settings, its engine and its archive: the options that every command takes."""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.errors import QAError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.archive import Archive
    from qa.engine import Engine
    from qa.settings import Settings

Home = Annotated[
    Path | None, typer.Option("--home", metavar="DIR", help="Folder of the archive (QA_HOME; else ./.qa).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON, for programs.")]


def settings_in(context: typer.Context, home: Path | None) -> Settings:
    """Options before the environment, the environment before the defaults.

    Raises:
        QAError: a variable that cannot be used.
    """
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from qa.settings import Settings

    chosen = home or context.find_root().obj
    try:
        return Settings(home=chosen) if chosen else Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        prefix = "QA_LLM_" if error.title == "LLMSettings" else "QA_"
        name = prefix + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise QAError(f"the setting {name} cannot be used: {first['msg']}", hint=f"correct or unset {name}") from error
    except SettingsError as error:  # a list or an object that is no JSON: the only kinds that are parsed
        raise QAError(f"a setting is not JSON: {error}", hint="correct or unset it") from error


@contextmanager
def engine_in(context: typer.Context, home: Path | None, **how: Any) -> Iterator[Engine]:
    from qa.engine import build

    with closing(build(settings_in(context, home), **how)) as engine:
        yield engine


@contextmanager
def archive_in(context: typer.Context, home: Path | None, **how: Any) -> Iterator[Archive]:
    with engine_in(context, home, **how) as engine:
        yield engine.archive
