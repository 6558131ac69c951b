"""The request of posts/validate: the fields of a new post with at least one platform."""

from typing import Annotated

from pydantic import Field

from minutehand.posts.fields import Platforms
from minutehand.posts.forms.new_post import NewPostFields


class PostToValidate(NewPostFields, defer_build=False):
    """The body of posts/validate, which has the fields of posts/create. No post is saved."""

    platforms: Annotated[Platforms, Field(min_length=1)]
