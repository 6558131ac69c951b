"""Test mode: a test token works on data of its own, and nothing of it reaches a platform or is counted as live."""

from typing import Any

import psycopg
import pytest

from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.queue.metrics import Overdue, count_overdue
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.tokens.conftest import ADA, ADMIN
from tests.support.clock import FakeClock
from tests.support.factories import make_posts
from tests.support.gateway import Caller, Gateway, person
from tests.support.sqs import FakeSqs
from tests.support.statements import statements
from tests.support.world import World

OPERATOR = person("ops", roles="operator")
PUBLICATIONS = Query(
    "publications",
    """SELECT publication.platform, sandbox, connection.id IS NOT NULL AS connected
       FROM publications AS publication
       LEFT JOIN social_connections AS connection
         ON connection.id = connection_id AND connection.owner_id = publication.owner_id
       ORDER BY publication.platform""",
)
OWNERS = Query("owners", "SELECT owner_id, count(*) AS connections FROM social_connections GROUP BY owner_id")
POST = {"content": "The kiln is warm.", "platforms": ["bluesky", "mastodon"]}


@pytest.fixture
def token(gateway: Gateway) -> str:
    return gateway.mint(ADMIN, "read", "write", "approve", "act_as", mode="test")


def connections(gateway: Gateway, caller: Caller | str) -> list[dict[str, Any]]:
    reply = gateway.call("GET connections", caller)
    assert reply.status == 200, reply.text
    found: list[dict[str, Any]] = reply.body["connections"]
    return found


def test_owner_has_a_test_connection_for_each_platform(gateway: Gateway, db: Database, token: str) -> None:
    found = connections(gateway, token)

    assert [each["platform"] for each in found] == sorted(DISPLAY_NAMES)
    assert {(each["handle"], each["status"], each["isDefault"]) for each in found} == {("test", "active", True)}
    assert connections(gateway, token) == found
    assert connections(gateway, ADA) == connections(gateway, gateway.mint(ADA, "read")) == []
    assert db.fetch(OWNERS) == [{"owner_id": "test:acme", "connections": len(DISPLAY_NAMES)}]


def test_owner_below_another_has_test_connections_of_its_own(gateway: Gateway, db: Database, token: str) -> None:
    customers = [connections(gateway, Caller(token, f"acme/{name}")) for name in ("a", "b")]

    assert not {each["id"] for each in customers[0]} & {each["id"] for each in customers[1]}
    assert {row["owner_id"] for row in db.fetch(OWNERS)} == {"test:acme/a", "test:acme/b"}


def test_connections_are_made_once_and_not_for_each_request(
    gateway: Gateway, db: Database, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    fetch = Database.fetch

    def recorded(self: Database, query: Query, **given: Any) -> list[dict[str, Any]]:
        ran.append(query.name)
        return fetch(self, query, **given)

    monkeypatch.setattr(Database, "fetch", recorded)

    for _ in range(3):
        connections(gateway, token)
        gateway.call("POST posts/create", token, POST)
    gateway.call("POST posts/create", ADA, POST)
    connections(gateway, ADA)

    assert ran.count("make_sandbox_connections") == 2  # once in each function


def test_platform_that_was_disconnected_still_goes_to_the_sandbox(gateway: Gateway, db: Database, token: str) -> None:
    bluesky = connections(gateway, token)[0]
    assert gateway.call("DELETE connections", token, {"connectionId": bluesky["id"]}).status == 200

    reply = gateway.call("POST posts/create", token, POST | {"publish": "now"})

    assert reply.status == 201, reply.text
    assert len(connections(gateway, token)) == len(DISPLAY_NAMES) - 1
    assert [(row["platform"], row["sandbox"], row["connected"]) for row in db.fetch(PUBLICATIONS)] == [
        ("bluesky", True, False),
        ("mastodon", True, True),
    ]


def test_post_without_a_connection_is_approved_in_test_mode(gateway: Gateway, token: str) -> None:
    connection = next(each for each in connections(gateway, token) if each["platform"] == "bluesky")
    gateway.call("DELETE connections", token, {"connectionId": connection["id"]})
    body = POST | {"approvalRequired": True, "publish": "now"}
    test, live = (gateway.call("POST posts/create", caller, body).post["id"] for caller in (token, ADMIN))

    approved = gateway.call("POST posts/approve", token, {"postId": test, "approved": True})
    refused = gateway.call("POST posts/approve", ADMIN, {"postId": live, "approved": True})

    assert (approved.status, approved.post["status"]) == (200, "queued")
    assert (refused.status, refused.body["code"]) == (409, "not_connected")


@pytest.mark.parametrize("publish", [{"publish": "now"}, {"scheduledAt": "2026-03-02T09:05:00Z"}])
@pytest.mark.parametrize("acts_as", [None, "acme/customer-17"])
def test_post_is_published_in_the_sandbox_although_unconnected_platforms_are_rejected(
    gateway: Gateway, world: World, sqs: FakeSqs, token: str, publish: dict[str, str], acts_as: str | None
) -> None:
    world.sqs = sqs
    caller = Caller(token, acts_as)
    live = gateway.call("POST posts/schedule", ADA, {"postId": gateway.call("POST posts/create", ADA, POST).post["id"]})
    reply = gateway.call("POST posts/create", caller, POST | publish)
    assert reply.status == 201, reply.text
    if "scheduledAt" in publish:
        assert gateway.call("POST posts/schedule", caller, {"postId": reply.post["id"]}).status == 200

    for _ in range(6):
        world.tick(unconnected="reject")
        world.deliver_all(seconds=60)

    shown = gateway.call("GET posts/get", caller, query={"postId": reply.post["id"]}).body
    assert live.status == 409
    assert shown["post"]["status"] == "published"
    assert [(each["sandbox"], each["state"]) for each in shown["post"]["publications"]] == [(True, "published")] * 2
    assert all(each["connectionId"] for each in shown["post"]["publications"])
    assert {row["owner_id"] for row in world.publications()} == {f"test:{acts_as or 'acme'}"}
    assert gateway.call("GET events", caller).body["events"][0]["type"] == "post.created"


def test_test_connection_can_be_named(gateway: Gateway, token: str) -> None:
    mastodon = next(each for each in connections(gateway, token) if each["platform"] == "mastodon")
    body = {"content": "a", "connectionIds": [mastodon["id"]]}

    assert gateway.call("POST posts/create", token, body).post["connectionIds"] == [mastodon["id"]]
    assert gateway.call("POST posts/create", ADA, body).status == 400


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("POST connections", {"platform": "mastodon", "instance": "https://a.example", "accessToken": "a"}),
        ("POST connections/authorize", {"platform": "x"}),
        ("POST connections/callback", {"code": "a", "state": "b"}),
    ],
)
@pytest.mark.parametrize("acts_as", [None, "acme/customer-17"])
def test_account_cannot_be_connected_in_test_mode(
    gateway: Gateway, token: str, call: str, body: dict[str, str], acts_as: str | None
) -> None:
    reply = gateway.call(call, Caller(token, acts_as), body)

    assert (reply.status, reply.body["code"]) == (403, "live_only")


