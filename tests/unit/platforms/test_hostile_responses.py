"""Every place that reads a response ends with a result or an error of the call, whatever a server sends."""

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.hostile_calls import calls, outcome_of

CALLS = calls()
MAX_SECONDS = 2.0
NAMES = [
    "id",
    "did",
    "handle",
    "username",
    "accessJwt",
    "refreshJwt",
    "didDoc",
    "service",
    "uri",
    "cid",
    "value",
    "blob",
    "error",
    "error_description",
    "message",
    "code",
    "access_token",
    "refresh_token",
    "expires_in",
    "refresh_token_expires_in",
    "scope",
    "sub",
    "name",
    "open_id",
    "user",
    "data",
    "items",
    "elements",
    "results",
    "paging",
    "next",
    "url",
    "content",
    "created_at",
    "create_time",
    "createdAt",
    "media_attachments",
    "publish_id",
    "upload_url",
    "videos",
    "value",
    "uploadUrl",
    "image",
    "video",
    "uploadInstructions",
    "status",
    "configuration",
    "statuses",
    "max_characters",
    "rkey",
    "reply",
    "root",
    "author",
    "commentary",
    "media_id",
    "upload_parameters",
    "snippet",
    "contentDetails",
    "relatedPlaylists",
    "uploads",
    "permalink",
    "posts",
    "likeCount",
    "favourites_count",
    "public_metrics",
    "statistics",
    "viewCount",
    "pin_metrics",
    "lifetime_metrics",
    "share",
    "totalShareStatistics",
    "count",
    "values",
    "total_value",
    "shares",
    "errors",
    "followers_count",
]
NUMBERS = [0, -1, 1, 2**31, 2**63, 10**400, 1e308]
TEXTS = ["", "1", "did:plc:ada", "a" * 5_000, "\0", "\ud800", "9" * 5_000, "<a " * 2_000, "[" * 2_000]
URLS = ["https://xn--ls8h.la/", "https://[", "http://127.0.0.1:1/"]
TIMES = ["9999-12-31T23:59:59+00:00", "2999-01-01T00:00:00"]
STATES = ["ok", "invalid_grant", "RecordNotFound", "FINISHED"]
SCALARS = st.sampled_from([None, True, *NUMBERS, *TEXTS, *URLS, *TIMES, *STATES])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=12),
    max_leaves=30,
)
BODIES = st.one_of(
    VALUES.map(lambda value: json.dumps(value).encode()),
    VALUES.map(lambda value: gzip.compress(json.dumps(value).encode())),
    st.binary(max_size=200),
    st.sampled_from(
        [b"[" * 100_000, b'{"a":' * 50_000, b"[" + b"[]," * 200_000 + b"0]", b'{"id": NaN, "data": 1e999}']
    ),
    st.sampled_from([b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, b"\x00\x00\x00\x18ftypmp42" + b"\xff" * 60, b"<title>a"]),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Encoding": st.sampled_from(["gzip", "gzip, gzip", "br", "zstd", "deflate", "none"]),
        "Content-Type": st.sampled_from(["application/json", "text/html; charset=punycode", "text/html", "\xff"]),
        "Content-Length": st.sampled_from(["0", "-1", "9" * 30]),
        "Content-Range": st.sampled_from(["bytes 0-65535/" + "9" * 30, "bytes 0-", "bytes */0", "x"]),
        "Location": st.sampled_from(["/", "https://xn--ls8h.la/", "http://[", "ftp://a", "//", "\xff"]),
        "Retry-After": st.sampled_from(["-1", "9" * 30, "Wed, 21 Oct 99999999999999999999 07:28:00 GMT", "1e9"]),
        "RateLimit-Reset": st.sampled_from(["9" * 10, "9" * 30, "9999-12-31T23:59:59-23:59", "inf"]),
        "X-Business-Use-Case-Usage": st.sampled_from(
            ["[" * 50_000, '{"1": [{"estimated_time_to_regain_access": NaN}]}']
        ),
        "ETag": st.sampled_from(["", "a" * 10_000, '"a"']),
    },
)
STATUSES = st.sampled_from([200, 200, 200, 200, 201, 204, 206, 302, 308, 400, 401, 403, 404, 409, 416, 429, 500, 599])


@st.composite
def responses(draw: st.DrawFn) -> tuple[int, dict[str, str], bytes]:
    return draw(STATUSES), draw(HEADERS), draw(BODIES)


@pytest.fixture(autouse=True)
def hostile_platform(monkeypatch: pytest.MonkeyPatch, broken_specifications: list[str]) -> Iterator[None]:
    """Skip waits, and allow requests with the ids of hostile responses."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    yield
    broken_specifications.clear()


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(responses(), min_size=1, max_size=4))
def test_any_response_ends_the_call_with_a_result_or_its_error(
    name: str, sent: list[tuple[int, dict[str, str], bytes]]
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        request.read()
        status, headers, body = next(following)
        encoded = [(key.encode(), value.encode("latin-1")) for key, value in headers.items()]
        return httpx.Response(status, headers=encoded, stream=httpx.ByteStream(body))

    def repeated() -> Iterator[Any]:
        while True:
            yield from sent

    following, started = repeated(), time.process_time()
    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        outcome = outcome_of(CALLS[name], client, "https://hostile.example")

    assert not outcome.startswith("unexpected"), outcome
    assert time.process_time() - started < MAX_SECONDS
