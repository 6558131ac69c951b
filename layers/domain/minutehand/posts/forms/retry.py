"""The request of posts/retry: a post, and its unknown publications that a person did not find on the platform."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from minutehand.posts.forms.base import PostReference
from minutehand.runtime.form import Id
from minutehand.runtime.validation import invalid

MAX_CONFIRMED = 500


class RetryRequest(PostReference):
    """The body of posts/retry.

    ``confirmNotPublished``: the ids of unknown publications that a person has looked for on the platform and not found.
    """

    confirm_not_published: Annotated[list[Id], Field(max_length=MAX_CONFIRMED)] = Field(default_factory=list)

    def confirmed(self) -> list[UUID]:
        """Return the ids in ``confirmNotPublished`` without duplicates.

        Raises:
            InvalidInput: one of the ids is not a UUID.
        """
        found: dict[UUID, None] = {}
        for index, text in enumerate(self.confirm_not_published):
            try:
                found[UUID(text)] = None
            except ValueError:
                sentence = f'"{text[:80]}" in confirmNotPublished is not the id of a publication.'
                raise invalid(f"confirmNotPublished[{index}]", sentence, given=text, allowed="a UUID") from None
        return list(found)
