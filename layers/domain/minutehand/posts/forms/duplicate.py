"""The request of posts/duplicate: the original, and the fields in which the duplicate differs."""

from minutehand.posts.fields import Platforms, ScheduledAt
from minutehand.posts.forms.base import PostReference
from minutehand.posts.platform_fields import ConnectionIds
from minutehand.runtime.timezones import TimeZone


class DuplicateRequest(PostReference):
    """The body of posts/duplicate. A missing or null field has the value of the original, with three exceptions.

    A duplicate without ``scheduledAt`` is a draft. A duplicate with ``connectionIds`` but without ``platforms`` has
    only the platforms of these connections. A duplicate with ``platforms`` but without ``connectionIds`` has only the
    connections of the original on these platforms.
    """

    scheduled_at: ScheduledAt = None
    timezone: TimeZone | None = None
    platforms: Platforms | None = None
    connection_ids: ConnectionIds | None = None
