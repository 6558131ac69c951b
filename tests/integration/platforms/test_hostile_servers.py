"""A server that wants to harm the functions uses up neither their memory nor their time.

The calls are made in a process of their own, several of them at the same time, as in a publisher.
"""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from local.settings import ROOT
from tests.support.hostile_server import server

CALLS = "probe,video bluesky,publish mastodon,reconcile mastodon,refresh x,metrics mastodon"
CONCURRENCY = 4
CALL_SECONDS = 0.1
MAX_SECONDS = 6.0
"""The longest that a call may take beyond its limit, on a machine that runs other tests."""
MAX_BYTES = 256 * 1024 * 1024
"""Half of the memory of the functions of the API, which have the least memory."""


@pytest.fixture(scope="module")
def reports() -> list[dict[str, Any]]:
    program = [sys.executable, "-m", "tests.support.hostile_calls"]
    environ = os.environ | {"PYTHONPATH": f"{ROOT / 'layers' / 'domain'}:{ROOT}"}
    with server() as (url, behaviours):
        arguments = [url, str(CALL_SECONDS), str(CONCURRENCY), CALLS, *behaviours]
        done = subprocess.run([*program, *arguments], env=environ, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(behaviours) * len(CALLS.split(","))
    return found


def test_call_to_a_hostile_server_ends_with_a_result_or_its_error(reports: list[dict[str, Any]]) -> None:
    assert [each for each in reports if any(name.startswith("unexpected") for name in each["outcomes"])] == []


def test_call_to_a_hostile_server_ends_in_time(reports: list[dict[str, Any]]) -> None:
    assert [each for each in reports if each["seconds"] > CALL_SECONDS + MAX_SECONDS] == []


def test_calls_to_a_hostile_server_use_little_memory(reports: list[dict[str, Any]]) -> None:
    assert [each for each in reports if each["bytes"] > MAX_BYTES][:1] == []
