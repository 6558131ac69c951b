"""The timeline shows the images and videos of posts, and the relations between posts."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from local.simulator import media_fetcher, samples
from local.simulator.demo import requirements_of
from local.simulator.media_store import HEADER_BYTES, Media, MediaStore
from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import Adapter, Content, MediaInfo, Processing, Published
from minutehand.platforms.rulebook import rulebook_for
from tests.support.attempts import FakeAttempt
from tests.support.media_rules import accepting
from tests.support.platforms_page import has_alt_texts
from tests.support.simulated_accounts import account_on
from tests.support.simulator import Simulator

IMAGE_PLATFORMS = [platform for platform in PLATFORMS if requirements_of(platform).media != "video"]
THREADED = [platform for platform in PLATFORMS if rulebook_for(platform).replies == "thread"]
COMMENTED = [platform for platform in PLATFORMS if rulebook_for(platform).replies == "comment"]
LARGE_VIDEO = MediaInfo("https://ex.am/a.mp4", "video/mp4", 40_000_000, 1280, 720, 75.0)
TIMEOUT_SECONDS = 10


@pytest.fixture
def publish(client: httpx.Client, simulator: Simulator) -> Callable[..., Published]:
    """Return a function that publishes through a real adapter, with media over HTTP."""

    def published(platform: str, text: str, *media: str, **fields: Any) -> Published:
        adapter: Adapter = load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))
        options = requirements_of(platform).options | fields.pop("options", {})
        content, attempt = (
            Content(text, media, options=options, **fields),
            FakeAttempt(publication_id=f"publication {text}"),
        )
        account = account_on(simulator, platform)
        outcome = adapter.publish(content, account, attempt)
        for _ in range(8):
            if isinstance(outcome, Processing):
                attempt = attempt.again(seconds=outcome.check_after / timedelta(seconds=1))
                outcome = adapter.resume(content, account, attempt)
        assert isinstance(outcome, Published)
        return outcome

    return published


def stored_media(simulator: Simulator, url: str) -> dict[str, Any]:
    """Wait until the media at ``url`` are stored, and return their properties."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < end:
        media = simulator.client.get("/api/timeline").json()["media"]
        if url in media:
            return dict(media[url])
        time.sleep(0.02)
    raise AssertionError(f"The media at {url} were not stored.")


def sample(simulator: Simulator, name: str) -> str:
    return f"{simulator.url}/samples/{name}"


@pytest.mark.parametrize("platform", IMAGE_PLATFORMS)
def test_image_is_shown(platform: str, publish: Callable[..., Published], simulator: Simulator) -> None:
    image = sample(simulator, "image.jpg")
    published = publish(platform, "Look.", image, alt_texts={image: "A clock."})
    [post] = simulator.posts(platform)
    [item] = post["media"]
    assert post["url"] == published.permalink
    known = stored_media(simulator, item["url"])
    assert (item["kind"], known["type"]) == ("image", "image/jpeg")
    assert item["alt"] == ("A clock." if has_alt_texts(platform) else "")
    response = simulator.client.get(known["address"])
    assert response.content == (samples.FOLDER / "image.jpg").read_bytes()
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_video_is_stored_and_supports_range_requests(
    platform: str, publish: Callable[..., Published], simulator: Simulator
) -> None:
    publish(platform, "Look.", sample(simulator, samples.PORTRAIT))
    [item] = simulator.posts(platform)[0]["media"]
    known, content = stored_media(simulator, item["url"]), (samples.FOLDER / samples.PORTRAIT).read_bytes()
    assert (item["kind"], known["type"], known["bytes"]) == ("video", "video/mp4", len(content))
    assert (known["width"], known["height"], known["seconds"]) == (1080, 1920, 5)
    assert simulator.client.get(known["address"]).content == content
    response = simulator.client.get(known["address"], headers={"Range": "bytes=1000-1999"})
    assert (response.status_code, response.content) == (206, content[1000:2000])


@pytest.mark.parametrize("platform", accepting(LARGE_VIDEO))
def test_large_video_has_properties_but_no_content(
    platform: str, publish: Callable[..., Published], simulator: Simulator
) -> None:
    publish(platform, "A large one.", f"{simulator.url}/media/video.mp4?bytes=40000000&seconds=75")
    [item] = simulator.posts(platform)[0]["media"]
    assert stored_media(simulator, item["url"]) == {
        "address": None,
        "type": "video/mp4",
        "bytes": 40_000_000,
        "width": 1280,
        "height": 720,
        "seconds": 75,
    }


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:4566/bucket/a.jpg?X-Amz-Signature=1", True),
        ("http://localhost/a.jpg", True),
        ("http://[::1]:80/a.jpg", True),
        ("https://cdn.example/a.jpg", False),
        ("http://127.0.0.1.example/a.jpg", False),
        ("http://10.0.0.1/a.jpg", False),
        ("/media/a", False),
        ("http://[half", False),
    ],
)
def test_only_local_urls_are_fetched(url: str, local: bool) -> None:
    assert media_fetcher.is_local(url) is local


def test_missing_media_do_not_stop_the_fetcher(simulator: Simulator) -> None:
    missing, image = f"{simulator.url}/samples/none.jpg", sample(simulator, "image-2.jpg")
    body = {"platform": "threads", "text": "Two.", "mediaUrls": [missing, "http://127.0.0.1:1/a.jpg", image]}
    simulator.client.post("/sandbox/posts", json=body, headers={"Idempotency-Key": "k"})
    assert stored_media(simulator, image)["address"]
    assert set(simulator.client.get("/api/timeline").json()["media"]) == {image}


