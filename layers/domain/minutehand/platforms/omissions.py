"""Optional elements of a post, such as a cover or an alternative text, without which a post is still published.

Checkpoint: one handle that begins with `OMITTED` for each omitted element.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from minutehand.platforms.deadline import time_limit
from minutehand.platforms.errors import PublishError, Rejected
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import OMITTED, Attempt, MediaInfo

MAX_SECONDS = 5.0
"""The default time limit for the calls for an optional element. Most of these calls precede the publish call."""


@contextmanager
def optional(element: str, sentence: str, attempt: Attempt, seconds: float = MAX_SECONDS) -> Iterator[None]:
    """Limit the calls in the context, which serve an optional ``element``, to ``seconds``.

    If a call raises a `PublishError`, save ``sentence`` with the reason, and raise no exception. The handle in the
    checkpoint is `OMITTED` followed by ``element``.
    """
    try:
        with time_limit(seconds):
            yield
    except PublishError as error:
        omit(element, f"{sentence} {error.reason}", attempt)
    else:
        omit(element, "", attempt)


def omit(element: str, sentence: str, attempt: Attempt) -> None:
    """Save the ``sentence`` about an optional ``element`` that the post lacks. If the post has the element, pass an
    empty sentence.
    """
    if attempt.checkpoint.get(f"{OMITTED}{element}", "") != sentence:
        attempt.save(**{f"{OMITTED}{element}": sentence})


def cover(
    url: str | None, media: MediaFetcher, problems: Callable[[MediaInfo], list[str]], attempt: Attempt
) -> str | None:
    """Return ``url`` if the image is a valid cover of a video. Otherwise, return None, and save a sentence about the
    missing cover unless ``url`` is None.
    """
    if url is None:
        return None
    with optional("cover", "The video has no cover image of its own.", attempt):
        if broken := problems(media.probe(url)):
            raise Rejected("invalid_content", " ".join(broken))
    return None if attempt.checkpoint.get(f"{OMITTED}cover") else url
