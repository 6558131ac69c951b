"""/api/social/connections, through its handler."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from botocore.exceptions import ClientError

from minutehand.connections.resources import open_vault
from minutehand.connections.store import Connections
from minutehand.connections.vault import Vault
from minutehand.platforms.mastodon.rules import DOCUMENTED
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.connections.conftest import SETTINGS, ConnectionsApi
from tests.support.clock import FakeClock
from tests.support.cold_start import configure
from tests.support.simulator import Simulator

LIMITS = Query("limits", "SELECT limits FROM social_connections")
TOKENS = Query("tokens", "SELECT connection_id, ciphertext FROM social_account_tokens ORDER BY updated_at")
EXPIRE = Query(
    "expire",
    """UPDATE social_account_tokens SET expires_at = %(at)s, refresh_at = %(refresh_at)s,
              refresh_failures = %(failures)s""",
)
PASSWORD = "abcd-efgh-ijkl-mnop"


def bluesky(simulator: Simulator, **fields: Any) -> dict[str, Any]:
    given = {"platform": "bluesky", "identifier": "ada.example", "appPassword": PASSWORD, "service": simulator.bluesky}
    return given | fields


def mastodon(simulator: Simulator, **fields: Any) -> dict[str, Any]:
    given = {"platform": "mastodon", "instance": simulator.mastodon, "accessToken": "ada-token"}
    return given | fields


def credentials(platform: str, simulator: Simulator, **fields: Any) -> dict[str, Any]:
    return bluesky(simulator, **fields) if platform == "bluesky" else mastodon(simulator, **fields)


def connect(api: ConnectionsApi, body: dict[str, Any], **who: Any) -> dict[str, Any]:
    reply = api.call("POST", body, **who)
    assert reply.status in (200, 201), reply.text
    connection: dict[str, Any] = reply.body["connection"]
    return connection


def test_the_limits_of_a_mastodon_server_are_stored_with_the_connection(
    api: ConnectionsApi, simulator: Simulator, db: Database
) -> None:
    connect(api, mastodon(simulator))

    [row] = db.fetch(LIMITS)
    assert row["limits"] == DOCUMENTED.published()


def test_an_app_password_connects_a_bluesky_account(
    api: ConnectionsApi, simulator: Simulator, db: Database, vault: Vault
) -> None:
    reply = api.call("POST", bluesky(simulator, identifier="@ada.example"))

    connection = reply.body["connection"]
    assert (reply.status, reply.body["success"]) == (201, True)
    assert connection == {
        "id": connection["id"],
        "platform": "bluesky",
        "accountId": connection["accountId"],
        "handle": "ada.example",
        "baseUrl": simulator.bluesky,
        "profileUrl": None,
        "status": "active",
        "statusReason": None,
        "expiresAt": None,
        "renewable": False,
        "health": "ok",
        "healthReason": None,
        "isDefault": True,
        "createdAt": "2026-03-02T09:00:00.000Z",
    }
    assert connection["accountId"].startswith("did:plc:")
    [row] = db.fetch(TOKENS)
    assert vault.open(row["ciphertext"], connection["id"], "ada") == {"identifier": "ada.example", "password": PASSWORD}
    assert api.listed() == [connection]


def test_an_access_token_connects_a_mastodon_account(
    api: ConnectionsApi, simulator: Simulator, db: Database, vault: Vault
) -> None:
    connection = connect(api, mastodon(simulator))

    host = simulator.url.removeprefix("http://")
    assert connection["accountId"].endswith(f"@{host}")
    assert (connection["handle"], connection["baseUrl"]) == (f"@ada@{host}", simulator.mastodon)
    [row] = db.fetch(TOKENS)
    assert vault.open(row["ciphertext"], connection["id"], "ada") == {"access_token": "ada-token"}


@pytest.mark.parametrize("platform", ["bluesky", "mastodon"])
def test_connecting_an_account_again_makes_the_connection_active(
    platform: str, api: ConnectionsApi, simulator: Simulator, db: Database, vault: Vault, clock: FakeClock
) -> None:
    secret = "appPassword" if platform == "bluesky" else "accessToken"
    value = "new-password" if platform == "bluesky" else "ada-token"
    first = connect(api, credentials(platform, simulator))
    Connections(db).require_reconnect(UUID(first["id"]), "ada", "It was revoked.", actor=Actor("ada"), now=clock.now())
    clock.advance(minutes=5)

    reply = api.call("POST", credentials(platform, simulator, **{secret: value}))

    assert reply.status == 200
    assert reply.body["connection"] == first
    [row] = db.fetch(TOKENS)
    assert value in vault.open(row["ciphertext"], first["id"], "ada").values()


def test_connections_are_listed_by_platform_and_age_with_one_default_each(
    api: ConnectionsApi, simulator: Simulator, clock: FakeClock
) -> None:
    first = connect(api, mastodon(simulator))
    clock.advance(minutes=1)
    second = connect(api, mastodon(simulator, accessToken="mia-token"))
    third = connect(api, bluesky(simulator))
    assert [each["id"] for each in api.listed()] == [third["id"], first["id"], second["id"]]
    assert [each["isDefault"] for each in api.listed()] == [True, True, False]

    assert connect(api, mastodon(simulator, accessToken="mia-token", makeDefault=True))["isDefault"]

    assert [each["isDefault"] for each in api.listed()] == [True, False, True]
    assert api.listed("mallory") == []


def test_the_same_account_may_be_connected_by_two_owners(api: ConnectionsApi, simulator: Simulator) -> None:
    ada, bob = connect(api, mastodon(simulator)), connect(api, mastodon(simulator), user="bob")

    assert ada["accountId"] == bob["accountId"]
    assert [each["id"] for each in api.listed("bob")] == [bob["id"]]
    assert ada["id"] != bob["id"]


@pytest.mark.parametrize(
    ("platform", "fields", "words"),
    [
        ("bluesky", {"appPassword": "wrong"}, "(Invalid identifier or password). Check the identifier"),
        (
            "mastodon",
            {"accessToken": "wrong"},
            "(The access token is invalid). Check the token, which needs the scopes read and write.",
        ),
    ],
)
def test_credentials_that_the_platform_refuses_are_not_stored(
    platform: str, fields: dict[str, str], words: str, api: ConnectionsApi, simulator: Simulator
) -> None:
    reply = api.call("POST", credentials(platform, simulator, **fields))

    assert (reply.status, reply.body["code"]) == (400, "credentials_refused")
    assert words in reply.body["error"]
    assert api.listed() == []


@pytest.mark.parametrize(("platform", "step"), [("bluesky", "createSession"), ("mastodon", "verify_credentials")])
@pytest.mark.parametrize(
    ("kind", "options", "status", "code", "words"),
    [
        ("never_land", {}, 409, "connection_lost", "was lost. Nothing was stored"),
        ("land_then_drop", {}, 409, "connection_lost", "was lost. Nothing was stored"),
        ("status", {"status": 503}, 409, "server_error", "returned a server error (HTTP 503). Nothing was stored"),
        ("rate_limit", {"seconds": 90}, 429, "rate_limited", "temporarily limits our requests. Try again after 20"),
    ],
)
def test_a_failed_verification_stores_nothing(
    platform: str,
    step: str,
    kind: str,
    options: dict[str, int],
    status: int,
    code: str,
    words: str,
    api: ConnectionsApi,
    simulator: Simulator,
) -> None:
    connected = connect(api, credentials(platform, simulator))
    simulator.fault(platform, step, kind, **options)

    reply = api.call("POST", credentials(platform, simulator, makeDefault=True))

    assert (reply.status, reply.body["code"]) == (status, code)
    assert words in reply.body["error"]
    assert api.listed() == [connected]


@pytest.mark.parametrize(("platform", "name"), [("bluesky", "no Bluesky server"), ("mastodon", "no Mastodon server")])
def test_a_server_of_another_kind_is_refused(
    platform: str, name: str, api: ConnectionsApi, simulator: Simulator
) -> None:
    field = "service" if platform == "bluesky" else "instance"

    reply = api.call("POST", credentials(platform, simulator, **{field: simulator.url}))

    assert (reply.status, reply.body["code"]) == (400, "unexpected_server")
    assert f"{name} at {simulator.url} (HTTP 404)" in reply.body["error"]


@pytest.mark.parametrize("platform", ["bluesky", "mastodon"])
def test_an_unreachable_server_is_reported_with_its_address(
    platform: str, api: ConnectionsApi, simulator: Simulator
) -> None:
    field = "service" if platform == "bluesky" else "instance"

    reply = api.call("POST", credentials(platform, simulator, **{field: "http://127.0.0.1:1"}))

    assert (reply.status, reply.body["code"]) == (409, "unreachable")
    assert reply.body["error"] == (
        f"{platform.capitalize()} could not be reached. Nothing was stored. "
        "Check the address http://127.0.0.1:1, or try again in a few seconds."
    )


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:1", "https://127.0.0.1", "https://10.0.0.1", "https://169.254.169.254"),
        *("https://[::1]", "https://2130706433", "https://localhost", "http://93.184.215.14"),
    ],
)
def test_a_server_in_a_private_network_is_not_called(address: str, api: ConnectionsApi, simulator: Simulator) -> None:
    configure(api.function, SETTINGS | {"MEDIA_FROM_PRIVATE_NETWORKS": "false"})

    reply = api.call("POST", mastodon(simulator, instance=address))

    assert (reply.status, reply.body["code"]) == (400, "address_refused")
    assert (
        reply.body["error"]
        == f"The address {address} of your Mastodon server is not allowed. Give a public https:// address."
    )


def test_disconnecting_the_default_makes_the_oldest_connection_the_default(
    api: ConnectionsApi, simulator: Simulator, db: Database, clock: FakeClock
) -> None:
    first = connect(api, mastodon(simulator))
    clock.advance(minutes=1)
    second = connect(api, mastodon(simulator, accessToken="mia-token"))

    reply = api.call("DELETE", {"connectionId": first["id"]})

    sentence = "The credential that you gave us is still valid. Delete it in the settings on Mastodon."
    warning = {"field": "connectionId", "code": "token_not_revoked", "message": sentence}
    message = "Account disconnected successfully"
    assert (reply.status, reply.body) == (200, {"success": True, "message": message, "warnings": [warning]})
    assert api.listed() == [second | {"isDefault": True}]
    assert [str(row["connection_id"]) for row in db.fetch(TOKENS)] == [second["id"]]
    assert api.call("DELETE", {"connectionId": first["id"]}).status == 404


def test_a_connection_of_another_owner_is_not_found(api: ConnectionsApi, simulator: Simulator) -> None:
    connection = connect(api, mastodon(simulator))

    for connection_id, user in ((connection["id"], "mallory"), (str(uuid4()), "ada"), ("first", "ada")):
        reply = api.call("DELETE", {"connectionId": connection_id}, user=user)
        assert (reply.status, reply.body["code"]) == (404, "connection_not_found")
    assert api.listed() == [connection]


def test_a_viewer_may_only_read_connections(api: ConnectionsApi, simulator: Simulator) -> None:
    connection = connect(api, mastodon(simulator))

    assert api.call("GET", roles="viewer").body["connections"] == [connection]
    assert api.call("POST", bluesky(simulator), roles="viewer").status == 403
    assert api.call("DELETE", {"connectionId": connection["id"]}, roles="viewer").status == 403
    assert api.listed() == [connection]


def test_a_request_without_an_identity_is_unauthenticated(api: ConnectionsApi, simulator: Simulator) -> None:
    assert [api.call(method, {}, user=None).status for method in ("GET", "POST", "DELETE")] == [401, 401, 401]


def test_a_token_that_cannot_be_sealed_is_not_stored(api: ConnectionsApi, simulator: Simulator) -> None:
    class Kms:
        def generate_data_key(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "KMSInternalException", "Message": "no"}}, "GenerateDataKey")

    kms: Any = Kms()
    api.function.replace(open_vault, lambda _: Vault(kms, "key"))

    reply = api.call("POST", bluesky(simulator))

    assert (reply.status, reply.body["code"]) == (500, "internal_error")
    assert api.listed() == []
    assert "KMSInternalException" in api.logs.getvalue()
    assert PASSWORD not in api.emitted


def test_secrets_appear_in_no_response_and_no_log(
    api: ConnectionsApi, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "hush-hush-hush"
    for kind, options in (("status", {"status": 401}), ("status", {"status": 500}), ("never_land", {})):
        simulator.fault("bluesky", "createSession", kind, **options)
        simulator.fault("mastodon", "verify_credentials", kind, **options)
        assert api.call("POST", bluesky(simulator, appPassword=secret)).status >= 400
        assert api.call("POST", mastodon(simulator, accessToken=secret)).status >= 400
    for body in (
        bluesky(simulator, appPassword=secret * 100),
        bluesky(simulator, appPassword=[secret]),
        bluesky(simulator, appPassword={"is": secret}),
        bluesky(simulator, password=secret),
        bluesky(simulator, service=f"https://ada:{secret}@bsky.example"),
        mastodon(simulator, accessToken=f"{secret} x"),
        mastodon(simulator, instance=f"{secret} {secret}"),
        mastodon(simulator, makeDefault=secret),
    ):
        reply = api.call("POST", body)
        assert (reply.status, reply.body["code"]) == (400, "invalid_input"), reply.text
    connections = [
        connect(api, bluesky(simulator, appPassword=secret)),
        connect(api, mastodon(simulator, accessToken=secret)),
    ]
    assert len(api.listed()) == 2
    for connection in connections:
        api.call("DELETE", {"connectionId": connection["id"]})

    logs = api.logs.getvalue()
    assert all(f'"connection":"{connection["id"]}"' in logs for connection in connections)
    assert logs.count("account connected") == logs.count("account disconnected")
    assert secret not in api.emitted


def test_list_shows_how_long_the_access_lasts_and_its_health(
    api: ConnectionsApi, simulator: Simulator, db: Database, clock: FakeClock
) -> None:
    shown = connect(api, bluesky(simulator))
    lasting = {"expiresAt": None, "renewable": False, "health": "ok", "healthReason": None}
    assert shown.items() >= lasting.items()

    db.fetch(EXPIRE, at=clock.now() + timedelta(days=7), refresh_at=None, failures=0)
    [expiring] = api.listed()
    db.fetch(EXPIRE, at=clock.now(), refresh_at=clock.now(), failures=2)
    [failing] = api.listed()

    assert (expiring["health"], expiring["expiresAt"]) == ("expiring", "2026-03-09T09:00:00.000Z")
    assert (failing["health"], failing["renewable"], failing["expiresAt"]) == ("failing", True, None)
    assert failing["healthReason"].startswith("The last 2 attempts to renew our access to Bluesky failed.")
