"""A clear refusal of a publish call is a refusal on every platform, and never leaves the call in doubt."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.simulator.discovery import find_attributes
from local.simulator.faults import Dialect, Faults
from local.simulator.state import State
from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.platforms.error_table import ErrorTable
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import InDoubt, PublishError, Rejected
from tests.support.attempts import FakeAttempt

DIALECTS: dict[str, Dialect] = {
    platform: simulator(State(), Faults()) for platform, simulator in find_attributes("local.simulator", "simulator")
}
"""The simulators, which return an error of each platform that its documentation does not list."""


def undocumented_body(platform: str, status: int) -> Any:
    return json.loads(bytes(DIALECTS[platform].error(status).body))


def messages(body: Any) -> Iterator[str]:
    """Yield the texts in ``body`` that are for people. Codes and names consist of one word."""
    if isinstance(body, dict):
        for value in body.values():
            yield from messages(value)
    elif isinstance(body, str) and " " in body:
        yield body


def error(platform: str, status: int, body: Any) -> PublishError:
    errors: ErrorTable[Any] = load_attribute(platform, "errors", "ERRORS")
    return errors.error(Reply(status, body), {}, FakeAttempt().now(), publishing=True, link="")


def test_there_is_a_dialect_for_every_platform() -> None:
    assert DIALECTS.keys() == PLATFORMS.keys()


@pytest.mark.parametrize("status", [400, 402, 403, 404, 405, 406, 410, 413, 415, 422, 451])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_refused_publish_call_is_rejected(platform: str, status: int) -> None:
    body = undocumented_body(platform, status)
    refused = error(platform, status, body)
    assert type(refused) is Rejected
    if (platform, status) != ("x", 402):  # X refuses every call of an app without credits
        assert refused.reason.removesuffix(".").endswith(tuple(f": {said.rstrip('.')}" for said in messages(body)))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_conflict_may_be_with_an_earlier_publish_call(platform: str) -> None:
    assert type(error(platform, 409, undocumented_body(platform, 409))) is InDoubt


@pytest.mark.parametrize("body", [{}, {"oops": 1}, [], "a text", None, 7])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_refusal_that_is_not_the_platforms_own_leaves_the_publish_call_in_doubt(platform: str, body: Any) -> None:
    assert type(error(platform, 400, body)) is InDoubt
