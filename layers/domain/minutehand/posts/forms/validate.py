"""The request of posts/validate."""

from typing import Annotated

from pydantic import Field

from minutehand.posts.fields import Platforms
from minutehand.posts.forms.create import NewPost


class PostToValidate(NewPost):
    """The body of posts/validate: the same as that of posts/create, but no post is written."""

    platforms: Annotated[Platforms, Field(min_length=1)]
