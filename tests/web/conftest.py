"""The planner in a real Chromium, against the deployed local stack."""

import fcntl
import pickle
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from local import web
from tests.support.chromium import launch_options
from tests.support.planner import TIMEOUT, Planner, watched_page
from tests.support.stack import DeployedStack, deployed, joined

expect.set_options(timeout=TIMEOUT)

_STACK = pytest.StashKey[bytes]()


@contextmanager
def _deployed() -> Iterator[DeployedStack]:
    web.install_all()  # axe-core
    # Pytest closes its own folder to other users, and so to the user of Postgres.
    folder = Path(tempfile.mkdtemp(prefix="minutehand-web-"))
    try:
        with deployed(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Run one stack for all workers of pytest-xdist, because each deployment takes half a minute."""
    config: pytest.Config = node.config
    if _STACK not in config.stash:
        resources = ExitStack()
        config.add_cleanup(resources.close)
        running = resources.enter_context(_deployed())
        config.stash[_STACK] = pickle.dumps(replace(running.stack, services=()))
    node.workerinput["stack"] = config.stash[_STACK]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run first the tests that run alone, because other commands can use the idle processor then. Run last the tests
    that measure time, because other commands have probably ended then.
    """
    items.sort(key=lambda item: _is(item, "measured") - _is(item, "alone"))


def _is(item: pytest.Item, marker: str) -> bool:
    return item.get_closest_marker(marker) is not None


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[DeployedStack]:
    """Return the stack of all tests of the page."""
    shared = getattr(request.config, "workerinput", {}).get("stack")
    with _deployed() if shared is None else joined(pickle.loads(shared)) as running:
        yield running


@pytest.fixture(autouse=True)
def turn(request: pytest.FixtureRequest, stack: DeployedStack) -> Iterator[None]:
    """Run tests of different owners at the same time, but a test with one of the markers without any other test."""
    runs_alone = _is(request.node, "alone") or _is(request.node, "measured")
    with (stack.stack.settings.state / "turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX if runs_alone else fcntl.LOCK_SH)
        yield


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(**launch_options())
    yield running
    running.close()


@pytest.fixture
def owner() -> str:
    """Return the id of an owner whom no other test knows."""
    return f"w{uuid4().hex[:9]}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with watched_page(browser) as opened:
        yield opened


@pytest.fixture
def planner(page: Page, stack: DeployedStack, owner: str) -> Iterator[Planner]:
    """Return the planner of a person who has not signed in yet."""
    opened = Planner(page, stack, owner)
    yield opened
    opened.api.close()


@pytest.fixture
def operator(planner: Planner) -> Iterator[httpx.Client]:
    """Return the API of an operator. At the end, resume publishing on all platforms, even if the test failed."""
    with planner.stack.api("Mio", {"x-owner-id": planner.owner, "x-user-roles": "operator"}) as api:
        yield api
        for pause in api.get("/api/social/queue").json()["pauses"]:
            if pause["scope"] == "platform":
                request = {"action": "resume", "scope": "platform", "platform": pause["platform"]}
                assert api.post("/api/social/queue", json=request).is_success


@pytest.fixture
def image(stack: DeployedStack, tmp_path: Path) -> Path:
    """Return an image file that every platform accepts."""
    file = tmp_path / "sunrise.jpg"
    file.write_bytes(stack.simulator.get("/samples/image.jpg").content)
    return file
