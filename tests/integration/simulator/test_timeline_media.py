"""What the timeline shows of posts: the images and videos that platforms took in, and what belongs together."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from local.simulator import media_fetcher, samples
from local.simulator.media_store import BEGINNING, Media, MediaStore
from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Account, Adapter, Content, Processing, Published
from tests.support.attempts import FakeAttempt
from tests.support.simulator import Simulator

OPTIONS = {"pinterest": {"boardId": "549755885175", "title": "A clock"}}
VIDEO_ONLY = ("youtube",)
VIDEO_PLATFORMS = tuple(PLATFORMS)
THREADED = ("bluesky", "mastodon", "threads", "x")
COMMENTED = ("facebook", "instagram", "linkedin", "youtube")
PATIENCE_SECONDS = 10


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with guarded_client(private_networks=True) as client:
        yield client


@pytest.fixture
def publish(client: httpx.Client, simulator: Simulator) -> Callable[..., Published]:
    """Publish through the real adapter, from media that really come over HTTP."""

    def published(platform: str, text: str, *media: str, **fields: Any) -> Published:
        adapter: Adapter = load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))
        options = OPTIONS.get(platform, {}) | fields.pop("options", {})
        content, attempt = (
            Content(text, media, options=options, **fields),
            FakeAttempt(publication_id=f"publication {text}"),
        )
        account = account_on(simulator, platform)
        answer = adapter.publish(content, account, attempt)
        for _ in range(8):
            if isinstance(answer, Processing):
                attempt = attempt.again(seconds=answer.check_after / timedelta(seconds=1))
                answer = adapter.resume(content, account, attempt)
        assert isinstance(answer, Published)
        return answer

    return published


def account_on(simulator: Simulator, platform: str) -> Account:
    token, handle = {"access_token": "demo-token"}, "@demo"
    if platform == "bluesky":
        token, handle = {"identifier": "demo.bsky.social", "password": "x"}, "demo.bsky.social"
    return Account("c1", platform, "", handle, f"{simulator.url}/{platform}", token)


def seen(simulator: Simulator, url: str) -> dict[str, Any]:
    """Return what the timeline knows of ``url``, as soon as it does: what is pulled takes its time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        media = simulator.client.get("/api/timeline").json()["media"]
        if url in media:
            return dict(media[url])
        time.sleep(0.02)
    raise AssertionError(f"The timeline knows nothing of {url}.")


def sample(simulator: Simulator, name: str) -> str:
    return f"{simulator.url}/samples/{name}"


@pytest.mark.parametrize("platform", sorted(set(PLATFORMS) - set(VIDEO_ONLY)))
def test_an_image_is_shown(platform: str, publish: Callable[..., Published], simulator: Simulator) -> None:
    image = sample(simulator, "image.jpg")
    publish(platform, "Look.", image, alt_texts={image: "A clock."})
    [medium] = simulator.posts(platform)[0]["media"]
    known = seen(simulator, medium["url"])
    assert (medium["kind"], known["type"]) == ("image", "image/jpeg")
    shown = simulator.client.get(known["address"])
    assert shown.content == (samples.FOLDER / "image.jpg").read_bytes()
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("platform", VIDEO_PLATFORMS)
def test_a_video_is_kept_and_played_from_any_place(
    platform: str, publish: Callable[..., Published], simulator: Simulator
) -> None:
    publish(platform, "Look.", sample(simulator, samples.PORTRAIT))
    [medium] = simulator.posts(platform)[0]["media"]
    known, content = seen(simulator, medium["url"]), (samples.FOLDER / samples.PORTRAIT).read_bytes()
    assert (medium["kind"], known["type"], known["bytes"]) == ("video", "video/mp4", len(content))
    assert (known["width"], known["height"], known["seconds"]) == (1080, 1920, 5)
    assert simulator.client.get(known["address"]).content == content
    part = simulator.client.get(known["address"], headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, content[1000:2000])


@pytest.mark.parametrize("platform", ["x", "instagram", "facebook", "linkedin", "pinterest", "youtube", "tiktok"])
def test_of_a_large_video_only_what_it_is_like_is_known(
    platform: str, publish: Callable[..., Published], simulator: Simulator
) -> None:
    publish(platform, "A large one.", f"{simulator.url}/media/video.mp4?bytes=40000000&seconds=75")
    [medium] = simulator.posts(platform)[0]["media"]
    assert seen(simulator, medium["url"]) == {
        "address": None,
        "type": "video/mp4",
        "bytes": 40_000_000,
        "width": 1280,
        "height": 720,
        "seconds": 75,
    }


