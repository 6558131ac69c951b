"""Uploads of a video in chunks. The last chunk is the publish call, because TikTok then publishes the video without a
further call.

Source: Content Posting API, "Media transfer guide" (2026). A chunk has a size of 5 to 64 MB. The number of chunks is
the file size divided by the chunk size, rounded down. The last chunk also contains the remainder. A file of more than
64 MB needs several chunks. Since August 2026, TikTok refuses such a file in one chunk ("The chunk size is invalid").
Other clients published files in several chunks of 10 MB in July 2026. Small chunks limit the memory that the publisher
needs.
"""

from dataclasses import dataclass
from typing import Any

import httpx

from minutehand.platforms.chunks import slices
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Account, Attempt, MediaInfo, Transient
from minutehand.platforms.tiktok.api import Api
from minutehand.platforms.tiktok.errors import ERRORS, NAME

CHUNK_BYTES = 6 * 1024 * 1024
UPLOAD_GONE = frozenset([403, 404])
WRONG_RANGE = 416


class UploadGone(Transient):
    """The upload no longer accepts chunks. A new upload has to be started."""


@dataclass(frozen=True, slots=True)
class Chunks:
    """The division of a file of ``size`` bytes into chunks."""

    size: int

    @property
    def length(self) -> int:
        """The number of bytes in each chunk except the last."""
        return CHUNK_BYTES if self.size >= 2 * CHUNK_BYTES else self.size

    @property
    def count(self) -> int:
        """The number of chunks."""
        return self.size // self.length

    def range_at(self, offset: int) -> tuple[int, int]:
        """Return the start and the end of the next chunk after ``offset`` received bytes."""
        index = min(offset // self.length, self.count - 1)
        return index * self.length, self.size if index == self.count - 1 else (index + 1) * self.length

    def source(self) -> dict[str, Any]:
        """Return ``source_info`` for the call that starts the upload."""
        return {
            "source": "FILE_UPLOAD",
            "video_size": self.size,
            "chunk_size": self.length,
            "total_chunk_count": self.count,
        }


class Uploads:
    """Sends chunks to an upload's URL, which needs no token."""

    def __init__(self, api: Api) -> None:
        self._exchange = api.exchange

    def request(self, url: str, video: MediaInfo, start: int, chunk: bytes) -> httpx.Request:
        """Return the request that sends ``chunk``, the bytes of ``video`` that begin at ``start``.

        Raises:
            UploadGone: ``url`` is not a valid URL.
        """
        headers = {
            "Content-Type": video.content_type,
            "Content-Length": str(len(chunk)),
            "Content-Range": f"bytes {start}-{start + len(chunk) - 1}/{video.size_bytes}",
        }
        try:
            return self._exchange.client.build_request("PUT", url, headers=headers, content=slices(chunk))
        except httpx.InvalidURL as error:
            raise UploadGone("unexpected_answer", f"{NAME} returned an unexpected response.") from error

    def send(self, request: httpx.Request, account: Account, attempt: Attempt) -> None:
        """Send a chunk that is not the last.

        Raises:
            UploadGone: the upload no longer accepts chunks.
            Transient: TikTok expects another chunk.
            PublishError: see `Exchange.prepare` and the error table.
        """
        reply = self._exchange.prepare(request, attempt.now, allow_empty_body=True)
        if reply.status in UPLOAD_GONE:
            raise UploadGone("upload_expired", f"{NAME} no longer recognises the upload.")
        if reply.status == WRONG_RANGE:
            raise Transient("upload_out_of_step", f"{NAME} expects a different chunk of the video.")
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now())

    def finish(self, request: httpx.Request, attempt: Attempt) -> Reply:
        """Send the last chunk, which is the publish call. Raises the errors of `Exchange.publish`."""
        return self._exchange.publish(request, attempt.now, allow_empty_body=True, expected_statuses=UPLOAD_GONE)
