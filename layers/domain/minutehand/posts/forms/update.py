"""The request of posts/update."""

from typing import Annotated

from pydantic import Field
from pydantic.alias_generators import to_camel

from minutehand.posts.fields import Campaign, Content, MediaUrls, Notes, Platforms, PublishWithin, ScheduledAt, TimeZone
from minutehand.posts.forms.base import PostReference
from minutehand.posts.platform_fields import AltTexts, ConnectionIds, PlatformOptions, Variants


class PostChanges(PostReference):
    """The body of posts/update. A field that is not given keeps its value. Null clears a field that may be empty.

    ``version``: the change is refused if the post no longer has this version.
    """

    content: Content = ""
    platforms: Platforms = Field(default_factory=list)
    media_urls: MediaUrls = Field(default_factory=list)
    alt_texts: AltTexts = Field(default_factory=dict)
    platform_options: PlatformOptions = Field(default_factory=dict)
    variants: Variants = Field(default_factory=dict)
    connection_ids: ConnectionIds = Field(default_factory=list)
    publish_within_seconds: PublishWithin | None = None
    campaign: Campaign | None = None
    notes: Notes | None = None
    scheduled_at: ScheduledAt = None
    timezone: TimeZone = "UTC"
    approval_required: bool = False
    version: Annotated[int, Field(ge=1, le=2_147_483_647)] | None = None

    def given(self) -> list[str]:
        """Return the names of the fields to change, as they are spelled in the body."""
        names = self.model_fields_set - {"post_id", "version"}
        return sorted(to_camel(name) for name in names)
