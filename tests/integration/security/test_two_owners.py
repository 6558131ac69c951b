"""Every caller of one owner uses every id of another owner in every field of every call.

The response is the one for an id that nobody has, and the rows of the other owner do not change. In `make test`, one
caller uses every field, and each of the others uses a third of the fields of each call.
"""

import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest

from local.openapi.operations import permissions
from minutehand.runtime.db import Database
from minutehand.runtime.scopes import ACT_AS, OPERATE, SCOPES
from minutehand.runtime.sql import Query
from tests.support.api import Reply
from tests.support.clock import FakeClock
from tests.support.every_function import every_function
from tests.support.gateway import Caller, Gateway, person
from tests.support.owned_objects import UUIDS, make_owner
from tests.support.postgres import Databases
from tests.support.request_fields import Field, calls, fields, is_idempotent
from tests.support.sweeps import is_chosen

MIN_CALLS = 700
ROLES = ("", "viewer", "editor", "approver", "operator", "admin")
CALLERS = (
    "nobody",
    *(f"person with role {role}" if role else "person without a role" for role in ROLES),
    *(f"token with scope {scope}" for scope in SCOPES),
    "test token",
)
ACTING = f"token with scope {ACT_AS}"
"""The caller that may name an owner in a header. For the others, one call shows that the header changes nothing."""
THOROUGH = "person with role admin"
"""The caller that uses ids of all kinds in each field. The others use the ids that the field is for."""
OPERATORS = frozenset({"person with role operator", "person with role admin", f"token with scope {OPERATE}"})
PERMISSIONS = permissions()
FOR_OPERATORS = frozenset(
    call for call, permission in PERMISSIONS.items() if permission and permission.scope == OPERATE
)
"""Calls about the queue of all owners. Operators may name any owner in them, and nobody else may make them."""
SECRET_LINKS = frozenset(call for call, permission in PERMISSIONS.items() if permission is None)
"""Calls without an identity, whose links contain a secret of `LINKED`. A person who knows the secret has access."""
LINKED = frozenset({"browser's state", "feed's secret", "link's secret"})

type Value = Callable[[str], Any]
REFERENCES: Mapping[str, Value] = {
    "mediaUrls": lambda id_: f"media:{id_}",
    "altTexts": lambda id_: {f"media:{id_}": "A kiln."},
    "platformOptions": lambda id_: {"bluesky": {"thread": [{"content": "More.", "mediaUrls": [f"media:{id_}"]}]}},
}
"""Fields that may refer to a media item, and how."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "id": ("publication",),
    "postId": ("post",),
    "postIds": ("post",),
    "connectionId": ("connection",),
    "connectionIds": ("connection",),
    "mediaId": ("media item",),
    "mediaIds": ("media item",),
    "mediaUrls": ("media item",),
    "altTexts": ("media item",),
    "platformOptions": ("media item",),
    "tokenId": ("token",),
    "feedId": ("feed",),
    "linkId": ("link",),
    "link": ("link's secret",),
    "jobId": ("job",),
    "confirmNotPublished": ("publication",),
    "cursor": ("cursor of GET posts/list", "cursor of GET tokens", "cursor of GET events"),
    "after": ("cursor of GET events",),
    "campaign": ("campaign",),
    "createdBy": ("user",),
    "ownerId": ("owner",),
    "q": ("user",),
    "state": ("state", "browser's state"),
    "token": ("form token", "feed's secret"),
}
"""The kinds of ids that a field takes. A field for a UUID that is not in this table takes every kind."""
NEEDED: Mapping[str, Mapping[str, Any]] = {
    "PATCH posts/update": {"notes": "Fire it on Monday."},
    "PUT posts/update": {"notes": "Fire it on Monday."},
}
"""Fields without which a call does not read the ids, although its form does not require them."""
PERIOD = {"from": "2026-02-01", "to": "2026-04-01"}
NEEDED_WITH: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("GET posts/analytics", "connectionId"): PERIOD,
    ("GET posts/analytics", "campaign"): PERIOD,
}
"""Query parameters that a call requires together with a field."""
WITHOUT_IDS = frozenset(
    [
        *("accessToken", "appPassword", "code", "comment", "content", "error", "error_code", "failureCode", "filename"),
        *("from", "identifier", "include", "instance", "name", "notes", "permalink", "reason", "redirectUri"),
        *("scheduledAt", "service", "status", "thumbnail", "timezone", "to", "types"),
    ]
)
"""Fields for texts that are not ids."""
VARYING = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|20\d\d-\d\d-\d\dT[\d:.]+Z|mh_(live|test|feed)_[\w-]+"
    r'|"version":\d+|"(nextCursor|secret|beginning|url|given)":"[^"]*"|X-Amz-[A-Za-z]+=[^&"]+'
)
"""The parts of a response that differ from call to call."""
DIGEST = """
    SELECT {table!r} AS name, count(*) AS rows, md5(string_agg(row::text, E'\\n' ORDER BY row::text)) AS digest
    FROM {table} AS row WHERE row::text ~ %(pattern)s AND row::text !~ '\\mbolt\\M'
