"""The request of posts/create."""

from typing import Literal

from pydantic import ConfigDict

from minutehand.posts.forms.post import PostFields


class NewPost(PostFields):
    """The body of posts/create. The default of ``content`` is invalid on purpose: a request without ``content`` gets
    the same error as a request with an empty ``content``.
    """

    model_config = ConfigDict(validate_default=True, defer_build=False)

    publish: Literal["now"] | None = None
    """The value ``now`` publishes the post immediately, or as soon as the post is approved. ``publish`` replaces
    ``scheduledAt``.
    """
