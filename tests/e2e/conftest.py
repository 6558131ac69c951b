from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.support.stack import DeployedStack, deployed


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStack]:
    with deployed(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def owner() -> str:
    """Somebody whom no other test knows."""
    return f"user-{uuid4().hex[:12]}"