"""
FORGET = Query("forget", "DELETE FROM idempotency_keys WHERE owner_id IN ('bolt', 'test:bolt')")
RESTORE = Query(
    "restore",
    """UPDATE social_posts SET campaign = NULL, alt_texts = '{}', variants = '{}'
       WHERE owner_id IN ('bolt', 'test:bolt')""",
)
TABLES = Query("tables", "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")


@dataclass(frozen=True)
class Use:
    """A call in which ``value`` of the other owner is in a field or in a header. ``twin``: a value that no owner
    has.
    """

    call: str
    caller: str
    kind: str
    field: Field | None = None

    def __str__(self) -> str:
        where = ".".join(self.field.path) if self.field else "a header"
        return f"{self.call} as {self.caller}, with the {self.kind} in {where}"


def kinds_of(field: Field, *, thorough: bool) -> tuple[str, ...]:
    """Return the kinds of ids that are used in a field."""
    known = KINDS.get(field.name)
    if field.is_id or field.name in REFERENCES:
        return UUIDS if thorough or known is None else known
    if not field.is_free or field.name in WITHOUT_IDS:
        return ()
    assert known is not None, (
        f"{field.call} has a new field, {field.name}. Add it to KINDS if its values can name an object of an owner, "
        f"and otherwise to WITHOUT_IDS."
    )
    return known


def uses(call: str) -> Iterator[Use]:
    """Yield what every caller tries with a call."""
    for place, caller in enumerate(CALLERS):
        if call in FOR_OPERATORS and caller in OPERATORS:
            continue
        for row, field in enumerate(fields(call)):
            if caller != THOROUGH and not is_chosen(place + row):
                continue
            yield from (Use(call, caller, kind, field) for kind in kinds_of(field, thorough=caller == THOROUGH))
        if is_idempotent(call):
            yield Use(call, caller, "idempotency key")
        if caller == ACTING or call == "GET me":
            yield Use(call, caller, "owner")


def of_nobody(kind: str, value: str) -> str:
    """Return an id of a kind that no object has."""
    if kind in UUIDS:
        return str(uuid4())
    if kind.startswith("cursor"):
        *position, _ = json.loads(urlsafe_b64decode(value + "=="))
        return urlsafe_b64encode(json.dumps([*position, secrets.token_hex(8)]).encode()).decode().rstrip("=")
    return secrets.token_urlsafe(32)


class Scene:
    """Two owners with an object of each kind, and callers of the second owner."""

    def __init__(self, db: Database, gateway: Gateway) -> None:
        self.db, self.gateway = db, gateway
        self.acme, self.bolt = (
            make_owner(gateway, db, name, user) for name, user in (("acme", "adelheid"), ("bolt", "bertrand"))
        )
        self._callers = {name: self._caller(name) for name in CALLERS}
        union = " UNION ALL ".join(DIGEST.format(table=row["name"]) for row in db.fetch(TABLES))
        self._digests = Query("digests", union)

    def _caller(self, name: str) -> Caller:
        if name == "nobody":
            return Caller(None)
        if name == "test token":
            return Caller(self.gateway.mint(self.bolt.admin, "read", "write", "approve", mode="test"))
        if name.startswith("token"):
            return Caller(self.gateway.mint(self.bolt.admin, name.rpartition(" ")[2]))
        role = name.rpartition(" ")[2]
        return Caller(person("bertrand", owner="bolt", roles=role if role in ROLES else ""))

    def snapshot(self) -> list[dict[str, Any]]:
        """Return a digest of the rows that contain an id of the first owner, for each table.

        Rows of the second owner do not count, because a post may have an alternative text for any URL.
        """
        pattern = "|".join([r"\macme\M", *(self.acme.ids[kind] for kind in UUIDS)])
        return self.db.fetch(self._digests, pattern=pattern)

    def make(self, use: Use, value: str) -> Reply:
        """Make the call with ``value``."""
        if use.call.endswith("posts/update"):
            self.db.fetch(RESTORE)  # the post contains what the last call put there
        caller, query, body = self._callers[use.caller], *self.bolt.sample(use.call)
        headers: dict[str, str] = {"accept": "application/json"}
        if use.field is None:
            self.db.fetch(FORGET)  # other callers of this owner have used the same key
            headers |= {"x-owner-id" if use.kind == "owner" else "idempotency-key": value}
        else:
            given = REFERENCES[use.field.name](value) if use.field.name in REFERENCES else value
            filled = use.field.body(given, self.bolt.fields)
            if use.field.place == "query":
                query = {**NEEDED_WITH.get((use.call, use.field.name), {}), **filled}
            else:
                body = {**NEEDED.get(use.call, {}), **filled}
        if use.call in ("GET queue", "GET queue/jobs") and use.caller in OPERATORS:
            query = (query or {}) | {"scope": "own"}
        return self.gateway.call(use.call, caller, body, query=query, headers=headers)

    def comparable(self, reply: Reply, value: str) -> str:
        """Return a response without the parts that differ from call to call."""
        replayed = reply.headers.get("idempotent-replayed", "")
        return f"{reply.status} {replayed} {VARYING.sub('...', reply.text.replace(value, '...'))}"

    def leaks(self, reply: Reply, value: str) -> list[str]:
        """Return the data of the first owner in a response, except the data that the call itself contained."""
        text = reply.text.replace(value, "")
        return [each for each in (*self.acme.secrets, *self.acme.ids.values()) if each in text]


@pytest.fixture(scope="module")
def scene(databases: Databases) -> Iterator[Scene]:
    clock = FakeClock()
    with (
        databases.lend() as url,
        closing(Database(lambda: url)) as db,
        every_function(db, clock, REQUESTS_PER_MINUTE="1000000", MAX_PENDING_AUTHORIZATIONS="10000") as api,
    ):
        yield Scene(db, Gateway(api))


def test_plan_has_hundreds_of_calls_and_every_kind_of_id() -> None:
    planned = [use for call in calls() for use in uses(call)]

    print(f"{len(planned)} calls with ids of another owner")  # noqa: T201
    assert len(planned) >= MIN_CALLS
    assert {use.kind for use in planned} >= {*UUIDS, *chain.from_iterable(KINDS.values())}
    assert {use.caller for use in planned} == set(CALLERS)


@pytest.mark.sweep
@pytest.mark.parametrize("call", calls())
def test_id_of_another_owner_is_an_id_that_nobody_has(call: str, scene: Scene) -> None:
    before = scene.snapshot()
    problems = []
    for use in uses(call):
        value = scene.acme.ids[use.kind]
        twin = of_nobody(use.kind, value)
        if use.field is None:
            scene.make(use, twin)  # the first of several equal calls may change more than the others
        expected, reply = scene.comparable(scene.make(use, twin), twin), scene.make(use, value)
        found = scene.comparable(reply, value)
        if call in SECRET_LINKS and use.kind in LINKED:
            continue
        if found != expected:
            problems.append(f"{use}: the response is {found}, and for an id that nobody has, {expected}")
        if leaks := scene.leaks(reply, value):
            problems.append(f"{use}: the response contains {leaks}")

    assert not problems, "\n".join(problems)
    assert scene.snapshot() == before


def test_own_id_is_found_in_every_field(scene: Scene) -> None:
    """Without this, the other test might compare refusals that have nothing to do with the ids."""
    unnoticed = []
    for call in sorted(calls(), key=lambda call: (call.startswith("DELETE"), "confirm" in call, call)):
        for field in fields(call):
            if not field.is_id and field.name not in ("mediaUrls", "platformOptions"):
                continue
            [kind] = kinds_of(field, thorough=False)
            use = Use(call, THOROUGH, kind, field)
            twin, own = str(uuid4()), scene.bolt.ids[kind]
            if scene.comparable(scene.make(use, twin), twin) == scene.comparable(scene.make(use, own), own):
                unnoticed.append(str(use))

    assert not unnoticed, "\n".join(unnoticed)
