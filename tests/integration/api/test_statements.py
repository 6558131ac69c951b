"""The settings of an owner cost no statement, except for a local time without a time zone."""

from typing import Any

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api

LATER = "2026-03-02T14:00:00Z"


@pytest.fixture
def statements(db: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the names of the statements that have been executed."""
    names: list[str] = []
    fetch, one_locked = db.fetch, db.one_locked

    def record_fetch(query: Query, **parameters: Any) -> list[dict[str, Any]]:
        names.append(query.name)
        return fetch(query, **parameters)

    def record_locked(lock: Query, query: Query, **parameters: Any) -> dict[str, Any] | None:
        names.append(query.name)
        return one_locked(lock, query, **parameters)

    monkeypatch.setattr(db, "fetch", record_fetch)
    monkeypatch.setattr(db, "one_locked", record_locked)
    return names


@pytest.mark.parametrize(
    ("time", "executed"),
    [
        ({}, ["create"]),
        ({"scheduledAt": LATER}, ["create"]),
        ({"scheduledAt": "2026-03-02T14:00", "timezone": "UTC"}, ["create"]),
        ({"scheduledAt": "2026-03-02T14:00"}, ["settings", "create"]),
    ],
    ids=str,
)
def test_only_a_local_time_without_a_time_zone_reads_the_settings(
    api: Api, statements: list[str], time: dict[str, str], executed: list[str]
) -> None:
    api.create(platforms=["x"], **time)

    assert statements == executed


@pytest.mark.parametrize("time", [{}, {"scheduledAt": LATER}, {"scheduledAt": "2026-03-02T14:00"}], ids=str)
def test_update_does_not_read_the_settings(api: Api, statements: list[str], time: dict[str, str]) -> None:
    post = api.create(platforms=["x"])
    statements.clear()

    reply = api.call("update_post", {"postId": post["id"], "notes": "Ask Mia."} | time, httpMethod="PATCH")

    assert reply.status == 200
    assert "settings" not in statements
    assert statements.count("update") == 1


def test_caller_is_described_with_one_statement(api: Api, statements: list[str]) -> None:
    assert api.call("me").status == 200
    assert statements == ["present_values"]


def test_connections_are_listed_with_two_statements(api: Api, statements: list[str]) -> None:
    api.configure("connections", TOKEN_KEY_ID="key")

    assert api.call("connections").status == 200
    assert statements == ["list_all", "list_disconnected"]
