"""The platforms we know, by the names that the API uses and the names that people use."""

DISPLAY_NAMES = {
    "instagram": "Instagram",
    "facebook": "Facebook",
    "linkedin": "LinkedIn",
    "x": "X",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "threads": "Threads",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "pinterest": "Pinterest",
}
ALIASES = {"twitter": "x"}


def display_name(platform: str) -> str:
    """Return what people call ``platform``."""
    return DISPLAY_NAMES.get(platform, platform)
