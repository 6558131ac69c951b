"""Videos of a Page: in the feed, as a reel, or as a story. A session is started, filled, and finished.

The video's id comes with the start, and finishing publishes that one video: whatever happens to the answer, the id
can be asked, and finishing again makes no second post. A feed's video is sent in pieces; reels and stories are
fetched by Facebook from their address.

Checkpoint: ``video_id``; ``session``, ``offset`` and ``end`` (what piece is wanted next) of a feed's video;
``upload_url`` and ``fetched`` of the others; ``post_id`` of a story; ``finished`` (Facebook was told to publish it).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from minutehand.platforms.exchange import bearer
from minutehand.platforms.facebook import options as choices
from minutehand.platforms.facebook.feed import SETTLED
from minutehand.platforms.facebook.progress import Progress, Stage
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.meta.containers import owner
from minutehand.platforms.meta.graph import Graph, StaleHandle, id_in
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

PIECE_BYTES = 8 * 1024 * 1024
"""The most that is held in memory of a video, and sent in one call."""
PIECE_TIME = timedelta(seconds=6)
"""The time that must be left of a run to begin with another piece."""
LOOK_AGAIN = timedelta(seconds=10)
GIVE_UP = timedelta(hours=2)
"""Facebook digests hours of video in less."""
EDGES = {"feed": "videos", "reel": "video_reels", "story": "video_stories"}


class Videos:
    """The videos of a Page."""

    def __init__(self, client: httpx.Client, graph: Graph, media: MediaFetcher) -> None:
        self._client = client
        self._graph = graph
        self._media = media

    def publish(self, video: MediaInfo, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Upload and publish ``video``, going on from the checkpoint."""
        kind = choices.type_of(content.options)
        uploaded = (
            self._sent(video, account, attempt) if kind == "feed" else self._fetched(kind, video, account, attempt)
        )
        if not uploaded:
            return Processing(timedelta(0))
        progress = self._progress(attempt.checkpoint["video_id"], account, attempt)
        if progress.stage is Stage.FAILED:
            attempt.save(video_id="", session="", fetched="", finished="")
            raise Rejected("media_failed", f"Facebook could not process the video: {progress.why}")
        if progress.stage is Stage.PUBLISHED:
            return self._published(progress, kind, attempt)
        if progress.stage is Stage.UPLOADING:
            return Processing(LOOK_AGAIN)
        return self._finish(kind, content, account, attempt)

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Say whether the video, which Facebook has taken and was told to publish, is out."""
        progress = self._progress(attempt.checkpoint["video_id"], account, attempt)
        if progress.stage is Stage.PUBLISHED:
            return self._published(progress, choices.type_of(content.options), attempt)
        if progress.stage is Stage.FAILED:
            raise Discarded("media_failed", f"Facebook could not process the video: {progress.why}")
        if attempt.armed_at is not None and attempt.now() - attempt.armed_at > GIVE_UP:
            raise InDoubt("media_processing", "Facebook has not finished with the video for two hours.")
        return Processing(LOOK_AGAIN)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Ask the video whether it was published."""
        armed_at, video_id = attempt.armed_at, attempt.checkpoint.get("video_id")
        if armed_at is None:
            return NotPublished()
        if not video_id:
            return Unanswerable("Which video was sent to Facebook is not known any more. Please look there.")
        try:
            progress = self._progress(video_id, account, attempt)
        except StaleHandle:
            return Unanswerable("Facebook does not know the video any more. Please look there.")
        match progress.stage:
            case Stage.PUBLISHED:
                return self._published(progress, choices.type_of(content.options), attempt)
            case Stage.FAILED:
                return NotPublished()
            case Stage.UPLOADED | Stage.UPLOADING if attempt.now() - armed_at >= SETTLED:
                return NotPublished()
        raise Transient("media_processing", "Facebook has not finished with the video yet.")

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
        request = self._graph.publishing(f"{owner(account)}/{EDGES[kind]}", account, **fields)
        finished_before = attempt.checkpoint.get("finished")
        attempt.arm(video_id=video_id, finished="yes")
        try:
            answer = self._graph.publish(request, account, attempt)
        except Rejected as refusal:
            # Nobody says how a video answers that was finished before: it has to be asked.
            if finished_before and self._is_out(video_id, account, attempt):
                raise InDoubt(refusal.code, refusal.reason) from refusal
            raise
        if answer.get("success") is not True:
            raise InDoubt("unexpected_answer", "Facebook gave an answer that makes no sense.")
        if post_id := id_in(answer, "post_id"):
            attempt.save(post_id=post_id)
        return Processing(timedelta(seconds=1))

    # A video that is sent in pieces.

    def _sent(self, video: MediaInfo, account: Account, attempt: Attempt) -> bool:
        """Send what Facebook does not have yet; False when the time of this run is over before."""
        if not attempt.checkpoint.get("video_id"):
            self._start_sending(video, account, attempt)
        while (offset := int(attempt.checkpoint["offset"])) < (end := int(attempt.checkpoint["end"])):
            if attempt.time_left() < PIECE_TIME:
                return False
            piece = self._media.read(video.url, start=offset, length=min(end - offset, PIECE_BYTES))
            self._send(piece, offset, account, attempt)
        return True

    def _start_sending(self, video: MediaInfo, account: Account, attempt: Attempt) -> None:
        if not video.size_bytes:
            raise Rejected("media_refused", "The server of the video does not say how large it is.")
        answer = self._graph.prepare(
            f"{owner(account)}/videos", account, attempt, upload_phase="start", file_size=str(video.size_bytes)
        )
        video_id, session = id_in(answer, "video_id"), id_in(answer, "upload_session_id")
        if video_id is None or session is None:
            raise _senseless()
        attempt.save(video_id=video_id, session=session, **_piece_in(answer))

    def _send(self, piece: bytes, offset: int, account: Account, attempt: Attempt) -> None:
        request = self._graph.upload(
            f"{owner(account)}/videos",
            account,
            {"video_file_chunk": ("piece", piece, "application/octet-stream")},
            upload_phase="transfer",
            upload_session_id=attempt.checkpoint["session"],
            start_offset=str(offset),
        )
        try:
            wanted = _piece_in(self._graph.send(request, account, attempt))
        except StaleHandle as stale:
            # An answer was lost before, and Facebook says where to go on; where it does not, the session is over.
            if not stale.details:
                attempt.save(video_id="", session="")
                raise
            wanted = _piece_in(stale.details)
        if int(wanted["offset"]) == offset < int(wanted["end"]):
            raise Transient("upload_stuck", "Facebook did not take a piece of the video.")
        attempt.save(**wanted)

    # A video that Facebook fetches.

    def _fetched(self, kind: str, video: MediaInfo, account: Account, attempt: Attempt) -> bool:
        if not attempt.checkpoint.get("video_id"):
            answer = self._graph.prepare(f"{owner(account)}/{EDGES[kind]}", account, attempt, upload_phase="start")
            video_id, upload_url = id_in(answer, "video_id"), id_in(answer, "upload_url")
            if video_id is None or upload_url is None:
                raise _senseless()
            attempt.save(video_id=video_id, upload_url=upload_url, fetched="")
        if not attempt.checkpoint.get("fetched"):
            request = self._fetch_request(video, account, attempt.checkpoint["upload_url"])
            try:
                answer = self._graph.send(request, account, attempt)
            except StaleHandle:
                attempt.save(video_id="")
                raise
            if answer.get("success") is not True:
                raise _senseless()
            attempt.save(fetched="yes")
        return True

    def _fetch_request(self, video: MediaInfo, account: Account, upload_url: str) -> httpx.Request:
        if not _is_facebooks(httpx.URL(upload_url), account):
            raise Rejected("address_refused", "Facebook names an address for the upload that is not its own.")
        token = bearer(account.token.get("access_token", ""), "Facebook")["Authorization"].removeprefix("Bearer ")
        headers = {"Authorization": f"OAuth {token}", "file_url": str(httpx.URL(video.url))}
        return self._client.build_request("POST", upload_url, headers=headers)

    # What became of it.

    def _progress(self, video_id: str, account: Account, attempt: Attempt) -> Progress:
        return Progress.of(self._graph.get(video_id, account, attempt, fields="status,permalink_url"), account.token)

    def _is_out(self, video_id: str, account: Account, attempt: Attempt) -> bool:
        try:
            return self._progress(video_id, account, attempt).stage in (Stage.PUBLISHED, Stage.DIGESTING)
        except PublishError:
            return True  # who knows

    def _published(self, progress: Progress, kind: str, attempt: Attempt) -> Published:
        video_id = attempt.checkpoint["video_id"]
        fallback = f"https://www.facebook.com/{'reel/' if kind == 'reel' else ''}{video_id}"
        permalink = progress.permalink or (None if kind == "story" else fallback)
        return Published(attempt.checkpoint.get("post_id") or video_id, permalink)


def _piece_in(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return what piece is wanted next; both ends come as text, and are equal when nothing is missing."""
    offset, end = id_in(answer, "start_offset"), id_in(answer, "end_offset")
    if offset is None or end is None or not (offset.isdecimal() and end.isdecimal()):
        raise _senseless()
    return {"offset": offset, "end": end}


def _is_facebooks(address: httpx.URL, account: Account) -> bool:
    """Say whether a token may be sent there: to Facebook, or to where the account's own calls go."""
    if account.base_url and address.netloc == httpx.URL(account.base_url).netloc:
        return True
    return address.scheme == "https" and address.host.endswith(".facebook.com")


def _senseless() -> Transient:
    return Transient("unexpected_answer", "Facebook gave an answer to a video that makes no sense.")
