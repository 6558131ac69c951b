"""Uploads videos through Bluesky's video service, in chunks, and waits until the service has processed them.

If the service does not serve the account (see `NotServed`), the video is uploaded directly to the account's server.

Checkpoint, for each video: ``<key>_upload`` (the upload: its id, and the size and the number of its chunks),
``<key>_sent`` (the number of chunks sent so far), ``<key>_job`` (the processing job: its id and its start time),
``<key>_failures`` (the number of lost or incomplete uploads and of failed jobs) and ``<key>_direct`` (set if the video
is uploaded directly to the account's server).
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.bluesky.blobs import Blobs, blob_in
from minutehand.platforms.bluesky.errors import error_name
from minutehand.platforms.bluesky.rules import MAX_BLOB_BYTES
from minutehand.platforms.bluesky.server import published_limits
from minutehand.platforms.bluesky.session import Sessions
from minutehand.platforms.bluesky.video_errors import (
    ALREADY_EXISTS,
    COMPLETED,
    DAILY_LIMIT,
    ERRORS,
    FINISHING,
    INCOMPLETE,
    JOB_FAILED,
    LOST,
    NOT_STORED,
    TOO_LARGE,
    job_refusal,
)
from minutehand.platforms.bluesky.video_service import NotServed, VideoCalls, VideoService
from minutehand.platforms.chunks import RemoteFile, TimeBudget
from minutehand.platforms.exchange import Exchange, Reply
from minutehand.platforms.identifiers import identifier
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.media_size import require_size
from minutehand.platforms.port import Account, Attempt, MediaInfo, Rejected, Transient

CHECK_AFTER, MAX_PROCESSING_TIME = timedelta(seconds=3), timedelta(hours=1)
MAX_FAILURES = 3
"""The number of lost or incomplete uploads and of failed jobs after which a video is refused."""
MAX_CHUNKS = 10_000
"""The maximum number of chunks of an upload. Bluesky's video service determines the size of the chunks."""


class NotReady(Exception):
    """The video cannot be posted yet. The caller must try again after ``check_after``."""

    def __init__(self, check_after: timedelta) -> None:
        self.check_after = check_after
        super().__init__(f"check again after {check_after}")


class Videos:
    """Uploads videos, and continues the uploads that an earlier attempt began."""

    def __init__(
        self, exchange: Exchange, sessions: Sessions, blobs: Blobs, service: VideoService, media: MediaFetcher
    ) -> None:
        self._exchange = exchange
        self._sessions = sessions
        self._blobs = blobs
        self._service = service
        self._media = media

    def upload(self, item: MediaInfo, account: Account, attempt: Attempt) -> dict[str, Any]:
        """Upload the video ``item`` and return the blob of the processed video.

        Raises:
            NotReady: the upload is not complete, or Bluesky is still processing the video.
            PublishError: see `Adapter.publish`.
        """
        key = f"video_{media_key(item.url)}"
        if not attempt.checkpoint.get(f"{key}_direct"):
            try:
                return _Upload(key, item, self._service.calls(account, attempt), account, attempt).blob(self._media)
            except NotServed:
                attempt.save(**{f"{key}_direct": "yes"})
        self._require_room(item, account, attempt)
        return self._blobs.video(item, account, attempt)

    def _require_room(self, item: MediaInfo, account: Account, attempt: Attempt) -> None:
        """Check that ``item`` does not exceed a limit that the account's server publishes.

        Raises:
            Rejected: the video is too large, or its size is unknown.
            PublishError: see `Sessions.get`.
        """
        service = self._sessions.get(account, attempt.now).service
        limit = published_limits(self._exchange, service, attempt.now).get(MAX_BLOB_BYTES)
        size = require_size(item)
        if limit is not None and size > limit:
            raise Rejected(
                "media_too_large", f"The video has {size:,} bytes; the server of this Bluesky account allows {limit:,}."
            )


