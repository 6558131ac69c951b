"""Two products act for their customers. Neither reaches the customers of the other, and no customer reaches another."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from local.openapi.reference import calls
from minutehand.media.resources import open_storage
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.examples import examples
from tests.support.gateway import Caller, Gateway, person

MAKE_CONNECTION = Query(
    "make_connection",
    """INSERT INTO social_connections (owner_id, platform, account_id, handle, base_url)
       VALUES (%(owner)s, 'mastodon', '1', 'ada', 'https://a.example') RETURNING id""",
)
MAKE_MEDIA = Query(
    "make_media",
    """INSERT INTO media (id, owner_id, created_by, filename, content_type, size_bytes, object_key, status, created_at)
       VALUES (%(id)s, %(owner)s, 'ada', 'a.png', 'image/png', 1, %(id)s::text, 'pending', now())""",
)
MAKE_LINK = Query(
    "make_link",
    """INSERT INTO connect_links (owner_id, created_by, platforms, secret_hash, created_at, expires_at)
       VALUES (%(owner)s, 'ada', '{x}', sha256('a'), now(), now() + interval '1 day') RETURNING id""",
)
ACME, BOLT = (person("root", owner=owner, roles="admin") for owner in ("acme", "bolt"))
SCOPES = ("read", "write", "approve", "act_as")
VICTIM = "acme/customer-17"
THINGS = {"postId": "post", "connectionId": "connection", "linkId": "link", "mediaId": "media", "jobId": "job"}
"""The fields with ids, and the kind of object that each id names."""
IDS: Mapping[str, Mapping[str, Any]] = {
    **{
        call: given
        for call, requests in examples().items()
        for given in reversed(requests)
        if not THINGS.keys().isdisjoint(given)
    },
    "POST posts/validate": {"postId": "of the victim"},
    "POST posts/archive": {"postId": "of the victim"},
    "GET media": {"mediaId": "of the victim"},
    "GET queue/jobs": {"jobId": "of the victim"},
}
"""The calls that name an object by its id, with an example from docs/api.md if the example contains the id. The ids are
replaced by those of the victim's objects."""
OF_PEOPLE = {"DELETE tokens", "DELETE feeds"}
"""The calls with an id that only people can make, and so no caller that acts for a customer."""
LISTS = {
    "GET posts/list": "post",
    "GET posts/calendar": "post",
    "GET posts/export": "post",
    "GET connections": "connection",
    "GET connections/links": "link",
    "GET media": "media",
    "GET events": "post",
}
"""The lists, and what of the victim is in them."""
MARCH = {"from": "2026-03-01", "to": "2026-04-01"}
OTHERS = ["bolt", "bolt/customer-17", "acme", "acme/customer-1", "acme/customer-171", "test:acme/customer-17"]
"""The callers that do not own the victim's data: another product, its customer of the same name, the product, another
customer.
"""


@pytest.fixture
def others(gateway: Gateway) -> dict[str, Caller]:
    gateway.api.replace(open_storage, lambda _: None)
    acme, bolt, test = (
        gateway.mint(ACME, *SCOPES),
        gateway.mint(BOLT, *SCOPES),
        gateway.mint(ACME, *SCOPES, mode="test"),
    )
    return {
        "bolt": Caller(bolt),
        "bolt/customer-17": Caller(bolt, "bolt/customer-17"),
        "acme": Caller(acme),
        **{name: Caller(acme, name) for name in ("acme/customer-1", "acme/customer-171")},
        "test:acme/customer-17": Caller(test, VICTIM),
    }


@pytest.fixture
def victim(gateway: Gateway) -> Caller:
    return Caller(gateway.mint(ACME, *SCOPES), VICTIM)


@pytest.fixture
def things(gateway: Gateway, db: Database, victim: Caller) -> dict[str, str]:
    """Return the ids of a customer's post, job, connection, connect link and media item."""
    media = uuid4()
    db.fetch(MAKE_MEDIA, id=media, owner=VICTIM)
    [connection] = db.fetch(MAKE_CONNECTION, owner=VICTIM)
    [link] = db.fetch(MAKE_LINK, owner=VICTIM)
    body = {"content": "Confidential.", "platforms": ["mastodon"], "publish": "now"}
    created = gateway.call("POST posts/create", victim, body)
    assert created.status == 201, created.text
    return {
        "post": created.post["id"],
        "job": created.body["job"]["id"],
        "connection": str(connection["id"]),
        "link": str(link["id"]),
        "media": str(media),
    }


def fields(call: str, things: Mapping[str, str]) -> dict[str, Any]:
    return {name: things[THINGS[name]] if name in THINGS else value for name, value in IDS[call].items()}


def made(gateway: Gateway, call: str, caller: Caller, given: dict[str, Any]) -> tuple[int, str]:
    reply = gateway.call(call, caller, query=given) if call.startswith("GET ") else gateway.call(call, caller, given)
    return reply.status, reply.text


