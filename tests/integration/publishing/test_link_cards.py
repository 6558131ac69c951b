"""The publisher passes the stored link card of a publication to the adapter."""

import pytest

from minutehand.link_cards.cards import store_cards
from minutehand.platforms.port import Account, Adapter, Attempt, Content, LinkCard, NotPublished, Published
from tests.support.world import World

CARD = LinkCard("https://ex.am/kiln", "Kiln", "It is warm.", b"\x89PNG", "image/png")


class Capturing(Adapter):
    """Publishes everything and records the content."""

    def __init__(self) -> None:
        self.published: list[Content] = []

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        attempt.arm()
        self.published.append(content)
        return Published(str(len(self.published)))

    def reconcile(self, content: Content, account: Account, attempt: Attempt) -> NotPublished:
        return NotPublished()


@pytest.mark.parametrize(
    ("platform", "text", "card"),
    [
        ("bluesky", "Our kiln: https://ex.am/kiln", CARD),
        ("bluesky", "Our other kiln: https://ex.am/other", None),  # the card was not stored in time
        ("mastodon", "Our kiln: https://ex.am/kiln", None),
    ],
)
def test_publication_has_the_stored_card_of_its_address(
    world: World, platform: str, text: str, card: LinkCard | None
) -> None:
    adapter = Capturing()
    world.adapters = lambda work: adapter
    post = world.post(ahead=90, content=text, platforms=[platform])
    store_cards(world.db, "ada", post, [CARD], now=world.clock.now())

    world.run(minutes=3)

    [content] = adapter.published
    assert (content.text, content.link_card) == (text, card)
