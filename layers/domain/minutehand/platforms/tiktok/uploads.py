"""Uploads of a video in chunks: the last one lets TikTok publish it, without any further call.

Source: Content Posting API, "Media transfer guide": there are as many chunks as whole ones fit into the file, 5 to
64 MB each, and the last one takes what remains.
"""

from dataclasses import dataclass
from typing import Any

import httpx

from minutehand.platforms.chunks import slices
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Account, Attempt, MediaInfo, Transient
from minutehand.platforms.tiktok.api import Api
from minutehand.platforms.tiktok.errors import NAME, failure

CHUNK = 6 * 1024 * 1024
GONE = frozenset([403, 404])
OUT_OF_STEP = 416


class UploadGone(Transient):
    """The upload takes no more chunks: it has to be begun anew."""


@dataclass(frozen=True, slots=True)
class Chunks:
    """How a file of ``size`` bytes is cut up."""

    size: int

    @property
    def length(self) -> int:
        """Bytes of each chunk but the last."""
        return CHUNK if self.size >= 2 * CHUNK else self.size

    @property
    def count(self) -> int:
        """How many there are."""
        return self.size // self.length

    def at(self, offset: int) -> tuple[int, int]:
        """Return start and end of the chunk to be sent when ``offset`` bytes are in."""
        index = min(offset // self.length, self.count - 1)
        return index * self.length, self.size if index == self.count - 1 else (index + 1) * self.length

    def source(self) -> dict[str, Any]:
        """Return ``source_info``."""
        return {
            "source": "FILE_UPLOAD",
            "video_size": self.size,
            "chunk_size": self.length,
            "total_chunk_count": self.count,
        }


class Uploads:
    """Sends chunks. An upload's address needs no token."""

    def __init__(self, api: Api) -> None:
        self._exchange = api.exchange

    def chunk(self, url: str, video: MediaInfo, start: int, piece: bytes) -> httpx.Request:
        """Return the call that sends the bytes of ``video`` from ``start`` on."""
        headers = {
            "Content-Type": video.content_type,
            "Content-Length": str(len(piece)),
            "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{video.size_bytes}",
        }
        try:
            return self._exchange.client.build_request("PUT", url, headers=headers, content=slices(piece))
        except httpx.InvalidURL as error:
            raise UploadGone("unexpected_answer", f"{NAME} gave an answer that makes no sense.") from error

    def send(self, request: httpx.Request, account: Account, attempt: Attempt) -> None:
        """Send a chunk that is not the last.

        Raises:
            UploadGone: the upload takes no more.
            PublishError: as `Exchange.prepare` does, and what the table of errors says.
        """
        reply = self._exchange.prepare(request, attempt.now, allow_empty_body=True)
        if reply.status in GONE:
            raise UploadGone("upload_expired", f"The upload to {NAME} is not known there any more.")
        if reply.status == OUT_OF_STEP:
            raise Transient("upload_out_of_step", f"{NAME} expects another part of the video.")
        if not reply.ok:
            raise failure(reply, account.token, attempt.now())

    def finish(self, request: httpx.Request, attempt: Attempt) -> Reply:
        """Send the last chunk: the publishing call. Raises as `Exchange.publish` does."""
        return self._exchange.publish(request, attempt.now, allow_empty_body=True, expected_statuses=GONE)
