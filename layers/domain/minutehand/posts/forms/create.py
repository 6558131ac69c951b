"""The form of posts/create."""

from pydantic import Field

from minutehand.posts.fields import Campaign, Content, MediaUrls, Notes, Platforms, TimeZone
from minutehand.posts.forms.base import Form
from minutehand.posts.forms.moment import Moment


class NewPost(Form):
    """The body of posts/create."""

    content: Content = Field(default="", validate_default=True)
    platforms: Platforms = Field(default_factory=list)
    media_urls: MediaUrls = Field(default_factory=list)
    campaign: Campaign | None = None
    notes: Notes | None = None
    scheduled_at: Moment = None
    timezone: TimeZone = "UTC"
    approval_required: bool = False
