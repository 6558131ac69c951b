"""The metrics of posts on the simulated platforms: correct values under the platforms' own names.

The audience of the simulator grows in a known way, so each expected number is computed from its share of the views.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from local.simulator.audience import Audience, grown
from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.metrics import COUNT, FRACTION, Metric, Metrics, PublishedPost, reader_for
from minutehand.platforms.network import guarded_client
from minutehand.platforms.oauth2.provider import OAuthClient, provider_for
from minutehand.platforms.port import (
    Account,
    Content,
    PermissionMissing,
    Published,
    PublishError,
    RateLimited,
    TokenExpired,
    Transient,
)
from tests.integration.platforms.oauth import CLIENT_ID, REDIRECT, SECRET
from tests.integration.platforms.test_response_shapes import ACCEPTED, IMAGE, VIDEO, adapter_of, publish
from tests.support.attempts import FakeAttempt
from tests.support.clock import FakeClock
from tests.support.expected import expected_of
from tests.support.response_shapes import Recorder, Replay, changed_responses
from tests.support.simulated_accounts import account_on
from tests.support.simulator import Simulator
from tests.support.specifications import checked_requests

AGE = timedelta(days=3)
PUBLIC = {"privacy": "PUBLIC_TO_EVERYONE"}
METRICS = {platform: expected_of(platform).metrics for platform in PLATFORMS}


@dataclass
class Post:
    """A post on a simulated platform, ``AGE`` after its publication."""

    account: Account
    post: PublishedPost
    timeline_id: str
    clock: FakeClock
    client: httpx.Client

    def read(self) -> dict[str, Metrics | None]:
        found, error = self.read_all()
        if error is not None:
            raise error
        return found

    def read_all(self) -> tuple[dict[str, Metrics | None], PublishError | None]:
        """Return the metrics that were read before an error, and the error."""
        found: dict[str, Metrics | None] = {}
        reader = reader_for(self.account.platform)
        try:
            found.update(reader.read_posts(self.client, self.account, [self.post], self.clock))
        except PublishError as error:
            return found, error
        return found, None

    def number(self, *shares: float) -> int:
        return sum(grown(self.timeline_id, share, self.clock.now() - self.post.published_at) for share in shares)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with guarded_client(private_networks=True) as client:
        yield client


def published_on(
    simulator: Simulator,
    platform: str,
    client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    *,
    media: tuple[str, ...] | None = None,
    name: str = "demo",
    number: int = 1,
    **options: Any,
) -> Post:
    """Publish the post with a number, and stop the clock of the simulator ``AGE`` later."""
    account = account_on(simulator, platform, name)
    if media is None:
        media = () if requirements_of(platform).media is None else (IMAGE if platform in ACCEPTED[IMAGE] else VIDEO,)
    options = requirements_of(platform).options | (PUBLIC if platform == "tiktok" else {}) | options
    text = "" if options.get("type") == "story" else f"Firing {number}: the kiln is warm."
    adapter = adapter_of(platform, client._transport)
    attempt = FakeAttempt(publication_id=str(UUID(int=number)))
    outcome = publish(adapter, Content(text, media, options=options), account, attempt)
    assert isinstance(outcome, Published)
    shown = list(simulator.state.timeline.values())[-1]
    published_at = datetime.fromisoformat(shown.published_at)
    clock = FakeClock(published_at + AGE)
    monkeypatch.setattr(simulator.state, "now", clock.now)
    return Post(account, PublishedPost(outcome.remote_id, published_at, options), shown.id, clock, client)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_metrics_of_a_post_are_those_of_the_platform(
    platform: str, simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, platform, client, monkeypatch)

    with checked_requests() as problems:
        found = post.read()

    metrics = found[post.post.remote_id]
    assert metrics is not None
    expected = {name: Metric(post.number(*shares), own) for name, (own, shares) in METRICS[platform].names.items()}
    assert metrics.items() >= expected.items()
    assert problems == []


def test_metrics_without_a_meaning_keep_the_platform_s_names(
    simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, "facebook", client, monkeypatch)

    metrics = post.read()[post.post.remote_id]

    views = post.number(1.0)
    assert metrics is not None
    assert metrics["reactions"] == Metric(views // 12 + views // 50, "post_reactions_by_type_total")
    assert metrics["comments"] == Metric(views // 33, "post_activity_by_action_type.comment")
    assert metrics["post_reactions_by_type_total.love"] == Metric(views // 50, "post_reactions_by_type_total.love")
    assert metrics["post_video_view_time"].unit == "milliseconds"


def test_statistics_of_an_organisation_have_an_engagement_rate(
    simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, "linkedin", client, monkeypatch, organization="7")

    with checked_requests() as problems:
        metrics = post.read()[post.post.remote_id]

    assert metrics is not None
    assert metrics["engagementRate"] == Metric(0.125, "engagement", FRACTION)
    assert metrics["impressions"] == Metric(post.number(1.0), "impressionCount", COUNT)
    assert problems == []


@pytest.mark.parametrize(
    ("media", "options", "present", "absent"),
    [
        ((VIDEO,), {"type": "reel"}, "ig_reels_avg_watch_time", "follows"),
        ((IMAGE,), {"type": "story"}, "profile_visits", "saves"),
    ],
    ids=["reel", "story"],
)
def test_metrics_of_an_instagram_post_depend_on_its_kind(
    media: tuple[str, ...],
    options: Mapping[str, Any],
    present: str,
    absent: str,
    simulator: Simulator,
    client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = published_on(simulator, "instagram", client, monkeypatch, media=media, **options)

    metrics = post.read()[post.post.remote_id]

    assert metrics is not None
    assert metrics["views"].value == post.number(1.0)
    assert present in metrics
    assert absent not in metrics


@pytest.mark.parametrize(
    ("platform", "old", "new", "name"),
    [(platform, *metrics.renamed) for platform, metrics in METRICS.items() if metrics.renamed],
)
def test_renamed_metric_keeps_its_own_name_and_costs_no_other(
    platform: str,
    old: str,
    new: str,
    name: str,
    simulator: Simulator,
    client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = published_on(simulator, platform, client, monkeypatch)
    before = post.read()[post.post.remote_id]
    monkeypatch.setitem(simulator.state.collection(platform, "renamed"), old, new)

    after = post.read()[post.post.remote_id]

    assert before is not None
    assert after is not None
    others = {each: metric for each, metric in before.items() if each != name}
    kept = {} if platform in ("instagram", "facebook", "threads") else {new: Metric(before[name].value, new)}
    assert after == others | kept


@pytest.mark.parametrize("platform", PLATFORMS)
def test_post_that_does_not_exist_is_missing(platform: str, simulator: Simulator, client: httpx.Client) -> None:
    account = account_on(simulator, platform)
    remote_id = METRICS[platform].unknown_id
    clock = FakeClock(datetime.now(UTC))
    read = reader_for(platform).read_posts(client, account, [PublishedPost(remote_id, clock.now())], clock)

    expected: dict[str, Metrics | None] = {} if platform == "linkedin" else {remote_id: None}
    assert dict(read) == expected


@pytest.mark.parametrize("platform", PLATFORMS)
def test_number_of_followers_is_that_of_the_account(platform: str, simulator: Simulator, client: httpx.Client) -> None:
    account = account_on(simulator, platform)
    followers = {name: Audience(simulator.state, platform).followers(name) for name in ("demo", account.account_id)}
    if platform == "bluesky":
        account = Account("1", platform, "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", account.handle, account.base_url, {})
        followers["demo"] = Audience(simulator.state, platform).followers(account.account_id)

    with checked_requests() as problems:
        metric = reader_for(platform).read_followers(client, account, FakeClock(datetime.now(UTC)))

    assert metric is not None
    assert metric.value == followers["demo"]
    assert problems == []


@pytest.mark.parametrize("platform", [platform for platform, metrics in METRICS.items() if metrics.needs_scope])
def test_missing_scope_is_reported(
    platform: str, simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, platform, client, monkeypatch, name="narrow")

    found, error = post.read_all()

    assert isinstance(error, PermissionMissing)
    counts = {"reactions": post.number(0.1), "comments": post.number(0.03)} if platform == "instagram" else {}
    assert {name: each.value for metrics in found.values() for name, each in (metrics or {}).items()} == counts


def test_missing_scope_on_facebook_is_reported_once_insights_are_due(
    simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, "facebook", client, monkeypatch, name="narrow")
    shares = {post.post.remote_id: {"reposts": Metric(post.number(0.02), "shares")}}
    young = replace(post, post=replace(post.post, published_at=post.clock.now() - timedelta(hours=1)))

    found, error = post.read_all()

    assert (found, type(error)) == (shares, PermissionMissing)
    assert young.read_all() == (shares, None)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_failure_of_the_platform_is_an_error_of_the_port(
    platform: str, simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, platform, client, monkeypatch)
    kinds: list[tuple[str, type[PublishError], dict[str, Any]]] = [
        ("rate_limit", RateLimited, {"seconds": 600}),
        ("status", Transient, {"status": 503}),
    ]
    if platform not in ("bluesky", "mastodon"):
        kinds.append(("expired_token", TokenExpired, {}))

    for kind, error, options in kinds:
        simulator.fault(platform, METRICS[platform].step, kind, **options)
        with pytest.raises(error):
            post.read()

    assert post.read()[post.post.remote_id] is not None


def test_post_on_tiktok_without_a_public_id_has_no_metrics(
    simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, "tiktok", client, monkeypatch)
    private = PublishedPost("v_pub_url~v2.7", post.post.published_at)

    found = dict(reader_for("tiktok").read_posts(client, post.account, [private, post.post], post.clock))

    assert found["v_pub_url~v2.7"] == {}
    assert "views" in (found[post.post.remote_id] or {})


def test_old_mastodon_server_returns_one_post_at_a_time(
    simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, "mastodon", client, monkeypatch)
    simulator.fault("mastodon", "lookup", "status", status=404)

    metrics = post.read()[post.post.remote_id]

    assert metrics is not None
    assert metrics["reactions"].value == post.number(0.1)


def test_private_metrics_of_x_are_requested_for_young_posts_only(
    simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published_on(simulator, "x", client, monkeypatch)
    post.clock.advance(days=27)

    metrics = post.read()[post.post.remote_id]

    assert metrics is not None
    assert "impressions" in metrics
    assert "clicks" not in metrics


@pytest.mark.sweep
@pytest.mark.parametrize("platform", PLATFORMS)
def test_response_of_another_shape_costs_only_its_own_numbers(
    platform: str,
    simulator: Simulator,
    client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    broken_specifications: list[str],
) -> None:
    post = published_on(simulator, platform, client, monkeypatch)
    if platform == "bluesky":
        post.account = replace(post.account, account_id="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    recorder, reader = Recorder(client._transport), reader_for(platform)
    with httpx.Client(transport=recorder) as recording:
        [(remote_id, metrics)] = reader.read_posts(recording, post.account, [post.post], post.clock)
        assert metrics is not None
        posts = list(recorder.responses)
        recorder.responses.clear()
        reader.read_followers(recording, post.account, post.clock)
        followers = list(recorder.responses)

    wrong: list[str] = []
    first = [response.name for response in posts].index  # LinkedIn returns five responses of the same shape
    for change in changed_responses(posts):
        if change.position != first(change.response.name):
            continue
        with httpx.Client(transport=Replay(posts, change)) as replay:
            found, error = replace(post, client=replay).read_all()
        known = {name: each.value for name, each in (found.get(remote_id) or {}).items()}
        is_silent = not found and error is None and not change.is_in_list and not change.is_empty_list
        if found.keys() - {remote_id} or is_silent:
            wrong.append(f"{change}: {found}, {error!r}")
        if not all(type(value) in (int, float) and value >= 0 for value in known.values()):
            wrong.append(f"{change}: {known}")
    for change in changed_responses(followers):
        with httpx.Client(transport=Replay(followers, change)) as replay, suppress(PublishError):
            number = reader.read_followers(replay, post.account, post.clock)
            if number is not None and type(number.value) is not int:
                wrong.append(f"{change}: {number}")
    broken_specifications.clear()
    assert wrong == []


@pytest.mark.parametrize("platform", ["instagram", "linkedin", "threads", "tiktok"])
def test_next_consent_grants_the_scopes_for_metrics(platform: str, simulator: Simulator, client: httpx.Client) -> None:
    """Without the scopes, the number of followers or the metrics of a post cannot be read."""

    def reading(*, metrics: bool) -> Callable[[], object]:
        server = OAuthClient(CLIENT_ID, SECRET, f"{simulator.url}/{platform}", metrics=metrics)
        clock, provider = FakeClock(simulator.state.now()), provider_for(platform)
        consent = {"redirect_uri": REDIRECT, "code_verifier": "v" * 43}
        url = provider.authorization_url(server, state="s", **consent)
        code = simulator.allow(url).params["code"]
        granted = provider.redeem(client, server, code=code, now=clock.now, **consent)[0]
        account = Account("1", platform, granted.account_id, granted.handle, granted.base_url, granted.grant.token)
        if platform != "instagram":
            return lambda: reader_for(platform).read_followers(client, account, clock)
        attempt = FakeAttempt(publication_id=str(uuid4()))
        published = publish(adapter_of(platform, client._transport), Content("Warm.", (IMAGE,)), account, attempt)
        assert isinstance(published, Published)
        post = PublishedPost(published.remote_id, clock.now())
        return lambda: list(reader_for(platform).read_posts(client, account, [post], clock))

    with pytest.raises(PermissionMissing):
        reading(metrics=False)()
    assert reading(metrics=True)()
