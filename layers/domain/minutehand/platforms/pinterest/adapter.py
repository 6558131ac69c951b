"""Pinterest: a video is uploaded and digested first; then one call makes the pin, and fetches images meanwhile.

Pinterest would make the same pin twice without a word. After a call without an answer the board is looked through,
once a call that was slow has had its time.

Checkpoint: what `videos` keeps.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.pinterest import pins, rules
from minutehand.platforms.pinterest.errors import Meaning, meaning_of, refusal
from minutehand.platforms.pinterest.service import Service
from minutehand.platforms.pinterest.videos import Videos
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    InDoubt,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    Rejected,
    Transient,
    Unanswerable,
)

SETTLED_AFTER = timedelta(minutes=2)
"""By then a pin that was made is listed: Pinterest may have needed long to fetch the images."""
CHECK_AFTER = timedelta(seconds=5)
PAGE, MAX_PAGES = "25", 10


class Pinterest:
    """Implements `minutehand.platforms.port.Adapter`.

    Options: ``boardId`` (needed), ``title``, ``link``, and of a video ``coverImageUrl`` or ``coverKeyFrameTime``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._service = Service(client)
        self._videos = Videos(self._service, media)
        self._media = media

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """See `Adapter.validate`."""
        return rules.problems(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        media = [self._media.probe(url) for url in content.media_urls]
        if broken := rules.problems(content, media):
            raise Rejected("invalid_content", " ".join(broken))
        if media[0].is_video:
            media_id = self._videos.ready(media[0], account, attempt)
            if media_id is None:
                return Processing(CHECK_AFTER)
            body = pins.of_video(content, media_id)
        else:
            body = pins.of_images(content)
        request = self._service.request("/pins", body, account)
        attempt.arm()
        reply = self._service.exchange.publish(request, attempt.now)
        if not reply.ok:
            raise refusal(reply, "the pin", account, publishing=True)
        pin_id = reply.fields.get("id")
        if not isinstance(pin_id, str):
            raise InDoubt("unexpected_answer", "Pinterest gave an answer that makes no sense.")
        return Published(pin_id, pins.permalink(pin_id))

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`: the video is in the checkpoint, so publishing goes on where it stopped."""
        return self.publish(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. A pin on the board with the same texts, made since then, is taken for ours."""
        since = attempt.armed_at
        if since is None:
            return NotPublished()
        bookmark: str | None = ""
        for _ in range(MAX_PAGES):
            page, bookmark = self._page(content, bookmark, account, attempt)
            if page is None:
                return Unanswerable("Pinterest does not let us read the board, to see the pin there. Please look.")
            for pin_id in pins.like(page, content, since):
                if attempt.recognise(pin_id):
                    return Published(pin_id, pins.permalink(pin_id))
            if not bookmark or _is_older(page, since):
                break
        else:
            return Unanswerable("The board on Pinterest is too large to look for the pin there. Please look.")
        if attempt.now() - since < SETTLED_AFTER:
            raise Transient("not_listed", "Pinterest does not list the pin yet.")
        return NotPublished()

    def _page(
        self, content: Content, bookmark: str | None, account: Account, attempt: Attempt
    ) -> tuple[list[Any] | None, str | None]:
        """Return some pins of the board, newest first, and where it goes on; no pins where we may not read."""
        path = f"/boards/{content.options.get('boardId')}/pins"
        more = {"bookmark": bookmark} if bookmark else {}
        reply = self._service.get(path, account, attempt, page_size=PAGE, **more)
        if meaning_of(reply) in (Meaning.FORBIDDEN, Meaning.NO_BOARD):
            return None, None
        if not reply.ok:
            raise refusal(reply, "the question", account)
        items, further = reply.fields.get("items"), reply.fields.get("bookmark")
        if not isinstance(items, list):
            raise Transient("unexpected_answer", "Pinterest gave a list that makes no sense.")
        return items, further if isinstance(further, str) else None


def _is_older(page: list[Any], since: datetime) -> bool:
    made = [moment for pin in page if (moment := pins.made_at(pin)) is not None]
    return bool(made) and max(made) < since - pins.CLOCK_SKEW


adapter = Pinterest
