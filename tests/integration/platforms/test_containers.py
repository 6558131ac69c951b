"""Tests of publishing through containers, on Instagram and Threads: failed fetches and containers that Meta disowns."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.instagram.adapter import Instagram
from minutehand.platforms.meta.containers import SETTLE_TIME
from minutehand.platforms.meta.media_errors import MAX_FETCH_TIME
from minutehand.platforms.port import (
    Account,
    Adapter,
    Content,
    InDoubt,
    NotPublished,
    Published,
    Rejected,
    Transient,
    Unanswerable,
)
from minutehand.platforms.threads.adapter import Threads
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish, next_attempt
from tests.support.simulator import Simulator
from tests.support.sweeps import every_boundary

IMAGE, SECOND = "https://ex.am/a.jpg", "https://ex.am/b.jpg"
ONE, TWO, TEXT = Content("Look.", (IMAGE,)), Content("Look.", (IMAGE, SECOND)), Content("Only words.")
GONE = "{} no longer accepts the post's container."
CASES = [
    pytest.param("instagram", ONE, id="instagram-image"),
    pytest.param("instagram", TWO, id="instagram-carousel"),
    pytest.param("threads", TEXT, id="threads-text"),
    pytest.param("threads", ONE, id="threads-image"),
    pytest.param("threads", TWO, id="threads-carousel"),
]


def account_on(platform: str, simulator: Simulator) -> Account:
    return Account("c1", platform, "", "@demo", f"{simulator.url}/{platform}", {"access_token": "demo-token"})


def adapter_for(platform: str, client: httpx.Client) -> Adapter:
    kind = {"instagram": Instagram, "threads": Threads}[platform]
    return kind(client, FakeMedia(), sleep=lambda _: None)


def containers(platform: str, simulator: Simulator) -> dict[str, Any]:
    return simulator.state.collection(platform, "containers")


def post_containers(platform: str, simulator: Simulator) -> int:
    """Return the number of containers of posts, without those of a carousel's items."""
    created = containers(platform, simulator).values()
    return sum("is_carousel_item" not in container["fields"] for container in created)


def disown(platform: str, simulator: Simulator, container: str) -> None:
    containers(platform, simulator)[container]["disowned"] = True


@pytest.mark.parametrize(("platform", "content"), CASES)
@pytest.mark.parametrize("times", [1, 2])
def test_disowned_container_is_replaced_and_makes_one_post(
    client: httpx.Client, simulator: Simulator, platform: str, content: Content, times: int
) -> None:
    adapter, account = adapter_for(platform, client), account_on(platform, simulator)
    attempt = FakeAttempt()
    for _ in range(times):
        simulator.fault(platform, "publish", "disowned")
        with pytest.raises(Transient) as refused:
            adapter.publish(content, account, attempt)
        assert type(refused.value) is Transient  # the platform has answered, so nothing is in doubt
        assert (refused.value.code, refused.value.reason) == ("container_gone", GONE.format(platform.capitalize()))
        assert attempt.armed_times == 1
        attempt = next_attempt(attempt, seconds=5)
    published = adapter.publish(content, account, attempt)
    assert isinstance(published, Published)
    [post] = simulator.posts(platform)
    assert post["id"] == f"{platform}:{published.remote_id}"


class Crash(Exception):
    pass


LOST = [None, "land_then_drop", "never_land"]
"""The faults of the publish call after the crash."""


class Walk(FakeAttempt):
    """An attempt that crashes after a number of records: before or after each save and arm."""

    def __init__(self, records: int, **fields: Any) -> None:
        super().__init__(**fields)
        self.records = records

    def _record(self) -> None:
        if self.records == 0:
            raise Crash
        self.records -= 1

    def save(self, **handles: str) -> None:
        self._record()
        super().save(**handles)
        self._record()

    def arm(self, **handles: str) -> None:
        self._record()
        super().arm(**handles)
        self._record()


