"""The authorizer accepts API tokens until they are revoked or expire, and knows their owner and scopes."""

from datetime import timedelta
from typing import Any
from unittest.mock import MagicMock

import psycopg
import pytest

from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from minutehand.tokens import authentication
from minutehand.tokens.secret import generate
from tests.integration.tokens.conftest import ADA, ADMIN
from tests.support.api import Api
from tests.support.clock import FakeClock
from tests.support.gateway import Caller, Gateway, person

LIST, CREATE = "GET posts/list", "POST posts/create"
LAST_USE = Query("last_use", "SELECT last_used_at FROM api_tokens")
LOCAL = {"STAGE": "local", "AUTH_MODE": "trusted-header", "DATABASE_URL": "unused"}


def context(gateway: Gateway, token: str, *, acts_as: str | None = None) -> dict[str, Any] | None:
    return gateway.identify(Caller(token, acts_as).headers)


def test_token_works_for_the_owner_of_its_creator_with_its_scopes(gateway: Gateway) -> None:
    reply = gateway.call("POST tokens", ADA, {"name": "Import", "scopes": ["write", "read"]})

    token = reply.body["token"]
    assert context(gateway, reply.body["secret"]) == {
        "userId": "ada",
        "ownerId": "acme",
        "roles": "",
        "scopes": "read,write",
        "tokenId": token["id"],
    }


def test_live_token_works_on_the_posts_of_its_owner(gateway: Gateway) -> None:
    token = gateway.mint(ADA, "read", "write")

    created = gateway.call(CREATE, token, {"content": "The kiln is warm."})

    assert created.status == 201, created.text
    assert (created.post["ownerId"], created.post["createdBy"]) == ("acme", "ada")
    assert [post["id"] for post in gateway.call(LIST, ADA).body["posts"]] == [created.post["id"]]


def test_revoked_token_is_refused_within_thirty_seconds(gateway: Gateway, clock: FakeClock) -> None:
    created = gateway.call("POST tokens", ADA, {"name": "Import", "scopes": ["read"]})
    token = created.body["secret"]
    assert gateway.call(LIST, token).status == 200

    assert gateway.call("DELETE tokens", ADA, {"tokenId": created.body["token"]["id"]}).status == 200
    clock.advance(seconds=29)
    assert gateway.call(LIST, token).status == 200
    clock.advance(seconds=2)
    assert gateway.call(LIST, token).status == 401


def test_revoked_token_that_no_authorizer_has_seen_is_refused_at_once(gateway: Gateway) -> None:
    created = gateway.call("POST tokens", ADA, {"name": "Import", "scopes": ["read"]})

    gateway.call("DELETE tokens", ADA, {"tokenId": created.body["token"]["id"]})

    assert gateway.call(LIST, created.body["secret"]).status == 401


def test_expired_token_is_refused_although_it_is_in_memory(gateway: Gateway, clock: FakeClock) -> None:
    token = gateway.mint(ADA, "read", expiresAt=(clock.now() + timedelta(seconds=10)).isoformat())
    clock.advance(seconds=9)
    assert gateway.call(LIST, token).status == 200

    clock.advance(seconds=1)

    assert gateway.call(LIST, token).status == 401


def test_token_is_looked_up_once_in_thirty_seconds(gateway: Gateway, clock: FakeClock, db: Database) -> None:
    token = gateway.mint(ADA, "read")
    counted = MagicMock(wraps=db)
    gateway.authorizer.function.replace(open_database, lambda _: counted)

    for _ in range(61):
        assert context(gateway, token) is not None
        clock.advance(seconds=1)

    assert counted.one.call_count == 3


def test_unknown_token_is_looked_up_once_in_five_seconds(gateway: Gateway, clock: FakeClock, db: Database) -> None:
    counted = MagicMock(wraps=db)
    gateway.authorizer.function.replace(open_database, lambda _: counted)
    unknown = generate("live")

    for _ in range(11):
        assert context(gateway, unknown) is None
        clock.advance(seconds=1)

    assert counted.one.call_count == 3


def test_memory_of_the_authorizer_is_limited(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "MAX_REFUSED", 3)
    monkeypatch.setattr(authentication, "MAX_FOUND", 2)
    tokens = [gateway.mint(ADA, "read") for _ in range(3)]

    for token in [*tokens, *(generate("live") for _ in range(5))]:
        context(gateway, token)

    (opened,) = [
        each
        for each in gateway.authorizer.function._resources.values()
        if isinstance(each, authentication.TokenAuthentication)
    ]
    assert (len(opened._found), len(opened._refused)) == (2, 3)


@pytest.mark.parametrize("token", ["mh_", "mh_live_", "mh_live_" + "0" * 49, "mh_test_" + "0" * 43 + "0hQh5M"])
def test_malformed_token_is_refused_without_a_look_up(gateway: Gateway, token: str) -> None:
    gateway.authorizer.function.replace(open_database, lambda _: pytest.fail("the database is not needed"))

    assert context(gateway, token) is None


def test_last_use_is_written_at_most_once_a_minute(gateway: Gateway, clock: FakeClock, db: Database) -> None:
    token, began = gateway.mint(ADA, "read"), clock.now()
    assert db.fetch(LAST_USE) == [{"last_used_at": None}]

    written = set()
    for second in range(0, 125, 5):
        clock.sleep_until(began + timedelta(seconds=second))
        context(gateway, token)
        written.add((db.fetch(LAST_USE)[0]["last_used_at"] - began).total_seconds())

    assert written == {0, 60, 120}


