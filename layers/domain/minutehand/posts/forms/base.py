"""Base classes of the requests about posts.

The request of each call has its own module, so that a function builds only the models that it uses.
"""

from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from minutehand.queue.errors import post_not_found


class Form(BaseModel):
    """The base class of all requests, with camelCase names, strict types and no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class PostReference(Form):
    """A request body or query that contains only the id of a post."""

    post_id: str

    def id(self) -> UUID:
        """Return the post's id.

        Raises:
            NotFound: the id is not a UUID, so no post has this id.
        """
        return post_uuid(self.post_id)


def post_uuid(text: str) -> UUID:
    """Parse ``text`` as the id of a post.

    Raises:
        NotFound: ``text`` is not a UUID, so it is not the id of a post.
    """
    try:
        return UUID(text)
    except ValueError:
        raise post_not_found() from None
