"""Upload images and videos to LinkedIn, and check whether LinkedIn has processed them.

Checkpoint, for each media item: ``<key>_urn`` (its URN) and ``<key>_at`` (the time of completion); for a video also
``<key>_upload`` (its upload session) and, for each chunk, ``<key>_<number>`` (the chunk's URL and byte range or, after
the upload of the chunk, its ETag).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.exchange import Reply
from minutehand.platforms.identifiers import bounded_text, identifier
from minutehand.platforms.linkedin import rules
from minutehand.platforms.linkedin.errors import ERRORS, FORBIDDEN, UNCLEAR, Call, refusal
from minutehand.platforms.linkedin.service import Service, encoded
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.media_size import require_size
from minutehand.platforms.port import Account, Attempt, MediaInfo, Rejected, Transient

MIN_CHUNK_TIME = timedelta(seconds=6)
"""The minimum time that must be left in the attempt before another video chunk of 4 MiB is sent."""
ASSUMED_PROCESSING_TIME = timedelta(seconds=15)
"""The wait after an upload if LinkedIn does not let this app read the upload's status."""
MAX_PROCESSING_TIME = timedelta(hours=1)
AVAILABLE, FAILED = "AVAILABLE", "PROCESSING_FAILED"


@dataclass(frozen=True, slots=True)
class UploadContext:
    """The context of an upload: the URN of the post's author, the account, and the attempt."""

    author: str
    account: Account
    attempt: Attempt


class OutOfTime(Exception):
    """The attempt has no time left for a chunk. The next attempt continues the upload."""


