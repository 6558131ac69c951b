"""YouTube: a resumable upload, whose last piece makes the video; afterwards YouTube digests it.

Checkpoint: ``session`` (address of the upload) and ``size`` (of the video that it was made for), ``video`` (id, once it
is known), ``taken_at`` (when it became known), ``thumbnail`` (``set`` once it is).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx

from minutehand.platforms.chunks import TimeBudget
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    Discarded,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    PublishError,
    Rejected,
    Transient,
    Unanswerable,
)
from minutehand.platforms.youtube import listing, rules
from minutehand.platforms.youtube.api import Api, items, text_at
from minutehand.platforms.youtube.comments import Comments
from minutehand.platforms.youtube.errors import NAME, UPLOAD_FAILURES
from minutehand.platforms.youtube.options import permalink, title_of
from minutehand.platforms.youtube.uploads import Complete, SessionGone, Uploads

PIECE = 8 * 1024 * 1024
"""The bytes of one piece: a multiple of 256 KiB, as all but the last have to be."""
LOOK_AGAIN = timedelta(seconds=5)
LOOK_AGAIN_LATER = timedelta(minutes=1)
SOON = timedelta(minutes=2)
"""How long a digested video is looked at often; after that, seldom."""
LONG_ENOUGH = timedelta(hours=1)
"""A video that is still being digested after this stands as published: it is there, and long ones take hours."""


class YouTube:
    """Implements `minutehand.platforms.port.Adapter`.

    The text is the description. Options: ``title``, ``privacy`` (public, unlisted, private), ``tags``, ``categoryId``,
    ``thumbnailUrl``, ``short``, ``madeForKids``, ``syntheticMedia``, ``notifySubscribers``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._api = Api(client)
        self._uploads = Uploads(self._api)
        self._comments = Comments(self._api)
        self._media = media

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """See `Adapter.validate`."""
        return rules.problems(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        if content.reply_to is not None:
            _demand(rules.problems(content))
            return self._comments.publish(content, account, attempt)
        if attempt.checkpoint.get("video"):
            return self._digested(content, account, attempt)
        video = self._media.probe(content.media_urls[0]) if content.media_urls else None
        _demand(rules.problems(content, [video] if video else []))
        if video is None or not video.size_bytes:
            raise Rejected("media_refused", "The size of the video cannot be found out: its server does not tell it.")
        session = self._session(content, video, account, attempt)
        try:
            return self._uploaded(session, video, account, attempt)
        except SessionGone:
            attempt.save(session="")
            raise

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`: the session or the video is in the checkpoint."""
        return self.publish(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Exact: the session knows whether it became a video, and which one."""
        armed_at, session = attempt.armed_at, attempt.checkpoint.get("session")
        if armed_at is None:
            return NotPublished()
        if content.reply_to is not None:
            return self._comments.reconcile(content, account, armed_at, attempt)
        if video_id := attempt.checkpoint.get("video"):
            return self._checked(video_id, content, account, attempt)
        if not session:
            return self._searched(content, armed_at, account, attempt)
        try:
            stored = self._uploads.look(session, int(attempt.checkpoint["size"]), account, attempt)
        except SessionGone:
            return self._searched(content, armed_at, account, attempt)
        if not isinstance(stored, Complete):
            return NotPublished()
        _note(stored.video_id, attempt)
        self._dress(content, account, attempt)
        return Published(stored.video_id, permalink(stored.video_id, content.options))

    def _session(self, content: Content, video: MediaInfo, account: Account, attempt: Attempt) -> str:
        """Return the session of the checkpoint if it is for this video, or a new one."""
        known = attempt.checkpoint.get("session")
        if known and attempt.checkpoint.get("size") == str(video.size_bytes):
            return known
        thumbnail = content.options.get("thumbnailUrl")
        if thumbnail is not None:
            _demand(rules.thumbnail_problems(self._media.probe(thumbnail)))
        session = self._uploads.begin(content, video, account, attempt)
        attempt.save(session=session, size=str(video.size_bytes))
        return session

    def _uploaded(self, session: str, video: MediaInfo, account: Account, attempt: Attempt) -> Processing:
        size, budget = video.size_bytes or 0, TimeBudget(attempt)
        stored = self._uploads.look(session, size, account, attempt)
        if isinstance(stored, Complete):
            return _note(stored.video_id, attempt)
        offset = stored.offset
        while budget.allows_chunk():
            piece = self._media.read(video.url, start=offset, length=min(PIECE, size - offset))
            if offset + len(piece) < size:
                offset = self._uploads.send(session, video, piece, offset, account, attempt)
                continue
            request = self._uploads.last(session, video, piece, offset, account)
            attempt.arm(session=session)
            return _note(self._uploads.finish(request, account, attempt), attempt)
        return Processing(timedelta(0))

    def _digested(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        video_id = attempt.checkpoint["video"]
        self._dress(content, account, attempt)
        state, why = self._state(video_id, account, attempt)
        since = attempt.now() - datetime.fromisoformat(attempt.checkpoint["taken_at"])
        if state == "processed" or (state == "uploaded" and since > LONG_ENOUGH):
            return Published(video_id, permalink(video_id, content.options))
        if state == "uploaded":
            return Processing(LOOK_AGAIN if since < SOON else LOOK_AGAIN_LATER)
        if not state:
            raise Transient("not_listed_yet", f"{NAME} took the video, but does not show it yet.")
        raise Discarded("media_refused", _refusal(state, why))

    def _checked(
        self, video_id: str, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Say what became of a video that YouTube took. One that it refused is told as such by `publish`."""
        self._dress(content, account, attempt)
        state, _ = self._state(video_id, account, attempt)
        match state:
            case "processed" | "uploaded":
                return Published(video_id, permalink(video_id, content.options))
            case "failed" | "rejected":
                return NotPublished()
            case "" if attempt.now() - datetime.fromisoformat(attempt.checkpoint["taken_at"]) < SOON:
                raise Transient("not_listed_yet", f"{NAME} took the video, but does not show it yet.")
        return Unanswerable(f"{NAME} took the video, but does not show it any more. Please look there.")

    def _state(self, video_id: str, account: Account, attempt: Attempt) -> tuple[str, str]:
        """Return ``uploadStatus`` and, for a video that was refused, the reason; empty when it is not there."""
        found = items(self._api.get("youtube/videos", account, attempt, part="status,processingDetails", id=video_id))
        if not found:
            return "", ""
        why = text_at(found[0], "status", "failureReason") or text_at(found[0], "status", "rejectionReason")
        return text_at(found[0], "status", "uploadStatus"), why

    def _searched(
        self, content: Content, armed_at: datetime, account: Account, attempt: Attempt
    ) -> Published | Unanswerable:
        video_id = listing.find(self._api, title_of(content), armed_at, account, attempt)
        if video_id is None:
            return Unanswerable(f"{NAME} does not remember the upload any more. Please look there.")
        return Published(video_id, permalink(video_id, content.options))

    def _dress(self, content: Content, account: Account, attempt: Attempt) -> None:
        """Set the thumbnail unless that is done. A video without it is better than a second one: no error counts."""
        url = content.options.get("thumbnailUrl")
        if url is None or attempt.checkpoint.get("thumbnail") == "set":
            return
        try:
            image = self._media.fetch(url, max_bytes=rules.MAX_THUMBNAIL_BYTES)
            request = self._api.request(
                "POST",
                "upload/youtube/thumbnails/set",
                account,
                params={"videoId": attempt.checkpoint["video"]},
                content=image.content,
                headers={"Content-Type": image.content_type},
            )
            self._api.prepare(request, account, attempt)
        except PublishError:
            return
        attempt.save(thumbnail="set")


def _note(video_id: str, attempt: Attempt) -> Processing:
    attempt.save(video=video_id, taken_at=attempt.now().isoformat())
    return Processing(LOOK_AGAIN)


def _demand(broken: Sequence[str]) -> None:
    if broken:
        raise Rejected("invalid_content", " ".join(broken))


def _refusal(state: str, why: str) -> str:
    if state in ("failed", "rejected"):
        return f"{NAME} refused the video: {UPLOAD_FAILURES.get(why, 'it does not say why')}."
    return f"{NAME} took the video, but it was deleted there."


adapter = YouTube
