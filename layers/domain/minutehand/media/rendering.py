"""Renders media items and uploads for API responses."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from minutehand.media.forms import ContentType
from minutehand.media.references import reference_to
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.media.storage import Upload


class MediaItem(TypedDict):
    """An entry of the media library."""

    id: Uuid
    url: str
    """The reference to the media item, for the fields of posts that contain URLs of media."""
    filename: str
    contentType: ContentType
    sizeBytes: int
    status: Literal["pending", "ready"]
    """`pending` until `PATCH media` has accepted the uploaded file."""
    width: int | None
    height: int | None
    durationSeconds: float | None
    createdBy: str
    createdAt: Timestamp
    viewUrl: str | None
    """An address at which the file can be fetched until `viewUrlExpiresAt`, or null while the status is `pending`."""
    thumbnailUrl: str | None
    """An address at which the thumbnail can be fetched until `viewUrlExpiresAt`, or null if the item has none."""
    viewUrlExpiresAt: Timestamp | None


class SingleUpload(TypedDict):
    """The instructions for an upload that consists of one request."""

    kind: Literal["single"]
    method: Literal["PUT"]
    expiresAt: Timestamp
    url: str
    headers: Mapping[str, str]
    """The headers to send with the request."""


class Chunk(TypedDict):
    """A piece of an upload, and the URL to which it is uploaded."""

    chunkNumber: int
    sizeBytes: int
    url: str


class ChunkedUpload(TypedDict):
    """The instructions for an upload that consists of one request for each chunk."""

    kind: Literal["chunks"]
    method: Literal["PUT"]
    expiresAt: Timestamp
    chunkSizeBytes: int
    chunks: list[Chunk]


def media_item(
    row: Mapping[str, Any],
    *,
    view_url: str | None = None,
    thumbnail_url: str | None = None,
    view_until: datetime | None = None,
) -> MediaItem:
    """Return a media item as the API shows it. The URLs are valid until ``view_until``."""
    return {
        "id": str(row["id"]),
        "url": reference_to(row["id"]),
        "filename": row["filename"],
        "contentType": row["content_type"],
        "sizeBytes": row["size_bytes"],
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
        "durationSeconds": row["duration_seconds"],
        "createdBy": row["created_by"],
        "createdAt": format_timestamp(row["created_at"]),
        "viewUrl": view_url,
        "thumbnailUrl": thumbnail_url,
        "viewUrlExpiresAt": format_timestamp(view_until),
    }


def upload(upload: "Upload") -> SingleUpload | ChunkedUpload:
    """Return the instructions for an upload, which consists of one request, or of one request for each chunk."""
    expires_at = format_timestamp(upload.expires_at)
    if upload.upload_id is None:
        return {
            "kind": "single",
            "method": "PUT",
            "expiresAt": expires_at,
            "url": upload.url,
            "headers": upload.headers,
        }
    return {
        "kind": "chunks",
        "method": "PUT",
        "expiresAt": expires_at,
        "chunkSizeBytes": upload.chunks[0].size_bytes,
        "chunks": [
            {"chunkNumber": chunk.number, "sizeBytes": chunk.size_bytes, "url": chunk.url} for chunk in upload.chunks
        ],
    }
