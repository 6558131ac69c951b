"""Tests of the Graph API client: errors of calls before and during publishing, waits, and lists of posts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.error_table import Meaning
from minutehand.platforms.meta.errors import QUOTA_WAIT, Duplicate, StaleHandle, graph_errors
from minutehand.platforms.meta.graph import GraphApi, GraphClient, id_in
from minutehand.platforms.meta.listing import is_since, rows, same_text
from minutehand.platforms.meta.throttle import retry_time
from minutehand.platforms.port import (
    Account,
    InDoubt,
    PermissionMissing,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
)
from tests.support.attempts import FakeAttempt

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACCOUNT = Account("c1", "threads", "1", "@demo", "", {"access_token": "s3cret"})
ERRORS = graph_errors(
    "Threads",
    by_code={506: Meaning(Duplicate, "duplicate", "It exists already.")},
    by_subcode={
        2_207_027: Meaning(Transient, "wait", "It is not ready."),
        2_207_042: Meaning(RateLimited, "daily_limit", "It is too much for a day.", QUOTA_WAIT),
    },
)


def graph(body: Any, status: int = 400, headers: dict[str, str] | None = None) -> GraphClient:
    def answer(request: httpx.Request) -> httpx.Response:
        assert "s3cret" not in str(request.url)
        assert request.headers["Authorization"] == "Bearer s3cret"
        return httpx.Response(status, json=body, headers=headers)

    api = GraphApi("https://graph.example", lambda: "v1.0", ERRORS)
    return GraphClient(httpx.Client(transport=httpx.MockTransport(answer)), api)


def error(code: int, subcode: int = 0, message: str = "The token s3cret is bad", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "code": code, "error_subcode": subcode, **more}}


@pytest.mark.parametrize(
    ("body", "publishing", "preparing"),
    [
        (error(1), InDoubt, Transient),
        (error(2), InDoubt, Transient),
        (error(77_777, is_transient=True), InDoubt, Transient),
        (error(9007, 2_207_027), Transient, Transient),
        (error(4), RateLimited, RateLimited),
        (error(32), RateLimited, RateLimited),
        (error(80_002), RateLimited, RateLimited),
        (error(9, 2_207_042), RateLimited, RateLimited),
        (error(190), TokenExpired, TokenExpired),
        (error(190, 463), TokenExpired, TokenExpired),
        (error(190, 460), Rejected, Rejected),
        (error(10), PermissionMissing, PermissionMissing),
        (error(230), PermissionMissing, PermissionMissing),
        (error(100), Rejected, Rejected),
        (error(100, 33), StaleHandle, StaleHandle),
        (error(506), Duplicate, Duplicate),
        (error(77_777), Rejected, Rejected),
        ({"error": "odd"}, InDoubt, Rejected),
        ([], InDoubt, Rejected),
    ],
)
def test_error_is_classified_for_preparation_and_publish_call(
    body: Any, publishing: type[PublishError], preparing: type[PublishError]
) -> None:
    attempt = FakeAttempt(now=NOW)
    with pytest.raises(publishing) as raised:
        graph(body).publish(
            graph(body).publish_request("me/threads_publish", ACCOUNT, creation_id="1"), ACCOUNT, attempt
        )
    assert type(raised.value) is publishing
    assert "s3cret" not in raised.value.reason
    with pytest.raises(preparing) as raised:
        graph(body).prepare("me/threads", ACCOUNT, attempt, media_type="TEXT", text="Hi")
    assert type(raised.value) is preparing


@pytest.mark.parametrize("subcode", [458, 459, 460, 464])
def test_error_that_only_the_owner_can_resolve_requires_reconnection(subcode: int) -> None:
    with pytest.raises(Rejected) as refused:
        graph(error(190, subcode)).get("me", ACCOUNT, FakeAttempt())
    assert refused.value.code == "reconnect_required"
    assert "Threads" in refused.value.reason


def test_error_in_a_successful_response_is_raised() -> None:
    with pytest.raises(Rejected) as refused:
        graph(error(100, message="Bad parameter"), status=200).get("me", ACCOUNT, FakeAttempt())
    assert refused.value.reason == "Threads refused the post: Bad parameter."


def test_user_message_takes_precedence_over_technical_message() -> None:
    with pytest.raises(Rejected) as refused:
        graph(error(100, error_user_msg="Your caption is odd.")).get("me", ACCOUNT, FakeAttempt())
    assert refused.value.reason == "Threads refused the post: Your caption is odd."


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ('{"1": [{"estimated_time_to_regain_access": 7}]}', timedelta(minutes=7)),
        (
            '{"1": [{"estimated_time_to_regain_access": 3}], "2": [{"estimated_time_to_regain_access": 19}]}',
            timedelta(minutes=19),
        ),
        ('{"1": [{"estimated_time_to_regain_access": 0}]}', timedelta(minutes=10)),
        ('{"1": [{"estimated_time_to_regain_access": 1e300}]}', timedelta(days=1)),
        ('{"1": [{"estimated_time_to_regain_access": true}, 5], "2": 5}', timedelta(minutes=10)),
        ("[]", timedelta(minutes=10)),
        ("not JSON", timedelta(minutes=10)),
        ("", timedelta(minutes=10)),
    ],
)
def test_retry_time_is_read_from_the_header(header: str, wait: timedelta) -> None:
    assert retry_time({"X-Business-Use-Case-Usage": header}, NOW) == NOW + wait


def test_rate_limit_ends_when_the_header_says() -> None:
    headers = {"x-business-use-case-usage": json.dumps({"1": [{"estimated_time_to_regain_access": 5}]})}
    with pytest.raises(RateLimited) as limited:
        graph(error(4), headers=headers).get("me", ACCOUNT, FakeAttempt(now=NOW))
    assert limited.value.until == NOW + timedelta(minutes=5)


def test_exhausted_daily_quota_is_retried_after_an_hour() -> None:
    with pytest.raises(RateLimited) as limited:
        graph(error(9, 2_207_042)).get("me", ACCOUNT, FakeAttempt(now=NOW))
    assert limited.value.until == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("answer", "found"),
    [({"id": "17"}, "17"), ({"id": 2**60}, str(2**60)), ({"id": True}, None), ({"id": ""}, None), ({}, None)],
)
def test_id_is_read_from_a_string_or_a_number(answer: dict[str, Any], found: str | None) -> None:
    assert id_in(answer) == found


def test_listed_post_is_matched_by_text_and_time() -> None:
    assert list(rows({"data": [{"id": "1"}, 5]})) == [{"id": "1"}]
    assert list(rows({"data": None})) == []
    assert same_text("Gru\u0308ße\n", " Grüße")
    assert not same_text(None, "Grüße")
    assert same_text(None, "")
    assert is_since("2026-03-02T09:00:00+0000", NOW)
    assert not is_since("2026-03-02T08:59:59+0000", NOW)
    assert not is_since("2026-03-02T09:00:00", NOW)
    assert not is_since(None, NOW)
    assert not is_since("soon", NOW)
