"""The form of posts/validate."""

from typing import Annotated

from pydantic import Field

from minutehand.posts.fields import Platforms
from minutehand.posts.forms.create import NewPost


class PostToValidate(NewPost):
    """The body of posts/validate: that of posts/create, of which a post is not written."""

    platforms: Annotated[Platforms, Field(min_length=1)]
