"""Connections in real Postgres."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.connections import store
from minutehand.connections.store import Connection, Connections, Lifetime, NewConnection
from minutehand.connections.vault import VaultUnavailable
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.sql import Query

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOKEN = {"access_token": "demo-token"}
TOKENS = Query("tokens", "SELECT * FROM social_account_tokens")
REVOCATIONS = Query("revocations", "SELECT * FROM revocations")
LOCK = Query("lock", "SELECT FROM social_account_tokens FOR UPDATE")
IMPATIENT = Query("impatient", "SELECT set_config('lock_timeout', '200ms', true)")


def seal(token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
    return f"{owner_id}/{connection_id}/{sorted(token)}".encode()


def broken_seal(token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
    raise VaultUnavailable


def account(account_id: str = "a1", **fields: Any) -> NewConnection:
    defaults = {
        "owner_id": "ada",
        "platform": "mastodon",
        "handle": f"@{account_id}",
        "base_url": "https://mastodon.example",
    }
    return NewConnection(account_id=account_id, **(defaults | fields))


def defaults(connections: Connections, owner_id: str = "ada") -> dict[str, UUID]:
    """Return the ids of the owner's default connections by platform."""
    return {each.platform: each.id for each in connections.list_all(owner_id) if each.is_default}


@pytest.fixture
def connections(db: Database) -> Connections:
    return Connections(db)


def test_a_connection_is_stored_with_its_sealed_token(connections: Connections, db: Database) -> None:
    lifetime = Lifetime(NOW + timedelta(hours=2), NOW + timedelta(hours=1), NOW + timedelta(days=180))
    grant_id = uuid4()
    connection_id = connections.connect(
        account(), TOKEN, seal, actor=Actor("ada"), now=NOW, lifetime=lifetime, grant_id=grant_id
    ).id
    times = (lifetime.expires_at, lifetime.refresh_at, lifetime.refresh_expires_at)
    assert connections.find(connection_id, "ada") == Connection(
        connection_id, "ada", "mastodon", "a1", "@a1", "https://mastodon.example", "active", None, True, NOW, *times, 0
    )
    [row] = db.fetch(TOKENS)
    assert row["ciphertext"] == f"ada/{connection_id}/['access_token']".encode()
    assert Lifetime(row["expires_at"], row["refresh_at"], row["refresh_expires_at"]) == lifetime
    assert row["grant_id"] == grant_id


def test_account_that_is_connected_again_gets_the_same_id(connections: Connections) -> None:
    first = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW)
    others = [
        connections.connect(other, TOKEN, seal, actor=Actor("ada"), now=NOW).id
        for other in (account("a2"), account(platform="bluesky"), account(owner_id="bob"))
    ]
    connections.disconnect(first.id, "ada", actor=Actor("ada"), now=NOW)
    assert connections.find(first.id, "ada") is None

    again = connections.connect(account(handle="@renamed"), TOKEN, seal, actor=Actor("ada"), now=NOW)

    assert (again.id, again.added) == (first.id, True)
    assert len({first.id, *others}) == 4


def test_a_connection_of_another_owner_is_not_found(connections: Connections) -> None:
    connection_id = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    assert connections.find(connection_id, "bob") is None
    assert connections.find(uuid4(), "ada") is None
    assert not connections.require_reconnect(connection_id, "bob", "revoked", actor=Actor("ada"), now=NOW)
    assert connections.list_all("bob") == []


