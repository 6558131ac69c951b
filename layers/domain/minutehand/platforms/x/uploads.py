"""Images, GIFs and videos on their way to X.

Checkpoint, for each medium: ``<key>`` (its id and when it was begun), ``<key>_parts`` (how many parts of it have been
uploaded), ``<key>_done`` (that the upload is complete), ``<key>_alt`` (that X knows what it shows).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.exchange import Reply
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.port import Account, Attempt, MediaInfo, Rejected, Transient
from minutehand.platforms.x import rules
from minutehand.platforms.x.errors import refusal
from minutehand.platforms.x.service import Service

PART_BYTES = 4 * 1024 * 1024
PART_TAKES = timedelta(seconds=6)
"""The time that must be left for another part to be read and passed on."""
KEPT = timedelta(hours=23)
"""X keeps an upload that is not used for 24 hours."""
CHECK_AFTER, MAX_WAIT = timedelta(seconds=5), timedelta(hours=1)


class NotReady(Exception):
    """The medium needs more time; ``check_after`` is when to go on."""

    def __init__(self, check_after: timedelta) -> None:
        self.check_after = check_after
        super().__init__(f"to be gone on with in {check_after}")


@dataclass(frozen=True, slots=True)
class Run:
    """Whose upload it is, and in which attempt."""

    account: Account
    attempt: Attempt


class Uploads:
    """Uploads media, each once however often it is asked to."""

    def __init__(self, service: Service, media: MediaFetcher) -> None:
        self._service = service
        self._media = media

    def ready(self, position: int, medium: MediaInfo, alt: str, run: Run) -> str:
        """Return the id of ``medium``, which can be posted now.

        Raises:
            NotReady: its upload is not complete, or X is still at work on it.
            PublishError: as the port says.
        """
        key = f"media_{position}_{media_key(medium.url)}"
        in_parts = medium.is_video or medium.content_type == rules.GIF
        media_id = self._in_parts(key, medium, run) if in_parts else self._at_once(key, medium, run)
        if alt and not medium.is_video and run.attempt.checkpoint.get(f"{key}_alt") != media_id:
            body = {"id": media_id, "metadata": {"alt_text": {"text": alt}}}
            self._checked(self._service.prepare("/media/metadata", run.account, run.attempt, body=body), run)
            run.attempt.save(**{f"{key}_alt": media_id})
        return media_id

    def _at_once(self, key: str, image: MediaInfo, run: Run) -> str:
        if (kept := _kept(key, run.attempt)) is not None:
            return kept
        if image.size_bytes is None:
            content = self._media.fetch(image.url, max_bytes=rules.MAX_IMAGE_BYTES).content
        else:
            content = self._media.read(image.url, start=0, length=image.size_bytes)
        fields = {"media_category": "tweet_image", "media_type": image.content_type}
        reply = self._service.send_file("/media/upload", fields, content, run.account, run.attempt)
        media_id = _id_in(self._checked(reply, run))
        run.attempt.save(**{key: _note(media_id, run.attempt)})
        return media_id

    def _in_parts(self, key: str, medium: MediaInfo, run: Run) -> str:
        attempt = run.attempt
        media_id = _kept(key, attempt) or self._begun(key, medium, run)
        if attempt.checkpoint.get(f"{key}_done"):
            self._wait(key, self._status(media_id, run), run)
            return media_id
        size = medium.size_bytes or 0
        sent = int(attempt.checkpoint.get(f"{key}_parts") or 0)
        for number in range(sent, -(-size // PART_BYTES)):
            if attempt.time_left() < PART_TAKES:
                raise NotReady(timedelta(0))
            start = number * PART_BYTES
            content = self._media.read(medium.url, start=start, length=min(PART_BYTES, size - start))
            fields = {"segment_index": str(number)}
            reply = self._service.send_file(f"/media/upload/{media_id}/append", fields, content, run.account, attempt)
            self._checked(reply, run)
            attempt.save(**{f"{key}_parts": str(number + 1)})
        reply = self._service.prepare(f"/media/upload/{media_id}/finalize", run.account, attempt)
        # Where it is refused, an earlier call whose answer was lost may have finished the upload.
        data = _data(reply) if reply.ok else self._status(media_id, run)
        attempt.save(**{f"{key}_done": attempt.now().isoformat()})
        self._wait(key, data, run)
        return media_id

    def _begun(self, key: str, medium: MediaInfo, run: Run) -> str:
        if medium.size_bytes is None:
            raise Rejected("media_refused", "The server of the video does not say how large it is; X asks.")
        category = "tweet_video" if medium.is_video else "tweet_gif"
        body = {"media_type": medium.content_type, "total_bytes": medium.size_bytes, "media_category": category}
        reply = self._service.prepare("/media/upload/initialize", run.account, run.attempt, body=body)
        media_id = _id_in(self._checked(reply, run))
        run.attempt.save(**{key: _note(media_id, run.attempt), f"{key}_parts": "0", f"{key}_done": ""})
        return media_id

    def _status(self, media_id: str, run: Run) -> Mapping[str, Any]:
        reply = self._service.get("/media/upload", run.account, run.attempt, command="STATUS", media_id=media_id)
        return _data(self._checked(reply, run))

    def _wait(self, key: str, data: Mapping[str, Any], run: Run) -> None:
        processing = data.get("processing_info")
        if not isinstance(processing, Mapping) or processing.get("state") == "succeeded":
            return
        waited = run.attempt.now() - datetime.fromisoformat(run.attempt.checkpoint[f"{key}_done"])
        if processing.get("state") == "failed" or waited > MAX_WAIT:
            raise Rejected("media_refused", "X could not process the video.")
        seconds = processing.get("check_after_secs")
        raise NotReady(timedelta(seconds=min(max(seconds, 1), 60)) if type(seconds) is int else CHECK_AFTER)

    def _checked(self, reply: Reply, run: Run) -> Reply:
        if not reply.ok:
            raise refusal(reply, "an image or video", run.account)
        return reply


def _note(media_id: str, attempt: Attempt) -> str:
    return json.dumps({"id": media_id, "at": attempt.now().isoformat()})


def _kept(key: str, attempt: Attempt) -> str | None:
    saved = attempt.checkpoint.get(key)
    if not saved:
        return None
    upload = json.loads(saved)
    return str(upload["id"]) if attempt.now() - datetime.fromisoformat(upload["at"]) < KEPT else None


def _data(reply: Reply) -> Mapping[str, Any]:
    data = reply.fields.get("data")
    if not isinstance(data, Mapping):
        raise Transient("unexpected_answer", "X gave an answer to an image or video that makes no sense.")
    return data


def _id_in(reply: Reply) -> str:
    media_id = _data(reply).get("id")
    if not isinstance(media_id, str):
        raise Transient("unexpected_answer", "X gave an answer to an image or video that makes no sense.")
    return media_id
