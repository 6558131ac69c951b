"""Optional parts of a post, such as covers and alternative texts: their failure does not cost the post."""

from typing import Any

import httpx
import pytest

from local.simulator import sample_image
from local.simulator.demo import requirements_of
from minutehand.platforms.instagram.adapter import Instagram
from minutehand.platforms.mastodon.adapter import Mastodon
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.meta.media_errors import MediaNotFetched
from minutehand.platforms.pinterest.adapter import Pinterest
from minutehand.platforms.port import OMITTED, Account, Content, MediaInfo, Published, Rejected, Transient
from minutehand.platforms.x.adapter import X
from minutehand.platforms.youtube.adapter import YouTube
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.simulator import Simulator

VIDEO, IMAGE, COVER = "https://ex.am/a.mp4", "https://ex.am/a.png", "https://ex.am/cover.png"
BOARD = requirements_of("pinterest").options
FAILURES: list[tuple[str, dict[str, Any]]] = [
    ("never_land", {}),
    ("status", {"status": 400}),
    ("status", {"status": 503}),
    ("rate_limit", {}),
]


class MediaWithoutCover(FakeMedia):
    """Media whose cover cannot be probed."""

    def __init__(self, error: Exception) -> None:
        super().__init__(content=lambda url: b"v" * 200_000 if url == VIDEO else sample_image.png())
        self._error = error

    def probe(self, url: str) -> MediaInfo:
        if url == COVER:
            raise self._error
        return super().probe(url)


@pytest.fixture(
    params=[
        Transient("media_unavailable", "The server of the file returned HTTP 503."),
        Rejected("media_unavailable", "The file is not available (HTTP 404)."),
    ],
    ids=["transient", "permanent"],
)
def media(request: pytest.FixtureRequest) -> FakeMedia:
    return MediaWithoutCover(request.param)


def account_on(simulator: Simulator, platform: str) -> Account:
    base_url = simulator.mastodon if platform == "mastodon" else f"{simulator.url}/{platform}"
    account_id = "UCdemo" if platform == "youtube" else ""
    return Account("c1", platform, account_id, "@demo", base_url, {"access_token": "demo-token"})


def omitted(attempt: FakeAttempt) -> list[str]:
    """Return the sentences about the omissions of the post."""
    return [text for name, text in attempt.checkpoint.items() if name.startswith(OMITTED) and text]


