"""The adapter for Pinterest. The adapter uploads videos, whereas Pinterest fetches images during the call that creates
the pin.

Pinterest does not detect duplicates. The board is therefore searched for a pin whose publish call is in doubt. If the
board does not list the pin after `SETTLE_TIME`, the pin counts as not created.

Checkpoint: see `videos`.
"""

from datetime import datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.identifiers import identifier
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.omissions import cover
from minutehand.platforms.pinterest import pins, rules
from minutehand.platforms.pinterest.errors import ERRORS, FORBIDDEN, NO_BOARD
from minutehand.platforms.pinterest.service import Service
from minutehand.platforms.pinterest.videos import Videos
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    Transient,
    Unanswerable,
)

SETTLE_TIME = timedelta(minutes=2)
"""The assumed maximum time until the board lists a new pin. Pinterest may need this time to fetch the pin's images."""
CHECK_AFTER = timedelta(seconds=5)
PAGE_SIZE, MAX_PAGES = "25", 10


class Pinterest(Adapter):
    """Publishes pins on Pinterest.

    Options: ``boardId`` (required), ``title``, ``link``, and for a video ``coverImageUrl`` or ``coverKeyFrameTime``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._service = Service(client)
        self._videos = Videos(self._service, media)
        self._media = media

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        media = [self._media.probe(url) for url in content.media_urls]
        rules.rulebook.require(content, media)
        if media[0].is_video:
            media_id = self._videos.ready(media[0], account, attempt)
            if media_id is None:
                return Processing(CHECK_AFTER)
            cover_url = cover(content.options.get("coverImageUrl"), self._media, rules.cover_problems, attempt)
            body = pins.of_video(content, media_id, cover_url)
        else:
            body = pins.of_images(content)
        request = self._service.request("/pins", body, account)
        self._service.exchange.connect(request, attempt)
        attempt.arm()
        reply = self._service.exchange.publish(request, attempt.now)
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), publishing=True, what="the pin")
        pin_id = identifier(reply.fields.get("id"))
        if pin_id is None:
            raise InDoubt("unexpected_answer", "Pinterest returned an unexpected response.")
        return Published(pin_id, pins.permalink(pin_id))

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Search the board for a pin with the same title, text and link that was created
        since the call.
        """
        since = attempt.armed_at
        if since is None:
            return NotPublished()
        bookmark: str | None = ""
        for _ in range(MAX_PAGES):
            page, bookmark = self._page(content, bookmark, account, attempt)
            if page is None:
                return Unanswerable(
                    "We could not confirm whether this pin was published on Pinterest, which denies access to the "
                    "board. Check the board."
                )
            for pin_id in pins.matching_ids(page, content, since):
                if attempt.recognise(pin_id):
                    return Published(pin_id, pins.permalink(pin_id))
            if not bookmark or _is_older(page, since):
                break
        else:
            return Unanswerable(
                "We could not confirm whether this pin was published on Pinterest, because the board has too many "
                "newer pins. Check the board."
            )
        if attempt.now() - since < SETTLE_TIME:
            raise Transient("not_listed", "Pinterest does not list the pin yet.")
        return NotPublished()

    def _page(
        self, content: Content, bookmark: str | None, account: Account, attempt: Attempt
    ) -> tuple[list[Any] | None, str | None]:
        """Return a page of the board's pins, newest first, and the bookmark of the next page.

        If Pinterest denies access to the board, or no longer has the board, return None instead of the pins.
        """
        path = f"/boards/{content.options.get('boardId')}/pins"
        position = {"bookmark": bookmark} if bookmark else {}
        reply = self._service.get(path, account, attempt, page_size=PAGE_SIZE, **position)
        if ERRORS.meaning(reply) in (FORBIDDEN, NO_BOARD):
            return None, None
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), what="the list of pins")
        items, next_bookmark = reply.fields.get("items"), reply.fields.get("bookmark")
        if not isinstance(items, list):
            raise Transient("unexpected_answer", "Pinterest returned an unexpected list of pins.")
        return items, next_bookmark if isinstance(next_bookmark, str) else None


def _is_older(page: list[Any], since: datetime) -> bool:
    times = [created_at for pin in page if (created_at := pins.created_at(pin)) is not None]
    return bool(times) and max(times) < since - pins.CLOCK_SKEW


adapter = Pinterest
