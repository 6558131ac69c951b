"""Optional parts of a post, such as a cover or an alternative text, without which a post is still published.

Checkpoint: one handle that begins with `OMITTED` for each omitted part.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from minutehand.platforms.deadline import time_limit
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import OMITTED, Attempt, MediaInfo, PublishError, Rejected

MAX_SECONDS = 5.0
"""The time limit for the calls for an optional part. These calls must not delay the publish call."""


@contextmanager
def optional(part: str, sentence: str, attempt: Attempt, seconds: float = MAX_SECONDS) -> Iterator[None]:
    """Limit the calls in the context, which serve an optional ``part``, to ``seconds``.

    If the calls fail, save ``sentence`` with the reason, and raise no exception. ``part`` names the handle in the
    checkpoint.
    """
    try:
        with time_limit(seconds):
            yield
    except PublishError as error:
        omit(part, f"{sentence} {error.reason}", attempt)
    else:
        omit(part, "", attempt)


def omit(part: str, sentence: str, attempt: Attempt) -> None:
    """Save the ``sentence`` about an optional ``part`` that the post lacks, or an empty sentence if the post has the
    part.
    """
    if attempt.checkpoint.get(f"{OMITTED}{part}", "") != sentence:
        attempt.save(**{f"{OMITTED}{part}": sentence})


def cover(
    url: str | None, media: MediaFetcher, problems: Callable[[MediaInfo], list[str]], attempt: Attempt
) -> str | None:
    """Return ``url`` if the platform can use the image as the cover of a video, or else None."""
    if url is None:
        return None
    with optional("cover", "The video has no cover image of its own.", attempt):
        if broken := problems(media.probe(url)):
            raise Rejected("invalid_content", " ".join(broken))
    return None if attempt.checkpoint.get(f"{OMITTED}cover") else url
