"""The bodies of the API's responses, as JSON has them. Only the generator of the OpenAPI document imports them.

The response of the handler ``list_posts`` is `ListPostsResponse`, in any module of this package. A field that may be
missing is `NotRequired`. The tests compare every response of the API with the document.
"""

from collections.abc import Mapping

STATUSES: Mapping[str, tuple[int, ...]] = {
    "connectAccount": (201, 200),
    "completeAuthorization": (201, 200),
    "receiveCallback": (201, 200, 303),
    "continueToConsent": (303,),
    "createLink": (201,),
    "followLink": (200, 303),
    "createToken": (201,),
    "createFeed": (201,),
}
"""The statuses of operations whose handlers choose the status."""
CONTENT_TYPES: Mapping[str, tuple[str, ...]] = {
    "showConfirmation": ("text/html",),
    "showLink": ("text/html",),
    "followLink": ("text/html",),
    "continueToConsent": (),
    "receiveCallback": ("application/json", "text/html"),
    "readCalendar": ("text/calendar",),
    "exportPosts": ("text/csv", "application/x-ndjson"),
}
"""The content types of operations that do not always return JSON. An empty tuple means that there is no body."""
