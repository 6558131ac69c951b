"""A function imports only the modules that it needs, because its first caller waits for the imports."""

import importlib.util
import subprocess
import sys
from dataclasses import dataclass

import pytest

from local.settings import ROOT
from minutehand.tokens.secret import generate

AWS = frozenset({"botocore.session"})  # Powertools itself imports the bare package botocore, which is small
BOTO3 = frozenset({"boto3", "s3transfer"})
"""Slow to import, and not needed: the clients are those of botocore."""
DATABASE = frozenset({"psycopg", "minutehand.runtime.db"})
PLATFORMS = frozenset({"httpx", "minutehand.platforms.bluesky", "minutehand.platforms.mastodon", "regex"})
MIGRATIONS = frozenset({"sqlalchemy", "alembic"})
IDENTITY = frozenset({"jwt"})
API = frozenset({"minutehand.runtime.api_function"})
RESOLVER = frozenset({"aws_lambda_powertools.event_handler.api_gateway"})
"""Slow to import, and not needed: docs/adr/0023 says why no function has it."""
SEALING = frozenset({"cryptography.hazmat.primitives.ciphers.aead", "authlib"})
QUEUE = frozenset({"minutehand.queue.jobs", "minutehand.queue.catch_up"})
OUTBOX = frozenset({"minutehand.queue.outbox", "minutehand.runtime.tracing"})
"""Needed only after a commit that queued publications."""
PORT = frozenset({"minutehand.platforms.port"})
"""The port of the adapters. The rules of the platforms need only the content of a post."""
HASHES = frozenset({"hashlib"})
"""Needed only by requests with a cursor or an Idempotency-Key."""
PUBLISHING = frozenset({"minutehand.publishing.publisher"})
LATE = frozenset(
    {
        *("pydantic.functional_serializers", "minutehand.posts.search", "minutehand.posts.thread"),
        *("minutehand.oauth.callback", "minutehand.oauth.following"),
        *("minutehand.connections.connect", "minutehand.platforms.connectors", "minutehand.platforms.metrics"),
    }
)
"""Slow to import, and needed only by some requests, so no function imports them at its start."""
ERRORS = frozenset({"minutehand.platforms.error_table"})
HTML = frozenset({"html"})
PAGES = HTML | {"minutehand.runtime.page"}
THREADS = frozenset({"concurrent.futures.thread"})
CLIENTS = frozenset({"minutehand.oauth.clients"})
CONSENT = frozenset({"minutehand.platforms.oauth2.provider"})
HEAVY = frozenset[str]().union(
    *(SEALING, AWS, BOTO3, DATABASE, PLATFORMS, MIGRATIONS, IDENTITY, API, RESOLVER, QUEUE, OUTBOX, PORT, HASHES),
    *(PUBLISHING, LATE, ERRORS, PAGES, CONSENT, CLIENTS, THREADS),
)

OTHERS = {
    **dict.fromkeys(
        ("schedule_post", "cancel_post", "approve_post", "confirm_post", "retry_post"), API | DATABASE | QUEUE
    ),
    **dict.fromkeys(("feeds", "media", "tokens", "connection_links"), API | DATABASE | HASHES),
    "queue_health": API | DATABASE | THREADS,
    "authorize_connection": API | DATABASE | HASHES | CONSENT,
    "confirm_connection": API | DATABASE | HASHES | CONSENT | PAGES,
    **dict.fromkeys(("connection_callback", "connection_link"), API | DATABASE | HASHES | PAGES),
    **dict.fromkeys(("archiver", "metrics_collector"), DATABASE),
    "token_refresher": DATABASE | PORT | HASHES | CONSENT | CLIENTS | THREADS,
    **dict.fromkeys(("scheduler", "dead_letters"), DATABASE | QUEUE | OUTBOX | HASHES | THREADS),
    "publisher": frozenset[str]().union(
        *(AWS, DATABASE, QUEUE, OUTBOX, PUBLISHING, PLATFORMS, PORT, HASHES, ERRORS, CONSENT, CLIENTS, THREADS, HTML)
    ),
    "migrator": DATABASE | MIGRATIONS | HASHES | HTML | THREADS,
    "planner": API | DATABASE | HTML,
    "authorizer": frozenset[str](),
}
"""Functions whose allowed imports differ from those of most functions of the API."""
FUNCTIONS = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
ALLOWED = dict.fromkeys(FUNCTIONS, API | DATABASE) | OTHERS

