"""The properties of a few operations that the types of their handlers do not express."""

from collections.abc import Mapping

STATUSES: Mapping[str, tuple[int, ...]] = {
    "connectAccount": (201, 200),
    "completeAuthorization": (201, 200),
    "receiveCallback": (201, 200, 303),
    "continueToConsent": (303,),
    "followLink": (200, 303),
}
"""The HTTP statuses of successful responses, for operations whose handlers choose the status."""
CONTENT_TYPES: Mapping[str, tuple[str, ...]] = {
    "showConfirmation": ("text/html",),
    "showLink": ("text/html",),
    "followLink": ("text/html",),
    "continueToConsent": (),
    "receiveCallback": ("application/json", "text/html"),
    "readFeed": ("text/calendar",),
    "exportPosts": ("text/csv", "application/x-ndjson"),
}
"""The content types of operations that do not always return JSON. An empty tuple means that there is no body."""
HTML_FORMS = frozenset({"continue_to_consent", "follow_link"})
"""The handlers that receive a form from an HTML page."""
