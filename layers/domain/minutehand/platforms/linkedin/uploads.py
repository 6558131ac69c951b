"""Images and videos on their way to LinkedIn: prepared, uploaded, and waited for until LinkedIn has digested them.

Checkpoint, for each medium: ``<key>`` (its URN; for a video, with its upload session), ``<key>_etags`` (of the parts
of a video that have been uploaded), ``<key>_at`` (when the upload was complete).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.exchange import Reply
from minutehand.platforms.linkedin import rules
from minutehand.platforms.linkedin.errors import Call, Meaning, meaning_of, refusal
from minutehand.platforms.linkedin.service import Service, encoded
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.port import Account, Attempt, MediaInfo, Rejected, Transient

PART_TAKES = timedelta(seconds=6)
"""The time that must be left for another part of a video (4 MiB) to be read and passed on."""
GRACE = timedelta(seconds=15)
"""How long media are left alone where we may not ask whether they are ready."""
MAX_WAIT = timedelta(hours=1)
AVAILABLE, FAILED = "AVAILABLE", "PROCESSING_FAILED"


@dataclass(frozen=True, slots=True)
class Owner:
    """For whom, and in whose name (a URN), something is uploaded."""

    urn: str
    account: Account
    attempt: Attempt


class OutOfTime(Exception):
    """The run is over; the upload goes on in the next."""


class Uploads:
    """Uploads media, each once however often it is asked to."""

    def __init__(self, service: Service, media: MediaFetcher) -> None:
        self._service = service
        self._media = media

    def uploaded(self, position: int, medium: MediaInfo, owner: Owner) -> str:
        """Return the URN of ``medium``, uploaded if need be.

        Raises:
            OutOfTime: a video that is not complete yet.
            PublishError: as the port says.
        """
        key = _key(position, medium)
        if done := owner.attempt.checkpoint.get(f"{key}_urn"):
            return done
        urn = self._video(key, medium, owner) if medium.is_video else self._image(medium, owner)
        owner.attempt.save(**{f"{key}_urn": urn, f"{key}_at": owner.attempt.now().isoformat()})
        return urn

    def is_ready(self, position: int, medium: MediaInfo, owner: Owner) -> bool:
        """Say whether LinkedIn has digested an uploaded ``medium``.

        Raises:
            Rejected: it cannot, or does not within an hour.
        """
        key, attempt = _key(position, medium), owner.attempt
        urn, waited = attempt.checkpoint[f"{key}_urn"], attempt.now() - _moment(attempt.checkpoint[f"{key}_at"])
        what = "the video" if medium.is_video else "an image"
        reply = self._look(urn, owner)
        if meaning_of(reply) is Meaning.FORBIDDEN:
            return waited >= GRACE
        if reply.status == 404:
            attempt.save(**{f"{key}_urn": "", f"{key}_session": "", f"{key}_etags": ""})
            raise Transient("media_gone", f"LinkedIn has lost {what}: it is uploaded again.")
        if not reply.ok:
            raise refusal(reply, Call(what), owner.account, attempt)
        status = reply.fields.get("status")
        if status == FAILED or waited > MAX_WAIT:
            raise Rejected("media_refused", f"LinkedIn could not process {what}.")
        return status == AVAILABLE

    def _image(self, image: MediaInfo, owner: Owner) -> str:
        if image.size_bytes is None:
            content = self._media.fetch(image.url, max_bytes=rules.MAX_IMAGE_BYTES).content
        else:
            content = self._media.read(image.url, start=0, length=image.size_bytes)
        value = self._initialised("images", {"owner": owner.urn}, "an image", owner)
        urn, url = value.get("image"), value.get("uploadUrl")
        if not isinstance(urn, str) or not isinstance(url, str):
            raise _senseless("an image")
        reply = self._service.put(url, content, owner.account, owner.attempt)
        if not reply.ok:
            raise refusal(reply, Call("an image"), owner.account, owner.attempt)
        return urn

    def _video(self, key: str, video: MediaInfo, owner: Owner) -> str:
        attempt = owner.attempt
        saved = attempt.checkpoint.get(f"{key}_session")
        session = json.loads(saved) if saved else self._new_session(key, video, owner)
        etags = [etag for etag in attempt.checkpoint.get(f"{key}_etags", "").split("\n") if etag]
        for url, first, last in session["parts"][len(etags) :]:
            if attempt.time_left() < PART_TAKES:
                raise OutOfTime
            etags.append(self._part(key, video, (url, first, last), owner))
            attempt.save(**{f"{key}_etags": "\n".join(etags)})
        self._finalise(session, etags, owner)
        return str(session["urn"])

    def _new_session(self, key: str, video: MediaInfo, owner: Owner) -> dict[str, Any]:
        if video.size_bytes is None:
            raise Rejected("media_refused", "The server of the video does not say how large it is; LinkedIn asks.")
        wanted = {
            "owner": owner.urn,
            "fileSizeBytes": video.size_bytes,
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
        value = self._initialised("videos", wanted, "the video", owner)
        try:
            parts = [
                (str(part["uploadUrl"]), int(part["firstByte"]), int(part["lastByte"]))
                for part in value["uploadInstructions"]
            ]
            session = {"urn": str(value["video"]), "token": str(value.get("uploadToken", "")), "parts": parts}
        except (KeyError, TypeError, ValueError) as error:
            raise _senseless("the video") from error
        owner.attempt.save(**{f"{key}_session": json.dumps(session), f"{key}_etags": ""})
        return session

    def _part(self, key: str, video: MediaInfo, part: tuple[str, int, int], owner: Owner) -> str:
        url, first, last = part
        content = self._media.read(video.url, start=first, length=last - first + 1)
        reply = self._service.put(url, content, owner.account, owner.attempt)
        if not reply.ok and meaning_of(reply) in (None, Meaning.UNCLEAR):
            owner.attempt.save(**{f"{key}_session": "", f"{key}_etags": ""})
            raise Transient("upload_expired", "LinkedIn does not take the rest of the video: the upload starts again.")
        if not reply.ok:
            raise refusal(reply, Call("the video"), owner.account, owner.attempt)
        etag = reply.headers.get("ETag", "").strip('"')
        if not etag:
            raise _senseless("the video")
        return etag

    def _finalise(self, session: Mapping[str, Any], etags: list[str], owner: Owner) -> None:
        body = {"video": session["urn"], "uploadToken": session["token"], "uploadedPartIds": etags}
        path = "/rest/videos?action=finalizeUpload"
        reply = self._service.prepare(path, {"finalizeUploadRequest": body}, owner.account, owner.attempt)
        if not reply.ok and not self._is_taken(session["urn"], owner):
            raise refusal(reply, Call("the video"), owner.account, owner.attempt)

    def _is_taken(self, urn: str, owner: Owner) -> bool:
        """Say whether an earlier call, whose answer was lost, has finished the upload."""
        reply = self._look(urn, owner)
        return reply.ok and reply.fields.get("status") in ("PROCESSING", AVAILABLE)

    def _initialised(self, kind: str, wanted: Mapping[str, Any], what: str, owner: Owner) -> Mapping[str, Any]:
        path = f"/rest/{kind}?action=initializeUpload"
        reply = self._service.prepare(path, {"initializeUploadRequest": wanted}, owner.account, owner.attempt)
        if not reply.ok:
            raise refusal(reply, Call(what), owner.account, owner.attempt)
        value = reply.fields.get("value")
        if not isinstance(value, Mapping):
            raise _senseless(what)
        return value

    def _look(self, urn: str, owner: Owner) -> Reply:
        kind = "videos" if urn.startswith("urn:li:video:") else "images"
        return self._service.get(f"/rest/{kind}/{encoded(urn)}", owner.account, owner.attempt)


def _key(position: int, medium: MediaInfo) -> str:
    return f"media_{position}_{media_key(medium.url)}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _senseless(what: str) -> Transient:
    return Transient("unexpected_answer", f"LinkedIn gave an answer to {what} that makes no sense.")