def test_the_first_connection_is_the_default_until_it_is_changed(connections: Connections) -> None:
    first = connections.connect(account("a1"), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    second = connections.connect(account("a2"), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    assert defaults(connections) == {"mastodon": first}
    connections.connect(account("a2"), TOKEN, seal, actor=Actor("ada"), now=NOW, make_default=True)
    assert defaults(connections) == {"mastodon": second}
    found = connections.find(first, "ada")
    assert found is not None
    assert not found.is_default


def test_an_owner_has_a_default_connection_on_each_platform(connections: Connections) -> None:
    mastodon = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    bluesky = connections.connect(account(platform="bluesky"), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    connections.connect(account("a2"), TOKEN, seal, actor=Actor("ada"), now=NOW)
    hers = connections.connect(account(owner_id="bob"), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    assert defaults(connections) == {"mastodon": mastodon, "bluesky": bluesky}
    assert defaults(connections, "bob") == {"mastodon": hers}


def test_connecting_an_account_again_replaces_its_token_and_activates_it(
    connections: Connections, db: Database
) -> None:
    first = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    assert connections.require_reconnect(first, "ada", "The token was revoked.", actor=Actor("ada"), now=NOW)
    assert not connections.require_reconnect(first, "ada", "Again.", actor=Actor("ada"), now=NOW)
    found = connections.find(first, "ada")
    assert found is not None
    assert (found.status, found.status_reason) == ("reconnect_required", "The token was revoked.")
    again = connections.connect(account(handle="@renamed"), {"other": "token"}, seal, actor=Actor("ada"), now=NOW).id
    assert again == first
    found = connections.find(first, "ada")
    assert found is not None
    assert (found.status, found.status_reason, found.handle, found.is_default) == ("active", None, "@renamed", True)
    [row] = db.fetch(TOKENS)
    assert row["ciphertext"] == f"ada/{first}/['other']".encode()


def test_a_failed_seal_changes_nothing(connections: Connections, db: Database) -> None:
    with pytest.raises(VaultUnavailable):
        connections.connect(account(), TOKEN, broken_seal, actor=Actor("ada"), now=NOW)
    assert connections.list_all("ada") == []
    kept = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    with pytest.raises(VaultUnavailable):
        connections.connect(account(handle="@renamed"), TOKEN, broken_seal, actor=Actor("ada"), now=NOW)
    found = connections.find(kept, "ada")
    assert found is not None
    assert found.handle == "@a1"
    assert len(db.fetch(TOKENS)) == 1


def test_connecting_an_account_says_whether_it_was_new(connections: Connections) -> None:
    first = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW)
    again = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW)
    other = connections.connect(account(owner_id="bob"), TOKEN, seal, actor=Actor("ada"), now=NOW)

    assert (first.added, again.added, other.added) == (True, False, True)
    assert again.id == first.id


def test_connections_are_listed_by_platform_and_age(connections: Connections) -> None:
    later = NOW + timedelta(minutes=1)
    young = connections.connect(account("a1"), TOKEN, seal, actor=Actor("ada"), now=later).id
    old = connections.connect(account("a2"), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    bluesky = connections.connect(
        account("did:plc:a", platform="bluesky"), TOKEN, seal, actor=Actor("ada"), now=later
    ).id
    connections.connect(account(owner_id="bob"), TOKEN, seal, actor=Actor("ada"), now=NOW)

    assert [connection.id for connection in connections.list_all("ada")] == [bluesky, old, young]
    assert connections.list_all("mallory") == []


def test_a_disconnected_account_is_deleted_with_its_token(connections: Connections, db: Database) -> None:
    kept = connections.connect(account("a1"), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    gone = connections.connect(account("a2"), TOKEN, seal, actor=Actor("ada"), now=NOW).id

    removed = connections.disconnect(gone, "ada", actor=Actor("ada"), now=NOW)

    assert removed is not None
    assert (removed.id, removed.account_id) == (gone, "a2")
    assert connections.find(gone, "ada") is None
    assert [row["connection_id"] for row in db.fetch(TOKENS)] == [kept]
    assert connections.disconnect(gone, "ada", actor=Actor("ada"), now=NOW) is None


def test_a_connection_of_another_owner_cannot_be_disconnected(connections: Connections) -> None:
    connection_id = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW).id

    assert connections.disconnect(connection_id, "bob", actor=Actor("ada"), now=NOW) is None
    assert connections.find(connection_id, "ada") is not None


def test_the_oldest_remaining_connection_becomes_the_default(connections: Connections) -> None:
    moments = [NOW + timedelta(minutes=minute) for minute in (0, 2, 1)]
    default, younger, older = (
        connections.connect(account(f"a{minute}"), TOKEN, seal, actor=Actor("ada"), now=now).id
        for minute, now in enumerate(moments)
    )
    bluesky = connections.connect(account(platform="bluesky"), TOKEN, seal, actor=Actor("ada"), now=NOW).id

    connections.disconnect(default, "ada", actor=Actor("ada"), now=NOW)
    assert defaults(connections) == {"mastodon": older, "bluesky": bluesky}
    connections.disconnect(younger, "ada", actor=Actor("ada"), now=NOW)
    assert defaults(connections) == {"mastodon": older, "bluesky": bluesky}
    connections.disconnect(older, "ada", actor=Actor("ada"), now=NOW)
    assert defaults(connections) == {"bluesky": bluesky}


def test_a_revocable_token_of_a_disconnected_account_is_kept(connections: Connections, db: Database) -> None:
    grant_id = uuid4()
    revocable = connections.connect(
        account(platform="x"), TOKEN, seal, actor=Actor("ada"), now=NOW, grant_id=grant_id
    ).id
    other = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW).id

    for connection_id in (revocable, other):
        assert connections.disconnect(connection_id, "bob", actor=Actor("ada"), now=NOW, revocable=["x"]) is None
        assert connections.disconnect(connection_id, "ada", actor=Actor("ada"), now=NOW, revocable=["x"]) is not None

    [row] = db.fetch(REVOCATIONS)
    assert (row["connection_id"], row["owner_id"], row["platform"], row["account_id"]) == (revocable, "ada", "x", "a1")
    assert row["ciphertext"] == f"ada/{revocable}/['access_token']".encode()
    assert (row["grant_id"], row["next_attempt_at"], row["attempts"]) == (grant_id, NOW, 0)
    assert db.fetch(TOKENS) == []


def test_connecting_an_account_again_resets_its_token_s_state(connections: Connections, db: Database) -> None:
    lifetime = Lifetime(NOW + timedelta(hours=2), NOW + timedelta(hours=1), NOW + timedelta(days=180))
    connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW, lifetime=lifetime, grant_id=uuid4())
    db.fetch(Query("failed", "UPDATE social_account_tokens SET refresh_failures = 3"))

    connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW)

    [row] = db.fetch(TOKENS)
    known = ("expires_at", "refresh_at", "refresh_expires_at", "refresh_failures", "grant_id")
    assert [row[name] for name in known] == [None, None, None, 0, None]


