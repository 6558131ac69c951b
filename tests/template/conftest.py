from typing import Any

import pytest

from local import template


@pytest.fixture(scope="session")
def read() -> dict[str, Any]:
    return template.load()


@pytest.fixture(scope="session")
def resources(read: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = read["Resources"]
    return found


@pytest.fixture(scope="session")
def functions(resources: dict[str, Any]) -> dict[str, Any]:
    """Properties of each function by the folder its code is in."""
    return {
        resource["Properties"]["CodeUri"].removeprefix("functions/"): resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
