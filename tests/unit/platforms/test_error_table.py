from datetime import UTC, datetime, timedelta

import pytest

from minutehand.platforms.error_table import (
    INTERNAL_ERROR,
    THROTTLED,
    TOKEN_EXPIRED,
    ErrorTable,
    Meaning,
    after,
    entries,
)
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import InDoubt, PublishError, RateLimited, Rejected, TokenExpired, Transient

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SPAM = Meaning(Rejected, "spam", "{name} calls {what} spam: {said}")
ERRORS = ErrorTable(
    platform="Demo",
    names=lambda reply: [(reply.status, str(name)) for name in reply.fields.get("names", [])],
    message=lambda reply: reply.fields.get("message"),
    meanings={
        **entries(SPAM, 400, "spam", "junk"),
        **entries(TOKEN_EXPIRED, 401, "expired"),
        **entries(THROTTLED, 400, "slow_down"),
        **entries(Meaning(RateLimited, "daily_limit", "Enough for today.", after(hours=1)), 400, "daily"),
        **entries(INTERNAL_ERROR, 400, "broken"),
    },
)


def error(*names: str, status: int = 400, publishing: bool = False, message: object = "Because.") -> PublishError:
    reply = Reply(status, {"names": names, "message": message})
    return ERRORS.error(reply, {"access_token": "hunter2"}, NOW, publishing=publishing)


@pytest.mark.parametrize(
    ("name", "status", "preparing", "publishing"),
    [
        ("junk", 400, Rejected, Rejected),
        ("expired", 401, TokenExpired, TokenExpired),
        ("slow_down", 400, RateLimited, RateLimited),
        ("broken", 400, Transient, InDoubt),
        ("expired", 400, Rejected, Rejected),  # the table has this name with another status
        ("never_heard_of", 400, Rejected, Rejected),
        ("never_heard_of", 409, Rejected, InDoubt),  # the conflict may be with an earlier publish call
        ("never_heard_of", 200, Rejected, InDoubt),
    ],
)
def test_error_depends_on_whether_the_publish_call_was_made(
    name: str, status: int, preparing: type[PublishError], publishing: type[PublishError]
) -> None:
    assert type(error(name, status=status)) is preparing
    assert type(error(name, status=status, publishing=True)) is publishing


@pytest.mark.parametrize("message", [None, 7, "", "\n"])
def test_unlisted_error_without_a_message_leaves_the_publish_call_in_doubt(message: object) -> None:
    assert type(error("never_heard_of", message=message, publishing=True)) is InDoubt


def test_first_match_in_the_table_determines_the_error() -> None:
    assert error("slow_down", "unheard_of", "junk").code == "spam"


def test_reason_contains_the_message_of_the_platform_without_secrets() -> None:
    assert error("spam", message="{name} hunter2").reason == "Demo calls the post spam: {name} …"


@pytest.mark.parametrize("message", [None, 7, "", "\n"])
def test_status_replaces_a_missing_message(message: object) -> None:
    assert error("spam", message=message).reason == "Demo calls the post spam: HTTP 400."


@pytest.mark.parametrize(("name", "wait"), [("slow_down", timedelta(minutes=1)), ("daily", timedelta(hours=1))])
def test_rate_limit_ends_when_the_table_says(name: str, wait: timedelta) -> None:
    limited = error(name)
    assert isinstance(limited, RateLimited)
    assert limited.until == NOW + wait
