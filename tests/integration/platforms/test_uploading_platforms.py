"""Tests of platforms that receive uploads, with media items that the adapters read and probe over HTTP."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Account, Adapter, Content, Processing, Published, Rejected
from tests.support.attempts import FakeAttempt
from tests.support.simulator import Simulator

UPLOADING = ("linkedin", "pinterest", "x")


@pytest.fixture(params=UPLOADING)
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def adapter(platform: str) -> Iterator[Adapter]:
    with guarded_client(private_networks=True) as client:
        yield load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))


@pytest.fixture
def account(simulator: Simulator, platform: str) -> Account:
    return Account("c1", platform, "", "demo", f"{simulator.url}/{platform}", {"access_token": "demo-token"})


def publish(adapter: Adapter, content: Content, account: Account) -> Published:
    attempt = FakeAttempt()
    answer = adapter.publish(content, account, attempt)
    for _ in range(5):
        if isinstance(answer, Processing):
            attempt = attempt.again(seconds=answer.check_after / timedelta(seconds=1))
            answer = adapter.resume(content, account, attempt)
    assert isinstance(answer, Published)
    return answer


def test_image_is_published_with_its_alt_text(
    adapter: Adapter, account: Account, simulator: Simulator, platform: str
) -> None:
    content = Content(
        "Look.", (simulator.image,), alt_texts={simulator.image: "A sunset."}, options=requirements_of(platform).options
    )
    published = publish(adapter, content, account)
    (post,) = simulator.posts(platform)
    assert post["url"] == published.permalink
    assert [item["alt"] for item in post["media"]] == ["A sunset."]


@pytest.mark.parametrize("query", ["bytes=9000000", "bytes=4194304&ranges=no"])
def test_video_is_published(
    adapter: Adapter, account: Account, simulator: Simulator, platform: str, query: str
) -> None:
    url = f"{simulator.url}/media/video.mp4?{query}"
    publish(adapter, Content("Look.", (url,), options=requirements_of(platform).options), account)
    (post,) = simulator.posts(platform)
    assert [item["kind"] for item in post["media"]] == ["video"]


def test_video_that_is_too_long_is_not_uploaded(
    adapter: Adapter, account: Account, simulator: Simulator, platform: str
) -> None:
    url = f"{simulator.url}/media/video.mp4?seconds=9999"
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Look.", (url,), options=requirements_of(platform).options), account, FakeAttempt())
    assert refused.value.reason.startswith("The video lasts 9999 seconds;")
    assert simulator.posts(platform) == []
