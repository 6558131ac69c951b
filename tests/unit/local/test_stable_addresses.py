"""The addresses of the local API that stay the same when the API is deployed again."""

import asyncio
from typing import Any

import pytest

from local.stable_addresses import StableAddresses


def forwarded(path: str, api_id: str | None = "a1b2c3d4", raw_path: bytes | None = None) -> tuple[str, bytes]:
    seen: list[dict[str, Any]] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope)

    scope = {"type": "http", "path": path, "raw_path": raw_path or path.encode()}
    asyncio.run(StableAddresses(application, lambda: api_id)(scope, None, None))  # type: ignore[arg-type]
    return seen[0]["path"], seen[0]["raw_path"]


@pytest.mark.parametrize("path", ["/planner", "/planner/posts/new", "/api/social/posts/list", "/api/social"])
def test_api_and_planner_are_served_at_the_root(path: str) -> None:
    prefix = "/_aws/execute-api/a1b2c3d4/local"

    assert forwarded(path) == (prefix + path, (prefix + path).encode())


def test_escaped_characters_stay_escaped() -> None:
    _, raw_path = forwarded("/planner/a b", raw_path=b"/planner/a%20b")

    assert raw_path == b"/_aws/execute-api/a1b2c3d4/local/planner/a%20b"


@pytest.mark.parametrize(
    "path", ["/", "/planners", "/api/socials", "/_ministack/health", "/2015-03-31/functions/", "/bucket/planner"]
)
def test_other_addresses_stay_those_of_aws(path: str) -> None:
    assert forwarded(path) == (path, path.encode())


def test_nothing_changes_before_the_first_deployment() -> None:
    assert forwarded("/planner", api_id=None) == ("/planner", b"/planner")