@pytest.mark.parametrize("platform", THREADED)
def test_each_part_of_a_thread_has_the_part_before_as_its_parent(
    platform: str, publish: Callable[..., Published], simulator: Simulator
) -> None:
    first = publish(platform, "One.")
    second = publish(platform, "Two.", reply_to=first.remote_id)
    publish(platform, "Three.", reply_to=second.remote_id)
    posts = simulator.posts(platform)
    assert [post["text"] for post in posts] == ["One.", "Two.", "Three."]
    assert [post["parent"] for post in posts] == [None, posts[0]["id"], posts[1]["id"]]


@pytest.mark.parametrize("platform", COMMENTED)
def test_comment_has_its_post_as_its_parent(
    platform: str, publish: Callable[..., Published], simulator: Simulator
) -> None:
    media = sample(simulator, samples.PORTRAIT if platform not in IMAGE_PLATFORMS else "image.jpg")
    post = publish(platform, "The post.", media)
    publish(platform, "A comment.", reply_to=post.remote_id)
    first, second = simulator.posts(platform)
    assert (first["parent"], second["parent"]) == (None, first["id"])


def test_titles_labels_and_links_are_separate_from_the_text(
    publish: Callable[..., Published], simulator: Simulator
) -> None:
    image, video = sample(simulator, "image.jpg"), sample(simulator, samples.PORTRAIT)
    publish("instagram", "", image, options={"type": "story"})
    publish("youtube", "Title.\n\nMore.", video, options={"privacy": "unlisted"})
    publish("pinterest", "It is late.", image, options={"title": "A clock", "link": "https://ex.am/ple"})
    publish("tiktok", "Mine.", video, options={"privacy": "SELF_ONLY"})
    article = {"url": "https://ex.am/a", "title": "Hands", "description": "Of clocks."}
    publish("linkedin", "Read.", options={"article": article, "visibility": "CONNECTIONS"})
    story, video_post, pin, private, article_post = simulator.posts()
    assert story["label"] == "Story"
    assert (video_post["title"], video_post["label"]) == ("Title.", "Unlisted")
    assert (pin["title"], pin["link"]) == ("A clock", {"url": "https://ex.am/ple"})
    assert private["label"] == "Only me"
    assert (article_post["name"], article_post["label"], article_post["link"]) == ("Demo", "Connections only", article)


def test_every_module_and_stylesheet_of_the_page_exists(simulator: Simulator) -> None:
    page = simulator.client.get("/")
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    for name in ("timeline.css", "brands.css", "timeline.js", "brands.js", "cards.js", "media.js", "dom.js"):
        asset = simulator.client.get(f"/{name}")
        assert asset.headers["Content-Type"].startswith("text/css" if name.endswith("css") else "text/javascript")
        for line in asset.text.splitlines():
            if line.startswith("import "):
                imported = line.split('"')[1].removeprefix("./")
                assert simulator.client.get(f"/{imported}").status_code == 200


# The media store.


@pytest.fixture
def store() -> MediaStore:
    return MediaStore(None, max_file_bytes=1_000, max_total_bytes=2_500)


def content_of(store: MediaStore, name: str) -> bytes:
    return store.path(name).read_bytes()


def test_chunks_may_arrive_in_any_order_and_repeatedly(store: MediaStore) -> None:
    for position, chunk in ((1, b"wrong"), (0, b"one "), (2, b"three and more"), (1, b"two ")):
        store.add_chunk("video", position, chunk)
    store.finish_upload("video", "video/mp4", 13)
    assert content_of(store, "video") == b"one two three"
    assert store.get("video") == Media("video/mp4", 13, kept=True)


def test_upload_beyond_the_limit_is_dropped(store: MediaStore) -> None:
    for position in range(0, 3_000, 600):
        store.add_chunk("video", position, b"x" * 600)
    store.finish_upload("video", "video/mp4")
    assert store.get("video") == Media("video/mp4", 3_000, kept=False)
    assert not store.path("video").exists()


def test_oldest_files_are_deleted_beyond_the_total_limit(store: MediaStore) -> None:
    for name in ("a", "b", "c"):
        store.store(name, "image/png", name.encode() * 900)
    kept = {name: bool((media := store.get(name)) and media.kept) for name in ("a", "b", "c")}
    assert kept == {"a": False, "b": True, "c": True}
    assert "a" in store
    assert not store.path("a").exists()


def test_number_of_unfinished_uploads_is_limited(tmp_path: Any) -> None:
    store = MediaStore(tmp_path)
    for number in range(100):
        store.add_chunk(f"video {number}", 0, b"x")
    assert len(list(tmp_path.iterdir())) < 70


def test_properties_survive_a_restart_and_unknown_files_are_deleted(tmp_path: Any) -> None:
    store = MediaStore(tmp_path)
    for name in ("a", "b"):
        store.store(name, "image/png", name.encode())
    known = store.dump()
    store.path("b").unlink()
    (tmp_path / "unknown").write_bytes(b"x")
    loaded = MediaStore(tmp_path)
    loaded.load(known)
    assert (content_of(loaded, "a"), loaded.get("a")) == (b"a", Media("image/png", 1, kept=True))
    assert loaded.get("b") == Media("image/png", 1, kept=False)
    assert [file.name for file in tmp_path.iterdir()] == [loaded.path("a").name]


def test_upload_from_an_earlier_process_has_only_a_size(store: MediaStore) -> None:
    store.finish_upload("video", "video/mp4", 700)
    assert store.get("video") == Media("video/mp4", 700, kept=False)


def test_first_bytes_override_the_given_content_type(store: MediaStore) -> None:
    store.store("a", "application/octet-stream", (samples.FOLDER / samples.PORTRAIT).read_bytes()[:HEADER_BYTES])
    found = store.get("a")
    assert found is not None
    assert (found.content_type, found.width, found.height, found.kept) == ("video/mp4", 1080, 1920, False)
