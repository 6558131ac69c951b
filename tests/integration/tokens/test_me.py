"""GET me: the caller with its name, roles and scopes, and the limits of the owner."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.tokens.conftest import ADA
from tests.support.api import Api
from tests.support.clock import START, FakeClock
from tests.support.cold_start import ENVIRON
from tests.support.factories import connect, make_post
from tests.support.gateway import Caller, Gateway, person

ADD_ITEM = Query(
    "add_item",
    """INSERT INTO media (id, owner_id, filename, content_type, size_bytes, object_key, created_by, created_at)
       VALUES (%(id)s, %(owner_id)s, 'a.jpg', 'image/jpeg', %(bytes)s, %(id)s::text, 'ada', now())""",
)
ADD_AUTHORIZATION = Query(
    "add_authorization",
    """INSERT INTO oauth_states (digest, owner_id, actor, platform, redirect_uri, verifier_salt, expires_at, used_at)
       VALUES (sha256(random()::text::bytea), %(owner_id)s, 'ada', 'x', '', '', %(expires_at)s, %(used_at)s)""",
)
LIMITS = {
    "MAX_OPEN_POSTS": "2",
    "MAX_CONNECTIONS": "7",
    "MAX_PENDING_AUTHORIZATIONS": "5",
    "MAX_MEDIA_BYTES": "1000",
    "REQUESTS_PER_MINUTE": "9",
}


def me(gateway: Gateway, caller: Caller | str) -> dict[str, Any]:
    reply = gateway.call("GET me", caller)
    assert reply.status == 200, reply.text
    body = reply.body
    return {name: body[name] for name in ("user", "name", "owner", "roles", "scopes", "mode")}


@pytest.mark.parametrize(
    ("roles", "scopes"),
    [
        ("", ["read", "write"]),
        ("viewer", ["read"]),
        ("approver,viewer", ["read", "write", "approve"]),
        ("operator", ["read", "write", "operate"]),
        ("admin", ["read", "write", "approve", "operate", "act_as"]),
    ],
)
def test_person_has_the_scopes_of_their_roles(gateway: Gateway, roles: str, scopes: list[str]) -> None:
    assert me(gateway, person("ada", owner="acme", roles=roles, name="Ada\nLovelace")) == {
        "user": "ada",
        "name": "AdaLovelace",
        "owner": "acme",
        "roles": sorted(roles.split(",")) if roles else [],
        "scopes": scopes,
        "mode": "live",
    }


def test_person_without_a_name_claim_has_no_name(gateway: Gateway) -> None:
    assert me(gateway, person("ada"))["name"] is None
    assert me(gateway, person("ada", email="ada@example.com"))["name"] == "ada@example.com"


def test_api_token_has_its_own_scopes_and_mode(gateway: Gateway) -> None:
    live, test = (gateway.mint(ADA, "read", mode=mode) for mode in ("live", "test"))

    expected = {"user": "ada", "name": None, "owner": "acme", "roles": [], "scopes": ["read"], "mode": "live"}
    assert me(gateway, live) == expected
    assert me(gateway, test) == expected | {"mode": "test", "owner": "test:acme"}


def test_caller_without_an_identity_is_unauthenticated(gateway: Gateway) -> None:
    assert gateway.call("GET me", "mh_live_nonsense").status == 401


def test_limits_have_the_present_values_of_the_owner(db: Database, clock: FakeClock) -> None:
    api = Api(db, clock, environ=ENVIRON | LIMITS)
    later = START + timedelta(hours=1)
    for owner_id in ("ada", "eve"):
        make_post(db, now=START, owner_id=owner_id)
        make_post(db, now=START, owner_id=owner_id, status="archived")
        connect(db, "x", owner_id)
        connect(db, "bluesky", owner_id)
        db.fetch(ADD_ITEM, id=uuid4(), owner_id=owner_id, bytes=300)
        for expires_at, used_at in ((later, None), (later, START), (START, None)):
            db.fetch(ADD_AUTHORIZATION, owner_id=owner_id, expires_at=expires_at, used_at=used_at)
    api.call("create_post", {"content": "Hi"})

    limits = api.call("me", roles="viewer").body["limits"]

    assert limits == {
        "openPosts": {"limit": 2, "present": 2},
        "connections": {"limit": 7, "present": 2},
        "mediaBytes": {"limit": 1_000, "present": 300},
        "pendingAuthorizations": {"limit": 5, "present": 1},
        "writingCallsPerMinute": {"limit": 9, "present": 1},
    }
    clock.advance(minutes=1)
    assert api.call("me").body["limits"]["writingCallsPerMinute"]["present"] == 0


@pytest.mark.parametrize(("configured", "shown"), [("3600", 3_600), ("0", None), ("", 86_400)])
def test_window_of_posts_without_their_own_is_shown(
    db: Database, clock: FakeClock, configured: str, shown: int | None
) -> None:
    api = Api(db, clock, environ=ENVIRON | {"PUBLISH_WITHIN_SECONDS": configured})

    assert api.call("me", roles="viewer").body["publishWithinSeconds"] == shown


def test_owner_with_nothing_has_only_limits(gateway: Gateway) -> None:
    limits = gateway.api.call("me", user="mia").body["limits"]

    assert {name: each["present"] for name, each in limits.items()} == dict.fromkeys(limits, 0)
    assert limits["openPosts"]["limit"] == 10_000
