"""The maintenance that token_refresher runs every few minutes, with real Postgres."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from minutehand.connections.store import Connections, Lifetime, NewConnection
from minutehand.connections.vault import Vault
from minutehand.oauth import link_management
from minutehand.oauth.clients import Clients, ClientsUnavailable
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.forms.links import NewLink
from minutehand.oauth.maintenance import MaintenanceReport, maintain
from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.oauth.revoke import MAX_ATTEMPTS, Revoker
from minutehand.platforms.catalog import PROVIDERS, REVOCABLE, SEPARATE_GRANTS
from minutehand.platforms.oauth2.provider import OAuthClient, provider_for
from minutehand.platforms.port import RateLimited, Rejected, Transient
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.pruning import BATCH_SIZE
from minutehand.runtime.sql import Query
from tests.integration.oauth.scene import Scene
from tests.support.accounts import Accounts, http
from tests.support.api import CONTEXT, sample
from tests.support.clock import FakeClock
from tests.support.cold_start import start
from tests.support.faults import DrowsyDatabase, Nap
from tests.support.providers import FIRST
from tests.support.simulator import Simulator
from tests.support.threads import at_once

REVOCATIONS = Query("revocations", "SELECT * FROM revocations ORDER BY id")
DAMAGE = Query("damage", "UPDATE social_account_tokens SET ciphertext = 'x' WHERE connection_id = %(id)s")
MAKE_STATES = Query(
    "make_states",
    """INSERT INTO oauth_states (digest, owner_id, actor, platform, redirect_uri, verifier_salt, expires_at)
       SELECT sha256(n::text::bytea), 'ada', 'ada', 'x', 'https://app.example.com', '', %(expires_at)s
       FROM generate_series(1, %(count)s) AS n""",
)
NOTHING = MaintenanceReport(refreshed=0, failed=0, disconnected=0, revoked=0, forgotten=0)


class Maintenance:
    """Runs of the maintenance, without Lambda."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def run(
        self,
        *,
        deadline: datetime | None = None,
        clients: Clients | None = None,
        database: Callable[[], Database] | None = None,
    ) -> MaintenanceReport:
        scene = self.scene
        revoker = Revoker(scene.vault.open, clients or scene.clients, scene.http, scene.clock, scene.provider)
        return maintain(
            database or scene.database,
            scene.process(),
            revoker,
            scene.clock,
            deadline=deadline or scene.clock.now() + timedelta(seconds=60),
        )

    def revocations(self) -> list[dict[str, Any]]:
        return self.scene.db.fetch(REVOCATIONS)


@pytest.fixture
def maintenance(scene: Scene) -> Maintenance:
    return Maintenance(scene)


def test_a_token_is_refreshed_when_a_tenth_of_its_life_is_left(maintenance: Maintenance, scene: Scene) -> None:
    scene.clock.advance(minutes=107, seconds=59)
    assert maintenance.run() == NOTHING
    scene.clock.advance(seconds=1)

    assert maintenance.run() == MaintenanceReport(1, 0, 0, 0, 0)
    assert scene.stored()["access_token"] == "access-1"
    assert maintenance.run() == NOTHING
    assert all(db._connection is None for db in scene.opened)


def test_concurrent_runs_refresh_each_token_once(maintenance: Maintenance, scene: Scene) -> None:
    scene.provider.strict = False
    for number in range(30):
        scene.connect({"access_token": "a", "refresh_token": f"own-{number}"}, account_id=f"account-{number}")
    scene.clock.advance(hours=2)
    reports: list[MaintenanceReport] = []

    at_once(*[lambda: reports.append(maintenance.run())] * 2)

    assert sum(report.refreshed for report in reports) == 31
    assert sorted(scene.provider.asked) == sorted(["refresh-0", *(f"own-{number}" for number in range(30))])


def test_a_run_ends_in_time_and_the_next_run_continues(maintenance: Maintenance, scene: Scene) -> None:
    scene.provider.strict = False
    for number in range(20):
        scene.connect(FIRST, account_id=f"account-{number}")
    scene.clock.advance(hours=2)
    scene.provider.each = lambda: scene.clock.advance(seconds=10)

    first = maintenance.run(deadline=scene.clock.now() + timedelta(seconds=30))

    assert 3 <= first.refreshed <= 3 + 3  # refreshes that began before the deadline are completed
    scene.provider.each = lambda: None
    assert first.refreshed + maintenance.run().refreshed == 21