def test_no_publication_of_test_data_can_leave_the_sandbox(db: Database, gateway: Gateway, token: str) -> None:
    gateway.call("POST posts/create", token, POST | {"publish": "now"})

    with pytest.raises(psycopg.errors.CheckViolation, match="publications_of_tests_are_sandboxed"):
        db.fetch(Query("leave", "UPDATE publications SET sandbox = false"))


def test_live_and_test_data_are_separate(gateway: Gateway, token: str) -> None:
    live, test = (gateway.call("POST posts/create", caller, POST).post["id"] for caller in (ADA, token))

    def ids(caller: str) -> list[str]:
        return [post["id"] for post in gateway.call("GET posts/list", caller).body["posts"]]

    assert (ids(ADA), ids(token)) == ([live], [test])
    for caller, other in ((ADA, test), (ADMIN, test), (gateway.mint(ADMIN, "read", "write"), test), (token, live)):
        assert gateway.call("GET posts/get", caller, query={"postId": other}).status == 404
        assert gateway.call("DELETE posts/delete", caller, {"postId": other}).status == 404


def test_operators_see_and_count_no_test_data(gateway: Gateway, db: Database, clock: FakeClock, token: str) -> None:
    gateway.call("POST posts/create", token, POST | {"scheduledAt": "2026-03-02T10:00:00Z"})
    queued = gateway.call("POST posts/create", token, POST | {"publish": "now"})
    clock.advance(minutes=20)

    def counts(caller: str) -> Any:
        return gateway.call("GET queue", caller).body

    everything, own = counts(OPERATOR), counts(token)
    assert everything["scope"] == "all"
    assert set(everything["counts"].values()) == {0}
    assert everything["oldestDueAgeSeconds"] is None
    assert (own["scope"], own["counts"]["delayed"], own["counts"]["waiting"]) == ("own", 1, 1)
    assert own["oldestDueAgeSeconds"] == 1_200
    assert count_overdue(db, now=clock.now()) == Overdue()
    for state in ("delayed", "waiting"):
        assert gateway.call("GET queue/jobs", OPERATOR, query={"state": state}).body["jobs"] == []
        assert len(gateway.call("GET queue/jobs", token, query={"state": state}).body["jobs"]) == 1
    job = {"jobId": queued.body["job"]["id"]}
    assert gateway.call("GET queue/jobs", OPERATOR, query=job).status == 404
    assert gateway.call("GET queue/jobs", token, query=job).status == 200
    assert counts(gateway.mint(OPERATOR, "read", "operate"))["counts"] == everything["counts"]


def test_tick_counts_no_test_data(world: World) -> None:
    make_posts(world.db, 3, due=world.clock.now(), owner_id="test:ada")
    make_posts(world.db, 2, due=world.clock.now())

    report = world.tick()
    world.sqs.messages.clear()
    world.clock.advance(seconds=130)
    lost = world.tick()

    assert (report.claimed, report.sent, report.unsent) == (2, 2, 0)
    assert (lost.recovered, lost.sent) == (2, 2)
    assert len(world.sqs.messages) == 5


@pytest.mark.parametrize("name", ["job_counts", "oldest_due", "status_counts", "kept_unknown", "clear_failed"])
def test_statement_for_operators_leaves_out_test_data(name: str) -> None:
    assert "starts_with" in statements()[f"operations.{name}"].text


def test_usage_counts_only_the_own_mode(gateway: Gateway, world: World, sqs: FakeSqs, token: str) -> None:
    world.sqs = sqs
    gateway.call("POST posts/create", token, POST | {"publish": "now"})
    world.deliver_all(seconds=60)
    period = {"from": "2026-03-01", "to": "2026-03-04"}

    live, test = (gateway.call("GET usage", caller, query=period).body["total"] for caller in (ADA, token))

    assert (live["posts"], live["publications"]["published"]) == (0, 0)
    assert (test["posts"], test["publications"]["published"]) == (1, 2)
