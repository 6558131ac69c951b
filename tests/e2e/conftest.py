import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from local.build import WITHOUT_PAGES
from tests.support.stack import DeployedStack, deployed


@pytest.fixture(scope="package")
def stack(request: pytest.FixtureRequest) -> Iterator[DeployedStack]:
    """Run the stack while the tests of this folder run; its functions take time from the tests that follow.

    Where a test failed, the logs stay. The tests of the planner are in tests/web.
    """
    # Outside pytest's own folder: each pytest that starts closes that to other users, and so to the user of Postgres.
    folder = Path(tempfile.mkdtemp(prefix="minutehand-e2e-"))
    with deployed(folder, WITHOUT_PAGES) as running:
        yield running
    if request.session.testsfailed:
        print(f"The logs of the stack are in {folder / 'logs'}.")  # noqa: T201
    else:
        shutil.rmtree(folder)


@pytest.fixture
def owner() -> str:
    """Somebody whom no other test knows."""
    return f"user-{uuid4().hex[:12]}"
