"""The request of posts/get: a post, and the additional data to return."""

from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator

from minutehand.posts.forms.base import PostReference
from minutehand.runtime.validation import Problem, shortened

INCLUDABLE = ("publications", "history", "attempts", "connections", "metrics")


def _known(text: str) -> str:
    for name in _names(text):
        if name not in INCLUDABLE:
            raise Problem(
                f'include does not allow "{shortened(name)}". Give one or more of: {", ".join(INCLUDABLE)}.',
                allowed=list(INCLUDABLE),
            )
    return text


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


class PostView(PostReference):
    """The query of posts/get. ``include`` lists the additional data to return with the post."""

    include: Annotated[str, AfterValidator(_known)] = ""

    def included(self) -> Collection[str]:
        """Return the names in ``include``."""
        return frozenset(_names(self.include))
