"""The adapter for YouTube.

A video is sent in a resumable upload. The publish call is the upload of the last chunk, which creates the video.
YouTube then processes the video.

Checkpoint: ``session`` (the address of the upload session) and ``size`` (the size of its video in bytes), ``video``
(the id of the created video) and ``taken_at`` (the time at which the id became known), ``thumbnail`` (``set`` once
the thumbnail is set).
"""

from datetime import datetime, timedelta

import httpx

from minutehand.platforms.chunks import RemoteFile, TimeBudget
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.media_size import require_size
from minutehand.platforms.omissions import optional
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    Discarded,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    Rejected,
    Transient,
    Unanswerable,
)
from minutehand.platforms.youtube import listing, rules
from minutehand.platforms.youtube.api import Api, items, text_at
from minutehand.platforms.youtube.comments import Comments
from minutehand.platforms.youtube.errors import NAME, REMEDIES, UPLOAD_FAILURES
from minutehand.platforms.youtube.options import permalink, title_of
from minutehand.platforms.youtube.uploads import Complete, SessionGone, Uploads

CHUNK_BYTES = 8 * 1024 * 1024
"""The size of a chunk, which must be a multiple of 256 KiB. Only the last chunk may have another size."""
CHECK_AFTER = timedelta(seconds=5)
CHECK_AFTER_LATER = timedelta(minutes=1)
LISTED_WITHIN = timedelta(minutes=2)
"""The assumed maximum time that YouTube needs to list a new video. After this time, processing is checked less often.
"""
NO_THUMBNAIL = "The video has no thumbnail of its own."
MAX_PROCESSING_TIME = timedelta(hours=1)
"""The time after which a video counts as published even if YouTube is still processing it. Processing may take hours.
"""