def test_a_refusal_of_a_replaced_token_changes_nothing(connections: Connections, db: Database) -> None:
    connection_id = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    [row] = db.fetch(TOKENS)
    connections.connect(account(), {"other": "token"}, seal, actor=Actor("ada"), now=NOW)

    assert not connections.require_reconnect(
        connection_id, "ada", "Revoked.", actor=Actor("ada"), now=NOW, refused=row["ciphertext"]
    )

    [row] = db.fetch(TOKENS)
    assert connections.require_reconnect(
        connection_id, "ada", "Revoked.", actor=Actor("ada"), now=NOW, refused=row["ciphertext"]
    )


def test_another_connection_becomes_the_default(connections: Connections) -> None:
    first = connections.connect(account("a1"), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    second = connections.connect(account("a2"), TOKEN, seal, actor=Actor("ada"), now=NOW).id

    assert connections.make_default(second, "bob", now=NOW) is None
    assert connections.make_default(uuid4(), "ada", now=NOW) is None
    assert defaults(connections) == {"mastodon": first}

    for _ in range(2):
        made = connections.make_default(second, "ada", now=NOW)
        assert made is not None
        assert (made.id, made.is_default) == (second, True)
    assert defaults(connections) == {"mastodon": second}


def test_a_change_waits_only_briefly_for_a_refresh(
    connections: Connections, db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection_id = connections.connect(account(), TOKEN, seal, actor=Actor("ada"), now=NOW).id
    monkeypatch.setattr(store, "queries", {**store.queries, "set_lock_timeout": IMPATIENT})
    refresher = Database(lambda: database_url)
    with refresher.transaction():
        refresher.fetch(LOCK)
        with pytest.raises(Conflict, match="is being refreshed") as busy:
            connections.disconnect(connection_id, "ada", actor=Actor("ada"), now=NOW)
        assert busy.value.code == "connection_busy"
        with pytest.raises(Conflict):
            connections.connect(account(), {"other": "token"}, seal, actor=Actor("ada"), now=NOW)
        # A change of the connection's row only does not wait.
        assert connections.require_reconnect(connection_id, "ada", "Revoked.", actor=Actor("ada"), now=NOW)
    refresher.close()

    assert connections.disconnect(connection_id, "ada", actor=Actor("ada"), now=NOW) is not None
