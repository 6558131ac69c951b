"""The responses of the calls to the media library."""

from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from local.openapi.responses.common import Confirmation, Pagination, Success
from minutehand.media.forms import ContentType


class MediaItem(TypedDict):
    """An entry of the media library."""

    id: UUID
    url: str
    """The address by which posts name the media item."""
    filename: str
    contentType: ContentType
    sizeBytes: int
    status: Literal["pending", "ready"]
    """`pending` until the upload is complete."""
    width: int | None
    height: int | None
    durationSeconds: float | None
    createdBy: str
    createdAt: datetime
    viewUrl: str | None
    """An address that shows the file until `viewUrlExpiresAt`."""
    thumbnailUrl: str | None
    """An address that shows the thumbnail until `viewUrlExpiresAt`, or null if there is none."""
    viewUrlExpiresAt: datetime | None


class SingleUpload(TypedDict):
    """An upload in one request."""

    kind: Literal["single"]
    method: Literal["PUT"]
    expiresAt: datetime
    url: str
    headers: dict[str, str]
    """The headers to send with the request."""


class Chunk(TypedDict):
    """A part of a file."""

    chunkNumber: int
    sizeBytes: int
    url: str


class ChunkedUpload(TypedDict):
    """An upload in one request for each chunk."""

    kind: Literal["chunks"]
    method: Literal["PUT"]
    expiresAt: datetime
    chunkSizeBytes: int
    chunks: list[Chunk]


class CreateMediaItemResponse(Success):
    """The media item, and the instructions for its upload."""

    media: MediaItem
    upload: SingleUpload | ChunkedUpload


class CompleteUploadResponse(Success):
    """The media item."""

    media: MediaItem


class MediaItemFound(Success):
    """The media item with the given id."""

    media: MediaItem


class MediaPage(Success):
    """A page of media items."""

    media: list[MediaItem]
    pagination: Pagination


class MediaSelected(Success):
    """The media items with the given ids."""

    media: list[MediaItem]


type GetMediaResponse = MediaItemFound | MediaSelected | MediaPage


class DeleteMediaItemResponse(Confirmation):
    """A confirmation."""
