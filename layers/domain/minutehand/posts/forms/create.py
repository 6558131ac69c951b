"""The request of posts/create."""

from pydantic import Field

from minutehand.posts.fields import Campaign, Content, MediaUrls, Notes, Platforms, PublishWithin, ScheduledAt, TimeZone
from minutehand.posts.platform_fields import AltTexts, ConnectionIds, PlatformOptions, Variants
from minutehand.runtime.form import Form


class NewPost(Form):
    """The body of posts/create."""

    content: Content = Field(default="", validate_default=True)
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
