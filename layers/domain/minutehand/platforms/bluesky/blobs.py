"""Upload images and videos to the account's server. For each file, the server returns a blob, which contains the
file's hash.

Checkpoint, for each media item: ``blob_<media key>`` (its blob, its width and height, and the time of the upload).
"""

import json
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.bluesky import rules
from minutehand.platforms.bluesky.errors import ERRORS
from minutehand.platforms.bluesky.session import Session, Sessions
from minutehand.platforms.chunks import RemoteFile
from minutehand.platforms.exchange import Exchange, Reply
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.media_size import require_size
from minutehand.platforms.port import Account, Attempt, MediaInfo, Transient

UPLOAD_BLOB = "com.atproto.repo.uploadBlob"
MAX_BLOB_AGE = timedelta(hours=1)
"""The age after which a saved blob is replaced by a new upload. Servers eventually delete unused blobs."""
MAX_BLOB_CHARACTERS = 1_000
"""The maximum length of a blob in JSON. A blob has four short fields (https://atproto.com/specs/data-model)."""


class Blobs:
    """Uploads files with `UPLOAD_BLOB`, each in a single call."""

    def __init__(self, exchange: Exchange, sessions: Sessions, media: MediaFetcher) -> None:
        self._exchange = exchange
        self._sessions = sessions
        self._media = media

    def image(self, item: MediaInfo, account: Account, attempt: Attempt) -> dict[str, Any]:
        """Upload the image ``item``, and return its blob. Raises the errors of `Adapter.publish`."""
        image = self._media.fetch(item.url, max_bytes=rules.MAX_IMAGE_BYTES)
        return _require_blob(
            self.send(image.content, image.content_type, account, attempt), "an image", account, attempt
        )

    def video(self, item: MediaInfo, account: Account, attempt: Attempt) -> dict[str, Any]:
        """Upload the video ``item``, and return its blob. The video is streamed from its URL.

        Bluesky processes the video when the post is published. Raises the errors of `Adapter.publish`.
        """
        size = require_size(item)
        headers = {"Content-Type": item.content_type, "Content-Length": str(size)}
        reply = self._sessions.call(
            lambda session: self._exchange.client.build_request(
                "POST",
                _url(session),
                content=RemoteFile(self._media, item.url, size, attempt),
                headers={**session.headers, **headers},
            ),
            account,
            attempt.now,
        )
        return _require_blob(reply, "a video", account, attempt)

    def send(self, content: bytes, content_type: str, account: Account, attempt: Attempt) -> Reply:
        """Upload ``content``, and return the response. Raises the errors of `Sessions.call`."""
        return self._sessions.call(
            lambda session: self._exchange.client.build_request(
                "POST", _url(session), content=content, headers={**session.headers, "Content-Type": content_type}
            ),
            account,
            attempt.now,
        )


def saved_upload(attempt: Attempt, url: str) -> Any:
    """Return the upload of the media item at ``url`` from the checkpoint, or None if it is missing or too old.

    An upload contains the ``blob``, the time of the upload (``at``), and the item's width and height (``ratio``, which
    is None if they are unknown).
    """
    saved = attempt.checkpoint.get(_key(url))
    if saved is None:
        return None
    upload = json.loads(saved)
    return upload if attempt.now() - datetime.fromisoformat(upload["at"]) <= MAX_BLOB_AGE else None


def save_upload(item: MediaInfo, blob: dict[str, Any], attempt: Attempt) -> Any:
    """Save the upload of ``item`` in the checkpoint, and return the upload."""
    ratio = [item.width, item.height] if item.width and item.height else None
    upload = {"at": attempt.now().isoformat(), "blob": blob, "ratio": ratio}
    attempt.save(**{_key(item.url): json.dumps(upload)})
    return upload


def blob_in(value: object) -> dict[str, Any] | None:
    """Return ``value`` if it is an object that is short enough to be a blob, and None otherwise."""
    return value if isinstance(value, dict) and value and len(json.dumps(value)) <= MAX_BLOB_CHARACTERS else None


def _require_blob(reply: Reply, what: str, account: Account, attempt: Attempt) -> dict[str, Any]:
    if not reply.ok:
        raise ERRORS.error(reply, account.token, attempt.now(), what=what)
    blob = blob_in(reply.fields.get("blob"))
    if blob is None:
        raise Transient("unexpected_answer", "Bluesky returned an unexpected response to a media upload.")
    return blob


def _url(session: Session) -> str:
    return f"{session.service}/xrpc/{UPLOAD_BLOB}"


def _key(url: str) -> str:
    return f"blob_{media_key(url)}"