def test_a_failed_refresh_does_not_delay_other_tokens(maintenance: Maintenance, scene: Scene) -> None:
    expired = scene.connect({"access_token": "a", "refresh_token": "refresh-9"}, account_id="expired")
    broken = scene.connect(FIRST, account_id="broken")
    scene.db.fetch(
        Query("damage", "UPDATE social_account_tokens SET ciphertext = 'x' WHERE connection_id = %(id)s"), id=broken
    )
    failing = scene.connect({"access_token": "a", "refresh_token": "unlucky"}, account_id="failing")
    scene.provider.errors["unlucky"] = Transient("server_error", "X returned a server error.")
    scene.clock.advance(hours=2)

    assert maintenance.run() == MaintenanceReport(refreshed=1, failed=1, disconnected=2, revoked=0, forgotten=0)

    statuses = {each.id: each.status for each in Connections(scene.db).list_all("ada")}
    assert statuses == {
        scene.id: "active",
        expired: "reconnect_required",
        broken: "reconnect_required",
        failing: "active",
    }
    scene.clock.advance(seconds=19)
    assert maintenance.run() == NOTHING
    del scene.provider.errors["unlucky"]
    scene.provider.strict = False
    scene.clock.advance(seconds=1)
    assert maintenance.run().refreshed == 1
    assert scene.row(failing)["refresh_failures"] == 0


def test_a_token_of_an_account_to_reconnect_is_not_refreshed(maintenance: Maintenance, scene: Scene) -> None:
    Connections(scene.db).require_reconnect(
        scene.id, "ada", "It was revoked.", actor=Actor("ada"), now=scene.clock.now()
    )
    scene.clock.advance(hours=2)

    assert maintenance.run() == NOTHING
    assert scene.provider.asked == []


def test_old_states_are_deleted_by_the_maintenance(maintenance: Maintenance, scene: Scene) -> None:
    pending = PendingAuthorizations(scene.db)
    for _ in range(3):
        pending.begin(Identity("ada", "ada"), "x", "https://app.example.com", make_default=False, now=scene.clock.now())
    scene.clock.advance(days=1, minutes=11)
    pending.begin(Identity("ada", "ada"), "x", "https://app.example.com", make_default=False, now=scene.clock.now())

    assert maintenance.run().forgotten == 3


def test_old_connect_links_are_deleted_by_the_maintenance(maintenance: Maintenance, scene: Scene) -> None:
    link = NewLink.model_validate({"platforms": ["x"], "expiresIn": 300})
    for _ in range(2):
        link_management.create(scene.db, Identity("ada", "ada"), link, return_to=None, now=scene.clock.now())
    scene.clock.advance(days=30, minutes=6)
    link_management.create(scene.db, Identity("ada", "ada"), link, return_to=None, now=scene.clock.now())

    assert maintenance.run().forgotten == 2


def test_states_are_deleted_in_batches_until_the_deadline(maintenance: Maintenance, scene: Scene) -> None:
    count = 2 * BATCH_SIZE + 500
    scene.db.fetch(MAKE_STATES, expires_at=scene.clock.now() - timedelta(days=2), count=count)
    rows: list[int] = []

    class Noted(Database):
        def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
            found = super().fetch(query, **parameters)
            rows.append(len(found))
            return found

    assert maintenance.run(deadline=scene.clock.now()).forgotten == 0
    assert maintenance.run(database=lambda: Noted(lambda: scene.url)).forgotten == count
    assert max(rows) == 1


def test_a_run_without_postgres_does_nothing(maintenance: Maintenance, scene: Scene) -> None:
    scene.clock.advance(hours=2)
    scene.url = "postgresql://127.0.0.1:1/nowhere"

    assert maintenance.run() == NOTHING
    assert scene.provider.asked == []


def test_an_idle_transaction_timeout_does_not_end_the_run(maintenance: Maintenance, scene: Scene) -> None:
    scene.provider.strict = False
    for number in range(8):
        scene.connect(FIRST, account_id=f"account-{number}")
    scene.connect({"access_token": "a", "refresh_token": "unlucky"}, account_id="unlucky")
    scene.provider.errors["unlucky"] = Transient("server_error", "X returned a server error.")
    scene.clock.advance(hours=2)
    nap = Nap(scene.url, before="postpone_refresh")

    report = maintenance.run(database=lambda: DrowsyDatabase(lambda: scene.url, nap))

    assert nap.over
    assert report.refreshed == 9
    assert report.failed + maintenance.run().failed == 1  # retried by another thread of that run, or by the next run


