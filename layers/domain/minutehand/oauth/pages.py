"""The HTML pages that a browser shows before the consent page and after the callback.

The pages `confirmation` and `connected` name the owner, so that a person whom a stranger has sent to such a page
notices the wrong owner and learns what to do.
"""

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from minutehand.platforms.catalog import display_name
from minutehand.runtime.page import Form, Page

if TYPE_CHECKING:
    from minutehand.oauth.callback import CompletedAuthorization
    from minutehand.oauth.pending_authorizations import Pending


def confirmation(pending: "Pending", token: str) -> Page:
    """Return the page on which a person confirms an authorization. ``token``: see `browser_binding.form_token`."""
    name, owner, actor = escape(_place(pending)), escape(pending.owner_id), escape(pending.actor)
    began = "" if pending.actor == pending.owner_id else f", as <strong>{actor}</strong> requested"
    paragraphs = [
        f"The accounts on {name} to which you grant access will be connected to <strong>{owner}</strong>{began}.",
        f"People who work for <strong>{owner}</strong> can then publish on these accounts.",
        f"{name} may connect the accounts without asking you again.",
    ]
    small = f"If you do not know <strong>{owner}</strong>, close this page. Nothing is connected unless you continue."
    return Page(f"Connect your account on {name}?", paragraphs, small, [Form(f"Continue to {name}", {"token": token})])


def _place(pending: "Pending") -> str:
    """Return the name of the account's server or, if there are no servers to choose from, of the platform."""
    return display_name(pending.platform) if pending.server is None else urlsplit(pending.server).netloc


def connected(done: "CompletedAuthorization") -> Page:
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
        f"If you do not know <strong>{owner}</strong>, revoke the access in the "
        f"settings of {name}, under connected apps."
    )
    return Page(f"{name} is connected", paragraphs, small)


def failed(sentence: str, request_id: str) -> Page:
    """Return a page with the reason why the request connected no account. An earlier request may have connected one."""
    return Page("This page connected no account", [escape(sentence)], f"Request {escape(request_id)}")
