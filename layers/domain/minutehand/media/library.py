"""The media library: the upload, the inspection, the listing and the deletion of media items.

Clients upload files directly to S3. This module reads only the bytes that the inspection needs.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID, uuid4

from minutehand.media import rendering
from minutehand.media.forms import not_found
from minutehand.media.inspection import Findings, inspect
from minutehand.media.keys import object_key, thumbnail_key
from minutehand.media.storage import BLOCKED_FOR, VIEW_URL_LIFETIME, Storage, StoredObject, UploadGone, chunk_sizes
from minutehand.media.thumbnail import CONTENT_TYPE
from minutehand.runtime import sql
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.media import MediaLimit
from minutehand.runtime.db import Database
from minutehand.runtime.default_limits import MAX_MEDIA_BYTES
from minutehand.runtime.errors import Conflict, InvalidInput
from minutehand.runtime.identity import Identity
from minutehand.runtime.limits import LOCK, limit_reached
from minutehand.runtime.pagination import Pagination, fetch_page
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    from minutehand.media.forms import NewMediaItem
    from minutehand.runtime.page_query import PageQuery

UPLOAD_LIFETIME = timedelta(days=1)
"""The time after which an unfinished upload expires. The bucket must keep the uploaded file for at least this time."""
MAX_REMOVED_AT_ONCE = 20
MAX_POSTS_NAMED = 5
MAX_CHUNKS_NAMED = 10

type Row = Mapping[str, Any]


class MediaConfig(DatabaseConfig, MediaLimit):
    """The settings of the media library."""

    media_bucket: str


class AnnouncedMediaItem(TypedDict):
    """The media item, and the instructions for its upload."""

    media: rendering.MediaItem
    upload: rendering.SingleUpload | rendering.ChunkedUpload


class MediaItemFound(TypedDict):
    """The response that contains one media item."""

    media: rendering.MediaItem


class MediaSelected(TypedDict):
    """The media items with the given ids."""

    media: list[rendering.MediaItem]


class MediaPage(TypedDict):
    """A page of media items."""

    media: list[rendering.MediaItem]
    pagination: Pagination


class Library:
    """The media libraries of all owners."""

    def __init__(self, db: Database, storage: Storage, max_bytes: int = MAX_MEDIA_BYTES) -> None:
        """Create a library. ``max_bytes``: the maximum total size of the items of one owner."""
        self._db = db
        self._max_bytes = max_bytes
        self._storage = storage

    def begin(self, writer: Identity, new: "NewMediaItem", *, now: datetime) -> AnnouncedMediaItem:
        """Create the item of an announced file. Return the item as ``media``, and the instructions for the upload as
        ``upload``.

        Raises:
            Conflict: with this file, the owner's items would exceed the limit for their total size.
        """
        self._remove_expired(writer.owner_id, now)
        media_id = uuid4()
        key = object_key(writer.owner_id, media_id, new.filename, new.content_type)
        upload = self._storage.begin(key, new.content_type, new.size_bytes, now=now)
        row = self._db.one_locked(
            LOCK,
            _queries["begin"],
            limited="media",
            max_bytes=self._max_bytes,
            id=media_id,
            **new.model_dump(),
            object_key=key,
            upload_id=upload.upload_id,
            owner_id=writer.owner_id,
            actor=writer.user_id,
            now=now,
        )
        if row is None:
            self._storage.delete(key, upload.upload_id)
            raise self._full(writer.owner_id, new.size_bytes)
        return {"media": rendering.media_item(row), "upload": rendering.upload(upload)}

    def finish(
        self, writer: Identity, media_id: UUID, *, thumbnail: bytes | None = None, now: datetime
    ) -> MediaItemFound:
        """Inspect the uploaded file, mark its item as ready and return the item as ``media``. The call can be repeated.

        ``thumbnail``: a WebP image, which replaces an earlier thumbnail.

        Raises:
            NotFound: the owner has no such item, or its upload has expired.
            Conflict: the file or some of its chunks are missing.
            InvalidInput: the file is damaged, does not match the announcement, or was uploaded with additional headers.
                The file and its item are deleted.
        """
        row = self._find(writer, media_id, now)
        if row["status"] != "ready":
            row = self._finish(writer, row, now)
        if thumbnail is not None:
            row = self._add_thumbnail(row, thumbnail)
        return {"media": self._shown(row, now)}

    def _add_thumbnail(self, row: Row, thumbnail: bytes) -> Row:
        key = thumbnail_key(row["object_key"])
        self._storage.put(key, thumbnail, CONTENT_TYPE)
        marked = self._db.one(_queries["mark_thumbnail"], media_id=row["id"], owner_id=row["owner_id"])
        if marked is None:
            self._storage.delete(key, None)
            raise not_found()
        return marked

    def _finish(self, writer: Identity, row: Row, now: datetime) -> Row:
        if row["upload_id"] is not None:
            self._complete(row)
        stored = self._storage.head(row["object_key"])
        if stored is None:
            raise Conflict(
                "The file has not been uploaded. Send it to upload.url from the POST response, with all headers in "
                "upload.headers. If the URL has expired, begin again with POST.",
                code="not_uploaded",
            )
        findings = self._inspect(row, stored, now)
        self._storage.keep(row["object_key"])  # the tag must be removed before a post may use the file
        finished = self._db.one(
            _queries["finish"],
            media_id=row["id"],
            owner_id=writer.owner_id,
            width=findings.dimensions.width,
            height=findings.dimensions.height,
            duration_seconds=findings.dimensions.duration_seconds,
            **writer.actor.columns(),
            now=now,
        )
        return finished or self._find(writer, row["id"], now)

    def get(self, reader: Identity, media_id: UUID, *, now: datetime) -> MediaItemFound:
        """Return an item as ``media``. If the item is ready, its ``viewUrl`` is valid for 15 minutes.

        Raises:
            NotFound: the owner has no such item, or its upload has expired.
        """
        return {"media": self._shown(self._find(reader, media_id, now), now)}

    def select(self, reader: Identity, ids: list[UUID], *, now: datetime) -> MediaSelected:
        """Return the items with these ids as ``media``, in the order of the ids. Items of other owners, and items whose
        uploads have expired, are omitted.
        """
        pending_since = now - UPLOAD_LIFETIME
        rows = self._db.fetch(_queries["find_several"], ids=ids, owner_id=reader.owner_id, pending_since=pending_since)
        return {"media": [self._shown(row, now) for row in rows]}

    def page(self, reader: Identity, query: "PageQuery", *, now: datetime) -> MediaPage:
        """Return ``media``, newest first, and ``pagination``. On the last page, ``nextCursor`` is None.

        Raises:
            InvalidInput: the cursor is not valid for this list.
        """
        rows, pagination = fetch_page(
            self._db,
            _queries["page"],
            list_key=(reader.owner_id, "media"),
            cursor=query.cursor,
            take=query.take,
            sorted_by=("created_at", "id"),
            owner_id=reader.owner_id,
            pending_since=now - UPLOAD_LIFETIME,
        )
        return {"media": [self._shown(row, now) for row in rows], "pagination": pagination}

    def remove(self, writer: Identity, media_id: UUID, *, now: datetime) -> None:
        """Delete an item and its file. Afterwards, the URL of its upload accepts no file.

        Raises:
            NotFound: the owner has no such item.
            Conflict: a draft, a scheduled post or a queued post uses the item.
        """
        item = {"media_id": media_id, "owner_id": writer.owner_id}
        with self._db.transaction():
            row = self._db.one(_queries["lock"], **item)
            if row is None:
                raise not_found()
            # A separate statement also sees posts that were committed while this transaction waited for the lock.
            if users := self._db.fetch(_queries["used_by"], **item, limit=MAX_POSTS_NAMED + 1):
                raise _in_use([post["id"] for post in users])
            self._db.fetch(_queries["remove"], **item)
            self._delete_file(row, now)

    def _delete_file(self, row: Row, now: datetime) -> None:
        """Delete the file of an item, or stop its chunked upload. If the URL for an upload with one PUT may still be
        valid, block the object key.
        """
        if row["has_thumbnail"]:
            self._storage.delete(thumbnail_key(row["object_key"]), None)
        if row["upload_id"] is None and now < row["created_at"] + BLOCKED_FOR:
            self._storage.block(row["object_key"])
        else:
            self._storage.delete(row["object_key"], row["upload_id"])

    def _full(self, owner_id: str, size_bytes: int) -> Conflict:
        usage = self._db.one(_queries["usage"], owner_id=owner_id)
        present = usage["bytes"] if usage else 0
        advice = f"The file has {size_bytes:,} bytes. Delete media items first."
        return limit_reached("bytes of media items", limit=self._max_bytes, present=present, advice=advice)

    def _find(self, reader: Identity, media_id: UUID, now: datetime) -> Row:
        row = self._db.one(
            _queries["find"], media_id=media_id, owner_id=reader.owner_id, pending_since=now - UPLOAD_LIFETIME
        )
        if row is None:
            raise not_found()
        return row

    def _complete(self, row: Row) -> None:
        """Combine the chunks into one file on S3, unless they have already been combined."""
        key, upload_id, expected = row["object_key"], row["upload_id"], chunk_sizes(row["size_bytes"])
        try:
            uploaded = self._storage.uploaded_chunks(key, upload_id)
            missing = [number for number, size in expected.items() if uploaded.get(number, (0, ""))[0] != size]
            if missing:
                raise _missing_chunks(missing, len(expected))
            self._storage.complete(key, upload_id, {number: uploaded[number][1] for number in expected})
        except UploadGone:
            return

    def _inspect(self, row: Row, stored: StoredObject, now: datetime) -> Findings:
        if stored.size_bytes != row["size_bytes"]:
            sentence = f"The file has {stored.size_bytes:,} bytes; you announced {row['size_bytes']:,}."
            raise self._discarded(row, now, "sizeBytes", row["size_bytes"], stored.size_bytes, sentence)
        if stored.content_type != row["content_type"]:
            sentence = f"The file was uploaded as {stored.content_type}; you announced {row['content_type']}."
            raise self._discarded(row, now, "contentType", row["content_type"], stored.content_type, sentence)
        if stored.other_headers:
            name, value = next(iter(stored.other_headers.items()))
            sentence = f'The file was uploaded with {name} "{value[:100]}"; send only the headers in upload.headers.'
            raise self._discarded(row, now, "headers", None, dict(stored.other_headers), sentence)
        findings = inspect(
            stored.size_bytes, lambda start, length: self._storage.read(row["object_key"], start, length)
        )
        announced = row["content_type"]
        if announced != findings.content_type:
            actual = findings.content_type or "neither a supported image nor a supported video"
            sentence = f"The file is {actual}; you announced {announced}."
            raise self._discarded(row, now, "contentType", announced, findings.content_type, sentence)
        if findings.problem:
            raise self._discarded(row, now, "mediaId", str(row["id"]), None, f"The file {findings.problem}.")
        return findings

    def _discarded(
        self, row: Row, now: datetime, field: str, announced: object, found: object, sentence: str
    ) -> InvalidInput:
        self._db.fetch(_queries["discard"], media_id=row["id"], owner_id=row["owner_id"])
        self._delete_file(row, now)
        advice = " The file was deleted. Begin again with POST."
        return invalid(field, sentence + advice, given=announced, allowed=found, code="media_not_as_announced")

    def _remove_expired(self, owner_id: str, now: datetime) -> None:
        """Delete some of this owner's expired uploads. If the owner makes no further call, the bucket deletes the
        files.
        """
        with self._db.transaction():
            for row in self._db.fetch(
                _queries["expired"],
                owner_id=owner_id,
                pending_since=now - UPLOAD_LIFETIME,
                limit=MAX_REMOVED_AT_ONCE,
            ):
                self._db.fetch(_queries["remove"], media_id=row["id"], owner_id=owner_id)
                self._storage.delete(row["object_key"], row["upload_id"])

    def _shown(self, row: Row, now: datetime) -> rendering.MediaItem:
        if row["status"] != "ready":
            return rendering.media_item(row)
        view_url = self._storage.signed_url(row["object_key"], VIEW_URL_LIFETIME)
        thumbnail_url = None
        if row["has_thumbnail"]:
            thumbnail_url = self._storage.signed_url(thumbnail_key(row["object_key"]), VIEW_URL_LIFETIME)
        return rendering.media_item(
            row, view_url=view_url, thumbnail_url=thumbnail_url, view_until=now + VIEW_URL_LIFETIME
        )


def _missing_chunks(missing: list[int], count: int) -> Conflict:
    shown = ", ".join(map(str, missing[:MAX_CHUNKS_NAMED])) + (", ..." if len(missing) > MAX_CHUNKS_NAMED else "")
    what = f"Chunk {shown} has" if len(missing) == 1 else f"Chunks {shown} have"
    sentence = (
        f"{what} not been uploaded. The file has {count} chunks. Upload the missing chunks, then repeat this call."
    )
    detail = {"field": "chunks", "message": sentence, "given": None, "allowed": missing}
    return Conflict(sentence, code="parts_missing", details=[detail])


def _in_use(posts: list[UUID]) -> Conflict:
    shown = ", ".join(str(post) for post in posts[:MAX_POSTS_NAMED]) + (
        " and others" if len(posts) > MAX_POSTS_NAMED else ""
    )
    users = "A draft, scheduled or queued post uses" if len(posts) == 1 else "Draft, scheduled or queued posts use"
    sentence = (
        f"{users} this media item: {shown}. First remove the media item from every such post, or delete the post."
    )
    detail = {"field": "mediaId", "message": sentence, "given": None, "posts": [str(post) for post in posts]}
    return Conflict(sentence, code="media_in_use", details=[detail])


_queries = sql.load(__package__)
