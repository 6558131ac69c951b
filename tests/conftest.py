"""Fixtures that every kind of test may use."""

import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import pytest

from minutehand.runtime.db import Database
from tests.support import postgres
from tests.support.clock import FakeClock


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    # Outside pytest's own folder: each pytest that starts closes that to other users, and so to the user of Postgres.
    with tempfile.TemporaryDirectory(prefix="minutehand-") as folder, postgres.server(Path(folder) / "postgres") as url:
        postgres.make_template(url)
        yield url


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    with postgres.clone(postgres_url) as url:
        yield url


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(lambda: database_url)
    yield database
    database.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(autouse=True)
def aws_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients of AWS be made from the environment of their own test: boto3 keeps the first credentials it finds."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(scope="session", autouse=True)
def kept_clients() -> Iterator[None]:
    """Close the HTTP clients that functions keep from one invocation to the next: nobody else does."""
    yield
    for each in gc.get_objects():
        if type(each) is httpx.Client:
            each.close()
