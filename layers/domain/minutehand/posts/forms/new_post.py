"""The fields of a new post, which `posts/create` and `posts/validate` accept."""

from typing import Literal

from pydantic import ConfigDict

from minutehand.posts.forms.post import PostFields


class NewPostFields(PostFields, defer_build=True):
    """The fields of a new post. Only subclasses validate requests; see `PostFields`. The default of ``content`` is
    invalid on purpose: a request without ``content`` gets the same error as a request with an empty ``content``.
    """

    model_config = ConfigDict(validate_default=True)

    publish: Literal["now"] | None = None
    """With ``now``, the post is published immediately, or as soon as it is approved. A request with ``publish`` has no
    ``scheduledAt``.
    """