class Uploads:
    """Uploads media items, and skips uploads that an earlier attempt completed."""

    def __init__(self, service: Service, media: MediaFetcher) -> None:
        self._service = service
        self._media = media

    def upload(self, position: int, item: MediaInfo, context: UploadContext) -> str:
        """Upload ``item`` and return its URN.

        Raises:
            OutOfTime: the upload of a video is not complete yet.
            PublishError: see `Adapter.publish`.
        """
        key = _key(position, item)
        if done := context.attempt.checkpoint.get(f"{key}_urn"):
            return done
        urn = self._video(key, item, context) if item.is_video else self._image(item, context)
        context.attempt.save(**{f"{key}_urn": urn, f"{key}_at": context.attempt.now().isoformat()})
        return urn

    def is_processed(self, position: int, item: MediaInfo, context: UploadContext) -> bool:
        """Return whether LinkedIn has processed the uploaded ``item``.

        If LinkedIn does not let this app read the status, return whether `ASSUMED_PROCESSING_TIME` has passed since the
        upload.

        Raises:
            Rejected: processing failed, or has taken longer than an hour.
            Transient: LinkedIn no longer has the item. The next attempt uploads the item again.
            PublishError: see `Adapter.publish`.
        """
        key, attempt = _key(position, item), context.attempt
        urn, uploaded_at = attempt.checkpoint[f"{key}_urn"], datetime.fromisoformat(attempt.checkpoint[f"{key}_at"])
        waited = attempt.now() - uploaded_at
        what = "the video" if item.is_video else "an image"
        reply = self._status(urn, context)
        if ERRORS.meaning(reply) is FORBIDDEN:
            return waited >= ASSUMED_PROCESSING_TIME
        if reply.status == 404:
            attempt.save(**{f"{key}_urn": "", f"{key}_upload": ""})
            raise Transient("media_gone", f"LinkedIn no longer has {what}, so it has to be uploaded again.")
        if not reply.ok:
            raise refusal(reply, Call(what), context.account, attempt)
        status = reply.fields.get("status")
        if status == FAILED or waited > MAX_PROCESSING_TIME:
            raise Rejected("media_refused", f"LinkedIn could not process {what}. Use another file or format.")
        return status == AVAILABLE

    def _image(self, image: MediaInfo, context: UploadContext) -> str:
        if image.size_bytes is None:
            content = self._media.fetch(image.url, max_bytes=rules.MAX_IMAGE_BYTES).content
        else:
            content = self._media.read(image.url, start=0, length=image.size_bytes)
        value = self._initialise("images", {"owner": context.author}, "an image", context)
        urn, url = identifier(value.get("image")), bounded_text(value.get("uploadUrl"))
        if urn is None or url is None:
            raise _unexpected_response("an image")
        reply = self._service.put(url, content, context.account, context.attempt)
        if not reply.ok:
            raise refusal(reply, Call("an image"), context.account, context.attempt)
        return urn

    def _video(self, key: str, video: MediaInfo, context: UploadContext) -> str:
        attempt = context.attempt
        saved = attempt.checkpoint.get(f"{key}_upload")
        session = json.loads(saved) if saved else self._new_session(key, video, context)
        etags = []
        for number in range(session["chunks"]):
            chunk = json.loads(attempt.checkpoint[f"{key}_{number}"])
            if "etag" not in chunk:
                if attempt.time_left() < MIN_CHUNK_TIME:
                    raise OutOfTime
                chunk = {"etag": self._chunk(key, video, chunk, context)}
                attempt.save(**{f"{key}_{number}": json.dumps(chunk)})
            etags.append(chunk["etag"])
        self._finalise(session, etags, context)
        return str(session["urn"])

    def _new_session(self, key: str, video: MediaInfo, context: UploadContext) -> dict[str, Any]:
        """Start an upload session, save it and return its ``urn``, its ``token`` and its number of ``chunks``."""
        request = {
            "owner": context.author,
            "fileSizeBytes": require_size(video),
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
        value = self._initialise("videos", request, "the video", context)
        try:
            chunks = {
                f"{key}_{number}": json.dumps(
                    {"url": str(chunk["uploadUrl"]), "first": int(chunk["firstByte"]), "last": int(chunk["lastByte"])}
                )
                for number, chunk in enumerate(value["uploadInstructions"])
            }
            session = {"urn": str(value["video"]), "token": str(value.get("uploadToken", "")), "chunks": len(chunks)}
        except (KeyError, TypeError, ValueError) as error:
            raise _unexpected_response("the video") from error
        context.attempt.save(**{f"{key}_upload": json.dumps(session), **chunks})
        return session

    def _chunk(self, key: str, video: MediaInfo, chunk: Mapping[str, Any], context: UploadContext) -> str:
        """Upload a chunk and return its ETag. ``chunk`` contains the ``url``, and the offsets of the ``first`` and the
        ``last`` byte.
        """
        first, last = chunk["first"], chunk["last"]
        content = self._media.read(video.url, start=first, length=last - first + 1)
        reply = self._service.put(chunk["url"], content, context.account, context.attempt)
        if not reply.ok and ERRORS.meaning(reply) in (None, UNCLEAR):
            context.attempt.save(**{f"{key}_upload": ""})
            raise Transient(
                "upload_expired", "LinkedIn refused a chunk of the video, so the upload has to start again."
            )
        if not reply.ok:
            raise refusal(reply, Call("the video"), context.account, context.attempt)
        etag = reply.headers.get("ETag", "").strip('"')
        if not etag:
            raise _unexpected_response("the video")
        return etag

    def _finalise(self, session: Mapping[str, Any], etags: list[str], context: UploadContext) -> None:
        body = {"video": session["urn"], "uploadToken": session["token"], "uploadedPartIds": etags}
        path = "/rest/videos?action=finalizeUpload"
        reply = self._service.prepare(path, {"finalizeUploadRequest": body}, context.account, context.attempt)
        if not reply.ok and not self._is_finalised(session["urn"], context):
            raise refusal(reply, Call("the video"), context.account, context.attempt)

    def _is_finalised(self, urn: str, context: UploadContext) -> bool:
        """Return whether an earlier call, whose response was lost, finalised the upload."""
        reply = self._status(urn, context)
        return reply.ok and reply.fields.get("status") in ("PROCESSING", AVAILABLE)

    def _initialise(
        self, kind: str, request: Mapping[str, Any], what: str, context: UploadContext
    ) -> Mapping[str, Any]:
        path = f"/rest/{kind}?action=initializeUpload"
        reply = self._service.prepare(path, {"initializeUploadRequest": request}, context.account, context.attempt)
        if not reply.ok:
            raise refusal(reply, Call(what), context.account, context.attempt)
        value = reply.fields.get("value")
        if not isinstance(value, Mapping):
            raise _unexpected_response(what)
        return value

    def _status(self, urn: str, context: UploadContext) -> Reply:
        kind = "videos" if urn.startswith("urn:li:video:") else "images"
        return self._service.get(f"/rest/{kind}/{encoded(urn)}", context.account, context.attempt)


def _key(position: int, item: MediaInfo) -> str:
    return f"media_{position}_{media_key(item.url)}"


def _unexpected_response(what: str) -> Transient:
    return Transient("unexpected_answer", f"LinkedIn returned an unexpected response to the upload of {what}.")
