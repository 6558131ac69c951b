"""The images and videos that platforms received, which the timeline shows.

The total size is limited. If a file is too large, the store keeps only the file's properties. If the total exceeds the
limit, the store keeps only the properties of the oldest files.
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

from local.simulator.media_probe import VideoProperties, detected_type, video_properties

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_TOTAL_BYTES = 512 * 1024 * 1024
MAX_UPLOADS = 64
HEADER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Media:
    """The properties of an image or a video. ``kept``: whether its bytes are stored too."""

    content_type: str
    size: int
    kept: bool
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


@dataclass(slots=True)
class _Upload:
    """An upload in chunks. ``chunks`` maps a chunk's position to the chunk's offset and length in the stored file."""

    path: Path
    chunks: dict[int, tuple[int, int]] = field(default_factory=dict)
    written: int = 0
    beginning: bytes = b""
    dropped: bool = False


class MediaStore:
    """The images and videos, keyed by name. The store is not thread-safe."""

    def __init__(
        self, folder: Path | None, *, max_file_bytes: int = MAX_FILE_BYTES, max_total_bytes: int = MAX_TOTAL_BYTES
    ) -> None:
        """Store the files in ``folder``. If ``folder`` is None, use a temporary folder, which is deleted at exit."""
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="simulator-"))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._folder = folder
        self._max_file_bytes, self._max_total_bytes = max_file_bytes, max_total_bytes
        self._media: dict[str, Media] = {}
        self._uploads: OrderedDict[str, _Upload] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        """Return whether the image or the video is known, with or without its bytes."""
        return name in self._media

    def get(self, name: str) -> Media | None:
        """Return the properties of an image or a video, or None if it is unknown."""
        return self._media.get(name)

    def path(self, name: str) -> Path:
        """Return the path of the file of an image or a video."""
        return self._folder / hashlib.sha256(name.encode()).hexdigest()[:40]

    def store(self, name: str, content_type: str, content: bytes) -> None:
        """Store an image or a video that was uploaded as a whole."""
        kept = len(content) <= self._max_file_bytes
        if kept:
            self._folder.mkdir(parents=True, exist_ok=True)
            self.path(name).write_bytes(content)
        self._record(name, content_type, len(content), content, kept=kept)

    def record(self, name: str, content_type: str, size: int, beginning: bytes = b"") -> None:
        """Record the properties of an image or a video that is too large to store. Read all properties except the size
        from its first bytes.
        """
        self._record(name, content_type, size, beginning, kept=False)

    # Uploads in chunks.

    def add_chunk(self, name: str, position: int, chunk: bytes) -> None:
        """Store a chunk. Replace any earlier chunk at the same position.

        ``position`` is a byte offset or the number of the chunk.
        """
        upload = self._uploads.get(name)
        if upload is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            upload = self._uploads[name] = _Upload(self.path(f"upload {name}"))
            upload.path.write_bytes(b"")
            while len(self._uploads) > MAX_UPLOADS:
                self._drop(next(iter(self._uploads)))
        if position <= min(upload.chunks, default=position):
            upload.beginning = chunk[:HEADER_BYTES]
        upload.chunks[position] = (upload.written, len(chunk))
        if upload.dropped or upload.written + len(chunk) > self._max_file_bytes:
            upload.dropped = True
            upload.path.unlink(missing_ok=True)
            return
        with upload.path.open("ab") as file:
            file.write(chunk)
        upload.written += len(chunk)

    def finish_upload(self, name: str, content_type: str, size: int | None = None) -> None:
        """Join the chunks, truncate the result to ``size`` and store it.

        If the chunks are unknown, for example because the upload began in an earlier process, record only the size.
        """
        upload = self._uploads.pop(name, None)
        if upload is None:
            self._record(name, content_type, size or 0, b"", kept=False)
            return
        received = sum(length for _, length in upload.chunks.values())
        if upload.dropped:
            self._record(name, content_type, size or received, upload.beginning, kept=False)
            return
        raw = upload.path.read_bytes()
        upload.path.unlink()
        content = b"".join(raw[start : start + length] for _, (start, length) in sorted(upload.chunks.items()))
        self.store(name, content_type, content[:size])

    def _drop(self, name: str) -> None:
        self._uploads.pop(name).path.unlink(missing_ok=True)

    # Saving and loading.

    def dump(self) -> dict[str, Any]:
        """Return the properties of all media, as plain JSON data."""
        return {name: asdict(media) for name, media in self._media.items()}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Load the properties that `dump` returned and delete the files of unknown media."""
        self._media = {name: Media(**media) for name, media in saved.items()}
        for name, media in self._media.items():
            if media.kept and not self.path(name).exists():
                self._media[name] = replace(media, kept=False)
        known = {self.path(name) for name in self._media}
        for file in self._files():
            if file not in known:
                file.unlink()

    def _files(self) -> Iterator[Path]:
        return self._folder.iterdir() if self._folder.exists() else iter(())

    def _record(self, name: str, content_type: str, size: int, beginning: bytes, *, kept: bool) -> None:
        kind = detected_type(beginning) or content_type
        properties = video_properties(beginning) if kind.startswith("video/") else VideoProperties()
        self._media.pop(name, None)  # Remove an earlier entry first, so that the new entry is the last and newest.
        self._media[name] = Media(kind, size, kept, properties.width, properties.height, properties.seconds)
        self._make_room()

    def _make_room(self) -> None:
        total = sum(media.size for media in self._media.values() if media.kept)
        for name, media in list(self._media.items()):
            if total <= self._max_total_bytes:
                return
            if media.kept:
                self.path(name).unlink(missing_ok=True)
                self._media[name] = replace(media, kept=False)
                total -= media.size
