"""The event connection.expiring: once for each time at which the access to an account ends."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from minutehand.connections.health import EXPIRING_WITHIN
from minutehand.connections.store import Connections, Lifetime, NewConnection
from minutehand.oauth import expiring
from minutehand.oauth.expiring import note_expiring
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support import postgres
from tests.support.clock import START, FakeClock

EVENTS = Query(
    "events",
    """SELECT connection_id, owner_id, actor, data, at FROM events WHERE type = 'connection.expiring' ORDER BY id""",
)
SOON = START + EXPIRING_WITHIN


def seal(token: object, connection_id: str, owner_id: str) -> bytes:
    return b"sealed"


def connect(db: Database, lifetime: Lifetime, account_id: str = "1", now: datetime = START) -> UUID:
    new = NewConnection("ada", "linkedin", account_id, "Ada", "https://api.linkedin.com")
    return Connections(db).connect(new, {}, seal, now=now, lifetime=lifetime, actor=Actor("ada")).id


def run(db: Database, clock: FakeClock) -> int:
    return note_expiring(db, clock, deadline=clock.now() + timedelta(minutes=1))


def events(db: Database) -> list[dict[str, Any]]:
    return db.fetch(EVENTS)


def test_end_within_seven_days_has_one_event(db: Database, clock: FakeClock) -> None:
    connection = connect(db, Lifetime(expires_at=SOON + timedelta(seconds=1)))
    assert run(db, clock) == 0
    clock.advance(seconds=1)

    assert [run(db, clock), run(db, clock)] == [1, 0]
    assert events(db) == [
        {
            "connection_id": connection,
            "owner_id": "ada",
            "actor": "token_refresher",
            "data": {"platform": "linkedin", "handle": "Ada", "expiresAt": "2026-03-09T09:00:01+00:00"},
            "at": clock.now(),
        }
    ]


@pytest.mark.parametrize(
    ("lifetime", "number"),
    [
        (Lifetime(), 0),
        (Lifetime(expires_at=SOON), 1),
        (Lifetime(expires_at=SOON, refresh_at=START), 0),
        (Lifetime(expires_at=START, refresh_at=START, refresh_expires_at=SOON), 1),
        (Lifetime(expires_at=SOON, refresh_expires_at=SOON + timedelta(days=100)), 1),
        (Lifetime(expires_at=START), 0),
    ],
    ids=["no end", "token", "renewable token", "grant", "token that is not renewed", "expired"],
)
def test_only_an_end_that_cannot_be_renewed_has_an_event(
    db: Database, clock: FakeClock, lifetime: Lifetime, number: int
) -> None:
    connect(db, lifetime)

    assert run(db, clock) == number


def test_new_end_has_a_new_event(db: Database, clock: FakeClock) -> None:
    connection = connect(db, Lifetime(expires_at=SOON))
    first = run(db, clock)
    clock.advance(days=3)
    assert connect(db, Lifetime(expires_at=clock.now() + timedelta(days=60)), now=clock.now()) == connection
    renewed = run(db, clock)
    clock.advance(days=53)

    assert [first, renewed, run(db, clock), run(db, clock)] == [1, 0, 1, 0]


def test_account_to_reconnect_has_no_event(db: Database, clock: FakeClock) -> None:
    connection = connect(db, Lifetime(expires_at=SOON))
    Connections(db).require_reconnect(connection, "ada", "Revoked.", actor=Actor("publisher"), now=START)

    assert run(db, clock) == 0


def test_events_are_written_in_batches(db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiring, "BATCH_SIZE", 2)
    connections = {connect(db, Lifetime(expires_at=SOON), account_id=str(number)) for number in range(5)}

    assert run(db, clock) == 5
    assert {event["connection_id"] for event in events(db)} == connections
    assert note_expiring(db, clock, deadline=clock.now()) == 0


def test_statement_reads_only_ends_without_an_event(own_database_url: str) -> None:
    query = sql.load("minutehand.oauth")["note_expiring"]
    with psycopg.connect(own_database_url, autocommit=True) as connection:
        connection.execute(
            """INSERT INTO social_connections (owner_id, platform, account_id, handle, base_url)
               SELECT 'ada', 'linkedin', n::text, '', '' FROM generate_series(1, 20000) AS n"""
        )
        connection.execute(
            """INSERT INTO social_account_tokens (connection_id, ciphertext, expires_at, noted_end)
               SELECT id, '', %(end)s, %(end)s FROM social_connections""",
            {"end": SOON},
        )
        connection.execute("VACUUM (ANALYZE) social_connections, social_account_tokens")
        explained = connection.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query.text}", {"now": START, "until": SOON, "limit": 500}
        ).fetchone()
        assert explained is not None
        plan = explained[0][0]["Plan"]

    assert "social_account_tokens_ends" in str(plan)
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 20


def test_role_of_the_refresher_writes_the_event(db: Database, database_url: str, clock: FakeClock) -> None:
    connect(db, Lifetime(expires_at=SOON))
    limited = Database(lambda: postgres.as_group(database_url, "publisher"))

    assert run(limited, clock) == 1
    limited.close()
