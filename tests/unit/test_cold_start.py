"""What a function imports when it starts is what its first caller waits for."""

import subprocess
import sys

import pytest

from local.settings import ROOT

AWS = frozenset({"boto3", "botocore.session"})  # Powertools itself imports the bare package botocore, which is small
DATABASE = frozenset({"psycopg", "minutehand.runtime.db"})
PLATFORMS = frozenset({"httpx", "minutehand.platforms.bluesky", "minutehand.platforms.mastodon", "regex"})
MIGRATIONS = frozenset({"sqlalchemy", "alembic"})
IDENTITY = frozenset({"jwt"})
HTTP = frozenset({"minutehand.runtime.http", "aws_lambda_powertools.event_handler.api_gateway"})
SEALING = frozenset({"cryptography.hazmat.primitives.ciphers.aead", "authlib"})
QUEUE = frozenset({"minutehand.queue.jobs", "minutehand.queue.outbox"})
PUBLISHING = frozenset({"minutehand.publishing.publisher"})
HEAVY = SEALING | AWS | DATABASE | PLATFORMS | MIGRATIONS | IDENTITY | HTTP | QUEUE | PUBLISHING

ALLOWED = {
    "connections": HTTP | DATABASE,
    "authorize_connection": HTTP | DATABASE,
    "connection_callback": HTTP | DATABASE,
    "token_refresher": AWS | DATABASE,
    "media": HTTP | DATABASE,
    "create_post": HTTP | DATABASE,
    "update_post": HTTP | DATABASE,
    "validate_post": HTTP | DATABASE,
    "delete_post": HTTP | DATABASE,
    "list_posts": HTTP | DATABASE,
    "get_post": HTTP | DATABASE,
    "schedule_post": HTTP | DATABASE | QUEUE,
    "cancel_post": HTTP | DATABASE | QUEUE,
    "approve_post": HTTP | DATABASE | QUEUE,
    "retry_post": HTTP | DATABASE | QUEUE,
    "archive_posts": HTTP | DATABASE,
    "archiver": DATABASE,
    "queue": HTTP | DATABASE | QUEUE,
    "queue_jobs": HTTP | DATABASE | QUEUE,
    "queue_health": AWS | HTTP | DATABASE | QUEUE,
    "scheduler_control": AWS | HTTP | DATABASE | QUEUE,
    "scheduler": AWS | DATABASE | QUEUE,
    "dead_letters": DATABASE | QUEUE,
    "publisher": AWS | DATABASE | QUEUE | PUBLISHING | PLATFORMS,
    "migrator": DATABASE | MIGRATIONS,
    "authorizer": frozenset[str](),
}


def imported(function: str) -> set[str]:
    """Return the modules that are there once the handler of ``function`` is."""
    script = f"import sys, functions.{function}.app; print(*sys.modules)"
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'domain'}", "POWERTOOLS_SERVICE_NAME": function}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_every_function_is_looked_at() -> None:
    assert set(ALLOWED) == {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_a_function_imports_only_what_it_runs(function: str) -> None:
    assert imported(function) & HEAVY <= ALLOWED[function]


@pytest.mark.parametrize("module", sorted(HEAVY))
def test_what_is_forbidden_exists(module: str) -> None:
    """A name that nothing has would be absent everywhere, and the guard would guard nothing."""
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"], env={"PYTHONPATH": str(ROOT / "layers" / "domain")}, check=False
    )

    assert done.returncode == 0
