"""A response of another shape spoils only itself: it never crashes or repeats a call without end.

The responses of the simulator are recorded once for each flow. They are then played with one field at a time missing or
replaced by a value of another type; see `tests.support.response_shapes`.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from inspect import signature
from typing import Any

import httpx
import pytest

from local.simulator import sample_image
from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.platforms.network import GuardedBackend, GuardedTransport
from minutehand.platforms.port import (
    Account,
    Adapter,
    Content,
    InDoubt,
    LinkCard,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    PublishError,
    Unanswerable,
)
from minutehand.platforms.rulebook import rulebook_for
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.media_rules import accepting
from tests.support.response_shapes import Change, Recorder, Replay, Response, changed_responses, spoiled_lists
from tests.support.simulated_accounts import account_on
from tests.support.simulator import Simulator

IMAGE, SECOND, VIDEO = "https://ex.am/a.jpg", "https://ex.am/b.jpg", "https://ex.am/c.mp4"
PNG, VIDEO_BYTES = sample_image.png(), 80_000
CARD = LinkCard("https://ex.am", "Kiln", "It is warm.", PNG, "image/png")
MAX_STEPS = 8


@dataclass(frozen=True)
class Flow:
    """The publishing of a post with ``media``, of a reply to a post, of a story, or of a mention with a link card."""

    platform: str
    media: tuple[str, ...] = ()
    reply: bool = False
    story: bool = False
    mention: bool = False

    def __str__(self) -> str:
        kinds = {IMAGE: "image", SECOND: "image", VIDEO: "video"}
        marks = [
            name for name, is_set in (("reply", self.reply), ("story", self.story), ("mention", self.mention)) if is_set
        ]
        return "-".join([self.platform, *(kinds[url] for url in self.media), *marks])


ACCEPTED = {
    IMAGE: accepting(MediaInfo(IMAGE, "image/jpeg", 9_000, 1080, 1080)),
    VIDEO: accepting(MediaInfo(VIDEO, "video/mp4", VIDEO_BYTES, 1080, 1920, 10.0)),
}


def flows_of(platform: str) -> Iterator[Flow]:
    """Yield the publishing of a text, of an image, of a video and of a reply, as far as the platform accepts them."""
    posts = [Flow(platform, (url,)) for url in (IMAGE, VIDEO) if platform in ACCEPTED[url]]
    if requirements_of(platform).media is None:
        posts.insert(0, Flow(platform))
    yield from posts
    if rulebook_for(platform).replies != "none":
        yield replace(posts[0], reply=True)


FLOWS = [
    *(flow for platform in PLATFORMS for flow in flows_of(platform)),
    Flow("instagram", (IMAGE, SECOND)),
    Flow("threads", (IMAGE, SECOND)),
    Flow("facebook", (IMAGE,), story=True),
    Flow("facebook", (VIDEO,), story=True),
    Flow("bluesky", mention=True),
]


class RecordedAttempt(FakeAttempt):
    """An attempt that knows how many responses had been received when its publish call was armed."""

    armed_after: int | None = None
    replay: Replay | None = None

    def arm(self, **handles: str) -> None:
        super().arm(**handles)
        self.armed_after = len(self.replay.served) if self.replay else None


def adapter_of(platform: str, transport: httpx.BaseTransport) -> Adapter:
    factory = load_attribute(platform, "adapter", "adapter")
    arguments: dict[str, Any] = {"sleep": lambda _: None} if "sleep" in signature(factory).parameters else {}
    media = FakeMedia(content=lambda url: b"v" * VIDEO_BYTES if url == VIDEO else PNG + url.encode())
    adapter: Adapter = factory(httpx.Client(transport=transport), media, **arguments)
    return adapter


def publish(adapter: Adapter, content: Content, account: Account, attempt: FakeAttempt) -> object:
    """Publish and resume until there is an outcome; return it, or the error."""
    answer: object = None
    for step in range(MAX_STEPS):
        try:
            answer = (adapter.resume if step else adapter.publish)(content, account, attempt)
        except PublishError as error:
            return error
        if not isinstance(answer, Processing):
            return answer
        attempt._now += max(answer.check_after, timedelta(seconds=1))
    return answer


def reconcile(adapter: Adapter, content: Content, account: Account, attempt: FakeAttempt) -> object:
    try:
        return adapter.reconcile(content, account, attempt)
    except Exception as error:
        return error


@dataclass
class Recording:
    """The responses to the calls that publish a post, and to the calls that reconcile it."""

    content: Content
    account: Account
    published: list[Response]
    reconciled: list[Response]
    in_doubt: FakeAttempt


def record(flow: Flow, simulator: Simulator) -> Recording:
    recorder = Recorder(GuardedTransport(GuardedBackend(private_networks=True), private_networks=True))
    with closing(recorder):
        return _recorded(flow, account_on(simulator, flow.platform), recorder)


def _recorded(flow: Flow, account: Account, recorder: Recorder) -> Recording:
    platform, adapter = flow.platform, adapter_of(flow.platform, recorder)
    options = requirements_of(platform).options | ({"type": "story"} if flow.story else {})
    content = Content("" if flow.story else "The kiln is warm.", flow.media, options=options)
    if flow.mention:
        content = Content("Thanks, @bsky.app! https://ex.am", link_card=CARD)
    if flow.reply:
        published = publish(adapter, content, account, FakeAttempt(publication_id="parent"))
        assert isinstance(published, Published)
        content = Content("Well made.", reply_to=published.remote_id)
        recorder.responses.clear()
    attempt = FakeAttempt()
    assert isinstance(publish(adapter, content, account, attempt), Published)
    responses = list(recorder.responses)
    recorder.responses.clear()
    in_doubt = attempt.again(seconds=5)
    assert isinstance(reconcile(adapter, content, account, in_doubt), Published)
    return Recording(content, account, responses, list(recorder.responses), in_doubt)


@pytest.fixture(scope="module", params=FLOWS, ids=str)
def recording(request: pytest.FixtureRequest, running_simulator: Simulator) -> Recording:
    running_simulator.reset()
    return record(request.param, running_simulator)


@pytest.mark.sweep
def test_publishing_survives_a_response_of_another_shape(recording: Recording) -> None:
    wrong: list[str] = []
    for change in changed_responses(recording.published):
        replay = Replay(recording.published, change)
        attempt = RecordedAttempt(now=recording.in_doubt.now() - timedelta(seconds=5))
        attempt.replay = replay
        try:
            adapter = adapter_of(recording.account.platform, replay)
            outcome = publish(adapter, recording.content, recording.account, attempt)
        except Exception as crash:
            outcome = crash
        allowed: tuple[type, ...] = (Published, Processing, PublishError)
        armed = attempt.armed_after
        if armed is not None and armed < len(replay.served) and replay.served[armed] is change.response:
            allowed = (Published, Processing, InDoubt)
        if not isinstance(outcome, allowed):
            wrong.append(f"{change}: {outcome!r}")
    assert wrong == []


@pytest.mark.sweep
def test_reconciliation_survives_a_response_of_another_shape(recording: Recording) -> None:
    wrong: list[str] = []
    for change in changed_responses(recording.reconciled):
        outcome = _reconciled(recording, change)
        # An empty list is an answer, and so is a list without the post. Anything else must not lead to a second post.
        is_answer = change.is_empty_list or change.is_in_list
        # A video on Facebook is finished again under its own id, which makes no second post.
        is_answer = is_answer or (recording.account.platform == "facebook" and VIDEO in recording.content.media_urls)
        allowed = (Published, Unanswerable, PublishError, *([NotPublished] if is_answer else []))
        if not isinstance(outcome, allowed):
            wrong.append(f"{change}: {outcome!r}")
    assert wrong == []


def test_entry_of_another_shape_does_not_hide_the_post(recording: Recording) -> None:
    changes = [(change, _reconciled(recording, change)) for change in spoiled_lists(recording.reconciled)]
    assert [f"{change}: {outcome!r}" for change, outcome in changes if not isinstance(outcome, Published)] == []


def _reconciled(recording: Recording, change: Change) -> object:
    attempt = recording.in_doubt.again(minutes=5)
    adapter = adapter_of(recording.account.platform, Replay(recording.reconciled, change))
    return reconcile(adapter, recording.content, recording.account, attempt)
