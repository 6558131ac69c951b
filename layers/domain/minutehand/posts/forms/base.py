"""What the forms of all calls about posts have in common. Each call has a module of its own, so that a function builds
only the models that it validates with."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from minutehand.runtime.errors import NotFound


class Form(BaseModel):
    """What a call takes: names in camelCase, kinds taken at their word, nothing unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class PostReference(Form):
    """The body or query of calls that take nothing but a post."""

    post_id: str

    def id(self) -> UUID:
        """Return the post's id.

        Raises:
            NotFound: it is no UUID, so that no post can have it.
        """
        return post_uuid(self.post_id)


def post_uuid(text: str) -> UUID:
    """Return the id of a post that ``text`` writes.

    Raises:
        NotFound: it is no UUID, so that no post can have it.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no post with this id among yours.", code="post_not_found") from None
