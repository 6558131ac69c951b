"""Mastodon: Minutehand registers an OAuth client with the server of the account."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from minutehand.oauth.registered_clients import KEPT_FOR, delete_unused_clients
from minutehand.oauth.revoke import Revoker
from minutehand.runtime.db import Database
from minutehand.runtime.default_limits import MAX_PENDING_AUTHORIZATIONS
from minutehand.runtime.sql import Query
from tests.integration.oauth.test_connect_links import create, follow, refused, token_in
from tests.support.accounts import LINK, PAGE, Accounts, http
from tests.support.simulator import Simulator

PENDING = Query("pending", "SELECT oauth_states::text AS row, sealed_client FROM oauth_states ORDER BY expires_at")
CLIENTS = Query("clients", "SELECT oauth_clients::text AS row, ciphertext FROM oauth_clients")
DAMAGE = Query("damage", "UPDATE oauth_clients SET ciphertext = ciphertext || '\\x00'")
REVOCATIONS = Query("revocations", "SELECT count(*) AS count FROM revocations")


def begin(accounts: Accounts, instance: str, **fields: Any) -> tuple[int, str]:
    body = {"platform": "mastodon", "instance": instance} | fields
    reply = accounts.call("authorize_connection", "POST", body)
    return reply.status, reply.body.get("code", "")


def apps(simulator: Simulator) -> dict[str, dict[str, str]]:
    """Return the apps that are registered with the server, keyed by client id."""
    found: dict[str, dict[str, str]] = simulator.state.collection("oauth", "apps")
    return found


def disconnect(accounts: Accounts, connection: dict[str, Any]) -> list[str]:
    """Disconnect an account, and return the codes of the warnings."""
    reply = accounts.call("connections", "DELETE", {"connectionId": connection["id"]})
    assert reply.status == 200, reply.text
    return [warning["code"] for warning in reply.body.get("warnings", [])]


def test_pending_authorization_hides_its_client(accounts: Accounts, simulator: Simulator, db: Database) -> None:
    url = accounts.start("mastodon")

    [client_id] = list(apps(simulator))[-1:]
    [row] = db.fetch(PENDING)
    for secret in (client_id, apps(simulator)[client_id]["secret"], simulator.url):
        assert secret not in row["row"]
        assert secret.encode() not in bytes(row["sealed_client"])
        assert secret not in url


def test_authorization_on_another_platform_has_no_client(accounts: Accounts, db: Database) -> None:
    accounts.start("x")

    assert [row["sealed_client"] for row in db.fetch(PENDING)] == [None]


def test_page_before_the_consent_page_names_the_server(accounts: Accounts, simulator: Simulator) -> None:
    page = accounts.browse(accounts.start("mastodon"))

    server = simulator.url.removeprefix("http://")
    assert f"Connect your account on {server}?" in page.text
    assert f"Continue to {server}" in page.text


def registered(accounts: Accounts, simulator: Simulator, **fields: Any) -> str:
    """Begin an authorization, and return the id of its client."""
    query = dict(parse_qsl(urlsplit(accounts.begin("mastodon", **fields)).query))
    assert query["client_id"] in apps(simulator)
    return query["client_id"]


def test_owner_has_one_client_for_each_server_and_redirect_uri(accounts: Accounts, simulator: Simulator) -> None:
    first = registered(accounts, simulator)

    assert registered(accounts, simulator) == first
    assert registered(accounts, simulator, instance=f"{simulator.mastodon}/home") == first
    assert registered(accounts, simulator, user="mallory") != first
    accounts.configure(pages=PAGE)
    assert registered(accounts, simulator, redirectUri=PAGE) != first


def test_client_that_the_server_no_longer_knows_is_registered_again(accounts: Accounts, simulator: Simulator) -> None:
    first = registered(accounts, simulator)
    del apps(simulator)[first]

    second = registered(accounts, simulator)

    assert second != first
    assert registered(accounts, simulator) == second


def test_client_that_cannot_be_opened_is_registered_again(
    accounts: Accounts, simulator: Simulator, db: Database
) -> None:
    first = registered(accounts, simulator)
    db.fetch(DAMAGE)

    assert registered(accounts, simulator) != first


def test_busy_server_that_knows_the_client_begins_nothing(
    accounts: Accounts, simulator: Simulator, db: Database
) -> None:
    registered(accounts, simulator)
    simulator.fault("mastodon", "token", "status", status=503)

    assert begin(accounts, simulator.mastodon) == (409, "server_error")
    assert len(db.fetch(PENDING)) == 1


def test_stored_client_is_sealed(accounts: Accounts, simulator: Simulator, db: Database) -> None:
    client_id = registered(accounts, simulator)

    [row] = db.fetch(CLIENTS)
    for secret in (client_id, apps(simulator)[client_id]["secret"]):
        assert secret not in row["row"]
        assert secret.encode() not in bytes(row["ciphertext"])


def test_unused_client_is_deleted(accounts: Accounts, simulator: Simulator, db: Database) -> None:
    [connection] = accounts.connect("mastodon", "ada")
    clock = accounts.clock
    clock.advance(seconds=KEPT_FOR.total_seconds())
    assert delete_unused_clients(db, clock, deadline=clock.now() + timedelta(minutes=1)) == 0
    clock.advance(seconds=1)
    assert delete_unused_clients(db, clock, deadline=clock.now() + timedelta(minutes=1)) == 1

    # The token contains its client.
    assert disconnect(accounts, connection) == []
    assert Revoker(accounts.vault.open, accounts.clients, http, clock).revoke_next(db) is True
    assert [each["state"] for each in simulator.tokens()["accessTokens"]] == ["revoked"]


def test_owner_with_too_many_authorizations_calls_no_server(
    accounts: Accounts, simulator: Simulator, db: Database
) -> None:
    for _ in range(MAX_PENDING_AUTHORIZATIONS):
        accounts.start("x")

    assert begin(accounts, simulator.mastodon) == (409, "limit_reached")
    assert db.fetch(CLIENTS) == []
    secret = create(accounts, "mastodon", owner="ada")
    form = {"link": secret, "token": token_in(accounts.submit(LINK, {"link": secret})), "platform": "mastodon"}
    assert refused(accounts, form | {"instance": simulator.mastodon}) == (409, "limit_reached")
    assert db.fetch(CLIENTS) == []


def test_own_page_of_the_operator_is_registered_as_the_redirect_uri(accounts: Accounts, simulator: Simulator) -> None:
    accounts.configure(pages=PAGE)

    consent_page = accounts.start("mastodon", redirectUri=PAGE)
    back = simulator.allow(consent_page, "ada")
    body = {"state": back.params["state"], "code": back.params["code"]}
    reply = accounts.call("connection_callback", "POST", body)

    assert str(back).startswith(f"{PAGE}?code=")
    assert reply.status == 201, reply.text
    assert [each["platform"] for each in reply.body["connections"]] == ["mastodon"]


@pytest.mark.parametrize(
    ("fault", "options", "status", "code"),
    [
        ("status", {"status": 404}, 400, "unexpected_server"),
        ("status", {"status": 503}, 409, "server_error"),
        ("rate_limit", {"seconds": 60}, 429, "rate_limited"),
    ],
)
def test_server_that_registers_no_client_begins_nothing(
    fault: str, options: dict[str, int], status: int, code: str, accounts: Accounts, simulator: Simulator, db: Database
) -> None:
    simulator.fault("mastodon", "apps", fault, **options)

    assert begin(accounts, simulator.mastodon) == (status, code)
    assert db.fetch(PENDING) == []


def test_granted_access_is_revoked_when_the_account_is_disconnected(
    accounts: Accounts, simulator: Simulator, db: Database
) -> None:
    [connection] = accounts.connect("mastodon", "ada")
    token = accounts.token(connection)["access_token"]

    assert disconnect(accounts, connection) == []
    assert Revoker(accounts.vault.open, accounts.clients, http, accounts.clock).revoke_next(db) is True
    assert {each["token"]: each["state"] for each in simulator.tokens()["accessTokens"]} == {token: "revoked"}


def test_token_that_a_person_created_is_not_revoked(accounts: Accounts, simulator: Simulator, db: Database) -> None:
    given = {"platform": "mastodon", "instance": simulator.mastodon, "accessToken": "ada-token"}
    connection = accounts.call("connections", "POST", given).body["connection"]

    assert disconnect(accounts, connection) == ["token_not_revoked"]
    assert [row["count"] for row in db.fetch(REVOCATIONS)] == [0]


def test_token_is_kept_while_the_account_is_connected_again(
    accounts: Accounts, simulator: Simulator, db: Database
) -> None:
    """The server returns the same token, so its revocation would end the new connection."""
    [connection] = accounts.connect("mastodon", "ada")
    disconnect(accounts, connection)
    [again] = accounts.connect("mastodon", "ada")

    assert Revoker(accounts.vault.open, accounts.clients, http, accounts.clock).revoke_next(db) is False
    [token] = simulator.tokens()["accessTokens"]
    assert (token["token"], token["state"]) == (accounts.token(again)["access_token"], "usable")


def test_error_of_the_server_blames_no_operator(accounts: Accounts, simulator: Simulator) -> None:
    back = simulator.deny(accounts.begin("mastodon")).copy_set_param("error", "invalid_scope")
    page = accounts.browse(back, accept="application/json")

    assert page.body["error"] == "Mastodon rejected the authorization request (invalid_scope). Start again."


def test_same_account_is_connected_by_consent_and_by_a_token(accounts: Accounts, simulator: Simulator) -> None:
    given = {"platform": "mastodon", "instance": simulator.mastodon, "accessToken": "ada-token"}
    by_token = accounts.call("connections", "POST", given).body["connection"]
    [by_consent] = accounts.connect("mastodon", "ada")

    assert by_consent["id"] == by_token["id"]
    assert (by_consent["accountId"], by_consent["handle"]) == (by_token["accountId"], by_token["handle"])


def test_person_without_a_login_names_the_server(accounts: Accounts, simulator: Simulator) -> None:
    secret = create(accounts, "mastodon")

    consent = follow(accounts, secret, "mastodon", {"instance": simulator.mastodon})
    done = accounts.browse(simulator.allow(consent.headers["location"], "ada"))

    assert (consent.status, done.status) == (303, 200)
    [connection] = accounts.call("connections", "GET", owner="acme").body["connections"]
    assert connection["platform"] == "mastodon"


def test_link_is_not_used_up_by_a_wrong_server_until_the_fifth_time(accounts: Accounts, simulator: Simulator) -> None:
    simulator.fault("mastodon", "apps", "status", status=404, times=9)
    secret = create(accounts, "mastodon")
    form = {"link": secret, "platform": "mastodon", "instance": simulator.mastodon}
    token = token_in(accounts.submit(LINK, {"link": secret}))

    assert refused(accounts, form | {"token": token, "instance": "no address"})[0] == 400
    answers = [refused(accounts, form | {"token": token}) for _ in range(6)]

    assert answers == [(400, "unexpected_server")] * 5 + [(409, "too_many_attempts")]


@pytest.mark.parametrize("platform", ["x", "bluesky"])
def test_link_accepts_a_server_only_on_platforms_with_servers(platform: str, accounts: Accounts) -> None:
    secret = create(accounts, platform)
    token = token_in(accounts.submit(LINK, {"link": secret}))
    form = {"link": secret, "token": token, "platform": platform, "instance": "tea.example"}

    assert accounts.submit(LINK, form, accept="application/json").status == 400
