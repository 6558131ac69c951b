"""LinkedIn's responses to a refused token, and responses that may not come from LinkedIn."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.exchange import Reply
from minutehand.platforms.linkedin.adapter import LinkedIn
from minutehand.platforms.linkedin.errors import Call, refusal
from minutehand.platforms.port import (
    Account,
    Content,
    InDoubt,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
)
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia

ACCOUNT = Account("c1", "linkedin", "urn:li:person:1", "Demo", "", {"access_token": "hunter2"})
UNKNOWN_RESPONSES = [
    None,  # an HTML page
    {"message": "Log in to the proxy, hunter2."},
    {"status": 401, "serviceErrorCode": 70_000, "message": "Of a new kind."},
    {"code": "UNAUTHORIZED"},
]


def error_for(data: Any, *, publishing: bool) -> PublishError:
    error = refusal(Reply(401, data), Call("the post", publishing=publishing), ACCOUNT, FakeAttempt())
    assert "hunter2" not in error.reason
    return error


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        ({"serviceErrorCode": 65_600, "message": "Invalid access token"}, Rejected, "reconnect_required"),
        ({"code": "INVALID_ACCESS_TOKEN"}, Rejected, "reconnect_required"),
        ({"serviceErrorCode": 65_601, "code": "REVOKED_ACCESS_TOKEN"}, Transient, "token_not_yet_valid"),
        ({"serviceErrorCode": 65_602}, TokenExpired, "token_expired"),
        ({"code": "EXPIRED_ACCESS_TOKEN"}, TokenExpired, "token_expired"),
    ],
)
@pytest.mark.parametrize("publishing", [False, True])
def test_linkedin_codes_determine_the_error_of_a_token(
    data: Any, kind: type[PublishError], code: str, publishing: bool
) -> None:
    error = error_for(data, publishing=publishing)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize("data", UNKNOWN_RESPONSES)
def test_unknown_401_to_a_preparation_is_transient(data: Any) -> None:
    error = error_for(data, publishing=False)
    assert (type(error), error.code) == (Transient, "unexpected_answer")


@pytest.mark.parametrize("data", UNKNOWN_RESPONSES)
def test_unknown_401_to_the_publish_call_is_in_doubt(data: Any) -> None:
    error = error_for(data, publishing=True)
    assert (type(error), error.code) == (InDoubt, "unexpected_answer")


@pytest.mark.parametrize("reply_to", [None, "urn:li:share:1"])
def test_refusal_in_an_unknown_format_leaves_the_publish_call_in_doubt(reply_to: str | None) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(400, json={"oops": 400})))
    attempt = FakeAttempt()

    with pytest.raises(InDoubt):
        LinkedIn(client, FakeMedia()).publish(Content("Hi", reply_to=reply_to), ACCOUNT, attempt)

    assert attempt.armed_times == 1


@pytest.mark.parametrize(
    ("message", "code", "wait"),
    [
        ("Resource level throttle APPLICATION DAY limit for calls to this resource is reached.", "daily_limit", 15),
        ("Resource level throttle MEMBER DAY limit for calls to this resource is reached.", "daily_limit", 15),
        ("Resource level throttle limit for calls to this resource is reached.", "rate_limited", 0.25),
    ],
)
@pytest.mark.parametrize("publishing", [False, True])
def test_used_up_limit_of_a_day_waits_for_midnight_utc(message: str, code: str, wait: float, publishing: bool) -> None:
    body = {"status": 429, "serviceErrorCode": 101, "message": message}
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(429, json=body)))
    media, attempt = FakeMedia(), FakeAttempt(now=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    post = Content("Hi", () if publishing else ("https://ex.am/a.jpg",))

    with pytest.raises(RateLimited) as limited:
        LinkedIn(client, media).publish(post, ACCOUNT, attempt)

    assert (limited.value.code, limited.value.until - attempt.now()) == (code, timedelta(hours=wait))
    assert attempt.armed_times == publishing