def test_use_of_an_expired_token_is_not_written(gateway: Gateway, clock: FakeClock, db: Database) -> None:
    token = gateway.mint(ADA, "read", expiresAt=(clock.now() + timedelta(seconds=10)).isoformat())
    clock.advance(seconds=10)

    assert context(gateway, token) is None
    assert db.fetch(LAST_USE) == [{"last_used_at": None}]


def test_reason_of_a_refusal_is_only_logged(
    gateway: Gateway, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = gateway.mint(ADA, "read", expiresAt=(clock.now() + timedelta(seconds=10)).isoformat())
    clock.advance(seconds=10)
    logger = MagicMock()
    monkeypatch.setattr(gateway.authorizer.function, "logger", logger)

    for token in ("mh_nonsense", generate("live"), expired, "nonsense"):
        assert context(gateway, token) is None

    assert [call.kwargs["extra"]["reason"] for call in logger.info.call_args_list] == [
        "The API token is malformed.",
        "The API token is unknown or revoked.",
        "The API token has expired.",
        "Authentication required.",
    ]
    assert expired not in str(logger.method_calls)


def test_person_is_identified_while_the_database_is_away(gateway: Gateway) -> None:
    away = Database(lambda: "postgresql://user@127.0.0.1:1/minutehand")
    gateway.authorizer.function.replace(open_database, lambda _: away)

    assert gateway.identify(Caller(ADA).headers) == {"userId": "ada", "ownerId": "acme", "roles": ""}
    with pytest.raises(psycopg.OperationalError):
        context(gateway, generate("live"))


def test_local_stage_accepts_tokens_and_the_header(db: Database, clock: FakeClock, gateway: Gateway) -> None:
    token = gateway.mint(ADA, "read")
    local = Gateway(Api(db, clock), LOCAL)

    assert (context(local, token) or {})["scopes"] == "read"
    assert local.identify({"x-user-id": "ben"}) == {"userId": "ben", "ownerId": "ben", "roles": ""}
    assert local.identify({"x-user-id": "ben", "x-user-roles": "admin", **Caller(token).headers}) == context(
        local, token
    )
    assert local.identify({"x-user-id": "ben", **Caller("mh_live_").headers}) is None


@pytest.mark.parametrize(
    ("named", "owner"),
    [
        ("acme/customer-17", "acme/customer-17"),
        ("\tacme/a ", "acme/a"),
        ("acme/A.b_c-9", "acme/A.b_c-9"),
        ("acme/" + "a" * 100, "acme/" + "a" * 100),
    ],
)
def test_token_acts_for_an_owner_below_its_own(gateway: Gateway, named: str, owner: str) -> None:
    token = gateway.mint(ADMIN, "read", "act_as")

    assert (context(gateway, token, acts_as=named) or {})["ownerId"] == owner


@pytest.mark.parametrize(
    "named",
    [
        *("", "acme", "acme/", "acme//a", "acme/a/b", "/acme/a", "bolt/a", "ACME/a", "acmea", "acme/a b", "acme/ä"),
        *(
            "acme/.",
            "acme/../bolt",
            "acme/%2e",
            "test:acme/a",
            "acme/test:a",
            "acme/" + "a" * 101,
            "acme/a\n",
            "acme/a,b",
        ),
    ],
)
def test_token_acts_for_no_other_owner(gateway: Gateway, named: str) -> None:
    token = gateway.mint(ADMIN, "read", "act_as")

    reply = gateway.call(LIST, Caller(token, named))

    assert (reply.status, reply.body["code"]) == (403, "owner_refused")


def test_token_without_the_scope_names_no_owner(gateway: Gateway) -> None:
    token = gateway.mint(ADMIN, "read", "write")

    for named in ("acme/a", "acme", "bolt/a"):
        reply = gateway.call(LIST, Caller(token, named))
        assert (reply.status, reply.body["code"]) == (403, "scope_required")
        assert "requires the scope act_as" in reply.body["error"]


def test_owner_that_is_named_twice_is_refused(gateway: Gateway) -> None:
    found = authentication.ApiToken(
        "1", "acme", "root", "live", frozenset({"read", "act_as"}), gateway.api.clock.now() + timedelta(days=1)
    )

    assert authentication.owner_named(found, ["acme/a", "acme/b"]) is None


def test_id_of_the_owner_below_is_not_too_long(gateway: Gateway) -> None:
    long = "o" * 150
    token = gateway.mint(person("root", owner=long, roles="admin"), "read", "act_as")

    assert (context(gateway, token, acts_as=f"{long}/{'a' * 49}") or {})["ownerId"] == f"{long}/{'a' * 49}"
    assert "ownerRefused" in (context(gateway, token, acts_as=f"{long}/{'a' * 50}") or {})


def test_person_cannot_name_an_owner(gateway: Gateway) -> None:
    assert (gateway.identify(Caller(ADMIN, "acme/a").headers) or {})["ownerId"] == "acme"


@pytest.mark.parametrize(("acts_as", "owner"), [(None, "test:acme"), ("acme/customer-17", "test:acme/customer-17")])
def test_test_token_works_on_test_data(gateway: Gateway, acts_as: str | None, owner: str) -> None:
    token = gateway.mint(ADMIN, "read", "act_as", mode="test")

    assert (context(gateway, token, acts_as=acts_as) or {})["ownerId"] == owner


def test_every_owner_has_test_data(gateway: Gateway) -> None:
    long = "o" * 200
    token = gateway.mint(person("ada", owner=long), "read", "write", mode="test")

    assert gateway.call(CREATE, token, {"content": "a"}).post["ownerId"] == f"test:{long}"
