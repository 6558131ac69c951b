"""The planner in a real Chromium, against the deployed local stack."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.support.chromium import launch_options
from tests.support.planner import TIMEOUT, Planner, watched_page
from tests.support.stack import DeployedStack, deployed

expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="session")
def stack() -> Iterator[DeployedStack]:
    """Run the stack for all tests of the page."""
    # Pytest closes its own folder to other users, and so to the user of Postgres.
    folder = Path(tempfile.mkdtemp(prefix="minutehand-web-"))
    with deployed(folder) as running:
        yield running
    shutil.rmtree(folder)


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
    return f"web-{uuid4().hex[:12]}"


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
def image(stack: DeployedStack, tmp_path: Path) -> Path:
    """Return an image file that every platform accepts."""
    file = tmp_path / "sunrise.jpg"
    file.write_bytes(stack.simulator.get("/samples/image.jpg").content)
    return file