@pytest.mark.sweep
@pytest.mark.parametrize(("platform", "content"), CASES)
@pytest.mark.parametrize("lost", LOST)
def test_crash_at_any_record_of_a_disowned_container_leaves_one_post(
    client: httpx.Client, simulator: Simulator, platform: str, content: Content, lost: str | None
) -> None:
    adapter, account = adapter_for(platform, client), account_on(platform, simulator)
    for records in every_boundary(LOST.index(lost)):
        simulator.reset()
        simulator.fault(platform, "publish", "disowned")
        attempt: FakeAttempt = Walk(records)
        try:
            adapter.publish(content, account, attempt)
        except Crash:
            pass
        except Transient:
            break
        if lost is not None:
            simulator.fault(platform, "publish", lost)
        published = finish(adapter, content, account, attempt, seconds=50)
        assert isinstance(published, Published), (records, published)
        assert len(simulator.posts(platform)) == 1, records
    assert records >= 6


@pytest.mark.parametrize(("platform", "content"), CASES)
@pytest.mark.parametrize("lands", ["before the refusal", "after the refusal", "never"])
def test_lost_call_to_a_disowned_container_makes_at_most_one_post(
    client: httpx.Client, simulator: Simulator, platform: str, content: Content, lands: str
) -> None:
    adapter, account = adapter_for(platform, client), account_on(platform, simulator)

    def land() -> None:
        containers(platform, simulator)[container]["disowned"] = False
        edge = "media_publish" if platform == "instagram" else "threads_publish"
        version = "v25.0" if platform == "instagram" else "v1.0"
        simulator.client.post(
            f"/{platform}/{version}/me/{edge}",
            data={"creation_id": container},
            headers={"Authorization": "Bearer demo-token"},
        ).raise_for_status()

    before = post_containers(platform, simulator)
    simulator.fault(platform, "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    container = first.checkpoint["container"]
    assert adapter.reconcile(content, account, first.again(seconds=5)) == NotPublished()
    disown(platform, simulator, container)
    second = next_attempt(first, seconds=10)
    answer: object
    if lands == "before the refusal":
        land()
        answer = adapter.publish(content, account, second)
    else:
        with pytest.raises(InDoubt):  # the first call may still land, so no new container is created yet
            adapter.publish(content, account, second)
        if lands == "after the refusal":
            land()
        answer = finish(adapter, content, account, second, seconds=30)
    assert isinstance(answer, Published)
    assert len(simulator.posts(platform)) == 1
    assert post_containers(platform, simulator) - before == (2 if lands == "never" else 1)


@pytest.mark.parametrize(("platform", "content"), CASES)
def test_disowned_container_in_doubt_gives_its_reason(
    client: httpx.Client, simulator: Simulator, platform: str, content: Content
) -> None:
    adapter, account = adapter_for(platform, client), account_on(platform, simulator)
    simulator.fault(platform, "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    disown(platform, simulator, first.checkpoint["container"])
    second = next_attempt(first, seconds=5)
    with pytest.raises(InDoubt):
        adapter.publish(content, account, second)
    with pytest.raises(Transient):
        adapter.reconcile(content, account, second.again(seconds=5))
    answer = adapter.reconcile(content, account, second.again(seconds=SETTLE_TIME.total_seconds()))
    assert answer == NotPublished("container_gone", GONE.format(platform.capitalize()))


@pytest.mark.parametrize("platform", ["instagram", "threads"])
@pytest.mark.parametrize("landed", [True, False])
def test_container_that_disappears_after_a_lost_call_is_resolved_by_the_list(
    client: httpx.Client, simulator: Simulator, platform: str, landed: bool
) -> None:
    adapter, account = adapter_for(platform, client), account_on(platform, simulator)
    simulator.fault(platform, "publish", "land_then_drop" if landed else "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(ONE, account, first)
    del containers(platform, simulator)[first.checkpoint["container"]]
    if landed:
        assert isinstance(adapter.reconcile(ONE, account, first.again(seconds=5)), Published)
    else:
        with pytest.raises(Transient):
            adapter.reconcile(ONE, account, first.again(seconds=5))
        answer = adapter.reconcile(ONE, account, first.again(seconds=SETTLE_TIME.total_seconds()))
        assert isinstance(answer, Unanswerable)
    assert len(simulator.posts(platform)) == landed


@pytest.mark.parametrize("platform", ["instagram", "threads"])
@pytest.mark.parametrize("landed", [True, False])
def test_container_that_disappears_before_the_next_call_is_replaced_once_settled(
    client: httpx.Client, simulator: Simulator, platform: str, landed: bool
) -> None:
    adapter, account = adapter_for(platform, client), account_on(platform, simulator)
    simulator.fault(platform, "publish", "land_then_drop" if landed else "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(ONE, account, first)
    del containers(platform, simulator)[first.checkpoint["container"]]
    published = finish(adapter, ONE, account, next_attempt(first, seconds=5), seconds=30)
    assert isinstance(published, Published)
    assert len(simulator.posts(platform)) == 1


@pytest.mark.parametrize(("platform", "content"), [case for case in CASES if case.values[1] is not TEXT])
@pytest.mark.parametrize("failures", [1, 3])
def test_failed_fetch_is_repeated_and_makes_one_post(
    client: httpx.Client, simulator: Simulator, platform: str, content: Content, failures: int
) -> None:
    adapter, account = adapter_for(platform, client), account_on(platform, simulator)
    simulator.fault(platform, "containers", "fetch_error", times=failures)
    attempt = FakeAttempt()
    for _ in range(failures):
        with pytest.raises(Transient) as failed:
            adapter.publish(content, account, attempt)
        assert failed.value.code == "media_unavailable"
        attempt = next_attempt(attempt, seconds=5)
    assert isinstance(adapter.publish(content, account, attempt), Published)
    assert len(simulator.posts(platform)) == 1


@pytest.mark.parametrize("platform", ["instagram", "threads"])
def test_fetch_that_fails_for_a_quarter_of_an_hour_is_permanent(
    client: httpx.Client, simulator: Simulator, platform: str
) -> None:
    adapter, account = adapter_for(platform, client), account_on(platform, simulator)
    simulator.fault(platform, "containers", "fetch_error", times=3)
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(ONE, account, first)
    almost = next_attempt(first, seconds=(MAX_FETCH_TIME - timedelta(seconds=1)).total_seconds())
    with pytest.raises(Transient):
        adapter.publish(ONE, account, almost)
    with pytest.raises(Rejected) as refused:
        adapter.publish(ONE, account, next_attempt(almost, seconds=1))
    name = platform.capitalize()
    assert (refused.value.code, refused.value.reason) == (
        "media_unavailable",
        f"{name} could not fetch the media from their URL.",
    )
    assert simulator.posts(platform) == []


@pytest.mark.parametrize(
    ("code", "subcode", "expected"),
    [
        (9004, 2_207_052, "media_unavailable"),
        (9004, 0, "media_unavailable"),
        (-2, 2_207_003, "media_unavailable"),
        (-1, 2_207_032, "media_failed"),
        (-1, 2_207_053, "media_failed"),
        (-1, 2_207_082, "media_failed"),
        (-1, 2_207_001, "server_error"),
        (-1, 0, "server_error"),
    ],
)
@pytest.mark.parametrize("kind", [Instagram, Threads])
def test_failure_of_meta_to_fetch_or_process_media_is_transient(
    kind: type[Instagram | Threads], code: int, subcode: int, expected: str
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        error = {"message": "Fetch failed", "code": code, "error_subcode": subcode, "is_transient": False}
        return httpx.Response(400, json={"error": error})

    client = httpx.Client(transport=httpx.MockTransport(refuse))
    account = Account("c1", "instagram", "1", "@demo", "", {"access_token": "demo-token"})
    with pytest.raises(Transient) as failed:
        kind(client, FakeMedia()).publish(ONE, account, FakeAttempt())
    assert failed.value.code == expected