IMPORTER = """
import importlib, sys

def subclasses(cls):
    return {cls} | {each for subclass in cls.__subclasses__() for each in subclasses(subclass)}

for name in sys.argv[1:]:
    # Each function imports the modules of the project again. The packages stay: those before it may import no others.
    for module in [module for module in sys.modules if module.partition(".")[0] in ("functions", "minutehand")]:
        del sys.modules[module]
    before = set(sys.modules)
    function = getattr(importlib.import_module(f"functions.{name}.app"), "function", None)
    print(*set(sys.modules) - before)
    forms = sys.modules.get("minutehand.runtime.form")
    own = vars(sys.modules[f"functions.{name}.app"]).values()
    print(*sorted(each.__name__ for each in (subclasses(forms.Form) if forms else ()) if each in own
                  and not each.__pydantic_complete__))
    base = sys.modules.get("minutehand.runtime.config")
    used = set() if function is None else set(function._config.__mro__)
    print(*sorted(each.__name__ for each in (subclasses(base.Config) if base else set()) - used))
"""


def chains() -> list[list[str]]:
    """Return chains in which each function may import all that those before it may: they share an interpreter."""
    found: list[list[str]] = []
    for function in sorted(ALLOWED, key=lambda function: (len(ALLOWED[function]), function)):
        for chain in found:
            if ALLOWED[chain[-1]] <= ALLOWED[function]:
                chain.append(function)
                break
        else:
            found.append([function])
    return found


@dataclass(frozen=True)
class Imported:
    """The imports of the handler of a function."""

    modules: set[str]
    """Without the packages that a handler before it in its chain imported."""
    unbuilt_forms: list[str]
    """The forms of the handlers that pydantic has not built, so that the first request would wait for it."""
    unused_configs: list[str]
    """The classes of configurations that the function does not have."""


@pytest.fixture(scope="module")
def imported() -> dict[str, Imported]:
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'domain'}", "POWERTOOLS_SERVICE_NAME": "cold-start"}
    found: dict[str, Imported] = {}
    for chain in chains():
        done = subprocess.run(
            [sys.executable, "-c", IMPORTER, *chain], env=environ, capture_output=True, text=True, check=True
        )
        lines = [line.split() for line in done.stdout.splitlines()]
        found |= {
            function: Imported(set(modules), forms, configs)
            for function, modules, forms, configs in zip(chain, lines[::3], lines[1::3], lines[2::3], strict=True)
        }
    return found


def test_exceptions_are_functions() -> None:
    assert set(OTHERS) <= FUNCTIONS


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_function_imports_only_the_modules_that_it_needs(imported: dict[str, Imported], function: str) -> None:
    assert f"functions.{function}.app" in imported[function].modules
    assert imported[function].modules & HEAVY <= ALLOWED[function]
    assert imported[function].unbuilt_forms == []
    assert imported[function].unused_configs == []


@pytest.mark.parametrize("module", sorted(HEAVY))
def test_forbidden_modules_exist(module: str) -> None:
    """A misspelt name would never be imported, and the rule that forbids it would have no effect."""
    assert importlib.util.find_spec(module) is not None


AUTHORIZER = """
import sys
from types import SimpleNamespace
from functions.authorizer import app
from minutehand.runtime.authentication import open_authentication
from minutehand.runtime.identity import Identity

app.function.replace(open_authentication, lambda _: lambda headers: Identity("ada", "ada"))
context = SimpleNamespace(
    function_name="a", memory_limit_in_mb=1, aws_request_id="b",
    invoked_function_arn="arn:aws:lambda:eu-central-1:000000000000:function:authorizer",
)
imported = []
for token in sys.argv[1:]:
    event = {"headers": {"authorization": "Bearer " + token}, "methodArn": "a/b", "requestContext": {"requestId": "c"}}
    try:
        app.handler(event, context)
        outcome = "identified"
    except Exception as error:
        outcome = type(error).__name__
    imported.append(f"{outcome} {'psycopg' in sys.modules}")
print(imported)
"""


def test_authorizer_imports_the_database_only_to_look_up_a_token() -> None:
    environ = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'domain'}",
        "POWERTOOLS_SERVICE_NAME": "cold-start",
        "STAGE": "local",
        "AUTH_MODE": "trusted-header",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    tokens = ["token-of-a-person", "mh_live_nonsense", generate("live")]

    done = subprocess.run(
        [sys.executable, "-c", AUTHORIZER, *tokens], env=environ, capture_output=True, text=True, check=True
    )

    outcomes = ["identified False", "Exception False", "OperationalError True"]
    assert done.stdout.splitlines()[-1] == str(outcomes)
