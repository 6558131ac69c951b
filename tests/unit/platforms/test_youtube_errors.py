from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.exchange import Reply
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
from minutehand.platforms.youtube.api import Api
from minutehand.platforms.youtube.errors import ERRORS
from tests.support.attempts import FakeAttempt

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UPLOADS_PER_DAY = "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day'."


def reply(http: int, *reasons: str, **more: Any) -> Reply:
    errors = [{"domain": "youtube.video", "reason": reason} for reason in reasons]
    return Reply(http, {"error": {"code": http, "message": "Because of hunter2.", "errors": errors, **more}})


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (reply(400, "invalidTitle"), Rejected, "refused"),
        (reply(400, "uploadLimitExceeded"), RateLimited, "daily_limit"),
        (reply(401, "authError"), TokenExpired, "token_expired"),
        (reply(401, status="UNAUTHENTICATED"), TokenExpired, "token_expired"),
        (reply(403, "insufficientPermissions"), PermissionMissing, "reconnect_required"),
        (reply(403, "youtubeSignupRequired"), Rejected, "no_channel"),
        (reply(403, "forbidden"), Rejected, "forbidden"),
        (reply(403, "quotaExceeded"), RateLimited, "daily_limit"),
        (reply(403, "rateLimitExceeded"), RateLimited, "rate_limited"),
        (reply(403, "dailyLimitExceeded"), RateLimited, "daily_limit"),
        (reply(429, "rateLimitExceeded", message=UPLOADS_PER_DAY), RateLimited, "daily_limit"),
        (reply(403, "userRateLimitExceeded", message=UPLOADS_PER_DAY), RateLimited, "daily_limit"),
        (reply(429, status="RESOURCE_EXHAUSTED", message=UPLOADS_PER_DAY), RateLimited, "daily_limit"),
        (reply(429, "rateLimitExceeded", message="Queries per minute"), RateLimited, "rate_limited"),
        (reply(400, "invalidTitle", message=UPLOADS_PER_DAY), Rejected, "refused"),
        (reply(403, "neverHeardOf"), Rejected, "refused"),
        (Reply(400, None), Rejected, "refused"),
    ],
)
def test_error_response_to_a_preparation_determines_the_error(
    answer: Reply, kind: type[PublishError], code: str
) -> None:
    error = ERRORS.error(answer, {"access_token": "hunter2"}, NOW)
    assert (type(error), error.code) == (kind, code)
    assert "hunter2" not in error.reason


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(400, "invalidVideoMetadata"), Rejected),
        (reply(401, "authError"), TokenExpired),
        (reply(403, "quotaExceeded"), RateLimited),
        (reply(403, "backendError"), InDoubt),
        (reply(400, "neverHeardOf"), Rejected),
        (reply(404, "notFound"), InDoubt),
        (Reply(400, {"error": "a text"}), InDoubt),
        (Reply(400, {"error": {"errors": "a text"}}), InDoubt),
    ],
)
def test_error_response_to_the_publish_call_determines_the_error(answer: Reply, kind: type[PublishError]) -> None:
    assert type(ERRORS.error(answer, {}, NOW, publishing=True)) is kind


def test_backend_error_of_a_preparation_is_transient() -> None:
    assert type(ERRORS.error(reply(403, "backendError"), {}, NOW)) is Transient


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (NOW, datetime(2026, 3, 3, 8, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 2, 7, 0, tzinfo=UTC)),
        (datetime(2026, 3, 8, 8, 30, tzinfo=UTC), datetime(2026, 3, 9, 7, 0, tzinfo=UTC)),  # a day of 23 hours
    ],
)
def test_quota_resets_at_midnight_pacific_time(now: datetime, until: datetime) -> None:
    error = ERRORS.error(reply(403, "quotaExceeded"), {}, now)
    assert isinstance(error, RateLimited)
    assert error.until == until
    assert timedelta(0) < until - now <= timedelta(days=1)


@pytest.mark.parametrize(
    ("message", "code", "until"),
    [
        (UPLOADS_PER_DAY, "daily_limit", datetime(2026, 3, 3, 8, 0, tzinfo=UTC)),
        ("Quota exceeded for limit 'Queries per minute'.", "rate_limited", NOW + timedelta(minutes=1)),
    ],
)
@pytest.mark.parametrize("publishing", [False, True])
def test_used_up_daily_quota_waits_for_midnight_pacific_time(
    message: str, code: str, until: datetime, publishing: bool
) -> None:
    body = reply(429, "rateLimitExceeded", message=message).data
    api = Api(httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(429, json=body))))
    account = Account("c1", "youtube", "UC1", "@demo", "", {"access_token": "token"})
    attempt = FakeAttempt(now=NOW)
    request = api.request("GET", "youtube/channels", account, params={"part": "snippet"})

    with pytest.raises(RateLimited) as limited:
        (api.publish if publishing else api.prepare)(request, account, attempt)

    assert (limited.value.code, limited.value.until) == (code, until)
