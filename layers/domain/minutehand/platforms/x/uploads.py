"""Upload images, GIFs and videos to X.

Checkpoint, for each media item: ``<key>`` (the upload's id and its creation time), ``<key>_parts`` (the number of
chunks uploaded so far), ``<key>_done`` (the time of completion), ``<key>_alt`` (the upload's id, once the
alternative text is set).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.exchange import Reply
from minutehand.platforms.identifiers import identifier
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.media_size import require_size
from minutehand.platforms.omissions import optional
from minutehand.platforms.port import Account, Attempt, MediaInfo, Rejected, Transient
from minutehand.platforms.x import rules
from minutehand.platforms.x.errors import ERRORS
from minutehand.platforms.x.service import Service

CHUNK_BYTES = 4 * 1024 * 1024
MIN_CHUNK_TIME = timedelta(seconds=6)
"""The minimum time that must be left in the attempt before another chunk is sent."""
MAX_UPLOAD_AGE = timedelta(hours=23)
"""The maximum age of an upload that a post may use. X keeps an unused upload for 24 hours."""
CHECK_AFTER, MAX_PROCESSING_TIME = timedelta(seconds=5), timedelta(hours=1)


class NotReady(Exception):
    """The media item cannot be posted yet. The caller must try again after ``check_after``."""

    def __init__(self, check_after: timedelta) -> None:
        self.check_after = check_after
        super().__init__(f"check again after {check_after}")


@dataclass(frozen=True, slots=True)
class UploadContext:
    """The account and the attempt that an upload belongs to."""

    account: Account
    attempt: Attempt


class Uploads:
    """Uploads media items, and skips uploads that an earlier attempt completed."""

    def __init__(self, service: Service, media: MediaFetcher) -> None:
        self._service = service
        self._media = media

    def upload(self, position: int, item: MediaInfo, alt: str, context: UploadContext) -> str:
        """Upload ``item`` with its alternative text, which is optional, and return the upload's id.

        Raises:
            NotReady: the upload is not complete, or X is still processing it.
            PublishError: see `Adapter.publish`.
        """
        key = f"media_{position}_{media_key(item.url)}"
        in_chunks = item.is_video or item.content_type == rules.GIF
        media_id = self._in_chunks(key, item, context) if in_chunks else self._in_one_call(key, item, context)
        if alt and not item.is_video and context.attempt.checkpoint.get(f"{key}_alt") != media_id:
            sentence = f"Image {position + 1} has no alternative text."
            with optional(f"alt_text_{position}", sentence, context.attempt):
                body = {"id": media_id, "metadata": {"alt_text": {"text": alt}}}
                reply = self._service.prepare("/media/metadata", context.account, context.attempt, body=body)
                _require_success(reply, context, what="the alternative text")
                context.attempt.save(**{f"{key}_alt": media_id})
        return media_id

    def _in_one_call(self, key: str, image: MediaInfo, context: UploadContext) -> str:
        if (saved_id := _saved_id(key, context.attempt)) is not None:
            return saved_id
        if image.size_bytes is None:
            content = self._media.fetch(image.url, max_bytes=rules.MAX_IMAGE_BYTES).content
        else:
            content = self._media.read(image.url, start=0, length=image.size_bytes)
        fields = {"media_category": "tweet_image"}
        reply = self._service.send_file("/media/upload", fields, content, context.account, context.attempt)
        media_id = _id_in(_require_success(reply, context))
        context.attempt.save(**{key: _encoded(media_id, context.attempt)})
        return media_id

    def _in_chunks(self, key: str, item: MediaInfo, context: UploadContext) -> str:
        attempt = context.attempt
        media_id = _saved_id(key, attempt) or self._begin(key, item, context)
        if attempt.checkpoint.get(f"{key}_done"):
            self._require_processed(key, self._status(media_id, context), context)
            return media_id
        size = item.size_bytes or 0
        sent = int(attempt.checkpoint.get(f"{key}_parts") or 0)
        for number in range(sent, -(-size // CHUNK_BYTES)):
            if attempt.time_left() < MIN_CHUNK_TIME:
                raise NotReady(timedelta(0))
            start = number * CHUNK_BYTES
            content = self._media.read(item.url, start=start, length=min(CHUNK_BYTES, size - start))
            fields = {"segment_index": str(number)}
            path = f"/media/upload/{media_id}/append"
            _require_success(self._service.send_file(path, fields, content, context.account, attempt), context)
            attempt.save(**{f"{key}_parts": str(number + 1)})
        reply = self._service.prepare(f"/media/upload/{media_id}/finalize", context.account, attempt)
        # X refuses to finalize an upload twice, and an earlier call, whose response was lost, may have finalized it.
        data = _data(reply) if reply.ok else self._status(media_id, context)
        attempt.save(**{f"{key}_done": attempt.now().isoformat()})
        self._require_processed(key, data, context)
        return media_id

    def _begin(self, key: str, item: MediaInfo, context: UploadContext) -> str:
        size = require_size(item)
        body = {"media_type": item.content_type, "total_bytes": size, "media_category": _category(item)}
        reply = self._service.prepare("/media/upload/initialize", context.account, context.attempt, body=body)
        media_id = _id_in(_require_success(reply, context))
        saved = {key: _encoded(media_id, context.attempt), f"{key}_parts": "0", f"{key}_done": ""}
        context.attempt.save(**saved)
        return media_id

    def _status(self, media_id: str, context: UploadContext) -> Mapping[str, Any]:
        query = {"command": "STATUS", "media_id": media_id}
        reply = self._service.get("/media/upload", context.account, context.attempt, **query)
        return _data(_require_success(reply, context))

    def _require_processed(self, key: str, data: Mapping[str, Any], context: UploadContext) -> None:
        """Check that X has processed the upload that ``data`` describes.

        Raises:
            NotReady: X is still processing the upload.
            Rejected: processing failed, or has taken longer than an hour.
        """
        processing = data.get("processing_info")
        if not isinstance(processing, Mapping) or processing.get("state") == "succeeded":
            return
        waited = context.attempt.now() - datetime.fromisoformat(context.attempt.checkpoint[f"{key}_done"])
        if processing.get("state") == "failed" or waited > MAX_PROCESSING_TIME:
            raise Rejected("media_refused", "X could not process the GIF or video. Use another file or format.")
        seconds = processing.get("check_after_secs")
        raise NotReady(timedelta(seconds=min(max(seconds, 1), 60)) if type(seconds) is int else CHECK_AFTER)


def _category(item: MediaInfo) -> str:
    """Return the category of a GIF or a video. X limits the category ``tweet_video`` to 140 seconds and 512 MB."""
    if not item.is_video:
        return "tweet_gif"
    is_long = (item.duration_seconds or 0) > rules.MAX_VIDEO_SECONDS
    return "amplify_video" if is_long or (item.size_bytes or 0) > rules.MAX_VIDEO_BYTES else "tweet_video"


def _require_success(reply: Reply, context: UploadContext, what: str = "an image or video") -> Reply:
    if not reply.ok:
        raise ERRORS.error(reply, context.account.token, context.attempt.now(), what=what)
    return reply


def _encoded(media_id: str, attempt: Attempt) -> str:
    return json.dumps({"id": media_id, "at": attempt.now().isoformat()})


def _saved_id(key: str, attempt: Attempt) -> str | None:
    """Return the id of an upload from the checkpoint, or None if it is missing or X may have deleted the upload."""
    saved = attempt.checkpoint.get(key)
    if not saved:
        return None
    upload = json.loads(saved)
    return str(upload["id"]) if attempt.now() - datetime.fromisoformat(upload["at"]) < MAX_UPLOAD_AGE else None


def _data(reply: Reply) -> Mapping[str, Any]:
    data = reply.fields.get("data")
    if not isinstance(data, Mapping):
        raise Transient("unexpected_answer", "X returned an unexpected response to a media upload.")
    return data


def _id_in(reply: Reply) -> str:
    media_id = identifier(_data(reply).get("id"))
    if media_id is None:
        raise Transient("unexpected_answer", "X returned an unexpected response to a media upload.")
    return media_id
