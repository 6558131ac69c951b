"""The state of the simulator, which consists of the published posts and the data of each platform.

The state is plain JSON data in one object, so that a file can store the state between runs.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from local.simulator import media_fetcher
from local.simulator.media_store import Media, MediaStore

Clock = Callable[[], datetime]
MAX_READINGS = 100_000
"""The maximum number of recorded readings of metrics. If there are more, the oldest are dropped."""


def system_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Format ``moment`` as ISO 8601 in UTC, with milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class TimelinePost:
    """A published post as readers of the platform see it.

    ``segments``: the pieces of the text, with or without a link. ``name``: the account's display name, if it differs
    from ``account``. ``parent``: the id of the post to which this post replies. ``title`` and ``link`` (url, title,
    description): set only if the platform shows them separately. ``label``: an unusual kind of post or audience, for
    example Story or Unlisted.
    """

    id: str
    platform: str
    account: str
    text: str
    published_at: str
    segments: list[dict[str, str]] = field(default_factory=list)
    media: list[dict[str, str]] = field(default_factory=list)
    url: str | None = None
    sandbox: bool = False
    name: str = ""
    parent: str | None = None
    title: str = ""
    label: str = ""
    link: dict[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the post as the timeline's API shows it."""
        fields = asdict(self)
        fields["publishedAt"] = fields.pop("published_at")
        return fields


@dataclass(frozen=True, slots=True)
class Reading:
    """The metrics of a post in one response, under the platform's own names. The state file does not contain readings.

    ``post``: the id of the post on the timeline. ``published_at`` is the time of the publication, and ``at`` the time
    of the response, both in UTC.
    """

    platform: str
    account: str
    post: str
    published_at: str
    at: str
    numbers: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return the reading as the API shows it."""
        fields = asdict(self)
        fields["publishedAt"] = fields.pop("published_at")
        return fields


class State:
    """The published posts, newest last, and the data of the platforms. Only the event loop may use the state."""

    def __init__(self, file: Path | None = None, now: Clock = system_now) -> None:
        """Load the state from ``file`` if the file exists. `save` writes the state to the same file."""
        self.now = now
        self.timeline: dict[str, TimelinePost] = {}
        self.media = MediaStore(None if file is None else file.with_suffix(".media"))
        self.fetch_queue: asyncio.Queue[str] = asyncio.Queue()
        self.bluesky: dict[str, Any] = {"sessions": {}, "records": {}}
        self.mastodon: dict[str, Any] = {"statuses": {}, "keys": {}, "media": {}}
        self.sandbox: dict[str, Any] = {"keys": {}}
        self.collections: dict[str, dict[str, dict[str, Any]]] = {}
        self.readings: deque[Reading] = deque(maxlen=MAX_READINGS)
        self.version = 0
        self._saved_version = 0
        self._file = file
        self._numbers = count(1)
        if file is not None and file.exists():
            self._load(json.loads(file.read_text(encoding="utf-8")))

    def next_id(self) -> int:
        """Return a new, unique number. Like snowflake ids, these numbers increase with time."""
        return int(self.now().timestamp() * 1000) << 16 | next(self._numbers) & 0xFFFF

    def collection(self, platform: str, kind: str) -> dict[str, Any]:
        """Return the objects of one kind on ``platform``, keyed by id. `clear` deletes only the objects of the kind
        ``posts``.
        """
        return self.collections.setdefault(platform, {}).setdefault(kind, {})

    def publish(self, post: TimelinePost) -> None:
        """Show ``post`` on the timeline, and queue the local URLs of its media for fetching."""
        self.timeline[post.id] = post
        for item in post.media:
            if media_fetcher.is_local(item["url"]):
                self.fetch_queue.put_nowait(item["url"])
        self.mark_changed()

    def remove(self, post_id: str) -> None:
        """Remove a post from the timeline. Do nothing if the timeline does not show the post."""
        self.timeline.pop(post_id, None)
        self.mark_changed()

    def age(self, post_id: str, duration: timedelta) -> None:
        """Make a post of the timeline older. Do nothing if the timeline does not show the post."""
        if (post := self.timeline.get(post_id)) is not None:
            published_at = datetime.fromisoformat(post.published_at) - duration
            self.timeline[post_id] = replace(post, published_at=iso(published_at))
            self.mark_changed()

    def find_media(self, url: str) -> tuple[str, Media] | None:
        """Return the name and the properties of the media at a post's ``url``, or None if no platform received them."""
        name = url.removeprefix("/media/") if url.startswith("/media/") else media_fetcher.stored_name(url)
        media = self.media.get(name)
        return None if media is None else (name, media)

    def mark_changed(self) -> None:
        """Record that the state has changed, so that the change is shown and saved."""
        self.version += 1

    def clear(self) -> None:
        """Delete all posts. Sessions and uploads remain usable."""
        self.timeline.clear()
        self.bluesky["records"].clear()
        for kind in ("statuses", "keys"):
            self.mastodon[kind].clear()
        self.sandbox["keys"].clear()
        for collections in self.collections.values():
            collections.get("posts", {}).clear()
        self.mark_changed()

    def save(self) -> None:
        """Write the file if the state has changed. After a crash, either the old or the new file exists in full."""
        if self._file is None or self._saved_version == self.version:
            return
        version = self.version
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(self._dump(), ensure_ascii=False), encoding="utf-8")
        draft.replace(self._file)
        self._saved_version = version

    def _dump(self) -> dict[str, Any]:
        return {
            "timeline": [asdict(post) for post in self.timeline.values()],
            "media": self.media.dump(),
            "bluesky": self.bluesky,
            "mastodon": self.mastodon,
            "sandbox": self.sandbox,
            "collections": self.collections,
        }

    def _load(self, saved: dict[str, Any]) -> None:
        self.timeline = {post["id"]: TimelinePost(**post) for post in saved["timeline"]}
        self.media.load(saved["media"])
        self.bluesky = saved["bluesky"]
        self.mastodon = saved["mastodon"]
        self.sandbox = saved["sandbox"]
        self.collections = saved["collections"]
