"""A clear refusal of a publish call is a refusal on every platform, and never leaves the call in doubt."""

from typing import Any

import pytest

from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.platforms.error_table import ErrorTable
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import InDoubt, PublishError, Rejected
from tests.support.attempts import FakeAttempt

SAID = "Something that nobody documented."
BODIES: dict[str, Any] = {
    "instagram": {"error": {"message": SAID, "type": "OAuthException", "code": 99_999}},
    "facebook": {"error": {"message": SAID, "type": "OAuthException", "code": 99_999}},
    "threads": {"error": {"message": SAID, "type": "OAuthException", "code": 99_999}},
    "linkedin": {"message": SAID, "status": 400, "code": "NEVER_HEARD_OF"},
    "x": {"title": "Never Heard Of", "detail": SAID, "type": "https://api.x.com/2/problems/never-heard-of"},
    "tiktok": {"error": {"code": "never_heard_of", "message": SAID, "log_id": "1"}},
    "youtube": {"error": {"code": 400, "message": SAID, "errors": [{"reason": "neverHeardOf"}]}},
    "bluesky": {"error": "NeverHeardOf", "message": SAID},
    "mastodon": {"error": SAID},
    "pinterest": {"code": 99_999, "message": SAID},
}
"""An error of each platform that its documentation does not list."""


def error(platform: str, status: int, body: Any) -> PublishError:
    errors: ErrorTable[Any] = load_attribute(platform, "errors", "ERRORS")
    return errors.error(Reply(status, body), {}, FakeAttempt().now(), publishing=True, link="")


def test_there_is_a_body_for_every_platform() -> None:
    assert BODIES.keys() == PLATFORMS.keys()


@pytest.mark.parametrize("status", [400, 402, 403, 404, 405, 406, 410, 413, 415, 422, 451])
@pytest.mark.parametrize("platform", BODIES)
def test_refused_publish_call_is_rejected(platform: str, status: int) -> None:
    refused = error(platform, status, BODIES[platform])
    assert type(refused) is Rejected
    if (platform, status) != ("x", 402):  # X refuses every call of an app without credits
        assert SAID in refused.reason


@pytest.mark.parametrize("platform", BODIES)
def test_conflict_may_be_with_an_earlier_publish_call(platform: str) -> None:
    assert type(error(platform, 409, BODIES[platform])) is InDoubt


@pytest.mark.parametrize("body", [{}, {"oops": 1}, [], "a text", None, 7])
@pytest.mark.parametrize("platform", BODIES)
def test_refusal_that_is_not_the_platforms_own_leaves_the_publish_call_in_doubt(platform: str, body: Any) -> None:
    assert type(error(platform, 400, body)) is InDoubt
