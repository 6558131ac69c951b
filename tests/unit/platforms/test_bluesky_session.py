"""Bluesky logins: the responses that require a new connection, and those that are transient errors."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from minutehand.platforms.bluesky.session import Sessions
from minutehand.platforms.exchange import Exchange
from minutehand.platforms.port import Account, PublishError, Rejected, Transient

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOKEN = {"identifier": "ada.example", "password": "hunter2"}
ACCOUNT = Account("c1", "bluesky", "did:plc:ada", "ada.example", "https://pds.example", TOKEN)
PAGE = "<html><title>Just a moment...</title>Checking your browser, hunter2.</html>"


def refused(answer: httpx.Response) -> PublishError:
    """Return the error that ``answer`` to the login causes."""
    client = httpx.Client(transport=httpx.MockTransport(lambda _: answer))
    with pytest.raises(PublishError) as raised:
        Sessions(Exchange(client, "Bluesky")).get(ACCOUNT, lambda: NOW)
    assert "hunter2" not in raised.value.reason
    return raised.value


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (401, "AuthenticationRequired"),
        (401, "AuthFactorTokenRequired"),
        (400, "AccountTakedown"),
        (400, "AccountDeactivated"),
    ],
)
def test_refused_login_requires_a_new_connection(status: int, name: str) -> None:
    error = refused(httpx.Response(status, json={"error": name, "message": "Not with hunter2."}))
    assert (type(error), error.code) == (Rejected, "reconnect_required")


@pytest.mark.parametrize(
    "said",
    [
        {"text": PAGE},
        {"json": {"message": "Blocked by your administrator."}},
        {"json": {"error": "Forbidden"}},
        {"json": {"error": "InvalidRequest", "message": "Input must have another shape."}},
        {"json": {"error": ["AuthenticationRequired"]}},
    ],
    ids=["html", "no name", "unknown name", "malformed request", "name is not a text"],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 451])
def test_login_response_not_from_bluesky_is_transient(status: int, said: dict[str, Any]) -> None:
    error = refused(httpx.Response(status, **said))
    assert (type(error), error.code) == (Transient, "unexpected_answer")