class _Upload:
    """The upload of one video within one attempt."""

    def __init__(self, key: str, item: MediaInfo, calls: VideoCalls, account: Account, attempt: Attempt) -> None:
        self._key = key
        self._item = item
        self._size = require_size(item)
        self._calls = calls
        self._account = account
        self._attempt = attempt

    def blob(self, media: MediaFetcher) -> dict[str, Any]:
        """Return the blob of the processed video. Raises the errors of `Videos.upload`, and `NotServed`."""
        job = self._saved("_job")
        if job is None:
            upload = self._saved("_upload") or self._start()
            self._send_chunks(upload, media)
            job = self._finish(upload)
        return self._processed(job)

    def _start(self) -> Mapping[str, Any]:
        """Start an upload, and save it in the checkpoint."""
        item = self._item
        # The service uses these optional facts only to refuse a video early.
        facts = {
            "width": item.width,
            "height": item.height,
            "durationMs": None if item.duration_seconds is None else round(item.duration_seconds * 1000),
        }
        known = {name: value for name, value in facts.items() if value}
        reply = self._calls.start({"sizeBytes": self._size, "mimeType": item.content_type, **known})
        if not reply.ok:
            self._require_daily_allowance(reply)
            raise self._error(reply)
        upload_id, chunk_size = identifier(reply.fields.get("jobId")), reply.fields.get("partSizeBytes")
        chunks = reply.fields.get("partCount")
        if upload_id is None or type(chunk_size) is not int or chunk_size < 1:
            raise _unexpected_response()
        if chunks != -(-self._size // chunk_size) or chunks > MAX_CHUNKS:
            raise _unexpected_response()
        upload = {"id": upload_id, "chunk_size": chunk_size, "chunks": chunks}
        self._save(_upload=json.dumps(upload), _sent="0")
        return upload

    def _require_daily_allowance(self, reply: Reply) -> None:
        """Raise `RateLimited` if ``reply`` refuses the video only because it exceeds the remaining part of the daily
        limit.
        """
        if error_name(reply) != TOO_LARGE:
            return
        try:
            left = self._calls.limits().fields.get("remainingDailyBytes")
        except NotServed:
            return  # the limits are unknown, so the refusal is final
        if type(left) is int and left < self._size:
            raise DAILY_LIMIT.error(self._attempt.now(), name="Bluesky")

    def _send_chunks(self, upload: Mapping[str, Any], media: MediaFetcher) -> None:
        budget = TimeBudget(self._attempt)
        chunk_size = upload["chunk_size"]
        for number in range(int(self._attempt.checkpoint.get(f"{self._key}_sent") or 0), upload["chunks"]):
            if not budget.allows_chunk():
                raise NotReady(timedelta(0))
            start = number * chunk_size
            size = min(chunk_size, self._size - start)
            content = RemoteFile(media, self._item.url, size, self._attempt, start=start)
            reply = self._calls.chunk(upload["id"], number + 1, size, content)
            if ERRORS.meaning(reply) in (COMPLETED, FINISHING):
                return  # the response to an earlier call of finishUpload was lost
            self._require_success(reply)
            self._save(_sent=str(number + 1))

    def _finish(self, upload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Finish the upload. Save its processing job in the checkpoint, and return the job.

        The call may have been made before, because the response to an earlier call may have been lost.
        """
        reply = self._calls.finish(upload["id"])
        if ERRORS.meaning(reply) is FINISHING:
            raise NotReady(CHECK_AFTER)
        if error_name(reply) != ALREADY_EXISTS:
            self._require_success(reply)
        # If the service has processed the same video before, it returns the earlier job.
        job_id = identifier(reply.fields.get("completedJobId")) or identifier(_status_in(reply).get("jobId"))
        if job_id is None:
            raise _unexpected_response()
        job = {"id": job_id, "at": self._attempt.now().isoformat()}
        self._save(_job=json.dumps(job))
        return job

    def _processed(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Return the blob of the video that ``job`` has processed."""
        reply = self._calls.job(job["id"])
        status = _status_in(reply)
        blob = blob_in(status.get("blob"))
        if blob is not None and str(blob.get("mimeType")).startswith("video/"):
            return blob  # the service may have processed the same video before
        if not reply.ok and ERRORS.meaning(reply) is None:
            raise self._failed(LOST.error(self._attempt.now(), name="Bluesky"))
        if not reply.ok:
            raise self._error(reply)
        if status.get("state") == JOB_FAILED:
            raise self._job_error(status)
        if self._attempt.now() - datetime.fromisoformat(job["at"]) > MAX_PROCESSING_TIME:
            raise Rejected("media_refused", "Bluesky could not process the video within an hour. Use another video.")
        if not isinstance(status.get("state"), str):
            raise _unexpected_response()
        raise NotReady(CHECK_AFTER)

    def _job_error(self, status: Mapping[str, Any]) -> Exception:
        code = status.get("failureCode")
        if isinstance(code, str) and code in NOT_STORED:
            return NotServed()
        refusal = job_refusal(status, self._account.token)
        return refusal or self._failed(
            Transient("processing_failed", "Bluesky could not process the video, so the upload has to start again.")
        )

    def _require_success(self, reply: Reply) -> None:
        if reply.ok:
            return
        meaning = ERRORS.meaning(reply)
        if meaning is LOST or (meaning is None and reply.status in (404, 410)):
            raise self._failed(LOST.error(self._attempt.now(), name="Bluesky"))
        if meaning is INCOMPLETE:
            raise self._failed(self._error(reply), keep_upload=True)
        raise self._error(reply)

    def _failed(self, error: Exception, *, keep_upload: bool = False) -> Exception:
        """Count a failure of an upload or a job. Remove the job from the checkpoint, and also the upload unless
        ``keep_upload`` is set. Return ``error`` or, after `MAX_FAILURES`, a refusal.
        """
        failures = int(self._attempt.checkpoint.get(f"{self._key}_failures") or 0) + 1
        forgotten = {"_sent": "0", "_job": ""} | ({} if keep_upload else {"_upload": ""})
        self._save(_failures=str(failures), **forgotten)
        if failures >= MAX_FAILURES:
            reason = f"Bluesky could not process the video in {MAX_FAILURES} uploads. Use another video."
            return Rejected("media_refused", reason)
        return error

    def _error(self, reply: Reply) -> Exception:
        return ERRORS.error(reply, self._account.token, self._attempt.now(), what="the video")

    def _saved(self, name: str) -> Mapping[str, Any] | None:
        saved = self._attempt.checkpoint.get(f"{self._key}{name}")
        found: Mapping[str, Any] | None = json.loads(saved) if saved else None
        return found

    def _save(self, **values: str) -> None:
        self._attempt.save(**{f"{self._key}{name}": value for name, value in values.items()})


def _status_in(reply: Reply) -> Mapping[str, Any]:
    """Return the job's status in a response. An error response contains the fields of the status at the top level, not
    in ``jobStatus``.
    """
    status = reply.fields.get("jobStatus")
    return status if isinstance(status, Mapping) else reply.fields


def _unexpected_response() -> Transient:
    return Transient("unexpected_answer", "Bluesky returned an unexpected response to a video upload.")
