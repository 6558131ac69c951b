"""The limits that Mastodon and compatible servers publish."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.exchange import Exchange
from minutehand.platforms.mastodon.instance import Instances
from minutehand.platforms.mastodon.rules import UNKNOWN, Limits

SERVER = "https://mastodon.example"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOT_FOUND = httpx.Response(404, json={"error": "Record not found"})

type Respond = Callable[[httpx.Request], httpx.Response]


def answers(v2: httpx.Response | Exception, v1: httpx.Response) -> tuple[Respond, list[str]]:
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        answer = v2 if request.url.path == "/api/v2/instance" else v1
        if isinstance(answer, Exception):
            raise answer
        return answer

    return respond, asked


def instances(respond: Respond) -> Instances:
    return Instances(Exchange(httpx.Client(transport=httpx.MockTransport(respond)), "Mastodon"))


def statuses(**limits: object) -> httpx.Response:
    return httpx.Response(200, json={"configuration": {"statuses": limits}})


@pytest.mark.parametrize(
    ("v2", "v1", "limits"),
    [
        (statuses(max_characters=5_000), NOT_FOUND, Limits(max_characters=5_000)),
        (statuses(max_characters="5000"), NOT_FOUND, Limits(max_characters=5_000)),
        (NOT_FOUND, statuses(max_characters=2_000, max_media_attachments=6), Limits(2_000, 6)),
        (NOT_FOUND, httpx.Response(200, json={"max_toot_chars": 11_000}), Limits(11_000)),
        (NOT_FOUND, httpx.Response(200, json={"max_toot_chars": "11000"}), Limits(11_000)),
        (httpx.Response(401, json={"error": "Login"}), httpx.Response(200, json={"max_toot_chars": 700}), Limits(700)),
        (statuses(max_media_attachments=6), httpx.Response(200, json={"max_toot_chars": 700}), Limits(700, 6)),
        (NOT_FOUND, NOT_FOUND, UNKNOWN),
        (httpx.Response(401, json={"error": "Login"}), httpx.Response(401, json={"error": "Login"}), UNKNOWN),
        (statuses(max_characters="many"), NOT_FOUND, UNKNOWN),
        (statuses(max_characters=-1), NOT_FOUND, UNKNOWN),
        (statuses(max_characters=True), NOT_FOUND, UNKNOWN),
        (httpx.Response(200, json={"configuration": []}), httpx.Response(200, json=["?"]), UNKNOWN),
        (httpx.Response(502), NOT_FOUND, UNKNOWN),
        (httpx.Response(429, headers={"Retry-After": "300"}), NOT_FOUND, UNKNOWN),
        (httpx.Response(200, text="<html>Welcome</html>"), NOT_FOUND, UNKNOWN),
        (httpx.ReadTimeout("late"), NOT_FOUND, UNKNOWN),
    ],
)
def test_only_published_limits_are_known(v2: httpx.Response, v1: httpx.Response, limits: Limits) -> None:
    respond, _ = answers(v2, v1)

    assert instances(respond).limits(SERVER, "token", lambda: NOW) == limits


@pytest.mark.parametrize(
    ("v2", "path_count", "lifetime"),
    [
        (statuses(max_characters=5_000), 1, timedelta(hours=1)),
        (NOT_FOUND, 2, timedelta(minutes=5)),
        (httpx.Response(502), 1, timedelta(minutes=5)),  # a server that fails is not asked a second time
    ],
)
def test_limits_are_cached_and_their_absence_only_briefly(
    v2: httpx.Response, path_count: int, lifetime: timedelta
) -> None:
    respond, asked = answers(v2, NOT_FOUND)
    cache, clock = instances(respond), [NOW]

    for moment in (NOW, NOW + lifetime - timedelta(seconds=1)):
        clock[0] = moment
        cache.limits(SERVER, "token", lambda: clock[0])
    assert len(asked) == path_count
    clock[0] = NOW + lifetime
    cache.limits(SERVER, "token", lambda: clock[0])
    assert len(asked) == 2 * path_count


def test_limits_are_requested_with_the_token() -> None:
    """A server in limited federation mode answers only members."""

    def respond(request: httpx.Request) -> httpx.Response:
        member: Any = request.headers.get("Authorization") == "Bearer token"
        return statuses(max_characters=900) if member else httpx.Response(401, json={"error": "Login"})

    assert instances(respond).limits(SERVER, "token", lambda: NOW).max_characters == 900
