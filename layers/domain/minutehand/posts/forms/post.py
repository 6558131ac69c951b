"""The fields of a post. Each field is declared once, here.

`posts/create`, `posts/update` and `posts/validate` accept these fields. Each field has a column of the same name in
`social_posts`. The object `post` in a response contains all of these fields.
"""

from typing import Annotated

from pydantic import Field

from minutehand.posts.fields import Campaign, Content, MediaUrls, Platforms, PublishWithin, ScheduledAt
from minutehand.posts.platform_fields import AltTexts, ConnectionIds, PlatformOptions, Variants
from minutehand.runtime.form import Form
from minutehand.runtime.timezones import TimeZone

UNPUBLISHED = object()
"""Marks a field that affects neither the content, the time nor the destinations of the post. A change to only such
fields does not reset the approval, and causes no warnings about the content.
"""


class PostFields(Form, defer_build=True):
    """The fields that callers set, in the order in which errors and events list them.

    Each subclass that validates requests sets ``defer_build`` to False, so that pydantic builds its validator while the
    function starts.
    """

    content: Content = ""
    platforms: Platforms = Field(default_factory=list)
    media_urls: MediaUrls = Field(default_factory=list)
    alt_texts: AltTexts = Field(default_factory=dict)
    platform_options: PlatformOptions = Field(default_factory=dict)
    variants: Variants = Field(default_factory=dict)
    connection_ids: ConnectionIds = Field(default_factory=list)
    publish_within_seconds: Annotated[PublishWithin | None, UNPUBLISHED] = None
    scheduled_at: ScheduledAt = None
    timezone: Annotated[TimeZone, UNPUBLISHED] = "UTC"
    campaign: Annotated[Campaign | None, UNPUBLISHED] = None
    notes: Annotated[str | None, Field(max_length=10_000), UNPUBLISHED] = None
    approval_required: Annotated[bool, UNPUBLISHED] = False


FIELDS = {column: field.alias or column for column, field in PostFields.model_fields.items()}
"""The name of each field in the API, keyed by its column."""
PUBLISHED_FIELDS = frozenset(
    FIELDS[column] for column, field in PostFields.model_fields.items() if UNPUBLISHED not in field.metadata
)
"""The API's names of the fields that determine what is published, when and where."""
