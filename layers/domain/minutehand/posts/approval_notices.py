"""Warnings about an approved post whose media or accounts can still change."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.catalog import display_name
from minutehand.posts.times import Notice

WITH_MEDIA = ("media_urls", "variants", "platform_options")
"""The columns that can contain the address of a media item."""


def notices(post: Mapping[str, Any], fixed: Sequence[str]) -> list[Notice]:
    """Return the warnings about an approved post. ``fixed``: the platforms on which the post names its connections."""
    found = [_account(platform) for platform in post["platforms"] if platform not in fixed]
    if _has_web_media(post):
        sentence = (
            "Media at web addresses can change after the approval. To prevent such changes, use items of the media "
            "library instead."
        )
        found.append(Notice("mediaUrls", "media_not_fixed", sentence))
    return found


def _account(platform: str) -> Notice:
    name = display_name(platform)
    sentence = (
        f"No {name} account is connected. If accounts are connected before the post is queued, the post goes to the "
        "default account."
    )
    return Notice("platforms", "account_not_fixed", sentence, platform)


def _has_web_media(post: Mapping[str, Any]) -> bool:
    if not any("http" in str(post[column]) for column in WITH_MEDIA):
        return False
    from minutehand.media.references import PREFIX
    from minutehand.platforms.validation import media_of  # imported late, because it loads the rules of the platforms

    return any(not url.startswith(PREFIX) for platform in post["platforms"] for url in media_of(post, platform))
