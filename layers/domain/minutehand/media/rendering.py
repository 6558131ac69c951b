"""Renders media items and uploads for API responses."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from minutehand.media.references import reference_to
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.media.storage import Upload


def media_item(
    row: Mapping[str, Any],
    *,
    view_url: str | None = None,
    thumbnail_url: str | None = None,
    view_until: datetime | None = None,
) -> dict[str, object]:
    """Return the fields of a media item that the API shows. The URLs are valid until ``view_until``."""
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


def upload(upload: "Upload") -> dict[str, object]:
    """Return the instructions for an upload, which consists of one request, or of one request for each chunk."""
    expires = {"method": "PUT", "expiresAt": format_timestamp(upload.expires_at)}
    if upload.upload_id is None:
        return {"kind": "single", **expires, "url": upload.url, "headers": upload.headers}
    chunks = [{"chunkNumber": chunk.number, "sizeBytes": chunk.size_bytes, "url": chunk.url} for chunk in upload.chunks]
    return {"kind": "chunks", **expires, "chunkSizeBytes": upload.chunks[0].size_bytes, "chunks": chunks}
