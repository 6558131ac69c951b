"""Tests of platforms to which videos are uploaded, with videos that the adapters read and probe over HTTP."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Adapter, Content, MediaInfo, Processing, Published, Rejected
from tests.support.attempts import FakeAttempt
from tests.support.media_rules import accepting, uploading
from tests.support.simulated_accounts import account_on
from tests.support.simulator import Simulator

VIDEO = MediaInfo("https://ex.am/a.mp4", "video/mp4", 9_000_000, 1280, 720, 10.0)
LONG = VIDEO._replace(duration_seconds=9_999)
UPLOADING = uploading(VIDEO)


@pytest.fixture
def adapter(platform: str) -> Iterator[Adapter]:
    with guarded_client(private_networks=True) as client:
        yield load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))


@pytest.mark.parametrize("platform", UPLOADING)
@pytest.mark.parametrize("query", ["bytes=9000000", "bytes=4194304&ranges=no"])
def test_video_is_published(adapter: Adapter, simulator: Simulator, platform: str, query: str) -> None:
    account, attempt = account_on(simulator, platform), FakeAttempt()
    url = f"{simulator.url}/media/video.mp4?{query}"
    content = Content("Look.", (url,), options=requirements_of(platform).options)

    answer = adapter.publish(content, account, attempt)
    for _ in range(8):
        if isinstance(answer, Processing):
            attempt = attempt.again(seconds=answer.check_after / timedelta(seconds=1))
            answer = adapter.resume(content, account, attempt)

    assert isinstance(answer, Published)
    (post,) = simulator.posts(platform)
    assert [item["kind"] for item in post["media"]] == ["video"]


@pytest.mark.parametrize("platform", [platform for platform in UPLOADING if platform not in accepting(LONG)])
def test_video_that_is_too_long_is_not_uploaded(adapter: Adapter, simulator: Simulator, platform: str) -> None:
    url = f"{simulator.url}/media/video.mp4?seconds=9999"
    content = Content("Look.", (url,), options=requirements_of(platform).options)
    with pytest.raises(Rejected) as refused:
        adapter.publish(content, account_on(simulator, platform), FakeAttempt())
    assert refused.value.reason.startswith("The video lasts 9999 seconds;")
    assert simulator.posts(platform) == []
