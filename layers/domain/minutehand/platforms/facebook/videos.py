"""Publish a Page's videos in the feed, as reels or as stories.

An upload consists of a start call, the transfer of the video, and a finish call. The start call returns the video's id.
The finish call is the publish call, and publishes that one video. The video's status therefore resolves a publish call
in doubt, and a second finish call does not create a second post.

The adapter sends a feed video in chunks. The response to the last chunk states that Facebook has the whole video. The
status of a feed video is not read before the first finish call, because Facebook does not document that status.
Facebook fetches the videos of reels and stories from URLs. The status of a reel or a story shows when Facebook has the
video.

Checkpoint: ``video_id``; ``session``, ``offset`` and ``end`` (the range of the next chunk) of a feed video;
``upload_url`` and ``fetched`` of a reel or story; ``post_id`` of a story; ``finished`` (a publish call was made);
``lost`` (the upload failed or expired, so the next attempt starts a new one); the key of `media_errors`.

Sources: facebook-business SDK 26.0.3, ``video_uploader``; Video API, "Reels publishing" and "Error codes" (2026).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from minutehand.platforms.error_table import REFUSED
from minutehand.platforms.exchange import bearer
from minutehand.platforms.facebook import options as choices
from minutehand.platforms.facebook.feed import SETTLE_TIME
from minutehand.platforms.facebook.progress import Progress, Stage
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.media_size import require_size
from minutehand.platforms.meta.containers import account_node
from minutehand.platforms.meta.errors import StaleHandle
from minutehand.platforms.meta.graph import GraphClient, id_in
from minutehand.platforms.meta.media_errors import MediaNotFetched, limit_fetch_time
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
    PublishError,
    Rejected,
    Transient,
    Unanswerable,
)

MAX_CHUNK_BYTES = 8 * 1024 * 1024
"""The maximum size of a video chunk, which an attempt holds in memory and sends in one call."""
MIN_CHUNK_TIME = timedelta(seconds=6)
"""The minimum time that must be left in the attempt before another chunk is sent."""
CHECK_AFTER = timedelta(seconds=10)
MAX_PROCESSING_TIME = timedelta(hours=2)
"""The time limit for processing, counted from the publish call."""
EDGES = {"feed": "videos", "reel": "video_reels", "story": "video_stories"}
UPLOAD_LOST = "The upload of the video to Facebook failed or expired."
NO_UPLOAD = {"video_id": "", "session": "", "fetched": "", "finished": "", "lost": ""}
"""Empty values for the handles of an upload. After an upload is lost, these values are saved, so that the next attempt
starts a new upload.
"""


class Videos:
    """Publishes videos on a Page."""

    def __init__(self, client: httpx.Client, graph: GraphClient, media: MediaFetcher) -> None:
        self._client = client
        self._graph = graph
        self._media = media

    def publish(self, video: MediaInfo, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Upload and publish ``video``, resuming from the checkpoint."""
        kind = choices.type_of(content.options)
        if attempt.checkpoint.get("lost"):
            attempt.save(**NO_UPLOAD)
        if kind == "feed":
            is_uploaded = self._send(video, account, attempt)
        else:
            is_uploaded = self._let_facebook_fetch(kind, video, account, attempt)
        if not is_uploaded:
            return Processing(timedelta(0))
        if kind != "feed" or attempt.checkpoint.get("finished"):
            progress = self._progress(attempt.checkpoint["video_id"], account, attempt)
            match progress.stage:
                case Stage.FAILED:
                    attempt.save(**NO_UPLOAD)
                    raise Rejected("media_failed", _failure(progress))
                case Stage.LOST:
                    attempt.save(**NO_UPLOAD)
                    failure = MediaNotFetched("upload_lost", UPLOAD_LOST)
                    raise limit_fetch_time(failure, attempt)
                case Stage.PUBLISHED:
                    return self._published(progress, kind, attempt)
                case Stage.UPLOADING if kind != "feed":
                    return Processing(CHECK_AFTER)
        return self._finish(kind, content, account, attempt)

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Return `Published` if Facebook has published the video, and `Processing` otherwise.

        Raises:
            Discarded: Facebook could not process the video.
            InDoubt: the upload failed or expired, or processing has taken more than `MAX_PROCESSING_TIME`.
            PublishError: see `GraphClient.get`.
        """
        progress = self._progress(attempt.checkpoint["video_id"], account, attempt)
        if progress.stage is Stage.PUBLISHED:
            return self._published(progress, choices.type_of(content.options), attempt)
        if progress.stage is Stage.FAILED:
            raise Discarded("media_failed", _failure(progress))
        if progress.stage is Stage.LOST:
            raise InDoubt("upload_lost", UPLOAD_LOST)
        if attempt.armed_at is not None and attempt.now() - attempt.armed_at > MAX_PROCESSING_TIME:
            raise InDoubt("media_processing", "Facebook has been processing the video for two hours.")
        return Processing(CHECK_AFTER)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Return the outcome of the publish call, according to the video's status."""
        armed_at, video_id = attempt.armed_at, attempt.checkpoint.get("video_id")
        if armed_at is None:
            return NotPublished()
        if not video_id:
            return Unanswerable(
                "We could not confirm whether this post was published on Facebook: the id of the video is missing. "
                "Check the Page."
            )
        if attempt.checkpoint.get("lost"):
            return NotPublished("upload_lost", UPLOAD_LOST)
        try:
            progress = self._progress(video_id, account, attempt)
        except StaleHandle:
            return Unanswerable(
                "We could not confirm whether this post was published on Facebook, because Facebook cannot find the "
                "video. Check the Page."
            )
        match progress.stage:
            case Stage.PUBLISHED:
                return self._published(progress, choices.type_of(content.options), attempt)
            case Stage.FAILED:
                return NotPublished("media_failed", _failure(progress))
            case Stage.LOST:
                return NotPublished("upload_lost", UPLOAD_LOST)
            case Stage.UPLOADED | Stage.UPLOADING if attempt.now() - armed_at >= SETTLE_TIME:
                return NotPublished()
        raise Transient("media_processing", "Facebook is still processing the video.")

    def _finish(self, kind: str, content: Content, account: Account, attempt: Attempt) -> Processing:
        video_id = attempt.checkpoint["video_id"]
        fields = {"upload_phase": "finish"}
        if kind == "feed":
            fields |= {"upload_session_id": attempt.checkpoint["session"]}
        else:
            fields |= {"video_id": video_id}
        if kind == "reel":
            fields |= {"video_state": "PUBLISHED"}
        if kind != "story":
            fields |= {"description": content.text}
            if title := content.options.get("title"):
                fields |= {"title": title}
        request = self._graph.publish_request(f"{account_node(account)}/{EDGES[kind]}", account, **fields)
        finished_before = attempt.checkpoint.get("finished")
        self._graph.connect(request, attempt)
        attempt.arm(video_id=video_id, finished="yes", fetch_failed_at="")
        try:
            answer = self._graph.publish(request, account, attempt)
        except (StaleHandle, Rejected) as refusal:
            # Facebook does not document its error for a second finish call, so read the video's status.
            if finished_before and self._may_be_published(video_id, account, attempt):
                raise InDoubt(refusal.code, refusal.reason) from refusal
            if isinstance(refusal, StaleHandle):
                attempt.save(lost="yes")
            raise
        if answer.get("success") is not True:
            raise InDoubt("unexpected_answer", "Facebook returned an unexpected response.")
        if post_id := id_in(answer, "post_id"):
            attempt.save(post_id=post_id)
        return Processing(timedelta(seconds=1))

    # Uploads in chunks.

    def _send(self, video: MediaInfo, account: Account, attempt: Attempt) -> bool:
        """Send the missing chunks. Return False if the attempt runs out of time before the last chunk."""
        if not attempt.checkpoint.get("video_id"):
            self._start_sending(video, account, attempt)
        while (offset := int(attempt.checkpoint["offset"])) < (end := int(attempt.checkpoint["end"])):
            if attempt.time_left() < MIN_CHUNK_TIME:
                return False
            chunk = self._media.read(video.url, start=offset, length=min(end - offset, MAX_CHUNK_BYTES))
            self._send_chunk(chunk, offset, account, attempt)
        return True

    def _start_sending(self, video: MediaInfo, account: Account, attempt: Attempt) -> None:
        size = require_size(video)
        answer = self._graph.prepare(
            f"{account_node(account)}/videos", account, attempt, upload_phase="start", file_size=str(size)
        )
        video_id, session = id_in(answer, "video_id"), id_in(answer, "upload_session_id")
        if video_id is None or session is None:
            raise _unexpected_response()
        attempt.save(video_id=video_id, session=session, **_next_chunk(answer))

    def _send_chunk(self, chunk: bytes, offset: int, account: Account, attempt: Attempt) -> None:
        request = self._graph.upload_request(
            f"{account_node(account)}/videos",
            account,
            {"video_file_chunk": ("piece", chunk, "application/octet-stream")},
            upload_phase="transfer",
            upload_session_id=attempt.checkpoint["session"],
            start_offset=str(offset),
        )
        try:
            expected = _next_chunk(self._graph.send(request, account, attempt))
        except StaleHandle as stale:
            # If an earlier response was lost, the error contains the expected offset. If the error contains no offset,
            # the session has expired.
            if not stale.details:
                attempt.save(video_id="", session="")
                raise
            expected = _next_chunk(stale.details)
        if int(expected["offset"]) == offset < int(expected["end"]):
            raise Transient("upload_stuck", "Facebook did not accept a chunk of the video.")
        attempt.save(**expected)

    # Videos that Facebook fetches.

    def _let_facebook_fetch(self, kind: str, video: MediaInfo, account: Account, attempt: Attempt) -> bool:
        if not attempt.checkpoint.get("video_id"):
            path = f"{account_node(account)}/{EDGES[kind]}"
            answer = self._graph.prepare(path, account, attempt, upload_phase="start")
            video_id, upload_url = id_in(answer, "video_id"), id_in(answer, "upload_url")
            if video_id is None or upload_url is None:
                raise _unexpected_response()
            attempt.save(video_id=video_id, upload_url=upload_url, fetched="")
        if not attempt.checkpoint.get("fetched"):
            request = self._fetch_request(video, account, attempt.checkpoint["upload_url"])
            try:
                answer = self._graph.send(request, account, attempt)
            except StaleHandle:
                attempt.save(video_id="")
                raise
            except Rejected as refusal:
                if refusal.code != REFUSED.code:
                    raise
                # The upload server does not use the Graph API's errors, and a second fetch may succeed.
                failure = MediaNotFetched(refusal.code, refusal.reason)
                raise limit_fetch_time(failure, attempt) from refusal
            if answer.get("success") is not True:
                raise _unexpected_response()
            attempt.save(fetched="yes")
        return True

    def _fetch_request(self, video: MediaInfo, account: Account, upload_url: str) -> httpx.Request:
        if not _may_receive_token(httpx.URL(upload_url), account):
            reason = "Facebook returned an upload URL on a host that is not Facebook's. Retry the post."
            raise Rejected("address_refused", reason)
        token = bearer(account.token.get("access_token", ""), "Facebook")["Authorization"].removeprefix("Bearer ")
        headers = {"Authorization": f"OAuth {token}", "file_url": str(httpx.URL(video.url))}
        return self._client.build_request("POST", upload_url, headers=headers)

    # Status.

    def _progress(self, video_id: str, account: Account, attempt: Attempt) -> Progress:
        answer = self._graph.get(video_id, account, attempt, fields="status,permalink_url")
        return Progress.parse(answer, account.token, finished=bool(attempt.checkpoint.get("finished")))

    def _may_be_published(self, video_id: str, account: Account, attempt: Attempt) -> bool:
        try:
            return self._progress(video_id, account, attempt).stage in (Stage.PUBLISHED, Stage.PROCESSING)
        except PublishError:
            return True

    def _published(self, progress: Progress, kind: str, attempt: Attempt) -> Published:
        video_id = attempt.checkpoint["video_id"]
        fallback = f"https://www.facebook.com/{'reel/' if kind == 'reel' else ''}{video_id}"
        permalink = progress.permalink or (None if kind == "story" else fallback)
        return Published(attempt.checkpoint.get("post_id") or video_id, permalink)


def _failure(progress: Progress) -> str:
    return f"Facebook could not process the video: {progress.failure.rstrip('.')}. Use another video."


def _next_chunk(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return the byte range of the next chunk, as strings. ``offset`` equals ``end`` when the upload is complete."""
    offset, end = id_in(answer, "start_offset"), id_in(answer, "end_offset")
    if offset is None or end is None or not (offset.isdecimal() and end.isdecimal()):
        raise _unexpected_response()
    return {"offset": offset, "end": end}


def _may_receive_token(url: httpx.URL, account: Account) -> bool:
    """Return whether ``url`` belongs to Facebook or to the server that all calls for the account use."""
    if account.base_url and url.netloc == httpx.URL(account.base_url).netloc:
        return True
    return url.scheme == "https" and url.host.endswith(".facebook.com")


def _unexpected_response() -> Transient:
    return Transient("unexpected_answer", "Facebook returned an unexpected response to a video upload.")
