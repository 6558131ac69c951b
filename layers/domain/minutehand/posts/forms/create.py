"""The request of posts/create."""

from pydantic import ConfigDict

from minutehand.posts.forms.post import PostFields


class NewPost(PostFields):
    """The body of posts/create. The default of ``content`` is not valid, so that its error says what to enter."""

    model_config = ConfigDict(validate_default=True)
