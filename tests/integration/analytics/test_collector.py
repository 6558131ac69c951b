"""The collector of metrics: its readings, its results, and the isolation of accounts and owners."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.analytics import account_reading, publications
from minutehand.analytics.account_reading import AccountReading
from minutehand.analytics.collector import Collector, CollectorReport
from minutehand.analytics.moments import MOMENTS
from minutehand.analytics.pruning import prune_metrics
from minutehand.analytics.work import MAX_CONNECTIONS
from minutehand.platforms.metrics import Found, Metric, MetricReader, Metrics, PublishedPost
from minutehand.platforms.port import Account, PermissionMissing, PublishError, RateLimited, Rejected, Transient
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metrics as CloudWatchMetrics
from minutehand.runtime.sql import Query
from tests.support.clock import START, FakeClock
from tests.support.factories import connect, make_post

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUBLISH = Query(
    "publish",
    """INSERT INTO publications (post_id, job_id, owner_id, platform, connection_id, state, due_at, next_attempt_at,
                                 queued_at, published_at, remote_id, part, sandbox)
       SELECT id, gen_random_uuid(), owner_id, %(platform)s, %(connection_id)s, 'published', %(at)s, %(at)s, %(at)s,
              %(at)s, %(remote_id)s, %(part)s, %(sandbox)s
       FROM social_posts WHERE id = %(post_id)s
       RETURNING id""",
)
SNAPSHOTS = Query("snapshots", "SELECT * FROM metric_snapshots ORDER BY taken_at, publication_id")
STATES = Query("states", "SELECT * FROM publication_metrics ORDER BY published_at, publication_id")
PROBLEMS = Query("problems", "SELECT * FROM metric_problems ORDER BY connection_id, subject")
FOLLOWERS = Query("followers", "SELECT * FROM follower_counts ORDER BY taken_at")
NO_FOLLOWERS = Query("no_followers", "DELETE FROM follower_readings")
PAID = Query("paid", "SELECT owner_id, day, platform, reads FROM paid_reads ORDER BY day, owner_id")
LIKES: Metrics = {"reactions": Metric(7, "likes")}


@dataclass
class Platforms:
    """The platforms as the collector sees them. Tests set the responses. Every post has 7 reactions by default."""

    posts: dict[str, Callable[[], Metrics | None]] = field(default_factory=dict)
    errors: dict[str, PublishError | Exception] = field(default_factory=dict)
    followers: Metric | None = field(default_factory=lambda: Metric(120, "followers_count"))
    read: list[tuple[str, list[str]]] = field(default_factory=list)
    lifetime: timedelta | None = None

    def read_posts(self, _: object, account: Account, posts: Sequence[PublishedPost], __: Clock) -> Iterator[Found]:
        self.read.append((account.account_id, [post.remote_id for post in posts]))
        if any(post.remote_id == "refused" for post in posts):
            raise Rejected("refused", "The platform refused the request.")
        error = self.errors.get(account.account_id)
        if error is not None and not isinstance(error, PermissionMissing):
            raise error
        for post in posts:
            yield post.remote_id, self.posts.get(post.remote_id, lambda: LIKES)()
        if error is not None:
            raise error

    def read_followers(self, _: object, account: Account, __: Clock) -> Metric | None:
        if (error := self.errors.get(account.account_id)) is not None:
            raise error
        return self.followers

    def reader(self, _: str) -> MetricReader:
        return MetricReader(self.read_posts, self.read_followers, lambda _: self.lifetime)


@pytest.fixture
def platforms(monkeypatch: pytest.MonkeyPatch) -> Platforms:
    found = Platforms()
    for module in (account_reading, publications):
        monkeypatch.setattr(module, "reader_for", found.reader)
    return found


@dataclass
class Scene:
    """An owner's publications, and the collector."""

    db: Database
    clock: FakeClock
    platforms: Platforms
    budget: int = 0

    def publish(self, connection_id: UUID, platform: str = "bluesky", *, owner_id: str = "ada", **columns: Any) -> UUID:
        """Add a publication that was published now. By default, its remote id is unique."""
        post_id = make_post(self.db, now=self.clock.now(), owner_id=owner_id, platforms=[platform])
        values = {"at": self.clock.now(), "remote_id": str(uuid4()), "part": 1, "sandbox": False} | columns
        [row] = self.db.fetch(PUBLISH, post_id=post_id, platform=platform, connection_id=connection_id, **values)
        return UUID(str(row["id"]))

    def run(self, **waited: float) -> CollectorReport:
        """Advance the clock, and run the collector."""
        self.clock.advance(**waited)
        vault, http = SimpleNamespace(open=lambda *_: {"access_token": "a"}), object()
        reading = AccountReading(lambda: vault, lambda: http, self.clock)  # type: ignore[arg-type, return-value]
        collector = Collector(self.db, reading, self.clock, paid_reads_per_month=self.budget)
        return collector.run(CloudWatchMetrics(), deadline=self.clock.now() + timedelta(minutes=3))

    def snapshots(self) -> list[tuple[int, datetime]]:
        return [(row["moment"], row["taken_at"]) for row in self.db.fetch(SNAPSHOTS)]

    def state(self) -> Mapping[str, Any]:
        [row] = self.db.fetch(STATES)
        return row


