"""The options of a post on TikTok, and the fields of the calls that contain these options."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.content import Content

PUBLIC, SELF_ONLY = "PUBLIC_TO_EVERYONE", "SELF_ONLY"
PRIVACY = (PUBLIC, "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", SELF_ONLY)
DIRECT, INBOX = "direct", "inbox"
MODES = (DIRECT, INBOX)


def to_inbox(content: Content) -> bool:
    """Return whether to send the post to the creator's inbox as a draft. The creator has to publish a draft by hand."""
    return bool(content.options.get("mode", DIRECT) == INBOX)


def privacy(content: Content) -> str:
    """Return the privacy level of the post, which is public by default."""
    return str(content.options.get("privacy", PUBLIC))


def video_info(content: Content, creator: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``post_info`` for a video. Also disable the features that the creator has disabled for all posts."""
    options = content.options
    info: dict[str, Any] = {
        "title": content.text,
        "privacy_level": privacy(content),
        "disable_comment": _is_disabled("disableComment", "comment_disabled", options, creator),
        "disable_duet": _is_disabled("disableDuet", "duet_disabled", options, creator),
        "disable_stitch": _is_disabled("disableStitch", "stitch_disabled", options, creator),
        "brand_content_toggle": options.get("brandedContent", False),
        "brand_organic_toggle": options.get("ownBrand", False),
        "is_aigc": options.get("aiGenerated", False),
    }
    if "coverTimestampMs" in options:
        info["video_cover_timestamp_ms"] = options["coverTimestampMs"]
    return info


def photo_info(content: Content, creator: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``post_info`` for images."""
    options = content.options
    info: dict[str, Any] = {"title": options.get("title", ""), "description": content.text}
    if to_inbox(content):
        return info
    return info | {
        "privacy_level": privacy(content),
        "disable_comment": _is_disabled("disableComment", "comment_disabled", options, creator),
        "auto_add_music": options.get("autoAddMusic", True),
        "brand_content_toggle": options.get("brandedContent", False),
        "brand_organic_toggle": options.get("ownBrand", False),
    }


def photo_source(content: Content) -> dict[str, Any]:
    """Return ``source_info`` for images, which TikTok fetches from their URLs."""
    return {
        "source": "PULL_FROM_URL",
        "photo_cover_index": content.options.get("coverIndex", 0),
        "photo_images": list(content.media_urls),
    }


def creator_problems(content: Content, creator: Mapping[str, Any], seconds: float | None) -> list[str]:
    """Return a sentence for each rule of the creator's account that ``content`` breaks. ``seconds`` is the
    duration of the video, or None if the post has no video or its duration is unknown.
    """
    found = []
    offered = creator.get("privacy_level_options")
    offered = [str(level) for level in offered] if isinstance(offered, Sequence) else []
    if privacy(content) not in offered:
        found.append(
            f"privacy is {privacy(content)}; TikTok allows this account {', '.join(offered) or 'no privacy level'}."
        )
    longest = creator.get("max_video_post_duration_sec")
    if seconds is not None and isinstance(longest, int) and seconds > longest:
        found.append(f"The video lasts {seconds:.0f} seconds; TikTok allows this account {longest}.")
    return found


def _is_disabled(option: str, name: str, options: Mapping[str, Any], creator: Mapping[str, Any]) -> bool:
    return options.get(option) is True or creator.get(name) is True
