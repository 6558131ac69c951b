"""The adapter for TikTok. The adapter uploads videos in chunks, whereas TikTok fetches images from their URLs.

Checkpoint: ``publish_id`` (the handle of the post), ``upload_url`` and ``size`` (of a video's upload), ``sent`` (the
number of bytes that TikTok has confirmed), ``kind`` (``photo`` for a post of images), ``creator`` (the user name, for
the permalink), ``taken_at`` (the time by which TikTok had received the whole post).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.chunks import TimeBudget
from minutehand.platforms.identifiers import bounded_text, identifier
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.media_size import require_size
from minutehand.platforms.port import (
    Account,
    Adapter,
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
from minutehand.platforms.tiktok.errors import NAME, processing_failure
from minutehand.platforms.tiktok.options import (
    PUBLIC,
    creator_problems,
    photo_info,
    photo_source,
    privacy,
    to_inbox,
    video_info,
)
from minutehand.platforms.tiktok.uploads import UPLOAD_GONE, Chunks, UploadGone, Uploads

CHECK_AFTER = timedelta(seconds=5)
SLOW_CHECK_AFTER = timedelta(minutes=1)
SLOW_AFTER = timedelta(minutes=2)
"""The processing time after which the adapter checks the status of a post less often."""
MAX_ID_DELAY = timedelta(minutes=5)
"""The maximum wait for the id of a published post. TikTok assigns the id after moderation, usually within a minute."""
MAX_PROCESSING_TIME = timedelta(hours=1)
MAX_LISTING_DELAY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Status:
    """The status of a post. ``uploaded`` is the number of bytes of the video that TikTok has received."""

    name: str
    uploaded: int | None
    fail_reason: str
    post_id: str | None


class TikTok(Adapter):
    """Publishes posts on TikTok.

    Options: ``mode`` (direct, inbox), ``privacy`` (one of TikTok's levels), ``title`` (of images), ``disableComment``,
    ``disableDuet``, ``disableStitch``, ``coverTimestampMs``, ``coverIndex``, ``autoAddMusic``, ``brandedContent``,
    ``ownBrand``, ``aiGenerated``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._api = Api(client)
        self._uploads = Uploads(self._api)
        self._media = media

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        status = self._saved_status(account, attempt)
        if status is not None and not _awaits_chunks(status, attempt):
            return self._outcome(status, content, account, attempt)
        media = [self._media.probe(url) for url in content.media_urls]
        rules.rulebook.require(content, media)
        if media[0].is_video:
            return self._publish_video(status, media[0], content, account, attempt)
        return self._publish_photos(content, account, attempt)

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`. Continue the upload, or check the status after the publish call."""
        if attempt.armed_at is None:
            return self.publish(content, account, attempt)
        status = self._status(account, attempt)
        if _awaits_chunks(status, attempt):
            raise Transient("upload_incomplete", f"{NAME} has not received the whole video.")
        return self._outcome(status, content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Check the status. If no publish_id is known, search the public posts."""
        if attempt.armed_at is None:
            return NotPublished()
        if not attempt.checkpoint.get("publish_id"):
            return self._search(content, attempt.armed_at, account, attempt)
        try:
            status = self._status(account, attempt)
        except HandleUnknown:
            return Unanswerable(
                f"We could not confirm whether this post was published on {NAME}, because {NAME} has no record of our "
                "request. Check the account."
            )
        if status.name in ("PUBLISH_COMPLETE", "SEND_TO_USER_INBOX"):
            if _awaits_id(status, content, attempt.now() - attempt.armed_at):
                raise Transient("not_listed_yet", f"{NAME} has the post, but has not assigned its id yet.")
            return _published(status, account, attempt)
        if status.name == "FAILED":
            failure = processing_failure(status.fail_reason, attempt.now())
            return NotPublished(failure.code, failure.reason)  # `publish` raises a permanent failure.
        if _awaits_chunks(status, attempt):
            return NotPublished()
        raise Transient("media_processing", f"{NAME} is still processing the post.")

    def _saved_status(self, account: Account, attempt: Attempt) -> Status | None:
        """Return the status of the post in the checkpoint, or None if the post has to be sent from the beginning.

        Raises:
            Rejected: TikTok has permanently refused the post.
            PublishError: see `Api.prepare`.
        """
        if not attempt.checkpoint.get("publish_id"):
            return None
        try:
            status = self._status(account, attempt)
        except HandleUnknown:
            return None
        if status.name == "FAILED":
            error = processing_failure(status.fail_reason, attempt.now())
            if isinstance(error, Rejected):
                raise error
            attempt.save(publish_id="", upload_url="")
            return None
        return status

    def _status(self, account: Account, attempt: Attempt) -> Status:
        publish_id = attempt.checkpoint.get("publish_id", "")
        data = self._api.prepare("post/publish/status/fetch/", account, attempt, {"publish_id": publish_id})
        uploaded, reason = data.get("uploaded_bytes"), data.get("fail_reason")
        name = data.get("status")
        if not isinstance(name, str):
            raise Transient("unexpected_answer", f"{NAME} returned an unexpected response.")
        return Status(
            name,
            uploaded if type(uploaded) is int else None,
            reason if isinstance(reason, str) else "",
            _first_id(data.get("publicaly_available_post_id")),  # the spelling in the API
        )

    def _publish_video(
        self, status: Status | None, video: MediaInfo, content: Content, account: Account, attempt: Attempt
    ) -> Processing:
        size = require_size(video)
        saved = attempt.checkpoint
        if status is None or not saved.get("upload_url") or saved.get("size") != str(size):
            self._start_upload(video, content, account, attempt)
            status = None
        offset = max((status and status.uploaded) or 0, int(attempt.checkpoint.get("sent", "0")))
        return self._upload(video, offset, account, attempt)

    def _start_upload(self, video: MediaInfo, content: Content, account: Account, attempt: Attempt) -> None:
        source = Chunks(video.size_bytes or 0).source()
        creator: Mapping[str, Any] = {}
        if to_inbox(content):
            data = self._api.prepare("post/publish/inbox/video/init/", account, attempt, {"source_info": source})
        else:
            creator = self._creator(content, video.duration_seconds, account, attempt)
            body = {"post_info": video_info(content, creator), "source_info": source}
            data = self._api.prepare("post/publish/video/init/", account, attempt, body)
        publish_id, upload_url = identifier(data.get("publish_id")), bounded_text(data.get("upload_url"))
        if publish_id is None or upload_url is None:
            raise Transient("unexpected_answer", f"{NAME} returned an unexpected response.")
        attempt.save(
            publish_id=publish_id,
            upload_url=upload_url,
            size=str(video.size_bytes),
            sent="0",
            taken_at="",
            **_creator_handle(creator),
        )

    def _upload(self, video: MediaInfo, offset: int, account: Account, attempt: Attempt) -> Processing:
        chunks, budget, url = Chunks(video.size_bytes or 0), TimeBudget(attempt), attempt.checkpoint["upload_url"]
        while budget.allows_chunk():
            start, end = chunks.range_at(offset)
            chunk = self._media.read(video.url, start=start, length=end - start)
            try:
                request = self._uploads.request(url, video, start, chunk)
                if end == chunks.size:
                    return self._finish_upload(request, attempt)
                self._uploads.send(request, account, attempt)
            except UploadGone:
                attempt.save(upload_url="")
                raise
            offset = end
            attempt.save(sent=str(offset))
        return Processing(timedelta(0))

    def _finish_upload(self, request: httpx.Request, attempt: Attempt) -> Processing:
        self._api.exchange.connect(request, attempt)
        attempt.arm(publish_id=attempt.checkpoint["publish_id"])
        reply = self._uploads.finish(request, attempt)
        if reply.ok:
            attempt.save(taken_at=attempt.now().isoformat())
            return Processing(CHECK_AFTER)
        if reply.status in UPLOAD_GONE:
            attempt.save(upload_url="")
        raise InDoubt("upload_refused", f"{NAME} refused the last chunk of the video (HTTP {reply.status}).")

    def _publish_photos(self, content: Content, account: Account, attempt: Attempt) -> Processing:
        inbox = to_inbox(content)
        creator = {} if inbox else self._creator(content, None, account, attempt)
        body = {
            "media_type": "PHOTO",
            "post_mode": "MEDIA_UPLOAD" if inbox else "DIRECT_POST",
            "post_info": photo_info(content, creator),
            "source_info": photo_source(content),
        }
        request = self._api.request("post/publish/content/init/", account, body)
        self._api.exchange.connect(request, attempt)
        attempt.arm(publish_id="", kind="photo", taken_at="", **_creator_handle(creator))
        publish_id = self._api.publish(request, account, attempt)
        attempt.save(publish_id=publish_id, taken_at=attempt.now().isoformat())
        return Processing(CHECK_AFTER)

    def _creator(
        self, content: Content, seconds: float | None, account: Account, attempt: Attempt
    ) -> Mapping[str, Any]:
        creator = self._api.prepare("post/publish/creator_info/query/", account, attempt, {})
        if problems := creator_problems(content, creator, seconds):
            raise Rejected("invalid_content", " ".join(problems))
        return creator

    def _outcome(self, status: Status, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        if not attempt.checkpoint.get("taken_at"):
            attempt.save(taken_at=attempt.now().isoformat())
        age = attempt.now() - datetime.fromisoformat(attempt.checkpoint["taken_at"])
        match status.name:
            case "FAILED":
                error = processing_failure(status.fail_reason, attempt.now())
                raise Discarded(error.code, error.reason) if isinstance(error, Rejected) else error
            case "SEND_TO_USER_INBOX":
                return _published(status, account, attempt)
            case "PUBLISH_COMPLETE":
                if not _awaits_id(status, content, age):
                    return _published(status, account, attempt)
            case _ if age > MAX_PROCESSING_TIME:
                raise Transient("media_processing", f"{NAME} has been processing the post for an hour.")
        return Processing(CHECK_AFTER if age < SLOW_AFTER else SLOW_CHECK_AFTER)

    def _search(
        self, content: Content, armed_at: datetime, account: Account, attempt: Attempt
    ) -> Published | Unanswerable:
        found = listing.find(self._api, content, armed_at, account, attempt)
        if found is not None:
            return found
        if attempt.now() - armed_at < MAX_LISTING_DELAY:
            raise Transient("not_listed_yet", f"{NAME} does not list the post yet.")
        return Unanswerable(
            f"We could not confirm whether this post was published on {NAME}, which may not show it publicly yet. "
            "Check the account."
        )


def _awaits_chunks(status: Status, attempt: Attempt) -> bool:
    """Return whether TikTok expects more chunks of a video.

    If TikTok does not return ``uploaded``, chunks are expected only before the publish call.
    """
    size = attempt.checkpoint.get("size")
    if status.name != "PROCESSING_UPLOAD" or size is None or attempt.checkpoint.get("taken_at"):
        return False
    return attempt.armed_at is None if status.uploaded is None else status.uploaded < int(size)


def _awaits_id(status: Status, content: Content, age: timedelta) -> bool:
    """Return whether TikTok is likely to assign an id to a published post soon. Only public posts receive an id, after
    moderation.
    """
    complete = status.name == "PUBLISH_COMPLETE" and status.post_id is None
    return complete and privacy(content) == PUBLIC and age < MAX_ID_DELAY


def _published(status: Status, account: Account, attempt: Attempt) -> Published:
    """Return the published post. The remote id is the publish_id if TikTok assigned no public id."""
    if status.post_id is None:
        return Published(attempt.checkpoint["publish_id"])
    creator = attempt.checkpoint.get("creator") or account.handle.removeprefix("@")
    kind = attempt.checkpoint.get("kind", "video")
    return Published(status.post_id, f"https://www.tiktok.com/@{creator}/{kind}/{status.post_id}" if creator else None)


def _first_id(ids: Any) -> str | None:
    """Return the first id of a post, or None if there is none. TikTok sends ids as 64-bit numbers or as strings."""
    first = ids[0] if isinstance(ids, list) and ids else None
    return str(first) if isinstance(first, int | str) and first else None


def _creator_handle(creator: Mapping[str, Any]) -> dict[str, str]:
    name = creator.get("creator_username")
    return {"creator": name} if isinstance(name, str) else {}


adapter = TikTok