@pytest.fixture
def scene(db: Database, clock: FakeClock, platforms: Platforms) -> Scene:
    return Scene(db, clock, platforms)


def test_publication_is_read_at_each_moment(scene: Scene) -> None:
    publication = scene.publish(connect(scene.db, "bluesky"), remote_id="3k")
    counts = iter(range(1, 100))
    [row] = scene.db.fetch(STATES)
    scene.platforms.posts["3k"] = lambda: {"reactions": Metric(next(counts), "likeCount")}
    hours = 0
    for hour in (*range(26), 71, 72, 73, 168, 500, 720, 721, 2_000):
        scene.run(hours=hour - hours)
        hours = hour

    assert row["publication_id"] == publication
    assert scene.snapshots() == [(moment, START + moment * HOUR) for moment in MOMENTS]
    stored = [each["metrics"]["reactions"]["value"] for each in scene.db.fetch(SNAPSHOTS)]
    assert stored == [1, 2, 3, 4, 5, 6]
    state = scene.state()
    assert (state["due_at"], state["moment"], state["taken_at"]) == (None, None, START + 720 * HOUR)
    assert state["metrics"] == {"reactions": {"value": 6, "unit": "count", "name": "likeCount"}}


def test_late_reading_belongs_to_the_latest_moment(scene: Scene) -> None:
    scene.publish(connect(scene.db, "bluesky"))

    scene.run(hours=30)

    assert scene.snapshots() == [(24, START + 30 * HOUR)]
    assert scene.state()["due_at"] == START + 72 * HOUR


def test_rate_limited_account_is_caught_up(scene: Scene) -> None:
    limited, free = connect(scene.db, "mastodon", account_id="limited"), connect(scene.db, "bluesky")
    scene.publish(limited, "mastodon")
    scene.publish(limited, "mastodon", at=START + timedelta(minutes=20))
    scene.publish(free)
    until = START + 3 * HOUR
    scene.platforms.errors["limited"] = RateLimited("rate_limited", "Mastodon limits our requests.", until=until)

    scene.run(hours=1)
    scene.platforms.read.clear()
    scene.run(hours=1, minutes=59)

    assert "limited" not in [account for account, _ in scene.platforms.read]
    [problem] = scene.db.fetch(PROBLEMS)[:1]
    assert (problem["connection_id"], problem["code"]) == (limited, "rate_limited")
    scene.platforms.errors.clear()
    scene.run(minutes=1)
    assert scene.snapshots() == [(1, START + HOUR), (1, until), (1, until)]
    assert [row["subject"] for row in scene.db.fetch(PROBLEMS)] == []


def test_transient_failure_is_retried_less_and_less_often(scene: Scene) -> None:
    scene.publish(connect(scene.db, "bluesky"))
    scene.db.fetch(NO_FOLLOWERS)
    scene.platforms.errors["account"] = Transient("timeout", "Bluesky did not respond in time.")

    scene.clock.advance(hours=1)
    for _ in range(60):
        scene.run(minutes=5)

    assert len(scene.platforms.read) == 5
    scene.platforms.errors.clear()
    scene.run(hours=6)
    assert [moment for moment, _ in scene.snapshots()] == [6]
    assert scene.state()["tries"] == 0


def test_post_that_two_readings_miss_is_deleted(scene: Scene) -> None:
    scene.publish(connect(scene.db, "bluesky"), remote_id="gone")
    scene.run(hours=1)
    shown: list[Metrics | None] = [None]
    scene.platforms.posts["gone"] = lambda: shown[0]

    scene.run(hours=5)
    missed = scene.state()
    scene.run(minutes=14)
    scene.run(minutes=1)

    assert (missed["missing_at"], missed["deleted_at"]) == (START + 6 * HOUR, None)
    deleted = scene.state()
    assert deleted["deleted_at"] == START + 6 * HOUR + timedelta(minutes=15)
    assert (deleted["moment"], deleted["due_at"]) == (24, START + DAY)
    assert deleted["metrics"] == {"reactions": {"value": 7, "unit": "count", "name": "likes"}}
    shown[0] = LIKES
    scene.run(hours=18)
    assert (scene.state()["missing_at"], scene.state()["deleted_at"]) == (None, None)


