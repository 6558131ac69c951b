"""The link cards of posts: previews of the pages that the posts link to, fetched when a post with a time is saved.

A card belongs to an address in a post. If an edit replaces the address, the post no longer shows the card of the old
address.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from minutehand.runtime import sql
from minutehand.runtime.db import Database

if TYPE_CHECKING:
    from minutehand.platforms.content import Content
    from minutehand.platforms.link_card import LinkCard

MAX_CARDS = 3
"""The maximum number of cards that are fetched for one request."""
MAX_SECONDS = 3.0
"""The time limit for all cards of one request, while the author waits for the response."""
FRESH_FOR = timedelta(days=1)

type Fetch = Callable[[str, float], LinkCard | None]
type Cards = list[LinkCard]

_queries = sql.load(__package__)


def fetch_cards(post: Mapping[str, Any], fetch: Callable[[], Fetch], *, known: Collection[str] = ()) -> Cards:
    """Fetch the cards that the parts of ``post`` show on its platforms, except the cards of ``known`` addresses.

    Do not call this function in a transaction. ``fetch`` returns the function that fetches a card, and is called only
    if a card is missing. No card is fetched for a post without a time. If a page has no preview, its card has no title.
    """
    if post["scheduled_at"] is None:
        return []
    missing = [url for url in _addresses(post) if url not in known]
    if not missing:
        return []
    from minutehand.platforms.link_card import LinkCard  # imported late, because most posts have no cards

    found: Cards = []
    ends_at = time.monotonic() + MAX_SECONDS
    for url in missing[:MAX_CARDS]:
        left = ends_at - time.monotonic()
        if left <= 0:
            break
        found.append(fetch()(url, left) or LinkCard(url, None, ""))
    return found


def refresh_cards(
    db: Database, owner_id: str, post: Mapping[str, Any], fetch: Callable[[], Fetch], *, now: datetime
) -> None:
    """Fetch and store the cards of the owner's stored ``post`` that were not fetched within the last day."""
    rows = db.fetch(_queries["fetched_addresses"], post_id=post["id"], owner_id=owner_id, since=now - FRESH_FOR)
    store_cards(db, owner_id, post["id"], fetch_cards(post, fetch, known={row["url"] for row in rows}), now=now)


def store_cards(db: Database, owner_id: str, post_id: UUID | str, cards: Cards, *, now: datetime) -> None:
    """Store the cards of the owner's post."""
    for card in cards:
        db.fetch(_queries["store"], post_id=post_id, owner_id=owner_id, now=now, **asdict(card))


def _addresses(post: Mapping[str, Any]) -> list[str]:
    from minutehand.platforms.composition import compose, part_count  # imported late, because drafts have no cards
    from minutehand.platforms.rulebook import rulebook_for

    found: dict[str, None] = {}
    for platform in post["platforms"]:
        card_url = rulebook_for(platform).card_url
        for part in range(1, part_count(post, platform) + 1):
            if url := card_url(compose(post, platform, part)):
                found.setdefault(url)
    return list(found)


def with_card(db: Database, content: "Content", platform: str, post_id: UUID, owner_id: str) -> "Content":
    """Return ``content`` of the owner's post with its stored link card, or unchanged if no card is stored."""
    from minutehand.platforms.rulebook import rulebook_for  # imported late; see `_addresses`

    url = rulebook_for(platform).card_url(content)
    row = db.one(_queries["card"], post_id=post_id, owner_id=owner_id, url=url) if url else None
    if row is None:
        return content
    from minutehand.platforms.link_card import LinkCard

    return content._replace(link_card=LinkCard(**row))