@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_failed_alt_text_does_not_cost_a_post_on_x(
    client: httpx.Client, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    adapter, attempt = X(client, FakeMedia(content=lambda _: sample_image.png())), FakeAttempt()
    simulator.fault("x", "metadata", kind, **options)
    content = Content("Look.", (IMAGE,), alt_texts={IMAGE: "A kiln."})
    assert isinstance(adapter.publish(content, account_on(simulator, "x"), attempt), Published)
    (post,) = simulator.posts("x")
    assert [item["alt"] for item in post["media"]] == [""]
    (sentence,) = omitted(attempt)
    assert sentence.startswith("Image 1 has no alternative text. ")
    assert "X" in sentence


def test_alt_text_that_succeeds_later_is_not_reported_as_missing(client: httpx.Client, simulator: Simulator) -> None:
    adapter, account = X(client, FakeMedia(content=lambda _: sample_image.png())), account_on(simulator, "x")
    simulator.fault("x", "metadata", "status", status=503)
    simulator.fault("x", "publish", "rate_limit")
    content, attempt = Content("Look.", (IMAGE,), alt_texts={IMAGE: "A kiln."}), FakeAttempt()
    with pytest.raises(Exception, match="rate_limited"):
        adapter.publish(content, account, attempt)
    assert omitted(attempt)
    later = FakeAttempt(checkpoint=attempt.checkpoint)
    assert isinstance(adapter.publish(content, account, later), Published)
    assert omitted(later) == []
    assert [item["alt"] for item in simulator.posts("x")[0]["media"]] == ["A kiln."]


def test_alt_text_that_a_mastodon_server_refuses_does_not_cost_the_post(
    client: httpx.Client, simulator: Simulator
) -> None:
    simulator.fault("mastodon", "media", "status", status=422)
    adapter, attempt = Mastodon(client, MediaFetcher(client), sleep=lambda _: None), FakeAttempt()
    content = Content("Look.", (simulator.image,), alt_texts={simulator.image: "A kiln."})
    assert isinstance(adapter.publish(content, account_on(simulator, "mastodon"), attempt), Published)
    (post,) = simulator.posts("mastodon")
    assert [item["alt"] for item in post["media"]] == [""]
    assert omitted(attempt) == ["An image has no alternative text. Mastodon refused an image: Error 422."]


@pytest.mark.parametrize("thumbnail", ["media/missing.png", "media/video.mp4"])
def test_unusable_thumbnail_does_not_cost_a_video_on_youtube(
    client: httpx.Client, simulator: Simulator, thumbnail: str
) -> None:
    video = f"{simulator.url}/media/portrait.mp4?bytes=2000000"
    content = Content("A film.", (video,), options={"thumbnailUrl": f"{simulator.url}/{thumbnail}"})
    account, attempt = account_on(simulator, "youtube"), FakeAttempt()
    adapter = YouTube(client, MediaFetcher(client))
    adapter.publish(content, account, attempt)
    later = attempt.again(minutes=1)
    assert isinstance(adapter.resume(content, account, later), Published)
    assert len(simulator.posts("youtube")) == 1
    (sentence,) = omitted(later)
    assert sentence.startswith("The video has no thumbnail of its own. The ")


def test_thumbnail_that_youtube_refuses_is_noted(client: httpx.Client, simulator: Simulator) -> None:
    content = Content("A film.", (VIDEO,), options={"thumbnailUrl": IMAGE})
    adapter, account, attempt = YouTube(client, FakeMedia()), account_on(simulator, "youtube"), FakeAttempt()
    adapter.publish(content, account, attempt)
    simulator.fault("youtube", "thumbnail", "status", status=403)
    later = FakeAttempt(checkpoint=attempt.checkpoint, armed_at=attempt.armed_now)
    adapter.resume(content, account, later)
    (sentence,) = omitted(later)
    assert sentence.startswith("The video has no thumbnail of its own. YouTube ")
    last = later.again(seconds=5)
    adapter.resume(content, account, last)
    assert omitted(last) == []


def test_unusable_cover_does_not_cost_a_pin(client: httpx.Client, simulator: Simulator, media: FakeMedia) -> None:
    content = Content("A film.", (VIDEO,), options={**BOARD, "coverImageUrl": COVER, "coverKeyFrameTime": 2})
    attempt = FakeAttempt()
    adapter = Pinterest(client, media)
    assert isinstance(adapter.publish(content, account_on(simulator, "pinterest"), attempt), Published)
    (pin,) = simulator.state.collection("pinterest", "posts").values()
    assert pin["source"]["cover_image_key_frame_time"] == 2
    assert "cover_image_url" not in pin["source"]
    (sentence,) = omitted(attempt)
    assert sentence.startswith("The video has no cover image of its own. The ")


def test_unusable_cover_does_not_cost_a_reel(client: httpx.Client, simulator: Simulator, media: FakeMedia) -> None:
    content, attempt = Content("A film.", (VIDEO,), options={"coverUrl": COVER}), FakeAttempt()
    adapter = Instagram(client, media, sleep=lambda _: None)
    assert isinstance(adapter.publish(content, account_on(simulator, "instagram"), attempt), Published)
    (sentence,) = omitted(attempt)
    assert sentence.startswith("The video has no cover image of its own. The ")


@pytest.mark.parametrize(("minutes", "sent"), [(4, True), (5, False)])
def test_cover_is_left_out_when_instagram_cannot_fetch_the_media_for_five_minutes(minutes: int, sent: bool) -> None:
    created: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        created.append(dict(httpx.QueryParams(request.content.decode())))
        error = {"message": "No media.", "code": 9004, "error_subcode": 2_207_052}
        return httpx.Response(400, json={"error": error})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        adapter, attempt = Instagram(client, FakeMedia(), sleep=lambda _: None), FakeAttempt()
        account = Account("c1", "instagram", "1", "@demo", "", {"access_token": "token"})
        content = Content("A film.", (VIDEO,), options={"coverUrl": COVER})
        for later in (attempt, attempt.again(minutes=minutes)):
            with pytest.raises(MediaNotFetched):
                adapter.publish(content, account, FakeAttempt(checkpoint=attempt.checkpoint, now=later.now()))
            attempt.save(fetch_failed_at=attempt.now().isoformat())
    assert ["cover_url" in call for call in created] == [True, sent]
