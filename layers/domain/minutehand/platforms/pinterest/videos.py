"""Upload videos to Pinterest. Register the upload, send the file in a form, and wait for processing.

Checkpoint: ``upload`` (the media id, the URL of the form and the names of its fields), ``upload_field_<name>`` (the
value of a field), ``upload_at`` (the time of completion). An upload cannot be resumed. If an attempt does not send the
whole file, the next attempt sends the file from the beginning.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from minutehand.platforms.file_form import FileForm
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.media_size import require_size
from minutehand.platforms.pinterest.errors import ERRORS
from minutehand.platforms.pinterest.service import Service
from minutehand.platforms.port import Account, Attempt, MediaInfo, Rejected, Transient

MIN_CHUNK_TIME = timedelta(seconds=3)
"""The minimum time that must be left in the attempt before another chunk is sent."""
MAX_PROCESSING_TIME = timedelta(hours=1)
REGISTERED, SUCCEEDED, FAILED = "registered", "succeeded", "failed"


@dataclass(frozen=True, slots=True)
class Upload:
    """A registered upload: the id of the video, and the form's URL and fields."""

    media_id: str
    url: str
    fields: Mapping[str, str]


class Videos:
    """Uploads videos, and skips an upload that an earlier attempt completed."""

    def __init__(self, service: Service, media: MediaFetcher) -> None:
        self._service = service
        self._media = media

    def ready(self, video: MediaInfo, account: Account, attempt: Attempt) -> str | None:
        """Upload ``video`` if necessary, and return its id, or None while Pinterest is processing it.

        Raises:
            PublishError: see `Adapter.publish`.
        """
        saved = attempt.checkpoint.get("upload")
        upload = _saved_upload(json.loads(saved), attempt) if saved else self._register(account, attempt)
        status = self._status(upload, account, attempt)
        if status == REGISTERED and not attempt.checkpoint.get("upload_at"):
            self._send(upload, video, attempt)
            status = self._status(upload, account, attempt)
        if not attempt.checkpoint.get("upload_at"):
            attempt.save(upload_at=attempt.now().isoformat())
        if status == SUCCEEDED:
            return upload.media_id
        waited = attempt.now() - datetime.fromisoformat(attempt.checkpoint["upload_at"])
        if status == FAILED or waited > MAX_PROCESSING_TIME:
            raise Rejected("media_refused", "Pinterest could not process the video. Use another file or format.")
        return None

    def _register(self, account: Account, attempt: Attempt) -> Upload:
        reply = self._service.prepare("/media", {"media_type": "video"}, account, attempt)
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), what="the video")
        match reply.data:
            case {"media_id": str(media_id), "upload_url": str(url), "upload_parameters": dict(fields)}:
                upload = Upload(media_id, url, {str(name): str(value) for name, value in fields.items()})
            case _:
                raise _unexpected_response()
        saved: dict[str, Any] = {"media_id": upload.media_id, "url": upload.url, "fields": list(upload.fields)}
        values = {_field_key(name): value for name, value in upload.fields.items()}
        attempt.save(upload=json.dumps(saved), upload_at="", **values)
        return upload

    def _status(self, upload: Upload, account: Account, attempt: Attempt) -> str:
        reply = self._service.get(f"/media/{upload.media_id}", account, attempt)
        if reply.status == 404:
            attempt.save(upload="", upload_at="")
            raise Transient("media_gone", "Pinterest no longer has the video. The next attempt uploads it again.")
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), what="the video")
        status = reply.fields.get("status")
        if not isinstance(status, str):
            raise _unexpected_response()
        return status

    def _send(self, upload: Upload, video: MediaInfo, attempt: Attempt) -> None:
        size = require_size(video)

        def read(start: int, length: int) -> bytes:
            if attempt.time_left() < MIN_CHUNK_TIME:
                raise Transient("upload_too_slow", "The upload of the video to Pinterest took too long.")
            return self._media.read(video.url, start=start, length=length)

        form = FileForm(upload.fields, content_type=video.content_type, size=size, boundary=uuid4().hex, read=read)
        # The form is sent to Pinterest's file storage, which must not receive the token.
        request = self._service.exchange.client.build_request("POST", upload.url, content=form, headers=form.headers)
        reply = self._service.exchange.prepare(request, attempt.now, allow_empty_body=True)
        if not reply.ok:
            attempt.save(upload="", upload_at="")
            reason = "Pinterest's file storage refused the video. The next attempt starts a new upload."
            raise Transient("upload_expired", reason)


def _saved_upload(saved: Mapping[str, Any], attempt: Attempt) -> Upload:
    fields = {name: attempt.checkpoint[_field_key(name)] for name in saved["fields"]}
    return Upload(saved["media_id"], saved["url"], fields)


def _field_key(name: str) -> str:
    return f"upload_field_{name}"


def _unexpected_response() -> Transient:
    return Transient("unexpected_answer", "Pinterest returned an unexpected response to a video upload.")
