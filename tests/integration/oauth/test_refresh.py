"""Refreshes on demand, in real Postgres, on a platform that accepts each refresh token once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from botocore.exceptions import ClientError

from minutehand.connections.vault import Vault
from minutehand.oauth import refresh
from minutehand.oauth.clients import Clients
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.refresh import Refresher
from minutehand.platforms.port import RateLimited, Rejected, ServiceUnavailable, Transient
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.oauth.scene import Scene
from tests.support.clock import FakeClock
from tests.support.connection_pool import ConnectionPool
from tests.support.faults import Boundaries, BoundaryDatabase, DrowsyDatabase, Killed, Nap
from tests.support.providers import FIRST, LIFE
from tests.support.threads import at_once

LIMITED = "X temporarily limits our requests."


@contextmanager
def failing(code: str) -> Iterator[pytest.ExceptionInfo[ServiceUnavailable]]:
    with pytest.raises(ServiceUnavailable) as raised:
        yield raised
    assert raised.value.code == code


def test_a_token_is_refreshed_and_saved(scene: Scene) -> None:
    scene.clock.advance(hours=2)
    seen = scene.seen

    fresh = scene.process().fresh(scene.id, "ada", seen)

    assert fresh.token == scene.stored() == {"access_token": "access-1", "refresh_token": "refresh-1"}
    row, now = scene.row(), scene.clock.now()
    assert row["ciphertext"] == fresh.ciphertext != seen
    assert (row["expires_at"], row["refresh_at"]) == (now + LIFE, now + LIFE * 0.9)
    assert row["refresh_expires_at"] == now + timedelta(days=180) - LIFE  # the platform returned no new value
    assert (row["refresh_failures"], row["updated_at"]) == (0, now)
    [opened] = scene.opened
    assert opened._connection is None
    assert "access-1" not in repr(fresh)


def test_concurrent_callers_in_a_process_share_one_refresh(scene: Scene) -> None:
    refresher, seen, given = scene.process(), scene.seen, []

    at_once(*[lambda: given.append(refresher.fresh(scene.id, "ada", seen))] * 20)

    assert scene.provider.asked == ["refresh-0"]
    assert {fresh.token["access_token"] for fresh in given} == {"access-1"}
    assert len(scene.opened) == 1  # connections to Postgres


def test_concurrent_processes_use_the_token_of_the_first(scene: Scene) -> None:
    seen, given = scene.seen, []
    refreshers = [scene.process() for _ in range(6)]

    def want(refresher: Refresher) -> None:
        given.append(refresher.fresh(scene.id, "ada", seen))

    at_once(*[partial(want, refresher) for refresher in refreshers])

    assert scene.provider.asked == ["refresh-0"]
    assert {fresh.token["access_token"] for fresh in given} == {"access-1"}
    assert {fresh.ciphertext for fresh in given} == {scene.seen}


def test_a_refused_successor_is_refreshed_too(scene: Scene) -> None:
    refresher, seen = scene.process(), scene.seen
    first = refresher.fresh(scene.id, "ada", seen)
    second = refresher.fresh(scene.id, "ada", first.ciphertext)

    assert (first.token["access_token"], second.token["access_token"]) == ("access-1", "access-2")
    assert scene.process().fresh(scene.id, "ada", seen).token == second.token


def test_a_token_of_another_owner_is_not_refreshed(scene: Scene) -> None:
    for connection_id, owner in ((scene.id, "bob"), (uuid4(), "ada")):
        with pytest.raises(Rejected) as refused:
            scene.process().fresh(connection_id, owner, scene.seen)
        assert refused.value.code == "not_connected"
    assert scene.provider.asked == []


# -- transient failures---------------------------------------------------------------------------------------------


def test_a_transient_failure_only_postpones_the_refresh(scene: Scene) -> None:
    scene.provider.script = [Transient("server_error", "X returned a server error.")]
    before = scene.row()

    with failing("server_error") as failure:
        scene.process().fresh(scene.id, "ada", scene.seen)

    until = scene.clock.now() + timedelta(seconds=20)
    assert failure.value.until == until
    assert failure.value.reason == "We could not refresh our access to X. X returned a server error."
    changed = {"refresh_at": until, "refresh_failures": 1, "updated_at": scene.clock.now()}
    assert scene.row() == before | changed
    assert scene.connection().status == "active"


def test_a_refresh_is_not_retried_before_the_end_of_its_backoff(scene: Scene) -> None:
    scene.provider.script = [Transient("server_error", "X returned a server error.")]
    seen = scene.seen
    with failing("server_error") as first:
        scene.process().fresh(scene.id, "ada", seen)

    with failing("refresh_postponed") as second:
        scene.process().fresh(scene.id, "ada", seen)
    assert second.value.until == first.value.until
    assert len(scene.provider.asked) == 1

    scene.clock.sleep_until(first.value.until)
    assert scene.process().fresh(scene.id, "ada", seen).token["access_token"] == "access-1"
    assert scene.row()["refresh_failures"] == 0


def test_the_backoff_doubles_up_to_four_minutes(scene: Scene) -> None:
    waits = []
    for _ in range(7):
        scene.provider.script = [Transient("server_error", "X returned a server error.")]
        with failing("server_error") as failure:
            scene.process().fresh(scene.id, "ada", scene.seen)
        waits.append((failure.value.until - scene.clock.now()).total_seconds())
        scene.clock.sleep_until(failure.value.until)

    assert waits == [20, 40, 80, 160, 240, 240, 240]


def test_callers_that_share_a_refresh_share_its_failure(scene: Scene) -> None:
    scene.provider.script = [Transient("server_error", "X returned a server error.")]
    refresher, seen, failures = scene.process(), scene.seen, []

    def want() -> None:
        try:
            refresher.fresh(scene.id, "ada", seen)
        except ServiceUnavailable as failure:
            failures.append(failure.until)

    at_once(*[want] * 10)

    assert len(scene.provider.asked) == 1
    assert failures == [scene.clock.now() + timedelta(seconds=20)] * 10


@pytest.mark.parametrize(
    ("error", "code", "wait"),
    [
        (
            RateLimited("rate_limited", LIMITED, until=FakeClock().now() + timedelta(hours=3)),
            None,
            10800,
        ),
        (
            RateLimited("rate_limited", LIMITED, until=FakeClock().now() + timedelta(seconds=1)),
            None,
            20,
        ),
        (Rejected("client_refused", "X does not accept our client registration."), None, 240),
        (Rejected("of_a_new_kind", "X says no."), None, 20),
        (ZeroDivisionError("with a secret in its words"), "internal_error", 20),
    ],
)
def test_an_error_that_does_not_concern_the_account_keeps_it_connected(
    error: Any, code: str | None, wait: int, scene: Scene
) -> None:
    scene.provider.script = [error]

    with failing(code or error.code) as failure:
        scene.process().fresh(scene.id, "ada", scene.seen)

    assert failure.value.until == scene.clock.now() + timedelta(seconds=wait)
    assert "a secret in its words" not in failure.value.reason
    assert scene.connection().status == "active"
    assert scene.stored() == FIRST


def test_a_missing_oauth_client_keeps_the_account_connected(scene: Scene) -> None:
    scene.clients = Clients(ClientsConfig(stage="local"))

    with failing("not_registered") as failure:
        scene.process().fresh(scene.id, "ada", scene.seen)

    assert failure.value.until == scene.clock.now() + timedelta(minutes=4)
    assert scene.connection().status == "active"
    assert scene.provider.asked == []


class BrokenVault:
    """A vault whose KMS is unavailable for one operation."""

    def __init__(self, vault: Vault, broken: str) -> None:
        self._vault, self.broken = vault, broken

    def open(self, *arguments: Any) -> Any:
        return self._failing().open(*arguments) if self.broken == "open" else self._vault.open(*arguments)

    def prepare(self, *arguments: Any) -> Any:
        return self._failing().prepare(*arguments) if self.broken == "prepare" else self._vault.prepare(*arguments)

    def _failing(self) -> Vault:
        class Kms:
            def refuse(self, **_: Any) -> None:
                raise ClientError({"Error": {"Code": "KMSInternalException", "Message": "no"}}, "Decrypt")

            decrypt = generate_data_key = refuse

        kms: Any = Kms()
        return Vault(kms, "key")


@pytest.mark.parametrize("broken", ["open", "prepare"])
def test_a_refresh_token_is_not_used_without_kms(broken: str, scene: Scene) -> None:
    seen = scene.seen
    with failing("vault_unavailable"):
        scene.process(vault=BrokenVault(scene.vault, broken)).fresh(scene.id, "ada", seen)

    assert scene.provider.asked == []
    assert (scene.seen, scene.connection().status) == (seen, "active")


def test_a_successor_that_cannot_be_read_now_is_a_transient_failure(scene: Scene) -> None:
    seen = scene.seen
    scene.process().fresh(scene.id, "ada", seen)

    with failing("vault_unavailable"):
        scene.process(vault=BrokenVault(scene.vault, "open")).fresh(scene.id, "ada", seen)
    assert len(scene.provider.asked) == 1


def test_a_kms_outage_during_the_refresh_call_loses_no_token(scene: Scene) -> None:
    vault = BrokenVault(scene.vault, "nothing")
    scene.provider.script = [lambda: setattr(vault, "broken", "prepare")]

    scene.process(vault=vault).fresh(scene.id, "ada", scene.seen)

    assert scene.stored()["access_token"] == "access-1"


# -- permanent errors--------------------------------------------------------------------------------------------


def test_an_expired_grant_requires_a_reconnect_with_its_reason(scene: Scene) -> None:
    scene.provider.good = "refresh-9"
    before = scene.row()

    with pytest.raises(Rejected) as refused:
        scene.process().fresh(scene.id, "ada", scene.seen)

    connection = scene.connection()
    assert refused.value.code == connection.status == "reconnect_required"
    assert refused.value.reason == connection.status_reason
    assert connection.status_reason == "Our access to X has expired or was revoked. Connect the account again."
    assert scene.row() == before | {"refresh_at": None, "updated_at": scene.clock.now()}
    assert scene.stored() == FIRST  # the token stays stored

    with pytest.raises(Rejected):  # and no further call is made
        scene.process().fresh(scene.id, "ada", scene.seen)
    assert len(scene.provider.asked) == 1


@pytest.mark.parametrize(
    ("error", "days", "code"),
    [
        (Transient("unexpected_answer", "X returned an unexpected response."), 180, "reconnect_required"),
        (Transient("unexpected_answer", "X returned an unexpected response."), 179, "unexpected_answer"),
        (Transient("unreachable", "X could not be reached."), 180, "unreachable"),
        (Transient("server_error", "X returned a server error."), 180, "server_error"),
    ],
)
def test_an_unknown_refusal_after_the_end_of_the_refresh_token_requires_a_reconnect(
    error: Transient, days: int, code: str, scene: Scene
) -> None:
    scene.provider.script = [error]
    scene.clock.advance(hours=24 * days)

    ends = code == "reconnect_required"
    with pytest.raises(Rejected if ends else ServiceUnavailable) as raised:
        scene.process().fresh(scene.id, "ada", scene.seen)

    assert raised.value.code == code
    assert scene.connection().status == ("reconnect_required" if ends else "active")
    assert not ends or raised.value.reason == "Our access to X has expired. Connect the account again."


@pytest.mark.parametrize(
    ("platform", "token"), [("linkedin", {"access_token": "a"}), ("mastodon", {"access_token": "a"})]
)
def test_a_token_without_refresh_requires_a_reconnect(platform: str, token: dict[str, str], scene: Scene) -> None:
    scene.id = scene.connect(token, platform)

    with pytest.raises(Rejected, match="cannot be refreshed") as refused:
        scene.process().fresh(scene.id, "ada", scene.seen)

    assert refused.value.code == scene.connection().status == "reconnect_required"
    assert scene.provider.asked == []


def test_a_damaged_token_requires_a_reconnect(scene: Scene) -> None:
    scene.db.fetch(Query("damage", "UPDATE social_account_tokens SET ciphertext = ciphertext || '\\x00'"))

    with pytest.raises(Rejected, match="is not valid"):
        scene.process().fresh(scene.id, "ada", scene.seen)

    assert scene.connection().status == "reconnect_required"


@pytest.mark.parametrize("given", [{}, {"access_token": ""}, {"access_token": "new", "refresh_token": ""}])
def test_an_empty_value_never_replaces_a_token(
    given: dict[str, str], scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from minutehand.platforms.oauth2.provider import Grant

    monkeypatch.setattr(scene.provider, "refresh", lambda *_, now: Grant(given, now() + LIFE))
    if given.get("access_token"):
        assert scene.process().fresh(scene.id, "ada", scene.seen).token == FIRST | {"access_token": "new"}
    else:
        with failing("unexpected_answer"):
            scene.process().fresh(scene.id, "ada", scene.seen)
        assert scene.stored() == FIRST


def test_an_account_reconnected_meanwhile_is_not_refreshed(scene: Scene) -> None:
    seen, new = scene.seen, {"access_token": "brand-new", "refresh_token": "refresh-0"}
    scene.connect(new)

    assert scene.process().fresh(scene.id, "ada", seen).token == new
    assert scene.provider.asked == []


# -- crashes ----------------------------------------------------------------------------------------------------


def test_a_crash_before_the_save_leaves_the_old_token_unlocked(scene: Scene) -> None:
    def die() -> None:
        raise Killed

    scene.provider.script = [die]
    before = scene.row()
    with pytest.raises(Killed):
        scene.process().fresh(scene.id, "ada", scene.seen)
    assert scene.row() == before

    # The platform accepts the old token only once, so the lost token requires a reconnect.
    with pytest.raises(Rejected, match="has expired or was revoked"):
        scene.process().fresh(scene.id, "ada", scene.seen)
    assert scene.connection().status == "reconnect_required"


def test_a_crash_at_any_boundary_never_loses_a_stored_token(scene: Scene, connections: ConnectionPool) -> None:
    """Crash at each boundary of a refresh in turn."""
    for number in range(50):
        seen, before = scene.seen, scene.stored()
        spent = scene.provider.good
        boundaries = Boundaries(number)
        try:
            mortal = partial(BoundaryDatabase, lambda: scene.url, connections, boundaries)
            scene.process(mortal).fresh(scene.id, "ada", seen)
        except Killed:
            pass
        else:
            if boundaries.acted_at is None:
                break
        after = scene.stored()
        assert after == before or after["refresh_token"] == scene.provider.good
        scene.provider.good = after["refresh_token"]  # let the platform accept it again, for the next round
        assert spent.startswith("refresh-")
    assert "before save_refreshed" in boundaries.passed
    assert "after commit" in boundaries.passed
    assert number > 5


def test_a_refreshed_token_is_saved_after_a_restart_of_postgres(scene: Scene) -> None:
    scene.provider.script = [scene.break_connections]

    fresh = scene.process().fresh(scene.id, "ada", scene.seen)

    assert fresh.token == scene.stored()
    assert fresh.token["refresh_token"] == scene.provider.good


def test_a_refreshed_token_is_saved_after_an_idle_transaction_timeout(scene: Scene) -> None:
    nap = Nap(scene.url, before="save_refreshed")

    fresh = scene.process(lambda: DrowsyDatabase(lambda: scene.url, nap)).fresh(scene.id, "ada", scene.seen)

    assert nap.over
    assert fresh.token == scene.stored()
    assert fresh.token["refresh_token"] == scene.provider.good == "refresh-1"


def test_a_failure_that_cannot_be_recorded_changes_nothing(scene: Scene) -> None:
    nap, before = Nap(scene.url, before="postpone_refresh"), scene.row()
    scene.provider.script = [Transient("server_error", "X returned a server error.")]

    with failing("database_unavailable"):
        scene.process(lambda: DrowsyDatabase(lambda: scene.url, nap)).fresh(scene.id, "ada", scene.seen)

    assert nap.over
    assert scene.row() == before


def test_a_refreshed_token_reactivates_an_account_marked_meanwhile(scene: Scene) -> None:
    """The lock is lost with the connection: another process finds the used-up token and marks the account."""
    seen = scene.seen

    def restart_and_refresh_elsewhere() -> None:
        scene.break_connections()
        with pytest.raises(Rejected):
            scene.process().fresh(scene.id, "ada", seen)
        assert scene.connection().status == "reconnect_required"

    scene.provider.script = [restart_and_refresh_elsewhere]
    scene.process().fresh(scene.id, "ada", seen)

    assert scene.stored()["refresh_token"] == scene.provider.good
    assert (scene.connection().status, scene.connection().status_reason) == ("active", None)
    assert scene.row()["refresh_at"] is not None


class Unreachable(Database):
    """A database that can be switched off."""

    def __init__(self, url: str, switch: dict[str, bool]) -> None:
        super().__init__(lambda: url)
        self._switch = switch

    def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        if self._switch["off"]:
            raise psycopg.OperationalError("the server is not there")
        return super().fetch(query, **parameters)


def test_an_unsaved_token_is_saved_by_the_next_refresh_of_its_process(scene: Scene) -> None:
    switch = {"off": False}
    refresher, seen, began = scene.process(lambda: Unreachable(scene.url, switch)), scene.seen, scene.clock.now()
    scene.provider.script = [lambda: switch.update(off=True)]

    with failing("database_unavailable"):
        refresher.fresh(scene.id, "ada", seen)
    assert scene.clock.now() - began >= refresh.MAX_SAVE_TIME - refresh.SAVE_INTERVAL
    assert scene.stored() == FIRST
    with failing("database_unavailable"):
        refresher.fresh(scene.id, "ada", seen)

    switch["off"] = False
    assert refresher.fresh(scene.id, "ada", seen).token == scene.stored()
    assert scene.stored()["refresh_token"] == scene.provider.good == "refresh-1"


def test_a_long_wait_for_another_process_is_a_transient_failure(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = Query("set_timeouts", "SELECT set_config('lock_timeout', '200ms', true)")
    monkeypatch.setattr(refresh, "_queries", {**refresh._queries, "set_timeouts": impatient})
    seen = scene.seen

    def refresh_elsewhere() -> None:
        with failing("database_unavailable") as failure:
            scene.process().fresh(scene.id, "ada", seen)
        assert failure.value.until == scene.clock.now() + timedelta(seconds=20)

    scene.provider.script = [refresh_elsewhere]
    assert scene.process().fresh(scene.id, "ada", seen).token["access_token"] == "access-1"
    assert scene.provider.asked == ["refresh-0"]


def test_a_refresh_without_postgres_makes_no_call(scene: Scene) -> None:
    with failing("database_unavailable"):
        scene.process(lambda: Unreachable(scene.url, {"off": True})).fresh(scene.id, "ada", scene.seen)

    assert scene.provider.asked == []