@pytest.mark.parametrize(
    ("url", "near"),
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
def test_only_what_is_on_this_machine_is_fetched(url: str, near: bool) -> None:
    assert media_fetcher.is_local(url) is near


def test_what_is_not_there_to_be_fetched_is_no_harm(simulator: Simulator) -> None:
    missing, image = f"{simulator.url}/samples/none.jpg", sample(simulator, "image-2.jpg")
    body = {"platform": "threads", "text": "Two.", "mediaUrls": [missing, "http://127.0.0.1:1/a.jpg", image]}
    simulator.client.post("/sandbox/posts", json=body, headers={"Idempotency-Key": "k"})
    assert seen(simulator, image)["address"]
    assert set(simulator.client.get("/api/timeline").json()["media"]) == {image}


@pytest.mark.parametrize("platform", THREADED)
def test_each_post_of_a_thread_belongs_to_the_one_before(
    platform: str, publish: Callable[..., Published], simulator: Simulator
) -> None:
    first = publish(platform, "One.")
    second = publish(platform, "Two.", reply_to=first.remote_id)
    publish(platform, "Three.", reply_to=second.remote_id)
    posts = simulator.posts(platform)
    assert [post["text"] for post in posts] == ["One.", "Two.", "Three."]
    assert [post["parent"] for post in posts] == [None, posts[0]["id"], posts[1]["id"]]


@pytest.mark.parametrize("platform", COMMENTED)
def test_a_comment_belongs_to_its_post(platform: str, publish: Callable[..., Published], simulator: Simulator) -> None:
    medium = sample(simulator, samples.PORTRAIT if platform in VIDEO_ONLY else "image.jpg")
    post = publish(platform, "The post.", medium)
    publish(platform, "A comment.", reply_to=post.remote_id)
    first, second = simulator.posts(platform)
    assert (first["parent"], second["parent"]) == (None, first["id"])


def test_titles_labels_and_links_are_told_apart_from_the_text(
    publish: Callable[..., Published], simulator: Simulator
) -> None:
    image, video = sample(simulator, "image.jpg"), sample(simulator, samples.PORTRAIT)
    publish("instagram", "", image, options={"type": "story"})
    publish("youtube", "Title.\n\nMore.", video, options={"privacy": "unlisted"})
    publish("pinterest", "It is late.", image, options={"link": "https://ex.am/ple"})
    publish("tiktok", "Mine.", video, options={"privacy": "SELF_ONLY"})
    article = {"url": "https://ex.am/a", "title": "Hands", "description": "Of clocks."}
    publish("linkedin", "Read.", options={"article": article, "visibility": "CONNECTIONS"})
    story, film, pin, mine, read = simulator.posts()
    assert story["label"] == "Story"
    assert (film["title"], film["label"]) == ("Title.", "Unlisted")
    assert (pin["title"], pin["link"]) == ("A clock", {"url": "https://ex.am/ple"})
    assert mine["label"] == "Only me"
    assert (read["name"], read["label"], read["link"]) == ("Demo", "Connections only", article)


def test_every_module_and_style_of_the_page_is_there(simulator: Simulator) -> None:
    page = simulator.client.get("/")
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    for name in ("timeline.css", "brands.css", "timeline.js", "cards.js", "media.js", "dom.js"):
        asset = simulator.client.get(f"/{name}")
        assert asset.headers["Content-Type"].startswith("text/css" if name.endswith("css") else "text/javascript")
        for line in asset.text.splitlines():
            if line.startswith("import "):
                imported = line.split('"')[1].removeprefix("./")
                assert simulator.client.get(f"/{imported}").status_code == 200


# The store by itself.


@pytest.fixture
def store() -> MediaStore:
    return MediaStore(None, most_of_one=1_000, most=2_500)


def content_of(store: MediaStore, name: str) -> bytes:
    return store.path(name).read_bytes()


def test_pieces_may_come_in_any_order_and_again(store: MediaStore) -> None:
    for place, piece in ((1, b"wrong"), (0, b"one "), (2, b"three and more"), (1, b"two ")):
        store.add("film", place, piece)
    store.finish("film", "video/mp4", 13)
    assert content_of(store, "film") == b"one two three"
    assert store.get("film") == Media("video/mp4", 13, kept=True)


def test_too_many_pieces_are_let_go(store: MediaStore) -> None:
    for place in range(0, 3_000, 600):
        store.add("film", place, b"x" * 600)
    store.finish("film", "video/mp4")
    assert store.get("film") == Media("video/mp4", 3_000, kept=False)
    assert not store.path("film").exists()


def test_the_oldest_go_first_when_there_is_too_much(store: MediaStore) -> None:
    for name in ("a", "b", "c"):
        store.keep(name, "image/png", name.encode() * 900)
    kept = {name: bool((media := store.get(name)) and media.kept) for name in ("a", "b", "c")}
    assert kept == {"a": False, "b": True, "c": True}
    assert "a" in store
    assert not store.path("a").exists()


def test_unfinished_uploads_do_not_pile_up(tmp_path: Any) -> None:
    store = MediaStore(tmp_path)
    for number in range(100):
        store.add(f"film {number}", 0, b"x")
    assert len(list(tmp_path.iterdir())) < 70


def test_what_is_known_outlives_the_process_and_what_is_not_is_removed(tmp_path: Any) -> None:
    store = MediaStore(tmp_path)
    for name in ("a", "b"):
        store.keep(name, "image/png", name.encode())
    known = store.dump()
    store.path("b").unlink()
    (tmp_path / "left behind").write_bytes(b"x")
    later = MediaStore(tmp_path)
    later.load(known)
    assert (content_of(later, "a"), later.get("a")) == (b"a", Media("image/png", 1, kept=True))
    assert later.get("b") == Media("image/png", 1, kept=False)
    assert [file.name for file in tmp_path.iterdir()] == [later.path("a").name]


def test_an_upload_that_began_in_another_process_is_known_by_its_size(store: MediaStore) -> None:
    store.finish("film", "video/mp4", 700)
    assert store.get("film") == Media("video/mp4", 700, kept=False)


def test_the_beginning_says_what_it_is_whatever_was_claimed(store: MediaStore) -> None:
    store.keep("a", "application/octet-stream", (samples.FOLDER / samples.PORTRAIT).read_bytes()[:BEGINNING])
    found = store.get("a")
    assert found is not None
    assert (found.content_type, found.width, found.height, found.kept) == ("video/mp4", 1080, 1920, False)
