"""The client for Bluesky's video service, which processes a video and stores the result on the account's server.

The account's server issues the tokens. Each token names one method and one audience, and is sent only to the video
service. Source: https://docs.bsky.app/docs/tutorials/video and the lexicons app.bsky.video.*. Bluesky's own
app uses the same methods and audiences.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx

from minutehand.platforms.bluesky.blobs import UPLOAD_BLOB
from minutehand.platforms.bluesky.errors import ERRORS as SERVER_ERRORS
from minutehand.platforms.bluesky.errors import is_stale
from minutehand.platforms.bluesky.session import MAX_TOKEN_CHARACTERS, Session, Sessions
from minutehand.platforms.bluesky.video_errors import ERRORS
from minutehand.platforms.chunks import RemoteFile
from minutehand.platforms.configs.video_service import video_service
from minutehand.platforms.deadline import platform_server
from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.identifiers import bounded_text
from minutehand.platforms.port import Account, Attempt, Transient

NOT_FOUND, METHOD_NOT_ALLOWED, NOT_IMPLEMENTED = 404, 405, 501
UNAUTHORIZED, FORBIDDEN = 401, 403
LIMITS = "app.bsky.video.getUploadLimits"
TOKEN_LIFETIME = timedelta(minutes=30)
"""The lifetime of a token for the video service. The account's server allows at most an hour."""


class NotServed(Exception):
    """The video service does not exist, or does not serve the account. Upload the video to the account's server
    instead.
    """


class VideoService:
    """Creates a client of the video service for each attempt."""

    def __init__(self, client: httpx.Client, sessions: Sessions) -> None:
        self._exchange = Exchange(client, "Bluesky", is_known_error=lambda reply: ERRORS.meaning(reply) is not None)
        self._sessions = sessions

    def calls(self, account: Account, attempt: Attempt) -> "VideoCalls":
        """Return the client for the calls of ``account`` within ``attempt``."""
        return VideoCalls(self._exchange, self._sessions, video_service(), account, attempt)


class VideoCalls:
    """Calls the video service for one account, within one attempt.

    A token is valid for longer than an attempt lasts, so one token serves all uploads of an attempt. Every method may
    raise the errors of `Exchange.prepare` and `Sessions.call`, and `NotServed`.
    """

    def __init__(
        self, exchange: Exchange, sessions: Sessions, address: str, account: Account, attempt: Attempt
    ) -> None:
        self._exchange = exchange
        self._sessions = sessions
        self._account = account
        self._attempt = attempt
        self._address = address

    def start(self, video: Mapping[str, Any]) -> Reply:
        """Start the upload of a video. ``video`` contains the fields of app.bsky.video.startUpload."""
        reply = self._post("app.bsky.video.startUpload", self._token, json=video)
        if ERRORS.meaning(reply) is None and reply.status in (NOT_FOUND, METHOD_NOT_ALLOWED, NOT_IMPLEMENTED):
            raise NotServed
        return reply

    def chunk(self, upload_id: str, number: int, size: int, content: RemoteFile) -> Reply:
        """Upload the chunk ``number``, counted from 1. A chunk may be sent again."""
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        query = {"jobId": upload_id, "partNumber": str(number)}
        return self._post("app.bsky.video.uploadPart", self._token, params=query, content=content, headers=headers)

    def finish(self, upload_id: str) -> Reply:
        """Finish the upload. The service then joins the chunks and processes the video. The call may be repeated."""
        return self._post("app.bsky.video.finishUpload", self._token, json={"jobId": upload_id})

    def job(self, job_id: str) -> Reply:
        """Return the status of a processing job. The call needs no token."""
        return self._send("GET", "app.bsky.video.getJobStatus", params={"jobId": job_id})

    def limits(self) -> Reply:
        """Return the response that states how many videos and bytes the account may still upload today."""
        token = self._token_for(LIMITS, f"did:web:{httpx.URL(self._address).host}")
        return self._send("GET", LIMITS, headers=bearer(token, "Bluesky"))

    @cached_property
    def _token(self) -> str:
        """A token with which the video service may store files on the account's server."""
        return self._token_for(UPLOAD_BLOB, None)

    def _token_for(self, method: str, audience: str | None) -> str:
        """Return a token for ``method`` at ``audience``, by default the account's server.

        Raises:
            NotServed: the server does not issue the token.
            PublishError: see `Sessions.call`.
        """
        expires = int((self._attempt.now() + TOKEN_LIFETIME).timestamp())

        def build(session: Session) -> httpx.Request:
            # The audience is a host without a port, as in Bluesky's own app.
            aud = audience or f"did:web:{httpx.URL(session.service).host}"
            return self._exchange.client.build_request(
                "GET",
                f"{session.service}/xrpc/com.atproto.server.getServiceAuth",
                params={"aud": aud, "lxm": method, "exp": str(expires)},
                headers=session.headers,
            )

        reply = self._sessions.call(
            build, self._account, self._attempt.now, expected_statuses=frozenset([NOT_IMPLEMENTED])
        )
        if is_stale(reply):
            raise SERVER_ERRORS.error(reply, self._account.token, self._attempt.now())
        if not reply.ok:
            raise NotServed
        token = bounded_text(reply.fields.get("token"), MAX_TOKEN_CHARACTERS)
        if token is None:
            raise Transient("unexpected_answer", "Bluesky returned an unexpected response to a request for a token.")
        return token

    def _post(self, method: str, token: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> Reply:
        return self._send("POST", method, headers={**(headers or {}), **bearer(token, "Bluesky")}, **content)

    def _send(self, verb: str, method: str, **content: Any) -> Reply:
        request = self._exchange.client.build_request(verb, f"{self._address}/xrpc/{method}", **content)
        with platform_server():
            reply = self._exchange.prepare(request, self._attempt.now, expected_statuses=frozenset([NOT_IMPLEMENTED]))
        if reply.status in (UNAUTHORIZED, FORBIDDEN) and ERRORS.meaning(reply) is None:
            raise NotServed
        return reply
