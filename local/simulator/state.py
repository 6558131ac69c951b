"""What the simulator remembers: what landed, and what each platform knows about it.

Everything is plain JSON data in one object, so that it can be kept in a file between two runs.
"""

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from local.simulator import media_fetcher
from local.simulator.media_store import Media, MediaStore

Clock = Callable[[], datetime]


def system_now() -> datetime:
    """Return the machine's time, UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Write ``moment`` as both platforms do: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class TimelinePost:
    """One post that reached a platform, as people would see it.

    ``name``: what the account is called, where ``account`` is no name. ``parent``: the id of the post that it answers;
    ``title`` and ``link`` (url, title, description): where the platform shows them apart. ``label``: what kind of post
    it is, or who sees it, where that is not the usual.
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
        """Return it in the words of the timeline's API."""
        fields = asdict(self)
        fields["publishedAt"] = fields.pop("published_at")
        return fields


class State:
    """Everything that landed, newest last. One thread only: the event loop's."""

    def __init__(self, file: Path | None = None, now: Clock = system_now) -> None:
        """Read ``file`` when there is one; `save` writes it."""
        self.now = now
        self.timeline: dict[str, TimelinePost] = {}
        self.media = MediaStore(None if file is None else file.with_suffix(".media"))
        self.fetch_queue: asyncio.Queue[str] = asyncio.Queue()
        self.bluesky: dict[str, Any] = {"sessions": {}, "records": {}}
        self.mastodon: dict[str, Any] = {"statuses": {}, "keys": {}, "media": {}}
        self.sandbox: dict[str, Any] = {"keys": {}}
        self.collections: dict[str, dict[str, dict[str, Any]]] = {}
        self.version = 0
        self._saved_version = 0
        self._file = file
        self._numbers = count(1)
        if file is not None and file.exists():
            self._load(json.loads(file.read_text(encoding="utf-8")))

    def next_id(self) -> int:
        """Return a number that rises with time and was never given before, like a snowflake."""
        return int(self.now().timestamp() * 1000) << 16 | next(self._numbers) & 0xFFFF

    def collection(self, platform: str, kind: str) -> dict[str, Any]:
        """Return what ``platform`` keeps of one kind, by id. What it keeps as ``posts`` goes when the timeline does."""
        return self.collections.setdefault(platform, {}).setdefault(kind, {})

    def publish(self, post: TimelinePost) -> None:
        """Show ``post`` on the timeline, and have fetched what it names on this machine."""
        self.timeline[post.id] = post
        for medium in post.media:
            if media_fetcher.is_local(medium["url"]):
                self.fetch_queue.put_nowait(medium["url"])
        self.mark_changed()

    def remove(self, post_id: str) -> None:
        """Take a post off the timeline; nothing happens when it is not there."""
        self.timeline.pop(post_id, None)
        self.mark_changed()

    def find_media(self, url: str) -> tuple[str, Media] | None:
        """Return name and facts of what a post calls ``url``, where a platform took it in."""
        name = url.removeprefix("/media/") if url.startswith("/media/") else media_fetcher.stored_name(url)
        media = self.media.get(name)
        return None if media is None else (name, media)

    def mark_changed(self) -> None:
        """Note that there is something new to show and to save."""
        self.version += 1

    def clear(self) -> None:
        """Forget everything that landed; sessions and uploads stay usable."""
        self.timeline.clear()
        self.bluesky["records"].clear()
        for part in ("statuses", "keys"):
            self.mastodon[part].clear()
        self.sandbox["keys"].clear()
        for shelf in self.collections.values():
            shelf.get("posts", {}).clear()
        self.mark_changed()

    def save(self) -> None:
        """Write the file, if there is one and anything changed, so that a crash leaves the old or the new one."""
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
        self.media.load({name: media for name, media in saved["media"].items() if "base64" not in media})
        for name, media in saved["media"].items():
            if "base64" in media:  # as it was written before media were files
                self.media.keep(name, media["type"], base64.b64decode(media["base64"]))
        self.bluesky = saved["bluesky"]
        self.mastodon = saved["mastodon"]
        self.sandbox = saved["sandbox"]
        self.collections = saved.get("collections", {})
