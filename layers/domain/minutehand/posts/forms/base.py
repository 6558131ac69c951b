"""The base class of requests that name one post.

The request of each call has its own module, so that a function builds only the models that it uses.
"""

from uuid import UUID

from minutehand.queue.errors import post_not_found
from minutehand.runtime.form import Form, Id, parse_id


class PostReference(Form):
    """A request body or query with the id of a post."""

    post_id: Id

    def id(self) -> UUID:
        """Return the post's id.

        Raises:
            NotFound: the id is not a UUID, so no post has this id.
        """
        return parse_id(self.post_id, post_not_found)
