"""The images and videos that platforms took in, so that the timeline can show them: files, and what is known of them.

Bounded: a video that is too large, and what is oldest when there is too much, is known by its size and length alone.
"""

import hashlib
import shutil
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from local.simulator import media_probe

MAX_BYTES_OF_ONE = 32 * 1024 * 1024
MAX_BYTES = 512 * 1024 * 1024
MAX_RECORDINGS = 64
BEGINNING = 64 * 1024


@dataclass(frozen=True, slots=True)
class Media:
    """What is known of an image or a video. ``kept``: its bytes are there too."""

    content_type: str
    size: int
    kept: bool
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


@dataclass(slots=True)
class _Recording:
    """An upload in pieces: where each lies in the file, in the order in which they came. ``size``: of all of them."""

    path: Path
    pieces: dict[int, tuple[int, int]] = field(default_factory=dict)
    written: int = 0
    beginning: bytes = b""
    dropped: bool = False


class MediaStore:
    """Media by name. One thread only."""

    def __init__(self, folder: Path | None, *, most_of_one: int = MAX_BYTES_OF_ONE, most: int = MAX_BYTES) -> None:
        """``folder``: where the files are; None for one that goes with the process. ``most``: bytes of all together."""
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="simulator-"))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._folder = folder
        self._most_of_one, self._most = most_of_one, most
        self._known: dict[str, Media] = {}
        self._recordings: OrderedDict[str, _Recording] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        """Say whether there was such a medium, kept or not."""
        return name in self._known

    def get(self, name: str) -> Media | None:
        """Return what is known of a medium."""
        return self._known.get(name)

    def path(self, name: str) -> Path:
        """Return where the bytes of a medium that is kept are."""
        return self._folder / hashlib.sha256(name.encode()).hexdigest()[:40]

    def keep(self, name: str, content_type: str, content: bytes) -> None:
        """Keep a medium that came whole."""
        kept = len(content) <= self._most_of_one
        if kept:
            self._folder.mkdir(parents=True, exist_ok=True)
            self.path(name).write_bytes(content)
        self._note(name, content_type, len(content), content, kept=kept)

    def note(self, name: str, content_type: str, size: int, beginning: bytes = b"") -> None:
        """Know a medium that is too large to be kept by its beginning."""
        self._note(name, content_type, size, beginning, kept=False)

    # Uploads in pieces.

    def add(self, name: str, place: int, piece: bytes) -> None:
        """Take a piece in: ``place`` says where it comes, as an offset or a number; the same once more replaces it."""
        recording = self._recordings.get(name)
        if recording is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            recording = self._recordings[name] = _Recording(self.path(f"recording {name}"))
            recording.path.write_bytes(b"")
            while len(self._recordings) > MAX_RECORDINGS:
                self._drop(next(iter(self._recordings)))
        if place <= min(recording.pieces, default=place):
            recording.beginning = piece[:BEGINNING]
        recording.pieces[place] = (recording.written, len(piece))
        if recording.dropped or recording.written + len(piece) > self._most_of_one:
            recording.dropped = True
            recording.path.unlink(missing_ok=True)
            return
        with recording.path.open("ab") as file:
            file.write(piece)
        recording.written += len(piece)

    def finish(self, name: str, content_type: str, size: int | None = None) -> None:
        """Make a medium of the pieces, cut to ``size``. What was begun before the process was, is known by its size."""
        recording = self._recordings.pop(name, None)
        if recording is None:
            self._note(name, content_type, size or 0, b"", kept=False)
            return
        whole = sum(length for _, length in recording.pieces.values())
        if recording.dropped:
            self._note(name, content_type, size or whole, recording.beginning, kept=False)
            return
        raw = recording.path.read_bytes()
        recording.path.unlink()
        content = b"".join(raw[start : start + length] for _, (start, length) in sorted(recording.pieces.items()))
        self.keep(name, content_type, content[:size])

    def _drop(self, name: str) -> None:
        self._recordings.pop(name).path.unlink(missing_ok=True)

    # Between two processes.

    def dump(self) -> dict[str, Any]:
        """Return what is known, as plain JSON."""
        return {name: asdict(media) for name, media in self._known.items()}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take over what `dump` returned; files that nothing is known of are removed."""
        self._known = {name: Media(**media) for name, media in saved.items()}
        for name, media in self._known.items():
            if media.kept and not self.path(name).exists():
                self._known[name] = replace(media, kept=False)
        ours = {self.path(name) for name in self._known}
        for file in self._files():
            if file not in ours:
                file.unlink()

    def _files(self) -> Iterator[Path]:
        return self._folder.iterdir() if self._folder.exists() else iter(())

    def _note(self, name: str, content_type: str, size: int, beginning: bytes, *, kept: bool) -> None:
        kind = media_probe.content_type(beginning) or content_type
        facts = media_probe.video_properties(beginning) if kind.startswith("video/") else media_probe.VideoProperties()
        self._known.pop(name, None)  # what is replaced counts as new
        self._known[name] = Media(kind, size, kept, facts.width, facts.height, facts.seconds)
        self._make_room()

    def _make_room(self) -> None:
        total = sum(media.size for media in self._known.values() if media.kept)
        for name, media in list(self._known.items()):
            if total <= self._most:
                return
            if media.kept:
                self.path(name).unlink(missing_ok=True)
                self._known[name] = replace(media, kept=False)
                total -= media.size
