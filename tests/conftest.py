"""Fixtures that every kind of test may use."""

import gc
import os
import tempfile
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.loaders
import httpx
import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from local.shared_memory import shared_memory
from minutehand.runtime import aws
from minutehand.runtime.db import Database
from tests.support import postgres
from tests.support.clock import FakeClock
from tests.support.connection_pool import PooledDatabase
from tests.support.distribution import FileByFile
from tests.support.postgres import Databases
from tests.support.shared_compilation import import_tests
from tests.support.specifications import checked_requests

# `make test` has the same result for the same code, however busy the machine is. `make soak` looks for new failures.
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are processors, because the worker of the end-to-end tests mostly waits."""
    return (os.process_cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    return FileByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect without garbage collection, and afterwards keep the tests out of it.

    There are thousands of tests, and each full collection would examine all of them.
    """
    gc.disable()
    try:
        import_tests(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    # In memory if possible, because creating and dropping databases creates and deletes hundreds of files. Outside
    # pytest's own folder, which each pytest closes to other users when it starts, and so to Postgres.
    with (
        tempfile.TemporaryDirectory(prefix="minutehand-", dir=shared_memory()) as folder,
        postgres.server(Path(folder) / "postgres") as url,
        postgres.template(url),
    ):
        yield url


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """Yield a folder for a server of Postgres that only this test uses. It is in memory if possible, because a new
    server writes a thousand files and waits until they are on the disk. Its path is short enough for a socket.
    """
    with tempfile.TemporaryDirectory(prefix="minutehand-", dir=shared_memory()) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    with Databases(postgres_url) as databases:
        yield databases


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """Yield the URL of an empty database, which other tests have used before."""
    with databases.lend() as url:
        yield url


@pytest.fixture
def own_database_url(postgres_url: str) -> Iterator[str]:
    """Yield the URL of a new database, for tests that change its schema, settings or statistics."""
    with postgres.clone(postgres_url) as url:
        yield url


@pytest.fixture
def db(database_url: str, databases: Databases) -> Iterator[Database]:
    database = PooledDatabase(lambda: database_url, databases.connections)
    yield database
    database.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(autouse=True)
def aws_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test create AWS clients from its own environment: a session keeps the first credentials it finds."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    aws._session.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def shared_files() -> Iterator[None]:
    """Read the certificates and botocore's descriptions of services once, and not for each client."""
    described: dict[Any, Any] = {}

    class SharedLoader(botocore.loaders.Loader):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._cache = described

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.loaders.Loader", SharedLoader)
        patch.setattr("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context))
        yield


@pytest.fixture(scope="session")
def broken_specifications() -> Iterator[list[str]]:
    """Yield the list of the requests to platforms that do not follow the platform's specification."""
    with checked_requests() as found:
        yield found


@pytest.fixture(autouse=True)
def requests_follow_specifications(broken_specifications: list[str]) -> Iterator[None]:
    """Fail a test whose requests to platforms do not follow the platforms' specifications."""
    broken_specifications.clear()
    yield
    assert broken_specifications == []


@pytest.fixture(scope="session", autouse=True)
def kept_clients() -> Iterator[None]:
    """Close the HTTP clients that functions keep from one invocation to the next, which no other code closes."""
    yield
    for each in gc.get_objects():
        if type(each) is httpx.Client:
            each.close()
