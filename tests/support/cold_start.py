"""Handler modules, each loaded as a cold start loads it: tests share nothing, so that nothing has to be reset."""

from collections.abc import Callable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from local.settings import ROOT
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.clock import Clock
from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from minutehand.runtime.function import read_config
from tests.support.acting import restricted
from tests.support.groups import groups

ENVIRON = {
    "STAGE": "local",
    "DATABASE_URL": "unused",
    "PUBLISH_QUEUE_URL": "q",
    "UNCONNECTED_PLATFORMS": "sandbox",
    "SEND_LEAD_SECONDS": "1",
}
"""The variables of a function whose database and queues are replaced."""

type Openers = Mapping[Callable[..., Any], Callable[[Any], Any]]
"""Openers by those that they replace."""


def start(
    name: str,
    *,
    db: Database | None = None,
    clock: Clock | None = None,
    environ: Mapping[str, str] | None = None,
    openers: Openers | None = None,
) -> Any:
    """Return the module of a handler. What is given replaces what its function would read or open.

    With ``db``, the handler has the privileges of its group of functions. ``environ``: instead of the environment of
    the process.
    """
    spec = spec_from_file_location(f"functions.{name}.app", ROOT / "functions" / name / "app.py")
    assert spec is not None
    assert spec.loader is not None
    app: Any = module_from_spec(spec)
    spec.loader.exec_module(app)
    if clock is not None:
        app.function.clock = clock
    if environ is not None:
        configure(app.function, environ)
    if db is not None:
        app.function.replace(open_database, lambda _: db)
        _restrict(app, db, groups()[name])
    for opener, other in (openers or {}).items():
        app.function.replace(opener, other)
    return app


def _restrict(app: Any, db: Database, group: str) -> None:
    is_of_the_api = isinstance(app.function, ApiFunction)
    if is_of_the_api:
        app.function._invoke = restricted(app.function._invoke, db, group)
    else:
        app.handler = restricted(app.handler, db, group)


def configure(function: Any, environ: Mapping[str, str]) -> None:
    """Let ``function`` start again, with ``environ`` as its environment."""
    function._resources.clear()
    function.replace(read_config, lambda _: function._config.from_environ(environ))
