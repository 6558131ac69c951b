from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.exchange import MAX_RESPONSE_BYTES, Exchange, bearer, retry_time, sanitize
from minutehand.platforms.network import AddressRefused
from minutehand.platforms.port import InDoubt, PublishError, RateLimited, Rejected, Transient

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def exchange(respond: Callable[[httpx.Request], httpx.Response]) -> Exchange:
    return Exchange(httpx.Client(transport=httpx.MockTransport(respond)), "Example")


def failing(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def respond(request: httpx.Request) -> httpx.Response:
        raise error

    return respond


def request() -> httpx.Request:
    return httpx.Request("POST", "https://example.org/")


@pytest.mark.parametrize(
    ("error", "publishing", "preparing"),
    [
        (httpx.ConnectError("tls"), Transient, Transient),
        (httpx.ConnectTimeout("slow"), Transient, Transient),
        (httpx.PoolTimeout("busy"), Transient, Transient),
        (httpx.UnsupportedProtocol("ftp"), Transient, Transient),
        (AddressRefused("10.0.0.1"), Rejected, Rejected),
        (httpx.WriteTimeout("slow"), InDoubt, Transient),
        (httpx.WriteError("reset"), InDoubt, Transient),
        (httpx.ReadTimeout("slow"), InDoubt, Transient),
        (httpx.ReadError("reset"), InDoubt, Transient),
        (httpx.RemoteProtocolError("hung up"), InDoubt, Transient),
        (httpx.LocalProtocolError("bad"), InDoubt, Transient),
    ],
)
def test_failed_call_is_transient_rejected_or_in_doubt(
    error: Exception, publishing: type[PublishError], preparing: type[PublishError]
) -> None:
    with pytest.raises(PublishError) as raised:
        exchange(failing(error)).publish(request(), lambda: NOW)
    assert type(raised.value) is publishing
    with pytest.raises(PublishError) as raised:
        exchange(failing(error)).prepare(request(), lambda: NOW)
    assert type(raised.value) is preparing


@pytest.mark.parametrize(
    ("response", "publishing", "preparing"),
    [
        ({"status_code": 500, "json": {}}, InDoubt, Transient),
        ({"status_code": 503, "text": "<html>"}, InDoubt, Transient),
        ({"status_code": 408, "json": {}}, InDoubt, Transient),
        ({"status_code": 425, "json": {}}, InDoubt, Transient),
        ({"status_code": 301, "headers": {"Location": "https://other.example"}}, InDoubt, Transient),
        ({"status_code": 200, "text": "<html>"}, InDoubt, Transient),
        ({"status_code": 200, "text": "1" * (MAX_RESPONSE_BYTES + 1)}, InDoubt, Transient),
        ({"status_code": 403, "text": "<html>"}, InDoubt, None),
        ({"status_code": 429, "json": {}}, RateLimited, RateLimited),
        ({"status_code": 429, "text": "<html>"}, RateLimited, RateLimited),
        ({"status_code": 400, "json": {"error": "x"}}, None, None),
        ({"status_code": 200, "json": {"id": "1"}}, None, None),
    ],
)
def test_response_is_returned_or_raised_by_its_status(
    response: dict[str, Any], publishing: type[PublishError] | None, preparing: type[PublishError] | None
) -> None:
    platform = exchange(lambda _: httpx.Response(**response))
    for call, expected in ((platform.publish, publishing), (platform.prepare, preparing)):
        if expected is None:
            assert call(request(), lambda: NOW).status == response["status_code"]
            continue
        with pytest.raises(PublishError) as raised:
            call(request(), lambda: NOW)
        assert type(raised.value) is expected


def test_rate_limit_that_the_adapter_knows_is_returned() -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(429, json={"error": "used_up"})))
    platform = Exchange(client, "Example", is_known_error=lambda reply: reply.fields.get("error") == "used_up")
    assert platform.publish(request(), lambda: NOW).status == 429


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"Retry-After": "5"}, 5),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "0.493"}, 1),
        ({"Retry-After": "Mon, 02 Mar 2026 09:00:30 GMT"}, 30),
        ({"Retry-After": "soon"}, 60),
        ({"Retry-After": "999999999"}, 86400),
        ({"RateLimit-Reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"RateLimit-Reset": "45"}, 45),
        ({"X-RateLimit-Reset": "2026-03-02T09:05:00.123456Z"}, 300.123456),
        ({"X-RateLimit-Reset": "2026-03-02T10:05:00+01:00"}, 300),
        ({"X-RateLimit-Reset": "2026-03-02T08:00:00Z"}, 1),
        ({"X-RateLimit-Reset": "whenever"}, 60),
        ({"Retry-After": "5", "RateLimit-Reset": "45"}, 5),
        ({"X-Rate-Limit-Reset": "45", "X-User-Limit-24Hour-Reset": "7200"}, 45),
        (
            {
                "x-rate-limit-remaining": "99",
                "x-rate-limit-reset": "45",
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": str(int(NOW.timestamp()) + 7200),
                "x-app-limit-24hour-remaining": "1",
                "x-app-limit-24hour-reset": "9000",
            },
            7200,
        ),
        ({"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": "9000"}, 9000),
        (
            {
                "X-Rate-Limit-Remaining": "0",
                "X-Rate-Limit-Reset": "45",
                "X-User-Limit-24Hour-Remaining": "0",
                "X-User-Limit-24Hour-Reset": "7200",
            },
            7200,
        ),
        ({"X-RateLimit-Remaining": "0", "RateLimit-Reset": "50"}, 50),
    ],
)
def test_rate_limit_ends_at_the_time_the_platform_names(headers: dict[str, str], seconds: float) -> None:
    assert retry_time(httpx.Headers(headers), NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Text can't be blank", "Text can't be blank"),
        ("line\nbreak\x00\tand  spaces", "line break and spaces"),
        ("password hunter2 is wrong", "password … is wrong"),
        ("token eyJhbGciOiJFUzI1NksifQ.eyJzY29wZSI6ImNvbS5hdHByb3RvLmFjY2VzcyJ9.sig is bad", "token … is bad"),
        ("a b " * 100, ("a b " * 100)[:199] + "…"),
        (None, ""),
        ({"nested": "thing"}, ""),
    ],
)
def test_message_of_a_platform_is_sanitized(message: object, said: str) -> None:
    assert sanitize(message, {"password": "hunter2", "empty": ""}) == said


@pytest.mark.parametrize("token", ["ya29.a0-b_c", "act.lFBja58q!5194.va", "1//0abc=="])
def test_token_is_sent_in_a_bearer_header(token: str) -> None:
    assert bearer(token, "TikTok") == {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("token", ["", "two words", "a\r\nX-Other: b", "t\u00f6ken", "a\x00b", "a\x7f"])
def test_token_with_characters_no_header_carries_is_rejected(token: str) -> None:
    with pytest.raises(Rejected) as damaged:
        bearer(token, "TikTok")

    assert damaged.value.code == "reconnect_required"
    assert damaged.value.reason == "The stored access token for TikTok is damaged. Connect the account again."


def test_expected_server_error_is_returned() -> None:
    reply = exchange(lambda _: httpx.Response(501)).prepare(request(), lambda: NOW, expected_statuses=frozenset([501]))
    assert (reply.status, reply.ok) == (501, False)
