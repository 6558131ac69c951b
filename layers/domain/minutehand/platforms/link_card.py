"""The link card of a post: a preview of the page to which the post links."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A preview of the page at ``url``. ``title`` is None if the page has no preview."""

    url: str
    title: str | None
    description: str
    image: bytes | None = field(default=None, repr=False)
    image_type: str = ""
