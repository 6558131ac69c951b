"""The health of a connection, and the time at which the access to its account ends."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from minutehand.connections.health import health
from minutehand.connections.rendering import connection as rendered
from minutehand.connections.statuses import ConnectionStatus
from minutehand.connections.store import Connection
from tests.support.clock import START as NOW

SOON, LATER = NOW + timedelta(days=7), NOW + timedelta(days=7, seconds=1)
REFUSED = {"status": "reconnect_required", "status_reason": "X no longer accepts the token."}


def connected(
    *,
    expires_at: datetime | None = None,
    refresh_at: datetime | None = None,
    refresh_expires_at: datetime | None = None,
    refresh_failures: int = 0,
    status: ConnectionStatus = "active",
    status_reason: str | None = None,
) -> Connection:
    identity = (UUID(int=1), "ada", "x", "1", "@ada", "https://x.com")
    times = (expires_at, refresh_at, refresh_expires_at)
    return Connection(*identity, status, status_reason, True, NOW, *times, refresh_failures)


@pytest.mark.parametrize(
    ("fields", "state", "reason"),
    [
        ({}, "ok", None),
        ({"expires_at": LATER}, "ok", None),
        ({"expires_at": SOON}, "expiring", "Our access to X expires at 2026-03-09T09:00:00.000Z."),
        ({"expires_at": NOW}, "reconnect_required", "Our access to X expired at 2026-03-02T09:00:00.000Z."),
        ({"expires_at": NOW, "refresh_at": NOW}, "ok", None),
        ({"expires_at": NOW, "refresh_at": NOW, "refresh_expires_at": LATER}, "ok", None),
        ({"refresh_at": NOW, "refresh_expires_at": SOON}, "expiring", "Our access to X expires at 2026-03-09"),
        ({"refresh_at": NOW, "refresh_expires_at": NOW}, "reconnect_required", "Our access to X expired at"),
        ({"refresh_at": NOW, "refresh_failures": 1}, "failing", "The last attempt to renew our access to X failed."),
        (
            {"refresh_at": NOW, "refresh_expires_at": SOON, "refresh_failures": 2},
            "failing",
            "The last 2 attempts to renew our access to X failed.",
        ),
        (REFUSED, "reconnect_required", "X no longer accepts the token."),
        (REFUSED | {"refresh_at": NOW, "refresh_failures": 3}, "reconnect_required", "X no longer accepts the token."),
    ],
    ids=str,
)
def test_health_is_the_worst_that_applies_with_its_reason(
    fields: dict[str, Any], state: str, reason: str | None
) -> None:
    found, sentence = health(connected(**fields), NOW)

    assert (found, sentence is None) == (state, reason is None)
    assert (sentence or "").startswith(reason or "")


@pytest.mark.parametrize(
    ("fields", "renewable", "ends_at"),
    [
        ({}, False, None),
        ({"expires_at": SOON}, False, "2026-03-09T09:00:00.000Z"),
        ({"expires_at": SOON, "refresh_at": NOW}, True, None),
        ({"expires_at": NOW, "refresh_at": NOW, "refresh_expires_at": SOON}, True, "2026-03-09T09:00:00.000Z"),
        (REFUSED | {"expires_at": SOON, "refresh_at": NOW}, False, "2026-03-09T09:00:00.000Z"),
    ],
    ids=str,
)
def test_access_of_a_renewable_connection_ends_with_its_refresh_token(
    fields: dict[str, Any], renewable: bool, ends_at: str | None
) -> None:
    shown = rendered(connected(**fields), NOW)

    assert (shown["renewable"], shown["expiresAt"]) == (renewable, ends_at)
