"""Resumable uploads: a session takes a video piece by piece, and the last piece makes it a video of the channel.

A session's address is the handle of everything: it tells how much of the video is in, and, when all of it is, which
video it became. Source: YouTube Data API, "Resumable uploads".
"""

import re
from dataclasses import dataclass

import httpx

from minutehand.platforms.chunks import slices
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Account, Attempt, Content, InDoubt, MediaInfo, Transient
from minutehand.platforms.youtube.api import Api, authorization, root, text_at
from minutehand.platforms.youtube.errors import NAME, failure
from minutehand.platforms.youtube.options import notifies, resource

MORE_WANTED = 308
GONE = frozenset([404, 410])
OWN_HOSTS = ".googleapis.com"


@dataclass(frozen=True, slots=True)
class Stored:
    """How many bytes of the video a session has."""

    offset: int


@dataclass(frozen=True, slots=True)
class Complete:
    """The session has the whole video, which is a video of the channel now."""

    video_id: str


class SessionGone(Transient):
    """The session is over, and it made no video that it could tell of."""


class Uploads:
    """Makes and feeds sessions."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def begin(self, content: Content, video: MediaInfo, account: Account, attempt: Attempt) -> str:
        """Return the address of a new session."""
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
        if not _is_own(session, account):
            raise Transient("unexpected_answer", f"{NAME} gave an answer that makes no sense.")
        return session

    def look(self, session: str, size: int, account: Account, attempt: Attempt) -> Stored | Complete:
        """Ask how far an upload is.

        Raises:
            SessionGone: it does not exist any more.
            PublishError: as `Api.prepare`.
        """
        request = self._request(session, account, b"", f"bytes */{size}", None)
        return self._answered(self._prepared(request, attempt), account, attempt)

    def send(self, session: str, video: MediaInfo, piece: bytes, start: int, account: Account, attempt: Attempt) -> int:
        """Send a piece that is not the last, and return the offset of the next. Raises as `look`."""
        request = self._request(session, account, piece, _range(piece, start, video), video.content_type)
        stored = self._answered(self._prepared(request, attempt), account, attempt)
        if isinstance(stored, Complete) or stored.offset <= start:
            raise Transient("unexpected_answer", f"{NAME} gave an answer that makes no sense.")
        return stored.offset

    def last(self, session: str, video: MediaInfo, piece: bytes, start: int, account: Account) -> httpx.Request:
        """Return the call with the last piece: the publishing call."""
        return self._request(session, account, piece, _range(piece, start, video), video.content_type)

    def finish(self, request: httpx.Request, account: Account, attempt: Attempt) -> str:
        """Send the last piece, and return the id of the video.

        Raises:
            InDoubt: whenever the answer is not the video: the session is to be asked.
            PublishError: as `Api.publish`.
        """
        reply = self._api.publish(request, account, attempt)
        video_id = text_at(reply.fields, "id")
        if not video_id:
            raise InDoubt("unexpected_answer", f"{NAME} gave an answer that makes no sense.")
        return video_id

    def _prepared(self, request: httpx.Request, attempt: Attempt) -> Reply:
        return self._api.exchange.prepare(request, attempt.now, expected_statuses=frozenset([MORE_WANTED]))

    def _answered(self, reply: Reply, account: Account, attempt: Attempt) -> Stored | Complete:
        if reply.status == MORE_WANTED:
            kept = re.fullmatch(r"bytes=0-([0-9]{1,15})", reply.headers.get("Range", ""))
            return Stored(int(kept[1]) + 1 if kept else 0)
        if reply.ok:
            if video_id := text_at(reply.fields, "id"):
                return Complete(video_id)
            raise Transient("unexpected_answer", f"{NAME} gave an answer that makes no sense.")
        if reply.status in GONE:
            raise SessionGone("upload_expired", f"The upload to {NAME} is not known there any more.")
        raise failure(reply, account.token, attempt.now())

    def _request(
        self, session: str, account: Account, piece: bytes, content_range: str, content_type: str | None
    ) -> httpx.Request:
        headers = {**authorization(account), "Content-Length": str(len(piece)), "Content-Range": content_range}
        if content_type:
            headers["Content-Type"] = content_type
        return self._api.exchange.client.build_request("PUT", session, headers=headers, content=slices(piece))


def _range(piece: bytes, start: int, video: MediaInfo) -> str:
    return f"bytes {start}-{start + len(piece) - 1}/{video.size_bytes}"


def _is_own(session: str, account: Account) -> bool:
    """Say whether a session's address is one of the platform's: the token is sent there."""
    try:
        url, api = httpx.URL(session), httpx.URL(root(account))
    except httpx.InvalidURL:
        return False
    return url.scheme == api.scheme and (url.netloc == api.netloc or url.host.endswith(OWN_HOSTS))