def test_each_call_with_an_id_is_tried() -> None:
    with_id = {
        f"{method} {path}"
        for (method, path), section in calls().items()
        if any(name.endswith("Id") for name in section.rows("field"))
    }

    filters = set(LISTS) - set(IDS) | {"POST queue"}
    assert with_id - filters == set(IDS) | OF_PEOPLE


@pytest.mark.parametrize("other", OTHERS)
def test_thing_of_a_customer_does_not_exist_for_others(
    gateway: Gateway, victim: Caller, things: dict[str, str], others: dict[str, Caller], other: str
) -> None:
    before = gateway.call("GET posts/get", victim, query={"postId": things["post"]}).text
    nothing = {name: str(UUID(int=7)) for name in things}

    for call in IDS:
        status, text = made(gateway, call, others[other], fields(call, things))
        assert (call, status) == (call, 404)
        assert (status, text) == made(gateway, call, others[other], fields(call, nothing))
    assert gateway.call("GET posts/get", victim, query={"postId": things["post"]}).text == before


def test_own_thing_exists(gateway: Gateway, victim: Caller, things: dict[str, str]) -> None:
    statuses = {
        call: made(gateway, call, victim, fields(call, things))[0] for call in ("GET posts/get", "GET queue/jobs")
    }

    assert statuses == {"GET posts/get": 200, "GET queue/jobs": 200}


@pytest.mark.parametrize("other", OTHERS)
def test_lists_of_others_do_not_contain_a_customer(
    gateway: Gateway, victim: Caller, things: dict[str, str], others: dict[str, Caller], other: str
) -> None:
    for call, thing in LISTS.items():
        query = MARCH if call == "GET posts/calendar" else {}
        assert things[thing] in gateway.call(call, victim, query=query).text, call
        listed = gateway.call(call, others[other], query=query)
        assert listed.status == 200
        assert not any(each in listed.text for each in things.values())


@pytest.mark.parametrize("other", OTHERS)
def test_bulk_action_of_others_does_not_find_the_post_of_a_customer(
    gateway: Gateway, victim: Caller, things: dict[str, str], others: dict[str, Caller], other: str
) -> None:
    body = {"action": "cancel", "postIds": [things["post"]]}

    [result] = gateway.call("POST posts/bulk", others[other], body).body["results"]

    assert (result["success"], result["code"]) == (False, "post_not_found")
    assert gateway.call("GET posts/get", victim, query={"postId": things["post"]}).post["status"] == "queued"


@pytest.mark.parametrize("other", ["bolt", "acme/customer-1", "test:acme/customer-17"])
def test_cursor_of_a_customer_is_refused_to_others(
    gateway: Gateway, victim: Caller, things: dict[str, str], others: dict[str, Caller], other: str
) -> None:
    gateway.call("POST posts/create", victim, {"content": "a"})
    cursor = gateway.call("GET posts/list", victim, query={"take": "1"}).body["pagination"]["nextCursor"]

    assert gateway.call("GET posts/list", victim, query={"take": "1", "cursor": cursor}).status == 200
    assert gateway.call("GET posts/list", others[other], query={"take": "1", "cursor": cursor}).status == 400


@pytest.mark.parametrize("other", ["bolt/customer-17", "acme/customer-1", "test:acme/customer-17"])
def test_idempotency_key_of_a_customer_is_free_for_others(
    gateway: Gateway, victim: Caller, others: dict[str, Caller], other: str
) -> None:
    key, body = {"Idempotency-Key": "k"}, {"content": "a"}
    first = gateway.call("POST posts/create", victim, body, headers=key)

    second = gateway.call("POST posts/create", others[other], body, headers=key)

    assert (first.status, second.status) == (201, 201)
    assert first.post["id"] != second.post["id"]


def test_token_of_one_product_does_not_exist_for_the_other(gateway: Gateway, others: dict[str, Caller]) -> None:
    tokens = gateway.call("GET tokens", ACME).body["tokens"]
    listed = gateway.call("GET tokens", BOLT).body["tokens"]

    assert not {token["id"] for token in tokens} & {token["id"] for token in listed}
    for token in tokens:
        assert gateway.call("DELETE tokens", BOLT, {"tokenId": token["id"]}).status == 404
    assert gateway.call("GET tokens", ACME).body["tokens"] == tokens


@pytest.mark.parametrize("named", ["acme/customer-17", "acme/nobody", "acme"])
def test_product_learns_nothing_about_the_customers_of_another(
    gateway: Gateway, things: dict[str, str], others: dict[str, Caller], named: str
) -> None:
    reply = gateway.call("GET posts/list", Caller(others["bolt"].token, named))

    assert (reply.status, reply.body["code"]) == (403, "owner_refused")
    assert reply.body["error"] == "x-owner-id must name one owner directly below bolt, such as bolt/customer-17."
