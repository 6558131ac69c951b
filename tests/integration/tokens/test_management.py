"""People create, list and revoke API tokens, with scopes that their roles grant."""

from typing import Any

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from minutehand.tokens import management
from minutehand.tokens.secret import digest
from tests.integration.tokens.conftest import ADA, ADMIN
from tests.support.clock import FakeClock
from tests.support.gateway import Gateway, person

LIST, CREATE, REVOKE = "GET tokens", "POST tokens", "DELETE tokens"
BEN = person("ben", owner="acme", roles="editor")
EVE = person("eve", owner="bolt", roles="admin")
ROWS = Query("rows", "SELECT api_tokens::text AS row, secret_hash FROM api_tokens")
STORED = Query("stored", "SELECT idempotency_keys::text AS row FROM idempotency_keys")
SCOPES = ["read", "write", "approve", "operate", "act_as"]
GRANTED = {
    "": {"read", "write"},
    "viewer": {"read"},
    "editor": {"read", "write"},
    "approver": {"read", "write", "approve"},
    "operator": {"read", "write", "operate"},
    "admin": set(SCOPES),
}


def names(gateway: Gateway, caller: str, **query: str) -> list[str]:
    reply = gateway.call(LIST, caller, query=query)
    assert reply.status == 200, reply.text
    return [token["name"] for token in reply.body["tokens"]]


def test_secret_is_shown_once_and_stored_as_a_hash(gateway: Gateway, db: Database) -> None:
    reply = gateway.call(CREATE, ADA, {"name": " Nightly import ", "scopes": ["write", "read"]})

    secret = reply.body["secret"]
    assert reply.status == 201
    assert reply.body["token"] | {"id": ""} == {
        "id": "",
        "name": "Nightly import",
        "mode": "live",
        "scopes": ["read", "write"],
        "beginning": secret[:12],
        "createdBy": "ada",
        "lastUsedAt": None,
        "createdAt": "2026-03-02T09:00:00.000Z",
        "expiresAt": "2026-05-31T09:00:00.000Z",
    }
    assert gateway.call(LIST, ADA).body["tokens"] == [reply.body["token"]]
    assert secret not in gateway.call(LIST, ADA).text
    [row] = db.fetch(ROWS)
    assert row["secret_hash"] == digest(secret)
    assert secret[12:] not in row["row"]


@pytest.mark.parametrize("role", GRANTED)
@pytest.mark.parametrize("scope", SCOPES)
def test_token_has_no_scope_that_the_roles_of_its_creator_do_not_grant(gateway: Gateway, role: str, scope: str) -> None:
    reply = gateway.call(CREATE, person("ada", owner="acme", roles=role), {"name": "a", "scopes": [scope]})

    if scope in GRANTED[role]:
        assert reply.body["token"]["scopes"] == [scope]
    else:
        assert reply.status == 403
        assert reply.body["code"] in ("role_required", "forbidden")


@pytest.mark.parametrize("mode", ["live", "test"])
@pytest.mark.parametrize("call", [LIST, CREATE, REVOKE])
def test_api_token_manages_no_tokens(gateway: Gateway, call: str, mode: str) -> None:
    scopes = [scope for scope in SCOPES if mode == "live" or scope != "operate"]
    token = gateway.mint(ADMIN, *scopes, mode=mode)

    reply = gateway.call(call, token, {"name": "a", "scopes": ["read"]} if call == CREATE else {})

    assert (reply.status, reply.body["code"]) == (403, "person_required")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "read"]}, "scopes"),
        ({"scopes": ["delete"]}, "scopes[0]"),
        ({"scopes": "read"}, "scopes"),
        ({"mode": "prod"}, "mode"),
        ({"expiresAt": "tomorrow"}, "expiresAt"),
        ({"expiresAt": "2026-05-01T00:00:00"}, "expiresAt"),
        ({"expiresAt": "0001-01-01T00:00:00+10:00"}, "expiresAt"),
        ({"expiresAt": 5}, "expiresAt"),
        ({"expiresAt": "2026-03-02T09:00:00Z"}, "expiresAt"),
        ({"expiresAt": "2027-03-03T09:00:01Z"}, "expiresAt"),
        ({"secret": "mh_live_1"}, "secret"),
    ],
)
def test_invalid_token_is_refused(gateway: Gateway, db: Database, fields: dict[str, Any], field: str) -> None:
    reply = gateway.call(CREATE, ADA, {"name": "a", "scopes": ["read"]} | fields)

    assert (reply.status, reply.body["code"], reply.body["details"][0]["field"]) == (400, "invalid_input", field)
    assert db.fetch(ROWS) == []


def test_token_may_last_up_to_a_year_and_a_day(gateway: Gateway) -> None:
    reply = gateway.call(CREATE, ADA, {"name": "a", "scopes": ["read"], "expiresAt": "2027-03-03T10:00:00+01:00"})

    assert reply.body["token"]["expiresAt"] == "2027-03-03T09:00:00.000Z"


def test_test_token_cannot_operate(gateway: Gateway) -> None:
    reply = gateway.call(CREATE, ADMIN, {"name": "a", "scopes": ["read", "operate"], "mode": "test"})

    assert (reply.status, reply.body["details"][0]["given"]) == (400, "operate")


