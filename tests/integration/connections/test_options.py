"""GET connections/options, through its handler."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.connections.resources import open_vault
from minutehand.connections.store import Connections, Lifetime, NewConnection
from minutehand.connections.vault import Vault, VaultUnavailable
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.rulebook import rulebook_for
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.connections.conftest import SETTINGS
from tests.support.api import Api, Reply
from tests.support.clock import FakeClock
from tests.support.expected import expected_of
from tests.support.simulated_accounts import account_on
from tests.support.simulator import Simulator

STATUS = Query("status", "SELECT status, status_reason FROM social_connections")
REFRESH = Query("refresh", "SELECT refresh_at, refresh_failures FROM social_account_tokens")
FAIL_REFRESH = Query("fail_refresh", "UPDATE social_account_tokens SET refresh_failures = 1")
EVENTS = Query("events", "SELECT type, actor FROM events WHERE type = 'connection.reconnect_required'")
SPOIL = Query("spoil", "UPDATE social_account_tokens SET ciphertext = '\\x00'")
WITH_CHOICES = sorted(platform for platform in PLATFORMS if rulebook_for(platform).choices)

type Connect = Callable[..., UUID]


@pytest.fixture
def api(db: Database, clock: FakeClock, vault: Vault) -> Api:
    return Api(db, clock, environ=SETTINGS, openers={open_vault: lambda _: vault})


@pytest.fixture
def connect(db: Database, clock: FakeClock, vault: Vault, simulator: Simulator) -> Connect:
    """Return a function that connects an account on a simulated platform for Ada."""

    def connect(
        platform: str,
        name: str = "demo",
        *,
        token: str | None = None,
        expires_at: datetime | None = None,
        refresh_at: datetime | None = None,
    ) -> UUID:
        account = account_on(simulator, platform, name)
        new = NewConnection("ada", platform, account.account_id or name, name, account.base_url)
        secrets = account.token if token is None else {"access_token": token}
        lifetime = Lifetime(expires_at, refresh_at)
        made = Connections(db).connect(new, secrets, vault.seal, lifetime=lifetime, actor=Actor("ada"), now=clock.now())
        return made.id

    return connect


def options(api: Api, connection_id: object, **who: Any) -> Reply:
    return api.call("connection_options", query={"connectionId": str(connection_id)}, **who)


@pytest.mark.parametrize("platform", WITH_CHOICES)
def test_options_are_the_values_that_the_platform_lists(api: Api, connect: Connect, platform: str) -> None:
    expected = expected_of(platform).choices
    assert expected is not None

    reply = options(api, connect(platform, expected.account))

    assert reply.status == 200, reply.text
    assert {
        name: {choice["value"]: choice["label"] for choice in choices}
        for name, choices in reply.body["options"].items()
    } == expected.simulated


@pytest.mark.parametrize("platform", [platform for platform in PLATFORMS if platform not in WITH_CHOICES])
def test_platform_without_choices_has_no_options(
    api: Api, connect: Connect, simulator: Simulator, platform: str
) -> None:
    connection_id = connect(platform)
    api.replace(open_vault, lambda _: pytest.fail("the token is opened for nothing"))

    reply = options(api, connection_id)

    assert (reply.status, reply.body) == (200, {"success": True, "options": {}})


@pytest.mark.parametrize("who", [{"user": "eve"}, {"user": "ada", "owner": "acme"}], ids=["eve", "acme"])
def test_connection_of_another_owner_does_not_exist(api: Api, connect: Connect, who: dict[str, str]) -> None:
    connection_id = connect("pinterest")
    assert options(api, connection_id).status == 200  # also the remembered values belong to Ada

    reply = options(api, connection_id, **who)

    assert (reply.status, reply.body["code"]) == (404, "connection_not_found")


@pytest.mark.parametrize("connection_id", [str(uuid4()), "x"], ids=["unknown", "no id"])
def test_unknown_connection_does_not_exist(api: Api, connection_id: str) -> None:
    assert options(api, connection_id).body["code"] == "connection_not_found"


def test_viewer_may_read_options(api: Api, connect: Connect) -> None:
    assert options(api, connect("pinterest"), roles="viewer").status == 200


def test_options_are_remembered_for_a_minute(
    api: Api, connect: Connect, simulator: Simulator, clock: FakeClock
) -> None:
    connection_id = connect("pinterest")
    first = options(api, connection_id)
    simulator.fault("pinterest", "boards", "status", status=500)

    clock.advance(seconds=59)
    assert options(api, connection_id).body == first.body
    clock.advance(seconds=1)
    assert options(api, connection_id).status == 409
    assert options(api, connection_id).body == first.body


def test_new_token_is_used_at_once(api: Api, connect: Connect) -> None:
    connection_id = connect("pinterest", token="demo-token")
    assert options(api, connection_id).status == 200

    assert connect("pinterest", token="wrong") == connection_id
    assert options(api, connection_id).body["code"] == "reconnect_required"


@pytest.mark.parametrize(("platform", "name"), [("pinterest", "blind"), ("linkedin", "member")])
def test_missing_permission_does_not_end_the_connection(
    api: Api, connect: Connect, db: Database, platform: str, name: str
) -> None:
    reply = options(api, connect(platform, name))

    assert (reply.status, reply.body["code"]) == (409, "scope_missing")
    assert "POST connections/authorize" in reply.body["error"]
    assert [row["status"] for row in db.fetch(STATUS)] == ["active"]


@pytest.mark.parametrize("platform", WITH_CHOICES)
def test_refused_token_that_cannot_be_renewed_ends_the_connection(
    api: Api, connect: Connect, db: Database, platform: str
) -> None:
    connection_id = connect(platform, token="wrong")

    reply = options(api, connection_id)

    assert (reply.status, reply.body["code"]) == (409, "reconnect_required")
    assert [row["status"] for row in db.fetch(STATUS)] == ["reconnect_required"]
    assert [tuple(row.values()) for row in db.fetch(EVENTS)] == [
        ("connection.reconnect_required", "connection_options")
    ]
    assert options(api, connection_id).body["error"] == reply.body["error"]


def test_refused_token_that_can_be_renewed_is_refreshed_soon(
    api: Api, connect: Connect, db: Database, clock: FakeClock
) -> None:
    later = clock.now() + timedelta(hours=1)
    connection_id = connect("pinterest", token="wrong", expires_at=later, refresh_at=later)

    reply = options(api, connection_id)

    assert (reply.status, reply.body["code"]) == (409, "token_expired")
    assert [row["status"] for row in db.fetch(STATUS)] == ["active"]
    assert [row["refresh_at"] for row in db.fetch(REFRESH)] == [clock.now()]


def test_postponed_refresh_stays_postponed(api: Api, connect: Connect, db: Database, clock: FakeClock) -> None:
    later = clock.now() + timedelta(minutes=4)
    connection_id = connect("pinterest", token="wrong", expires_at=later, refresh_at=later)
    db.fetch(FAIL_REFRESH)

    assert options(api, connection_id).body["code"] == "token_expired"
    assert [row["refresh_at"] for row in db.fetch(REFRESH)] == [later]


def test_expired_token_is_not_sent(api: Api, connect: Connect, clock: FakeClock) -> None:
    connection_id = connect("pinterest", expires_at=clock.now(), refresh_at=clock.now())
    api.replace(open_vault, lambda _: pytest.fail("the token is opened for nothing"))

    assert options(api, connection_id).body["code"] == "token_expired"


def test_damaged_token_ends_the_connection(api: Api, connect: Connect, db: Database) -> None:
    connection_id = connect("pinterest")
    db.fetch(SPOIL)

    assert options(api, connection_id).body["code"] == "reconnect_required"
    assert [row["status"] for row in db.fetch(STATUS)] == ["reconnect_required"]


def test_rate_limit_of_the_platform_is_passed_on(api: Api, connect: Connect, simulator: Simulator) -> None:
    simulator.fault("pinterest", "boards", "rate_limit", seconds=90)

    reply = options(api, connect("pinterest"))

    assert (reply.status, reply.body["code"]) == (429, "rate_limited")
    assert int(reply.headers["retry-after"]) == 90


def test_failure_of_the_platform_changes_nothing(
    api: Api, connect: Connect, simulator: Simulator, db: Database
) -> None:
    simulator.fault("pinterest", "boards", "status", status=500)

    reply = options(api, connect("pinterest"))

    assert (reply.status, reply.body["code"]) == (409, "options_unavailable")
    assert [row["status"] for row in db.fetch(STATUS)] == ["active"]


def test_unavailable_vault_changes_nothing(
    api: Api, connect: Connect, vault: Vault, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection_id = connect("pinterest")

    def refuse(*_: object) -> None:
        raise VaultUnavailable("KMS does not answer.")

    monkeypatch.setattr(vault, "open", refuse)

    reply = options(api, connection_id)

    assert (reply.status, reply.body["code"]) == (500, "internal_error")
    assert [row["status"] for row in db.fetch(STATUS)] == ["active"]
