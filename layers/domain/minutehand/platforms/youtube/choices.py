"""The categories in which a channel can publish videos. Source: YouTube Data API, "videoCategories.list".

The first call reads the channel's country, and the second call reads the categories. Each call costs one unit of the
app's daily quota.
"""

import re
from typing import TYPE_CHECKING

from minutehand.platforms.choices import Choices, valid_choices
from minutehand.platforms.port import Account
from minutehand.platforms.youtube.api import Api, items, text_at, value_at
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

DEFAULT_COUNTRY = "US"
"""The country of a channel that does not state its country."""
LANGUAGE = "en"
CATEGORY = re.compile(r"[0-9]{1,10}")


def read_choices(client: "httpx.Client", account: Account, clock: Clock) -> Choices:
    """Return the list ``categories``: the categories that a video can have in the channel's country. See
    `ReadChoices`.
    """
    api = Api(client)
    channels = items(api.get("youtube/channels", account, clock, part="snippet", mine="true"))
    country = text_at(channels[0], "snippet", "country") if channels else ""
    if not re.fullmatch(r"[A-Z]{2}", country):
        country = DEFAULT_COUNTRY
    query = {"part": "snippet", "regionCode": country, "hl": LANGUAGE}
    found = items(api.get("youtube/videoCategories", account, clock, **query))
    return {
        "categories": valid_choices(
            (category.get("id"), value_at(category, "snippet", "title"))
            for category in found
            if value_at(category, "snippet", "assignable") is True and CATEGORY.fullmatch(text_at(category, "id"))
        )
    }