def test_repeated_request_creates_one_token_and_does_not_return_the_secret(gateway: Gateway, db: Database) -> None:
    body, key = {"name": "Import", "scopes": ["read"]}, {"Idempotency-Key": "k1"}
    first = gateway.call(CREATE, ADA, body, headers=key)
    secret = first.body["secret"]

    again = gateway.call(CREATE, ADA, body, headers=key)

    assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")
    assert again.body == first.body | {"secret": None}
    assert len(db.fetch(ROWS)) == 1
    [stored] = db.fetch(STORED)
    assert first.body["token"]["id"] in stored["row"]
    assert secret[12:] not in stored["row"]
    assert gateway.call("GET posts/list", secret).status == 200


def test_events_tell_who_created_and_revoked_a_token(gateway: Gateway) -> None:
    token = gateway.call(CREATE, ADA, {"name": "Import", "scopes": ["read"]}).body["token"]
    gateway.call(REVOKE, ADMIN, {"tokenId": token["id"]})
    gateway.call(REVOKE, ADMIN, {"tokenId": token["id"]})

    events = gateway.call("GET events", ADA).body["events"]

    assert [(event["type"], event["actor"]) for event in events] == [
        ("token.created", "ada"),
        ("token.revoked", "root"),
    ]
    created, revoked = (event["data"] for event in events)
    assert created | {"expiresAt": ""} == {
        "tokenId": token["id"],
        "name": "Import",
        "mode": "live",
        "scopes": ["read"],
        "expiresAt": "",
    }
    assert revoked == {"tokenId": token["id"], "name": "Import", "createdBy": "ada"}
    assert gateway.call("GET events", EVE).body["events"] == []


def test_person_sees_and_revokes_only_their_own_tokens(gateway: Gateway) -> None:
    gateway.mint(ADA, "read", name="Ada's")
    gateway.mint(BEN, "read", name="Ben's")
    [token] = gateway.call(LIST, BEN).body["tokens"]

    assert (names(gateway, ADA), names(gateway, BEN)) == (["Ada's"], ["Ben's"])
    assert names(gateway, ADA, createdBy="ada") == ["Ada's"]
    refused = gateway.call(LIST, ADA, query={"createdBy": "ben"})
    assert (refused.status, refused.body["code"]) == (403, "role_required")
    unknown = gateway.call(REVOKE, ADA, {"tokenId": token["id"]})
    assert (unknown.status, unknown.body["code"]) == (404, "token_not_found")
    assert gateway.call(REVOKE, BEN, {"tokenId": token["id"]}).body["message"] == "API token revoked successfully"
    assert gateway.call(REVOKE, BEN, {"tokenId": token["id"]}).status == 404


def test_admin_sees_and_revokes_the_tokens_of_each_person(gateway: Gateway, clock: FakeClock) -> None:
    for name, creator in (("Ada's", ADA), ("Ben's", BEN), ("Root's", ADMIN)):
        gateway.mint(creator, "read", name=name)
        clock.advance(seconds=1)

    assert names(gateway, ADMIN) == ["Root's", "Ben's", "Ada's"]
    assert names(gateway, ADMIN, createdBy="ben") == ["Ben's"]
    [token] = gateway.call(LIST, BEN).body["tokens"]
    assert gateway.call(REVOKE, ADMIN, {"tokenId": token["id"]}).status == 200
    assert names(gateway, ADMIN) == ["Root's", "Ada's"]


def test_admin_of_another_owner_sees_and_revokes_nothing(gateway: Gateway) -> None:
    gateway.mint(ADA, "read")
    [token] = gateway.call(LIST, ADA).body["tokens"]

    assert names(gateway, EVE) == names(gateway, EVE, createdBy="ada") == []
    assert gateway.call(REVOKE, EVE, {"tokenId": token["id"]}).status == 404
    assert len(gateway.call(LIST, ADA).body["tokens"]) == 1


def test_id_that_is_no_uuid_is_not_found(gateway: Gateway) -> None:
    assert gateway.call(REVOKE, ADA, {"tokenId": "mh_live_1"}).status == 404


def test_list_has_pages(gateway: Gateway, clock: FakeClock) -> None:
    for number in range(3):
        gateway.mint(ADA, "read", name=f"{number}")
        clock.advance(seconds=1)

    first = gateway.call(LIST, ADA, query={"take": "2"}).body
    cursor = first["pagination"]["nextCursor"]

    assert [token["name"] for token in first["tokens"]] == ["2", "1"]
    assert names(gateway, ADA, take="2", cursor=cursor) == ["0"]
    assert gateway.call(LIST, ADMIN, query={"cursor": cursor}).status == 400


def test_number_of_tokens_is_limited(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(management, "MAX_TOKENS", 3)
    gateway.mint(person("eve", owner="bolt"), "read")

    replies = [gateway.call(CREATE, ADA, {"name": "a", "scopes": ["read"]}) for _ in range(4)]

    assert [reply.status for reply in replies] == [201, 201, 201, 409]
    assert replies[3].body["code"] == "limit_reached"
    assert replies[3].body["details"][0]["limit"] == replies[3].body["details"][0]["present"] == 3