class YouTube(Adapter):
    """Publishes videos on YouTube.

    The text becomes the description. Options: ``title``, ``privacy`` (public, unlisted, private), ``tags``,
    ``categoryId``, ``thumbnailUrl``, ``short``, ``madeForKids``, ``syntheticMedia``, ``notifySubscribers``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._api = Api(client)
        self._uploads = Uploads(self._api)
        self._comments = Comments(self._api)
        self._media = media

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        if content.reply_to is not None:
            rules.rulebook.require(content)
            return self._comments.publish(content, account, attempt)
        if attempt.checkpoint.get("video"):
            return self._check_processing(content, account, attempt)
        media = [self._media.probe(url) for url in content.media_urls[:1]]
        rules.rulebook.require(content, media)  # refuses a post without a video, or with several
        [video] = media
        require_size(video)
        session = self._session(content, video, account, attempt)
        try:
            return self._upload(session, video, account, attempt)
        except SessionGone:
            attempt.save(session="")
            raise

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`.

        For a comment, search the comments on the video. If the id of the video is known, check the video. Otherwise,
        read the id from the upload session, or search the uploads if there is no session or the session has expired.
        """
        armed_at, session = attempt.armed_at, attempt.checkpoint.get("session")
        if armed_at is None:
            return NotPublished()
        if content.reply_to is not None:
            return self._comments.reconcile(content, account, armed_at, attempt)
        if video_id := attempt.checkpoint.get("video"):
            return self._reconcile_video(video_id, content, account, attempt)
        if not session:
            return self._search(content, armed_at, account, attempt)
        try:
            progress = self._uploads.status(session, int(attempt.checkpoint["size"]), account, attempt)
        except SessionGone:
            return self._search(content, armed_at, account, attempt)
        if not isinstance(progress, Complete):
            return NotPublished()
        _save_video(progress.video_id, attempt)
        self._set_thumbnail(content, account, attempt)
        return Published(progress.video_id, permalink(progress.video_id, content.options))

    def _session(self, content: Content, video: MediaInfo, account: Account, attempt: Attempt) -> str:
        """Return the upload session in the checkpoint if it belongs to this video, or else a new session."""
        saved = attempt.checkpoint.get("session")
        if saved and attempt.checkpoint.get("size") == str(video.size_bytes):
            return saved
        session = self._uploads.begin(content, video, account, attempt)
        attempt.save(session=session, size=str(video.size_bytes))
        return session

    def _upload(self, session: str, video: MediaInfo, account: Account, attempt: Attempt) -> Processing:
        """Upload as many of the missing chunks as the attempt has time for."""
        size, budget = video.size_bytes or 0, TimeBudget(attempt)
        progress = self._uploads.status(session, size, account, attempt)
        if isinstance(progress, Complete):
            return _save_video(progress.video_id, attempt)
        offset = progress.offset
        while budget.allows_chunk():
            chunk = self._media.read(video.url, start=offset, length=min(CHUNK_BYTES, size - offset))
            if offset + len(chunk) < size:
                offset = self._uploads.send(session, video, chunk, offset, account, attempt)
                continue
            request = self._uploads.last_request(session, video, chunk, offset, account)
            self._api.exchange.connect(request, attempt)
            attempt.arm(session=session)
            return _save_video(self._uploads.finish(request, account, attempt), attempt)
        return Processing(timedelta(0))

    def _check_processing(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        video_id = attempt.checkpoint["video"]
        self._set_thumbnail(content, account, attempt)
        status, reason = self._upload_status(video_id, account, attempt)
        waited = attempt.now() - datetime.fromisoformat(attempt.checkpoint["taken_at"])
        if status == "processed" or (status == "uploaded" and waited > MAX_PROCESSING_TIME):
            return Published(video_id, permalink(video_id, content.options))
        if status == "uploaded":
            return Processing(CHECK_AFTER if waited < LISTED_WITHIN else CHECK_AFTER_LATER)
        if not status:
            raise Transient("not_listed_yet", f"{NAME} accepted the video, but does not list it yet.")
        raise Discarded("media_refused", _refusal_sentence(status, reason))

    def _reconcile_video(
        self, video_id: str, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Reconcile the publish call that created the video ``video_id``.

        Return `NotPublished` for a video that YouTube refused after processing. The next call of `publish` then raises
        the error.
        """
        self._set_thumbnail(content, account, attempt)
        status, _ = self._upload_status(video_id, account, attempt)
        match status:
            case "processed" | "uploaded":
                return Published(video_id, permalink(video_id, content.options))
            case "failed" | "rejected":
                return NotPublished()
            case "" if attempt.now() - datetime.fromisoformat(attempt.checkpoint["taken_at"]) < LISTED_WITHIN:
                raise Transient("not_listed_yet", f"{NAME} accepted the video, but does not list it yet.")
        return Unanswerable(f"{NAME} accepted the video, but no longer lists it. Check the account.")

    def _upload_status(self, video_id: str, account: Account, attempt: Attempt) -> tuple[str, str]:
        """Return a video's ``uploadStatus`` and the reason for a refusal. Both are empty if the video is not listed."""
        found = items(self._api.get("youtube/videos", account, attempt, part="status,processingDetails", id=video_id))
        for video in found:
            status = text_at(video, "status", "uploadStatus")
            if status and text_at(video, "id") == video_id:
                reason = text_at(video, "status", "failureReason") or text_at(video, "status", "rejectionReason")
                return status, reason
        return "", ""

    def _search(
        self, content: Content, armed_at: datetime, account: Account, attempt: Attempt
    ) -> Published | Unanswerable:
        video_id = listing.find(self._api, title_of(content), armed_at, account, attempt)
        if video_id is None:
            return Unanswerable(f"We could not confirm whether this post was published on {NAME}. Check the account.")
        return Published(video_id, permalink(video_id, content.options))

    def _set_thumbnail(self, content: Content, account: Account, attempt: Attempt) -> None:
        """Set the thumbnail unless it is already set. The thumbnail is optional, and the video is already uploaded."""
        url = content.options.get("thumbnailUrl")
        if url is None or attempt.checkpoint.get("thumbnail"):
            return
        with optional("thumbnail", NO_THUMBNAIL, attempt, attempt.time_left().total_seconds()):
            image = self._media.probe(url)
            if broken := rules.thumbnail_problems(image):
                raise Rejected("invalid_content", " ".join(broken))
            size = image.size_bytes
            file = (
                self._media.fetch(url, max_bytes=rules.MAX_THUMBNAIL_BYTES).content
                if size is None
                else RemoteFile(self._media, url, size, attempt)
            )
            request = self._api.request(
                "POST",
                "upload/youtube/thumbnails/set",
                account,
                params={"videoId": attempt.checkpoint["video"]},
                content=file,
                headers={"Content-Type": image.content_type},
            )
            self._api.prepare(request, account, attempt)
            attempt.save(thumbnail="set")


def _save_video(video_id: str, attempt: Attempt) -> Processing:
    attempt.save(video=video_id, taken_at=attempt.now().isoformat())
    return Processing(CHECK_AFTER)


def _refusal_sentence(status: str, reason: str) -> str:
    if status in ("failed", "rejected"):
        explanation, remedy = UPLOAD_FAILURES.get(reason), REMEDIES.get(reason, "Use another video.")
        refused = f"{NAME} refused the video: {explanation}." if explanation else f"{NAME} refused the video."
        return f"{refused} {remedy}"
    return f"{NAME} accepted the video, but the video was later deleted. Retry the post."


adapter = YouTube