# -- revoking ---------------------------------------------------------------------------------------------------


def disconnect(scene: Scene, connection_id: UUID | None = None, **options: Any) -> None:
    removed = Connections(scene.db).disconnect(
        connection_id or scene.id, "ada", actor=Actor("ada"), now=scene.clock.now(), revocable=REVOCABLE, **options
    )
    assert removed is not None


def test_the_token_of_a_disconnected_account_is_revoked(maintenance: Maintenance, scene: Scene) -> None:
    disconnect(scene)

    assert maintenance.run() == MaintenanceReport(0, 0, 0, revoked=1, forgotten=0)
    assert scene.provider.revoked == [FIRST]
    assert maintenance.revocations() == []


def test_the_token_of_an_account_in_use_is_not_revoked(maintenance: Maintenance, scene: Scene) -> None:
    disconnect(scene)
    scene.connect(FIRST)

    assert maintenance.run().revoked == 0
    assert (scene.provider.revoked, maintenance.revocations()) == ([], [])


def test_a_token_of_a_grant_in_use_is_not_revoked(maintenance: Maintenance, scene: Scene) -> None:
    grant_id = uuid4()
    one, other = (
        Connections(scene.db)
        .connect(
            NewConnection("ada", "youtube", account_id, account_id, "https://youtube"),
            FIRST,
            scene.vault.seal,
            actor=Actor("ada"),
            now=scene.clock.now(),
            lifetime=Lifetime(),
            grant_id=grant_id,
        )
        .id
        for account_id in ("one", "other")
    )
    disconnect(scene, one)
    assert maintenance.run().revoked == 0
    disconnect(scene, other)
    assert maintenance.run().revoked == 1


def test_a_failed_revocation_is_retried_a_limited_number_of_times(maintenance: Maintenance, scene: Scene) -> None:
    disconnect(scene)
    scene.provider.script = [Transient("server_error", "X returned a server error.")] * MAX_ATTEMPTS
    began, waits = scene.clock.now(), []
    while rows := maintenance.revocations():
        scene.clock.sleep_until(rows[0]["next_attempt_at"])
        waits.append(scene.clock.now() - began)
        assert maintenance.run().revoked == 0
        assert maintenance.run().revoked == 0

    assert len(scene.provider.revoked) == MAX_ATTEMPTS == len(waits)
    assert waits[:3] == [timedelta(0), timedelta(minutes=5), timedelta(minutes=15)]
    assert timedelta(days=1) < waits[-1] < timedelta(days=3)


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (Rejected("revocation_refused", "X did not revoke our access."), True),
        (Rejected("client_refused", "X does not accept our client registration."), False),
        (RateLimited("rate_limited", "Wait.", until=FakeClock().now() + timedelta(hours=3)), False),
        (ZeroDivisionError("ours"), False),
    ],
)
def test_a_refused_revocation_ends_and_a_transient_failure_is_retried(
    error: Exception, refused: bool, maintenance: Maintenance, scene: Scene
) -> None:
    disconnect(scene)
    scene.provider.script = [error]

    assert maintenance.run().revoked == refused
    waits = [row["next_attempt_at"] - scene.clock.now() for row in maintenance.revocations()]
    hours = timedelta(hours=3) if isinstance(error, RateLimited) else timedelta(minutes=5)
    assert waits == ([] if refused else [hours])


def test_an_unreadable_token_is_not_kept_for_revocation(maintenance: Maintenance, scene: Scene) -> None:
    disconnect(scene)
    scene.db.fetch(Query("damage", "UPDATE revocations SET ciphertext = 'x'"))
    maintenance.run()
    assert maintenance.revocations() == []


def test_a_revocation_waits_for_unavailable_oauth_clients(maintenance: Maintenance, scene: Scene) -> None:
    def unavailable(_: str) -> str:
        raise ClientsUnavailable

    disconnect(scene)
    unavailable_clients = Clients(ClientsConfig(stage="prod", oauth_clients_secret_arn="arn"), unavailable)
    for clients in (unavailable_clients, Clients(ClientsConfig(stage="local"))):
        assert maintenance.run(clients=clients).revoked == 0
        scene.clock.advance(hours=1)
    assert maintenance.run().revoked == 1


