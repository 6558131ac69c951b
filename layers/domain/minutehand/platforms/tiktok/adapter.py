"""TikTok: a video is uploaded in chunks, images are fetched by TikTok; afterwards TikTok digests and publishes them.

Checkpoint: ``publish_id`` (the handle of the post), ``upload_url`` and ``size`` (of a video's upload), ``sent`` (bytes
that TikTok has confirmed), ``creator`` (user name, for the permalink), ``taken_at`` (since when TikTok has all of it).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.chunks import TimeBudget
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    Discarded,
    InDoubt,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    Rejected,
    Transient,
    Unanswerable,
)
from minutehand.platforms.tiktok import listing, rules
from minutehand.platforms.tiktok.api import Api, HandleUnknown
from minutehand.platforms.tiktok.errors import NAME, digestion_failure
from minutehand.platforms.tiktok.options import (
    PUBLIC,
    creator_problems,
    photo_info,
    photo_source,
    privacy,
    to_inbox,
    video_info,
)
from minutehand.platforms.tiktok.uploads import GONE, Chunks, UploadGone, Uploads

LOOK_AGAIN = timedelta(seconds=5)
LOOK_AGAIN_LATER = timedelta(minutes=1)
SOON = timedelta(minutes=2)
ID_WITHIN = timedelta(minutes=5)
"""How long a published post may be without an id: moderation usually takes less than a minute, but may take hours."""
GIVE_UP = timedelta(hours=1)
LISTED_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Status:
    """How far a post is. ``uploaded``: how many bytes of a video TikTok has."""

    name: str
    uploaded: int | None
    fail_reason: str
    post_id: str | None


class TikTok:
    """Implements `minutehand.platforms.port.Adapter`.

    Options: ``mode`` (direct, inbox), ``privacy`` (one of TikTok's levels), ``title`` (of images), ``disableComment``,
    ``disableDuet``, ``disableStitch``, ``coverTimestampMs``, ``coverIndex``, ``autoAddMusic``, ``brandedContent``,
    ``ownBrand``, ``aiGenerated``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._api = Api(client)
        self._uploads = Uploads(self._api)
        self._media = media

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """See `Adapter.validate`."""
        return rules.problems(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        status = self._known(account, attempt)
        if status is not None and not _is_waiting(status, attempt):
            return self._digested(status, content, account, attempt)
        media = [self._media.probe(url) for url in content.media_urls]
        if broken := rules.problems(content, media):
            raise Rejected("invalid_content", " ".join(broken))
        if media[0].is_video:
            return self._video(status, media[0], content, account, attempt)
        return self._photos(content, account, attempt)

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`: goes on with the upload, or asks how far TikTok is."""
        if attempt.armed_at is None:
            return self.publish(content, account, attempt)
        status = self._status(account, attempt)
        if _is_waiting(status, attempt):
            raise Transient("upload_incomplete", f"{NAME} does not have the whole video.")
        return self._digested(status, content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Exact where TikTok gave a publish_id; else the public posts are looked through."""
        if attempt.armed_at is None:
            return NotPublished()
        if not attempt.checkpoint.get("publish_id"):
            return self._searched(content, attempt.armed_at, account, attempt)
        try:
            status = self._status(account, attempt)
        except HandleUnknown:
            return Unanswerable(f"{NAME} does not remember the call any more. Please look there.")
        if status.name in ("PUBLISH_COMPLETE", "SEND_TO_USER_INBOX"):
            if _wants_id(status, content, attempt.now() - attempt.armed_at):
                raise Transient("not_listed_yet", f"{NAME} has the post, but has not given it an id yet.")
            return _published(status, account, attempt)
        if status.name == "FAILED" or _is_waiting(status, attempt):
            return NotPublished()  # `publish` tells why it failed
        raise Transient("media_processing", f"{NAME} has not finished with the post yet.")

    def _known(self, account: Account, attempt: Attempt) -> Status | None:
        """Return how far the post of the checkpoint is; None when there is none that could still be published."""
        if not attempt.checkpoint.get("publish_id"):
            return None
        try:
            status = self._status(account, attempt)
        except HandleUnknown:
            return None
        if status.name == "FAILED":
            error = digestion_failure(status.fail_reason, attempt.now())
            if isinstance(error, Rejected):
                raise error
            attempt.save(publish_id="", upload_url="")
            return None
        return status

    def _status(self, account: Account, attempt: Attempt) -> Status:
        publish_id = attempt.checkpoint.get("publish_id", "")
        data = self._api.ask("post/publish/status/fetch/", account, attempt, {"publish_id": publish_id})
        uploaded, reason = data.get("uploaded_bytes"), data.get("fail_reason")
        name = data.get("status")
        if not isinstance(name, str):
            raise Transient("unexpected_answer", f"{NAME} gave an answer that makes no sense.")
        return Status(
            name,
            uploaded if type(uploaded) is int else None,
            reason if isinstance(reason, str) else "",
            _first_id(data.get("publicaly_available_post_id")),  # spelt like this by TikTok
        )

    def _video(
        self, status: Status | None, video: MediaInfo, content: Content, account: Account, attempt: Attempt
    ) -> Processing:
        if not video.size_bytes:
            raise Rejected("media_refused", "The size of the video cannot be found out: its server does not tell it.")
        known = attempt.checkpoint
        if status is None or not known.get("upload_url") or known.get("size") != str(video.size_bytes):
            self._begin(video, content, account, attempt)
            status = None
        offset = max((status and status.uploaded) or 0, int(attempt.checkpoint.get("sent", "0")))
        return self._uploaded(video, offset, account, attempt)

    def _begin(self, video: MediaInfo, content: Content, account: Account, attempt: Attempt) -> None:
        source = Chunks(video.size_bytes or 0).source()
        creator: Mapping[str, Any] = {}
        if to_inbox(content):
            data = self._api.ask("post/publish/inbox/video/init/", account, attempt, {"source_info": source})
        else:
            creator = self._creator(content, video.duration_seconds, account, attempt)
            body = {"post_info": video_info(content, creator), "source_info": source}
            data = self._api.ask("post/publish/video/init/", account, attempt, body)
        publish_id, upload_url = data.get("publish_id"), data.get("upload_url")
        if not isinstance(publish_id, str) or not isinstance(upload_url, str):
            raise Transient("unexpected_answer", f"{NAME} gave an answer that makes no sense.")
        attempt.save(
            publish_id=publish_id,
            upload_url=upload_url,
            size=str(video.size_bytes),
            sent="0",
            taken_at="",
            **_name_of(creator),
        )

    def _uploaded(self, video: MediaInfo, offset: int, account: Account, attempt: Attempt) -> Processing:
        chunks, budget, url = Chunks(video.size_bytes or 0), TimeBudget(attempt), attempt.checkpoint["upload_url"]
        while budget.allows_chunk():
            start, end = chunks.at(offset)
            piece = self._media.read(video.url, start=start, length=end - start)
            try:
                request = self._uploads.chunk(url, video, start, piece)
                if end == chunks.size:
                    return self._finished(request, attempt)
                self._uploads.send(request, account, attempt)
            except UploadGone:
                attempt.save(upload_url="")
                raise
            offset = end
            attempt.save(sent=str(offset))
        return Processing(timedelta(0))

    def _finished(self, request: httpx.Request, attempt: Attempt) -> Processing:
        attempt.arm(publish_id=attempt.checkpoint["publish_id"])
        reply = self._uploads.finish(request, attempt)
        if reply.ok:
            attempt.save(taken_at=attempt.now().isoformat())
            return Processing(LOOK_AGAIN)
        if reply.status in GONE:
            attempt.save(upload_url="")
        raise InDoubt("upload_refused", f"{NAME} refused the last part of the video (HTTP {reply.status}).")

    def _photos(self, content: Content, account: Account, attempt: Attempt) -> Processing:
        inbox = to_inbox(content)
        creator = {} if inbox else self._creator(content, None, account, attempt)
        body = {
            "media_type": "PHOTO",
            "post_mode": "MEDIA_UPLOAD" if inbox else "DIRECT_POST",
            "post_info": photo_info(content, creator),
            "source_info": photo_source(content),
        }
        request = self._api.request("post/publish/content/init/", account, body)
        attempt.arm(publish_id="", kind="photo", taken_at="", **_name_of(creator))
        publish_id = self._api.publish(request, account, attempt)
        attempt.save(publish_id=publish_id, taken_at=attempt.now().isoformat())
        return Processing(LOOK_AGAIN)

    def _creator(
        self, content: Content, seconds: float | None, account: Account, attempt: Attempt
    ) -> Mapping[str, Any]:
        creator = self._api.ask("post/publish/creator_info/query/", account, attempt, {})
        if broken := creator_problems(content, creator, seconds):
            raise Rejected("invalid_content", " ".join(broken))
        return creator

    def _digested(self, status: Status, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        if not attempt.checkpoint.get("taken_at"):
            attempt.save(taken_at=attempt.now().isoformat())
        age = attempt.now() - datetime.fromisoformat(attempt.checkpoint["taken_at"])
        match status.name:
            case "FAILED":
                error = digestion_failure(status.fail_reason, attempt.now())
                raise Discarded(error.code, error.reason) if isinstance(error, Rejected) else error
            case "SEND_TO_USER_INBOX":
                return _published(status, account, attempt)
            case "PUBLISH_COMPLETE":
                if not _wants_id(status, content, age):
                    return _published(status, account, attempt)
            case _ if age > GIVE_UP:
                raise Transient("media_processing", f"{NAME} has not finished with the post for an hour.")
        return Processing(LOOK_AGAIN if age < SOON else LOOK_AGAIN_LATER)

    def _searched(
        self, content: Content, armed_at: datetime, account: Account, attempt: Attempt
    ) -> Published | Unanswerable:
        found = listing.find(self._api, content, armed_at, account, attempt)
        if found is not None:
            return found
        if attempt.now() - armed_at < LISTED_WITHIN:
            raise Transient("not_listed_yet", f"{NAME} does not list the post yet.")
        return Unanswerable(f"{NAME} does not list the post, but may not show it publicly yet. Please look there.")


def _is_waiting(status: Status, attempt: Attempt) -> bool:
    """Say whether TikTok waits for more chunks of a video; after the last one only if it says that it does."""
    size = attempt.checkpoint.get("size")
    if status.name != "PROCESSING_UPLOAD" or size is None or attempt.checkpoint.get("taken_at"):
        return False
    return attempt.armed_at is None if status.uploaded is None else status.uploaded < int(size)


def _wants_id(status: Status, content: Content, age: timedelta) -> bool:
    """Say whether a post that is out is likely to get an id soon: only public ones do, after moderation."""
    complete = status.name == "PUBLISH_COMPLETE" and status.post_id is None
    return complete and privacy(content) == PUBLIC and age < ID_WITHIN


def _published(status: Status, account: Account, attempt: Attempt) -> Published:
    """Return the post, which its publish_id stands for as long as it has no id that people can use."""
    if status.post_id is None:
        return Published(attempt.checkpoint["publish_id"])
    creator = attempt.checkpoint.get("creator") or account.handle.removeprefix("@")
    kind = attempt.checkpoint.get("kind", "video")
    return Published(status.post_id, f"https://www.tiktok.com/@{creator}/{kind}/{status.post_id}" if creator else None)


def _first_id(ids: Any) -> str | None:
    """Return the first of a post's ids, which come as 64-bit numbers or as texts."""
    first = ids[0] if isinstance(ids, list) and ids else None
    return str(first) if isinstance(first, int | str) and first else None


def _name_of(creator: Mapping[str, Any]) -> dict[str, str]:
    name = creator.get("creator_username")
    return {"creator": name} if isinstance(name, str) else {}


adapter = TikTok
