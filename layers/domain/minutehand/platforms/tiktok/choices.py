"""The privacy levels that TikTok offers a creator. Source: Content Posting API, "Query Creator Info"."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from minutehand.platforms.choices import Choices, valid_choices
from minutehand.platforms.port import Account, Transient
from minutehand.platforms.tiktok.api import Api
from minutehand.platforms.tiktok.errors import NAME
from minutehand.platforms.tiktok.options import PRIVACY
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

LABELS: Mapping[str, str] = dict(zip(PRIVACY, ("Everyone", "Friends", "Followers", "Only you"), strict=True))
"""The names of the levels in TikTok's app."""


def read_choices(client: "httpx.Client", account: Account, clock: Clock) -> Choices:
    """Return the list ``privacyLevels``: the known levels that the creator can use. See `ReadChoices`."""
    offered = Api(client).prepare("post/publish/creator_info/query/", account, clock, {}).get("privacy_level_options")
    if not isinstance(offered, list):
        raise Transient("unexpected_answer", f"{NAME} returned an unexpected response.")
    known = [level for level in offered if isinstance(level, str) and level in LABELS]
    return {"privacyLevels": valid_choices((level, LABELS[level]) for level in known)}