@pytest.mark.parametrize("platform", PROVIDERS)
def test_only_platforms_with_a_revoke_call_are_revocable(platform: str) -> None:
    calls: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(200, json={})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        provider_for(platform).revoke(client, OAuthClient("a", "b"), FIRST)

    assert bool(calls) == (platform in REVOCABLE)


@pytest.mark.parametrize("platform", sorted(REVOCABLE))
def test_the_tokens_of_a_disconnected_account_are_revoked_on_the_platform(
    platform: str, accounts: Accounts, simulator: Simulator
) -> None:
    [connection] = accounts.connect(platform)
    assert accounts.call("connections", "DELETE", {"connectionId": connection["id"]}).status == 200
    assert accounts.listed() == []
    revoker = Revoker(accounts.vault.open, accounts.clients, http, accounts.clock)

    assert revoker.revoke_next(accounts.db) is True
    assert revoker.revoke_next(accounts.db) is None
    tokens = [token for tokens in simulator.tokens().values() for token in tokens]
    assert {token["state"] for token in tokens} == {"revoked"}


@pytest.mark.parametrize("platform", sorted(REVOCABLE))
def test_a_disconnect_revokes_its_own_grant_if_grants_are_separate(
    platform: str, accounts: Accounts, simulator: Simulator
) -> None:
    """On other platforms, the revocation would also end the access of the other owner."""
    [mine], [theirs] = accounts.connect(platform), accounts.connect(platform, user="mallory")
    mine_token, their_token = accounts.token(mine), accounts.token(theirs, "mallory")
    assert mine["accountId"] == theirs["accountId"]
    reply = accounts.call("connections", "DELETE", {"connectionId": mine["id"]})
    assert [warning["code"] for warning in reply.body["warnings"]] == ["connected_elsewhere"]
    revoker = Revoker(accounts.vault.open, accounts.clients, http, accounts.clock)

    assert revoker.revoke_next(accounts.db) is (platform in SEPARATE_GRANTS)

    states = {token["token"]: token["state"] for tokens in simulator.tokens().values() for token in tokens}
    assert states[mine_token["access_token"]] == ("revoked" if platform in SEPARATE_GRANTS else "usable")
    assert states[their_token["access_token"]] == "usable"
    # The last owner's disconnect revokes the access on every platform.
    gone = {"connectionId": theirs["id"]}
    assert "warnings" not in accounts.call("connections", "DELETE", gone, user="mallory").body
    assert revoker.revoke_next(accounts.db) is True


def test_a_disconnect_reports_that_the_grant_is_in_use(scene: Scene, accounts: Accounts) -> None:
    grant_id = uuid4()
    one, other = (
        Connections(scene.db).connect(
            NewConnection("ada", "youtube", account_id, account_id, "https://youtube"),
            FIRST,
            scene.vault.seal,
            actor=Actor("ada"),
            now=scene.clock.now(),
            grant_id=grant_id,
        )
        for account_id in ("one", "other")
    )

    first, second = (accounts.call("connections", "DELETE", {"connectionId": str(each.id)}) for each in (one, other))

    assert [warning["code"] for warning in first.body["warnings"]] == ["grant_in_use"]
    assert "warnings" not in second.body


# -- the function -----------------------------------------------------------------------------------------------


def test_the_function_does_the_maintenance_and_returns_its_counts(
    scene: Scene, vault: Vault, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    environ = {
        "STAGE": "local",
        "DATABASE_URL": database_url,
        "TOKEN_KEY_ID": vault._key_id,
        "OAUTH_CLIENTS": json.dumps({"x": {"clientId": "a", "clientSecret": "b", "server": "http://127.0.0.1:1"}}),
        "MEDIA_FROM_PRIVATE_NETWORKS": "true",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_SECRET_ARN", raising=False)
    scene.clock.advance(hours=2)
    context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 120_000)

    counts = start("token_refresher", clock=scene.clock).handler(sample("token_refresher"), context)

    assert counts == {"refreshed": 0, "failed": 1, "disconnected": 0, "revoked": 0, "forgotten": 0, "expiring": 0}
    assert scene.row()["refresh_failures"] == 1  # no server listens on port 1
