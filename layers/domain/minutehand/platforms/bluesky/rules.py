"""What Bluesky accepts, by the lexicon app.bsky.feed.post."""

from minutehand.platforms.port import Content
from minutehand.platforms.text import graphemes

MAX_GRAPHEMES = 300
MAX_BYTES = 3_000
MAX_IMAGES = 4
MAX_IMAGE_BYTES = 2_000_000


def problems(content: Content) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    found = []
    if (length := graphemes(content.text)) > MAX_GRAPHEMES:
        found.append(f"The text has {length} characters; Bluesky allows {MAX_GRAPHEMES}.")
    if (size := len(content.text.encode())) > MAX_BYTES:
        found.append(f"The text has {size} bytes; Bluesky allows {MAX_BYTES}.")
    if (images := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {images} images; Bluesky allows {MAX_IMAGES}.")
    return found
