"""Each call by each kind of caller, through the authorizer and the function: the permitted and the refused ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from local.openapi.reference import calls, routes
from minutehand.media.resources import open_storage
from minutehand.runtime.db import Database
from minutehand.tokens.secret import generate
from tests.support import operations
from tests.support.clock import FakeClock
from tests.support.gateway import WITHOUT_AUTHORIZER, Caller, Gateway, person
from tests.support.postgres import Databases

CALLS = sorted(f"{method} {path}" for method, path in routes())
PAGES = {f"{method} {path}" for method, path in WITHOUT_AUTHORIZER}
"""The calls that need no identity. Without the fields of their addresses, they refuse everybody."""
SPECIAL = {
    "POST connections/confirm": 415,
    "GET connections/link": 200,
    "POST connections/link": 415,
    "GET queue/health": 503,
}
"""The statuses of pages that show an error or lack their form, and of a queue without a tick."""
OF_OPERATORS = {"POST queue", "GET scheduler", "POST scheduler"}
OF_APPROVERS = {"POST posts/approve"}
OF_PEOPLE = {call for call in CALLS if call.split(" ")[1] in ("tokens", "feeds")}
OF_LIVE_DATA = {f"POST connections{path}" for path in ("", "/authorize", "/callback", "/links")}
WITH_REQUIRED_FIELDS = {
    f"{method} {path}"
    for (method, path), section in calls().items()
    if any(row[1] == "required" for row in section.rows("field").values())
} | {"GET queue/jobs", "GET posts/analytics"}
"""The calls that return 400 to these tests, which send no fields. GET queue/jobs requires one of two fields, and GET
posts/analytics a post or a period.
"""
WITHOUT_REQUIRED_FIELDS = {"POST posts/archive"}
"""The other calls that succeed without fields."""
GRANTED = {
    "": {"read", "write"},
    "viewer": {"read"},
    "editor": {"read", "write"},
    "approver": {"read", "write", "approve"},
    "operator": {"read", "write", "operate"},
    "admin": {"read", "write", "approve", "operate"},
    "unknown": {"read"},
}
SCOPES = ("read", "write", "approve", "operate", "act_as")
TESTABLE = ("read", "write", "approve", "act_as")
REFUSED = ("revoked", "expired", "mistyped", "unknown", "malformed", "with another scheme", "nobody")
ELSEWHERE = ("acme", "bolt/a", "acme/a/b", "test:acme/a")
ENVIRON = {
    "TOKEN_KEY_ID": "key",
    "MEDIA_BUCKET": "library",
    "REQUESTS_PER_MINUTE": "100000",
    "OAUTH_CLIENTS": '{"x":{"clientId":"a","clientSecret":"b"}}',
}


@dataclass(frozen=True)
class Scene:
    gateway: Gateway
    callers: Mapping[str, Caller]
    """The callers whose tokens must not be accepted."""
    tokens: Mapping[str, str]
    """API tokens by what they are."""

    def statuses(self, caller: Caller) -> dict[str, int]:
        """Return the status of each call, without fields."""
        return {call: self.gateway.call(call, caller, None if call.startswith("GET ") else {}).status for call in CALLS}


@pytest.fixture(scope="module")
def scene(databases: Databases) -> Iterator[Scene]:
    clock = FakeClock()
    with databases.lend() as url, pytest.MonkeyPatch.context() as patch, operations.aws(patch) as aws:
        db = Database(lambda: url)
        api = operations.start_api(db, clock, aws)
        api._environ = {**api._environ, **ENVIRON}
        api.replace(open_storage, lambda _: None)
        gateway = Gateway(api)
        yield _filled(gateway, clock)
        db.close()


def _filled(gateway: Gateway, clock: FakeClock) -> Scene:
    admin = person("root", owner="acme", roles="admin")
    created = gateway.call("POST tokens", admin, {"name": "Revoked", "scopes": list(SCOPES)}).body
    soon = (clock.now() + timedelta(seconds=30)).isoformat()
    expiring = gateway.mint(admin, *SCOPES, expiresAt=soon)
    tokens = {scope: gateway.mint(admin, scope) for scope in SCOPES} | {
        "all": gateway.mint(admin, *SCOPES),
        "all but act_as": gateway.mint(admin, *SCOPES[:-1]),
        "test": gateway.mint(admin, *TESTABLE, mode="test"),
        "read in test mode": gateway.mint(admin, "read", mode="test"),
    }
    for used in (created["secret"], expiring):  # so that the authorizer has them in memory
        assert gateway.call("GET me", used).status == 200
    assert gateway.call("DELETE tokens", admin, {"tokenId": created["token"]["id"]}).status == 200
    clock.advance(seconds=31)
    mistyped = tokens["all"][:-1] + ("0" if tokens["all"][-1] != "0" else "1")
    refused = {
        "revoked": Caller(created["secret"]),
        "expired": Caller(expiring),
        "mistyped": Caller(mistyped),
        "unknown": Caller(generate("live")),
        "malformed": Caller("mh_live_"),
        "with another scheme": Caller(None, authorization=f"Basic {tokens['all']}"),
        "nobody": Caller(None),
    }
    return Scene(gateway, refused, tokens)


def needed(call: str) -> str:
    """Return the scope that a call requires."""
    if call in OF_OPERATORS:
        return "operate"
    return "approve" if call in OF_APPROVERS else "read" if call.startswith("GET ") or call in OF_PEOPLE else "write"


def permitted(call: str) -> int:
    """Return the status of a permitted call without fields."""
    if call in SPECIAL:
        return SPECIAL[call]
    if call in PAGES:
        return 400
    succeeds = call not in WITH_REQUIRED_FIELDS if call.startswith("GET ") else call in WITHOUT_REQUIRED_FIELDS
    return 200 if succeeds else 400


def expected(scopes: set[str], *without: set[str]) -> dict[str, int]:
    """Return the status of each call by a caller with ``scopes``. ``without``: the calls that are refused."""
    refused = set().union(*without)
    return {
        call: permitted(call) if call in PAGES or (needed(call) in scopes and call not in refused) else 403
        for call in CALLS
    }


def everywhere(status: int) -> dict[str, int]:
    """Return the statuses of the calls of a caller who gets ``status`` for each call that needs an identity."""
    return {call: permitted(call) if call in PAGES else status for call in CALLS}


@pytest.mark.parametrize("role", GRANTED)
def test_person_makes_the_calls_of_their_roles(scene: Scene, role: str) -> None:
    assert scene.statuses(Caller(person("ada", owner="acme", roles=role))) == expected(GRANTED[role])


@pytest.mark.parametrize("scope", SCOPES)
def test_live_token_makes_the_calls_of_its_scope(scene: Scene, scope: str) -> None:
    assert scene.statuses(Caller(scene.tokens[scope])) == expected({scope}, OF_PEOPLE)


@pytest.mark.parametrize("acts_as", [None, "acme/customer-17"])
def test_live_token_with_all_scopes_makes_all_calls_except_those_of_people(scene: Scene, acts_as: str | None) -> None:
    assert scene.statuses(Caller(scene.tokens["all"], acts_as)) == expected(set(SCOPES), OF_PEOPLE)


@pytest.mark.parametrize("acts_as", [None, "acme/customer-17"])
def test_test_token_neither_operates_nor_connects_accounts(scene: Scene, acts_as: str | None) -> None:
    assert scene.statuses(Caller(scene.tokens["test"], acts_as)) == expected(set(TESTABLE), OF_PEOPLE, OF_LIVE_DATA)


def test_test_token_makes_the_calls_of_its_scope(scene: Scene) -> None:
    assert scene.statuses(Caller(scene.tokens["read in test mode"])) == expected({"read"}, OF_PEOPLE)


@pytest.mark.parametrize("kind", REFUSED)
def test_caller_without_a_valid_token_makes_no_call(scene: Scene, kind: str) -> None:
    assert scene.statuses(scene.callers[kind]) == everywhere(401)


@pytest.mark.parametrize("named", ELSEWHERE)
@pytest.mark.parametrize("token", ["all", "test"])
def test_token_that_names_an_owner_that_is_not_below_its_own_makes_no_call(
    scene: Scene, token: str, named: str
) -> None:
    assert scene.statuses(Caller(scene.tokens[token], named)) == everywhere(403)


def test_token_that_must_not_act_for_others_makes_no_call_for_them(scene: Scene) -> None:
    caller = Caller(scene.tokens["all but act_as"], "acme/customer-17")

    assert scene.statuses(caller) == everywhere(403)


@pytest.mark.parametrize("call", [call for call in CALLS if call not in PAGES | OF_PEOPLE])
def test_refusal_names_the_missing_scope(scene: Scene, call: str) -> None:
    reply = scene.gateway.call(call, scene.tokens["act_as"], {})

    assert (reply.status, reply.body["code"]) == (403, "scope_required")
    assert f"requires the scope {needed(call)}. Your token has the scope act_as." in reply.body["error"]