def test_missing_scope_is_noted_with_the_way_to_grant_it(scene: Scene) -> None:
    connection = connect(scene.db, "threads")
    scene.publish(connection, "threads")
    scene.db.fetch(NO_FOLLOWERS)
    scene.platforms.errors["account"] = PermissionMissing("reconnect_required", "Threads reports a missing permission.")

    report = scene.run(hours=1)

    [problem] = scene.db.fetch(PROBLEMS)
    assert (problem["connection_id"], problem["owner_id"], problem["subject"]) == (connection, "ada", "publications")
    assert problem["code"] == "scope_missing"
    assert problem["reason"].endswith("To do so, call POST connections/authorize.")
    # The numbers that need no scope are kept.
    assert (report.read, report.failed) == (1, 1)
    assert scene.snapshots() == [(1, START + HOUR)]
    scene.platforms.errors.clear()
    scene.run(hours=5)
    assert scene.db.fetch(PROBLEMS) == []


@pytest.mark.parametrize(
    "error",
    [
        Transient("unexpected_answer", "Mastodon returned an unexpected response."),
        Rejected("refused", "Mastodon refused the request."),
        ValueError("a response that no code expects"),
    ],
    ids=["transient", "rejected", "unexpected"],
)
def test_failure_costs_only_its_own_account(scene: Scene, error: Exception) -> None:
    scene.clock.sleep_until(datetime.now(START.tzinfo))
    hostile = connect(scene.db, "mastodon", account_id="hostile")
    good = connect(scene.db, "mastodon", account_id="good", is_default=False)
    scene.publish(hostile, "mastodon")
    kept = scene.publish(good, "mastodon")
    scene.platforms.errors["hostile"] = error

    report = scene.run(hours=1)

    assert [row["publication_id"] for row in scene.db.fetch(SNAPSHOTS)] == [kept]
    assert {row["connection_id"] for row in scene.db.fetch(PROBLEMS)} == {hostile}
    assert [row["connection_id"] for row in scene.db.fetch(FOLLOWERS)] == [good]
    [status] = scene.db.fetch(Query("s", "SELECT DISTINCT status FROM social_connections"))
    assert status["status"] == "active"
    assert report == CollectorReport(read=1, followers=1, failed=2)


def test_post_that_makes_the_platform_refuse_a_call_costs_no_other_post(scene: Scene) -> None:
    connection = connect(scene.db, "bluesky")
    kept = {scene.publish(connection) for _ in range(3)}
    scene.publish(connection, remote_id="refused")

    report = scene.run(hours=1)

    assert {row["publication_id"] for row in scene.db.fetch(SNAPSHOTS)} == kept
    assert [len(ids) for _, ids in scene.platforms.read] == [4, 1, 1, 1, 1]
    assert (report.read, report.failed) == (3, 0)
    scene.platforms.read.clear()
    scene.run(minutes=10)
    assert scene.platforms.read == [("account", ["refused"])]
    scene.run(hours=4, minutes=50)
    assert sum(moment == 6 for moment, _ in scene.snapshots()) == 3


def test_owners_have_their_turns_before_an_owner_with_many_accounts_goes_on(scene: Scene) -> None:
    for number in range(20):
        account = connect(scene.db, "mastodon", "many", account_id=f"many {number}", is_default=False)
        for _ in range(3):
            scene.publish(account, "mastodon", owner_id="many")
    scene.clock.advance(minutes=1)
    scene.publish(connect(scene.db, "mastodon", "few", account_id="few"), "mastodon", owner_id="few")

    scene.run(hours=1)

    order = [account for account, _ in scene.platforms.read]
    assert len(order) == 21
    assert order.index("few") < MAX_CONNECTIONS


def test_batches_have_the_size_that_the_platform_accepts(scene: Scene) -> None:
    connection = connect(scene.db, "bluesky")
    for _ in range(60):
        scene.publish(connection)

    scene.run(hours=1)

    assert [len(ids) for _, ids in scene.platforms.read] == [25, 25, 10]
    assert len(scene.snapshots()) == 60


