import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from local import web
from local.build import COMPLETE, WITHOUT_PAGES, Build, build_lock, source_fingerprint
from tests.support.stack import DeployedStack, deployed


@pytest.fixture(scope="package")
def build() -> Build:
    """Return the build to deploy: the complete one if it is current, because `sam build` takes half a minute."""
    with build_lock():
        is_current = web.is_current() and COMPLETE.is_current(source_fingerprint())
    return COMPLETE if is_current else WITHOUT_PAGES


@pytest.fixture(scope="package")
def stack(request: pytest.FixtureRequest, build: Build) -> Iterator[DeployedStack]:
    """Run the stack while the tests of this folder run; its functions take time from the tests that follow.

    Where a test failed, the logs stay. The tests of the planner are in tests/web.
    """
    # Outside pytest's own folder: each pytest that starts closes that to other users, and so to the user of Postgres.
    folder = Path(tempfile.mkdtemp(prefix="minutehand-e2e-"))
    with deployed(folder, build) as running:
        yield running
    if request.session.testsfailed:
        print(f"The logs of the stack are in {folder / 'logs'}.")  # noqa: T201
    else:
        shutil.rmtree(folder)


@pytest.fixture
def owner() -> str:
    """Somebody whom no other test knows."""
    return f"user-{uuid4().hex[:12]}"
