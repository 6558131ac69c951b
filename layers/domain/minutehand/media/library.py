"""The library: files are announced, uploaded to S3 by the client itself, looked at, kept, and removed.

Nothing of a file passes through us but what is needed to see that it is what was announced.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from minutehand.media import rendering
from minutehand.media.forms import not_found
from minutehand.media.inspection import Found, inspect
from minutehand.media.keys import object_key
from minutehand.media.storage import VIEW_URL_LIFETIME, Storage, Stored, UploadGone, chunk_sizes
from minutehand.runtime import sql
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.cursor import Cursor
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, InvalidInput
from minutehand.runtime.identity import Identity
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:  # the models are built by whoever validates with them
    from minutehand.media.forms import MediaQuery, NewMediaItem

UPLOAD_LIFETIME = timedelta(days=1)
"""An upload that is not finished within it is as if it had never been begun. Not more than the bucket keeps one for."""
MAX_REMOVED_AT_ONCE = 20
MAX_POSTS_NAMED = 5
MAX_CHUNKS_NAMED = 10

type Row = Mapping[str, Any]


class MediaConfig(DatabaseConfig):
    """The database and the bucket that holds the files."""

    media_bucket: str


class Library:
    """The media library of all owners."""

    def __init__(self, db: Database, storage: Storage) -> None:
        self._db = db
        self._storage = storage

    def begin(self, writer: Identity, new: "NewMediaItem", *, now: datetime) -> dict[str, Any]:
        """Announce a file and return ``media`` and ``upload``: how it is to be uploaded."""
        self._forget(writer.owner_id, now)
        media_id = uuid4()
        key = object_key(writer.owner_id, media_id, new.filename, new.content_type)
        upload = self._storage.begin(key, new.content_type, new.size_bytes, now=now)
        [row] = self._db.fetch(
            _queries["begin"],
            id=media_id,
            **new.model_dump(),
            object_key=key,
            upload_id=upload.upload_id,
            owner_id=writer.owner_id,
            actor=writer.user_id,
            now=now,
        )
        return {"media": rendering.media_item(row), "upload": rendering.upload(upload)}

    def finish(self, writer: Identity, media_id: UUID, *, now: datetime) -> dict[str, Any]:
        """Return the item when its file is there and is what was announced; again, when it was finished before.

        Raises:
            NotFound: there is no such item, or it is another's.
            Conflict: the file is not there, or not all of it.
            InvalidInput: the file is not what was announced; it is removed, and so is the item.
        """
        row = self._find(writer, media_id, now)
        if row["status"] == "ready":
            return self._shown(row, now)
        if row["upload_id"] is not None:
            self._complete(row)
        stored = self._storage.look(row["object_key"])
        if stored is None:
            raise Conflict(
                "The file has not been uploaded. Send it to the address that POST gave, with all of its headers, or "
                "begin anew with POST when that address has expired.",
                code="not_uploaded",
            )
        found = self._inspected(row, stored)
        self._storage.keep(row["object_key"])  # before anybody may count on it
        finished = self._db.one(
            _queries["finish"],
            media_id=media_id,
            owner_id=writer.owner_id,
            width=found.dimensions.width,
            height=found.dimensions.height,
            duration_seconds=found.dimensions.duration_seconds,
        )
        return self._shown(finished or self._find(writer, media_id, now), now)

    def get(self, reader: Identity, media_id: UUID, *, now: datetime) -> dict[str, Any]:
        """Return an item, with an address under which it can be seen for a quarter of an hour.

        Raises:
            NotFound: there is no such item, or it is another's.
        """
        return self._shown(self._find(reader, media_id, now), now)

    def page(self, reader: Identity, query: "MediaQuery", *, now: datetime) -> dict[str, Any]:
        """Return ``media``, the newest first, and ``pagination``; its nextCursor is None on the last page.

        Raises:
            InvalidInput: the cursor belongs to another list.
        """
        described = (reader.owner_id, "media")
        after = Cursor.read(query.cursor, *described) if query.cursor is not None else None
        rows = self._db.fetch(
            _queries["page"],
            owner_id=reader.owner_id,
            pending_since=now - UPLOAD_LIFETIME,
            after_at=after.at if after else None,
            after_id=after.id if after else None,
            limit=query.take + 1,  # one more than is shown tells whether there is a next page
        )
        shown, last = rows[: query.take], rows[query.take - 1] if len(rows) > query.take else None
        following = Cursor(last["created_at"], last["id"]).write(*described) if last else None
        return {
            "media": [self._shown(row, now) for row in shown],
            "pagination": {"take": query.take, "count": len(shown), "nextCursor": following},
        }

    def remove(self, writer: Identity, media_id: UUID) -> None:
        """Remove an item and its file.

        Raises:
            NotFound: there is no such item, or it is another's.
            Conflict: a post that has not gone out names it.
        """
        mine = {"media_id": media_id, "owner_id": writer.owner_id}
        with self._db.transaction():
            row = self._db.one(_queries["hold"], **mine)
            if row is None:
                raise not_found()
            # A statement of its own: it sees the posts of those for whom the one before had to wait.
            if wanted_by := self._db.fetch(_queries["wanted_by"], **mine, limit=MAX_POSTS_NAMED + 1):
                raise _in_use([post["id"] for post in wanted_by])
            self._db.fetch(_queries["remove"], **mine)
            self._storage.remove(row["object_key"], row["upload_id"])

    def _find(self, reader: Identity, media_id: UUID, now: datetime) -> Row:
        row = self._db.one(
            _queries["find"], media_id=media_id, owner_id=reader.owner_id, pending_since=now - UPLOAD_LIFETIME
        )
        if row is None:
            raise not_found()
        return row

    def _complete(self, row: Row) -> None:
        """Let S3 make one file of the parts; nothing is left to do when it has done so before."""
        key, upload_id, wanted = row["object_key"], row["upload_id"], chunk_sizes(row["size_bytes"])
        try:
            there = self._storage.uploaded_chunks(key, upload_id)
            missing = [number for number, size in wanted.items() if there.get(number, (0, ""))[0] != size]
            if missing:
                raise _missing_chunks(missing, len(wanted))
            self._storage.complete(key, upload_id, {number: there[number][1] for number in wanted})
        except UploadGone:
            return

    def _inspected(self, row: Row, stored: Stored) -> Found:
        if stored.size_bytes != row["size_bytes"]:
            sentence = f"The file has {stored.size_bytes:,} bytes; {row['size_bytes']:,} were announced."
            raise self._discarded(row, "sizeBytes", row["size_bytes"], stored.size_bytes, sentence)
        if stored.content_type != row["content_type"]:
            sentence = f"The file was uploaded as {stored.content_type}; {row['content_type']} was announced."
            raise self._discarded(row, "contentType", row["content_type"], stored.content_type, sentence)
        found = inspect(stored.size_bytes, lambda start, length: self._storage.read(row["object_key"], start, length))
        announced = row["content_type"]
        if announced != found.content_type:
            what = found.content_type or "neither an image nor a video of a kind that we know"
            sentence = f"The file is {what}; {announced} was announced."
            raise self._discarded(row, "contentType", announced, found.content_type, sentence)
        if found.problem:
            raise self._discarded(row, "mediaId", str(row["id"]), None, f"The file {found.problem}.")
        return found

    def _discarded(self, row: Row, field: str, announced: object, found: object, sentence: str) -> InvalidInput:
        self._db.fetch(_queries["discard"], media_id=row["id"], owner_id=row["owner_id"])
        self._storage.remove(row["object_key"], None)
        advice = " It was removed: begin anew with POST."
        return invalid(field, sentence + advice, given=announced, allowed=found, code="media_not_as_announced")

    def _forget(self, owner_id: str, now: datetime) -> None:
        """Remove what this owner began and did not finish. The bucket removes files by itself."""
        with self._db.transaction():
            for row in self._db.fetch(
                _queries["forgotten"],
                owner_id=owner_id,
                pending_since=now - UPLOAD_LIFETIME,
                limit=MAX_REMOVED_AT_ONCE,
            ):
                self._db.fetch(_queries["remove"], media_id=row["id"], owner_id=owner_id)
                self._storage.remove(row["object_key"], row["upload_id"])

    def _shown(self, row: Row, now: datetime) -> dict[str, Any]:
        if row["status"] != "ready":
            return rendering.media_item(row)
        address = self._storage.address(row["object_key"], VIEW_URL_LIFETIME)
        return rendering.media_item(row, view_url=address, view_until=now + VIEW_URL_LIFETIME)


def _missing_chunks(missing: list[int], count: int) -> Conflict:
    shown = ", ".join(map(str, missing[:MAX_CHUNKS_NAMED])) + (", ..." if len(missing) > MAX_CHUNKS_NAMED else "")
    what = f"Chunk {shown} has" if len(missing) == 1 else f"Chunks {shown} have"
    sentence = f"{what} not been uploaded. The file has {count} chunks."
    detail = {"field": "chunks", "message": sentence, "given": None, "allowed": missing}
    return Conflict(sentence, code="parts_missing", details=[detail])


def _in_use(posts: list[UUID]) -> Conflict:
    shown = ", ".join(str(post) for post in posts[:MAX_POSTS_NAMED]) + (
        " and others" if len(posts) > MAX_POSTS_NAMED else ""
    )
    what = "A post that has not gone out uses" if len(posts) == 1 else "Posts that have not gone out use"
    sentence = f"{what} this file: {shown}. Take it out of them, or delete them, first."
    detail = {"field": "mediaId", "message": sentence, "given": None, "posts": [str(post) for post in posts]}
    return Conflict(sentence, code="media_in_use", details=[detail])


_queries = sql.load(__package__)
