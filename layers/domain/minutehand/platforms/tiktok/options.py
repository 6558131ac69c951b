"""What the author chose for TikTok, in TikTok's words."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.port import Content

PUBLIC, SELF_ONLY = "PUBLIC_TO_EVERYONE", "SELF_ONLY"
PRIVACY = (PUBLIC, "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", SELF_ONLY)
DIRECT, INBOX = "direct", "inbox"
MODES = (DIRECT, INBOX)


def to_inbox(content: Content) -> bool:
    """Say whether it goes to the creator's inbox, to be finished there by hand, instead of being posted."""
    return bool(content.options.get("mode", DIRECT) == INBOX)


def privacy(content: Content) -> str:
    """Return who may see the post: everybody, unless the author chose otherwise."""
    return str(content.options.get("privacy", PUBLIC))


def video_info(content: Content, creator: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``post_info`` of a video. What the creator has switched off altogether is off."""
    options = content.options
    info: dict[str, Any] = {
        "title": content.text,
        "privacy_level": privacy(content),
        "disable_comment": _off("disableComment", "comment_disabled", options, creator),
        "disable_duet": _off("disableDuet", "duet_disabled", options, creator),
        "disable_stitch": _off("disableStitch", "stitch_disabled", options, creator),
        "brand_content_toggle": options.get("brandedContent", False),
        "brand_organic_toggle": options.get("ownBrand", False),
        "is_aigc": options.get("aiGenerated", False),
    }
    if "coverTimestampMs" in options:
        info["video_cover_timestamp_ms"] = options["coverTimestampMs"]
    return info


def photo_info(content: Content, creator: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``post_info`` of images."""
    options = content.options
    info: dict[str, Any] = {"title": options.get("title", ""), "description": content.text}
    if to_inbox(content):
        return info
    return info | {
        "privacy_level": privacy(content),
        "disable_comment": _off("disableComment", "comment_disabled", options, creator),
        "auto_add_music": options.get("autoAddMusic", True),
        "brand_content_toggle": options.get("brandedContent", False),
        "brand_organic_toggle": options.get("ownBrand", False),
    }


def photo_source(content: Content) -> dict[str, Any]:
    """Return ``source_info`` of images, which TikTok fetches itself."""
    return {
        "source": "PULL_FROM_URL",
        "photo_cover_index": content.options.get("coverIndex", 0),
        "photo_images": list(content.media_urls),
    }


def creator_problems(content: Content, creator: Mapping[str, Any], seconds: float | None) -> list[str]:
    """Return a sentence for each thing that TikTok does not allow this creator. ``seconds``: how long a video lasts."""
    found = []
    offered = creator.get("privacy_level_options")
    offered = [str(level) for level in offered] if isinstance(offered, Sequence) else []
    if privacy(content) not in offered:
        found.append(
            f"privacy is {privacy(content)}; TikTok offers the account {', '.join(offered) or 'nothing just now'}."
        )
    longest = creator.get("max_video_post_duration_sec")
    if seconds is not None and isinstance(longest, int) and seconds > longest:
        found.append(f"The video lasts {seconds:.0f} seconds; TikTok allows the account {longest}.")
    return found


def _off(option: str, name: str, options: Mapping[str, Any], creator: Mapping[str, Any]) -> bool:
    return options.get(option) is True or creator.get(name) is True
