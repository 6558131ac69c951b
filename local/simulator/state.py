"""What the simulator remembers: what landed, and what each platform knows about it.

Everything is plain JSON data in one object, so that it can be kept in a file between two runs.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

Clock = Callable[[], datetime]


def system_now() -> datetime:
    """Return the machine's time, UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Write ``moment`` as both platforms do: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Landed:
    """One post that reached a platform, as people would see it."""

    id: str
    platform: str
    account: str
    text: str
    landed_at: str
    segments: list[dict[str, str]] = field(default_factory=list)
    media: list[dict[str, str]] = field(default_factory=list)
    url: str | None = None
    sandbox: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it in the words of the timeline's API."""
        fields = asdict(self)
        fields["landedAt"] = fields.pop("landed_at")
        return fields


@dataclass(frozen=True, slots=True)
class Media:
    """Bytes that were uploaded, and their type."""

    content_type: str
    content: bytes


class State:
    """Everything that landed, newest last. One thread only: the event loop's."""

    def __init__(self, file: Path | None = None, now: Clock = system_now) -> None:
        """Read ``file`` when there is one; `save` writes it."""
        self.now = now
        self.timeline: dict[str, Landed] = {}
        self.media: dict[str, Media] = {}
        self.bluesky: dict[str, Any] = {"sessions": {}, "records": {}}
        self.mastodon: dict[str, Any] = {"statuses": {}, "keys": {}, "media": {}}
        self.sandbox: dict[str, Any] = {"keys": {}}
        self.shelves: dict[str, dict[str, dict[str, Any]]] = {}
        self.version = 0
        self._saved_version = 0
        self._file = file
        self._numbers = count(1)
        if file is not None and file.exists():
            self._load(json.loads(file.read_text(encoding="utf-8")))

    def number(self) -> int:
        """Return a number that rises with time and was never given before, like a snowflake."""
        return int(self.now().timestamp() * 1000) << 16 | next(self._numbers) & 0xFFFF

    def shelf(self, platform: str, kind: str) -> dict[str, Any]:
        """Return what ``platform`` keeps of one kind, by id. What it keeps as ``posts`` goes when the timeline does."""
        return self.shelves.setdefault(platform, {}).setdefault(kind, {})

    def land(self, post: Landed) -> None:
        """Show ``post`` on the timeline."""
        self.timeline[post.id] = post
        self.changed()

    def remove(self, post_id: str) -> None:
        """Take a post off the timeline; nothing happens when it is not there."""
        self.timeline.pop(post_id, None)
        self.changed()

    def changed(self) -> None:
        """Note that there is something new to show and to save."""
        self.version += 1

    def clear(self) -> None:
        """Forget everything that landed; sessions and uploads stay usable."""
        self.timeline.clear()
        self.bluesky["records"].clear()
        for part in ("statuses", "keys"):
            self.mastodon[part].clear()
        self.sandbox["keys"].clear()
        for shelf in self.shelves.values():
            shelf.get("posts", {}).clear()
        self.changed()

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
            "media": {
                name: {"type": media.content_type, "base64": base64.b64encode(media.content).decode()}
                for name, media in self.media.items()
            },
            "bluesky": self.bluesky,
            "mastodon": self.mastodon,
            "sandbox": self.sandbox,
            "shelves": self.shelves,
        }

    def _load(self, saved: dict[str, Any]) -> None:
        self.timeline = {post["id"]: Landed(**post) for post in saved["timeline"]}
        self.media = {
            name: Media(media["type"], base64.b64decode(media["base64"])) for name, media in saved["media"].items()
        }
        self.bluesky = saved["bluesky"]
        self.mastodon = saved["mastodon"]
        self.sandbox = saved["sandbox"]
        self.shelves = saved.get("shelves", {})