def test_number_of_statements_does_not_depend_on_the_number_of_publications(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    fetch = Database.fetch

    def counted(db: Database, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        names.append(query.name)
        return fetch(db, query, **parameters)

    def statements(publications_of_each: int, owners: int = 4) -> list[str]:
        for number in range(owners):
            owner = f"{publications_of_each} {owners} {number}"
            connection = connect(scene.db, "bluesky", owner, account_id=owner)
            for _ in range(publications_of_each):
                scene.publish(connection, owner_id=owner)
        scene.db.fetch(NO_FOLLOWERS)
        scene.clock.advance(hours=1)
        names.clear()
        with monkeypatch.context() as patch:
            patch.setattr(Database, "fetch", counted)
            scene.run()
        return [name for name in names if not name.startswith("claim_followers")]

    assert statements(1) == statements(25)
    assert statements(1, owners=1) == statements(25, owners=MAX_CONNECTIONS)


def test_platform_that_charges_is_not_read_without_a_budget(scene: Scene) -> None:
    scene.publish(connect(scene.db, "x"), "x")

    scene.run(hours=1)

    assert scene.platforms.read == []
    assert scene.db.fetch(PAID) == []


def test_budget_of_an_owner_limits_paid_reads(scene: Scene) -> None:
    scene.budget = 3
    for owner in ("ada", "bob"):
        connection = connect(scene.db, "x", owner, account_id=owner)
        for _ in range(5 if owner == "ada" else 1):
            scene.publish(connection, "x", owner_id=owner)
    scene.db.fetch(NO_FOLLOWERS)

    scene.run(hours=1)

    reads = [(row["owner_id"], row["reads"]) for row in scene.db.fetch(PAID)]
    assert reads == [("ada", 3), ("bob", 1)]
    assert len(scene.snapshots()) == 4
    [problem] = scene.db.fetch(PROBLEMS)
    assert (problem["owner_id"], problem["code"]) == ("ada", "budget_used")
    scene.run(days=20)
    assert [row["reads"] for row in scene.db.fetch(PAID) if row["owner_id"] == "ada"] == [3]
    scene.clock.sleep_until(START.replace(month=4, day=1))
    scene.run()
    assert [row["reads"] for row in scene.db.fetch(PAID) if row["owner_id"] == "ada"] == [3, 3]


@pytest.mark.parametrize(
    ("platform", "columns"),
    [
        ("instagram", {"part": 2}),
        ("bluesky", {"connection_id": uuid4()}),
    ],
    ids=["comment", "disconnected"],
)
def test_publication_without_metrics_is_never_read(scene: Scene, platform: str, columns: dict[str, Any]) -> None:
    scene.publish(columns.pop("connection_id", None) or connect(scene.db, platform), platform, **columns)

    scene.run(hours=1)

    assert scene.platforms.read == []
    assert scene.state()["due_at"] is None


def test_story_is_read_for_the_last_time_before_it_ends(scene: Scene) -> None:
    scene.platforms.lifetime = DAY
    scene.publish(connect(scene.db, "instagram"), "instagram")

    for _ in range(30):
        scene.run(hours=1)

    assert scene.snapshots() == [(1, START + HOUR), (6, START + 6 * HOUR), (24, START + 23 * HOUR)]
    assert scene.state()["due_at"] is None


@pytest.mark.parametrize("columns", [{"remote_id": None}, {"sandbox": True}], ids=["without an id", "sandbox"])
def test_publication_that_no_platform_shows_is_not_scheduled(scene: Scene, columns: dict[str, Any]) -> None:
    scene.publish(connect(scene.db, "bluesky"), **columns)

    assert scene.db.fetch(STATES) == []


def test_account_to_reconnect_is_not_read_and_caught_up_later(scene: Scene) -> None:
    connection = connect(scene.db, "bluesky")
    scene.publish(connection)
    status = Query("s", "UPDATE social_connections SET status = %(status)s WHERE id = %(id)s")
    scene.db.fetch(status, status="reconnect_required", id=connection)
    scene.run(hours=1)
    assert scene.platforms.read == []

    scene.db.fetch(status, status="active", id=connection)
    scene.run(minutes=10)

    assert scene.snapshots() == [(1, START + HOUR + timedelta(minutes=10))]


def test_number_of_followers_is_read_once_a_day(scene: Scene) -> None:
    connection = connect(scene.db, "bluesky")
    connect(scene.db, "bluesky", "test:ada", account_id="sandbox")
    scene.clock.sleep_until(datetime.now(START.tzinfo))
    for _ in range(49):
        scene.run(hours=1)

    counts = scene.db.fetch(FOLLOWERS)
    assert {(row["connection_id"], row["owner_id"], row["followers"], row["name"]) for row in counts} == {
        (connection, "ada", 120, "followers_count")
    }
    assert len(counts) == 3
    scene.platforms.followers = None
    scene.run(days=1)
    assert len(scene.db.fetch(FOLLOWERS)) == 3


def test_old_metrics_are_deleted_with_their_snapshots(scene: Scene) -> None:
    connection = connect(scene.db, "bluesky")
    scene.clock.sleep_until(datetime.now(START.tzinfo))
    scene.publish(connection)
    scene.run(hours=1)
    scene.clock.advance(days=100)
    kept = scene.publish(connection)
    scene.run(hours=1)

    deleted = prune_metrics(scene.db, scene.clock, days=90, deadline=scene.clock.now() + HOUR)

    assert deleted == 2  # a publication, and a number of followers
    assert [row["publication_id"] for row in scene.db.fetch(STATES)] == [kept]
    assert {row["publication_id"] for row in scene.db.fetch(SNAPSHOTS)} == {kept}
