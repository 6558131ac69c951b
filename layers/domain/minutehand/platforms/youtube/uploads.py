"""Resumable uploads. A session receives a video in chunks. The last chunk creates the video on the channel.

Each session is identified by its address. The session reports how many bytes it has stored and, once it is complete,
the id of the video. Source: YouTube Data API, "Resumable uploads".
"""

import re
from dataclasses import dataclass

import httpx

from minutehand.platforms.chunks import slices
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Account, Attempt, Content, InDoubt, MediaInfo, Transient
from minutehand.platforms.youtube.api import Api, authorization, root, text_at
from minutehand.platforms.youtube.errors import ERRORS, NAME
from minutehand.platforms.youtube.options import notifies, resource

RESUME_INCOMPLETE = 308
GONE = frozenset([404, 410])
OWN_HOSTS = ".googleapis.com"


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The session has stored the first ``offset`` bytes of the video."""

    offset: int


@dataclass(frozen=True, slots=True)
class Complete:
    """The session has the whole video and has created the video ``video_id``."""

    video_id: str


class SessionGone(Transient):
    """The upload session no longer exists, but may have created a video."""


class Uploads:
    """Opens upload sessions and sends chunks to them."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def begin(self, content: Content, video: MediaInfo, account: Account, attempt: Attempt) -> str:
        """Open a session and return its address. Raises the errors of `Api.prepare`."""
        request = self._api.request(
            "POST",
            "upload/youtube/videos",
            account,
            params={
                "uploadType": "resumable",
                "part": "snippet,status",
                "notifySubscribers": "true" if notifies(content.options) else "false",
            },
            json=resource(content),
            headers={"X-Upload-Content-Length": str(video.size_bytes), "X-Upload-Content-Type": video.content_type},
        )
        reply = self._api.prepare(request, account, attempt, allow_empty_body=True)
        session = reply.headers.get("Location", "")
        if not _is_youtube_address(session, account):
            raise Transient("unexpected_answer", f"{NAME} returned an unexpected response.")
        return session

    def status(self, session: str, size: int, account: Account, attempt: Attempt) -> Incomplete | Complete:
        """Return the state of the session for a video of ``size`` bytes.

        Raises:
            SessionGone: the session no longer exists.
            PublishError: see `Api.prepare`.
        """
        request = self._request(session, account, b"", f"bytes */{size}", None)
        return self._progress_in(self._call(request, attempt), account, attempt)

    def send(self, session: str, video: MediaInfo, chunk: bytes, start: int, account: Account, attempt: Attempt) -> int:
        """Send a chunk that is not the last, and return the offset of the next chunk. Raises the errors of `status`."""
        request = self._request(session, account, chunk, _content_range(chunk, start, video), video.content_type)
        progress = self._progress_in(self._call(request, attempt), account, attempt)
        if isinstance(progress, Complete) or progress.offset <= start:
            raise Transient("unexpected_answer", f"{NAME} returned an unexpected response.")
        return progress.offset

    def last_request(self, session: str, video: MediaInfo, chunk: bytes, start: int, account: Account) -> httpx.Request:
        """Return the request for the publish call, which sends the last chunk."""
        return self._request(session, account, chunk, _content_range(chunk, start, video), video.content_type)

    def finish(self, request: httpx.Request, account: Account, attempt: Attempt) -> str:
        """Make the publish call and return the video's id.

        Raises:
            InDoubt: the response does not contain the id.
            PublishError: see `Api.publish`.
        """
        reply = self._api.publish(request, account, attempt)
        video_id = text_at(reply.fields, "id")
        if not video_id:
            raise InDoubt("unexpected_answer", f"{NAME} returned an unexpected response.")
        return video_id

    def _call(self, request: httpx.Request, attempt: Attempt) -> Reply:
        return self._api.exchange.prepare(request, attempt.now, expected_statuses=frozenset([RESUME_INCOMPLETE]))

    def _progress_in(self, reply: Reply, account: Account, attempt: Attempt) -> Incomplete | Complete:
        if reply.status == RESUME_INCOMPLETE:
            stored = re.fullmatch(r"bytes=0-([0-9]{1,15})", reply.headers.get("Range", ""))
            return Incomplete(int(stored[1]) + 1 if stored else 0)
        if reply.ok:
            if video_id := text_at(reply.fields, "id"):
                return Complete(video_id)
            raise Transient("unexpected_answer", f"{NAME} returned an unexpected response.")
        if reply.status in GONE:
            raise SessionGone("upload_expired", f"The upload to {NAME} has expired, so it has to start again.")
        raise ERRORS.error(reply, account.token, attempt.now())

    def _request(
        self, session: str, account: Account, chunk: bytes, content_range: str, content_type: str | None
    ) -> httpx.Request:
        headers = {**authorization(account), "Content-Length": str(len(chunk)), "Content-Range": content_range}
        if content_type:
            headers["Content-Type"] = content_type
        return self._api.exchange.client.build_request("PUT", session, headers=headers, content=slices(chunk))


def _content_range(chunk: bytes, start: int, video: MediaInfo) -> str:
    return f"bytes {start}-{start + len(chunk) - 1}/{video.size_bytes}"


def _is_youtube_address(session: str, account: Account) -> bool:
    """Return whether ``session`` is an address of Google or of the account's server, to which the token may be sent."""
    try:
        url, api = httpx.URL(session), httpx.URL(root(account))
    except httpx.InvalidURL:
        return False
    return url.scheme == api.scheme and (url.netloc == api.netloc or url.host.endswith(OWN_HOSTS))
