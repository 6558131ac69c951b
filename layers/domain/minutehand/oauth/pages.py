"""The HTML pages that a browser shows after the callback.

The pages name the owner, so that a person who was tricked into connecting an account notices this and learns what to
do.
"""

from html import escape

from minutehand.oauth.authorization import CompletedAuthorization
from minutehand.platforms.catalog import display_name
from minutehand.runtime.page import Page


def connected(done: CompletedAuthorization) -> Page:
    """Return a page that lists the connected accounts and names their owner."""
    name, owner = escape(display_name(done.platform)), escape(done.owner_id)
    subject = "This account" if len(done.connections) == 1 else "These accounts"
    handles = "".join(f"<li>{escape(connection.handle)}</li>" for connection in done.connections)
    paragraphs = [
        f"{subject} on {name} can now be used for posts of <strong>{owner}</strong>:",
        f"<ul>{handles}</ul>",
        "You may close this page.",
    ]
    small = (
        f"If you are not <strong>{owner}</strong>, somebody else began this. Revoke the access in the settings of "
        f"{name}, under connected apps."
    )
    return Page(f"{name} is connected", paragraphs, small)


def failed(sentence: str, request_id: str) -> Page:
    """Return a page that explains why no account was connected."""
    return Page("No account was connected", [escape(sentence)], f"Request {escape(request_id)}")
