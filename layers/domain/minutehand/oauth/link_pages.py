"""The HTML pages of a connect link.

The secret of the link is in the fragment of the page's address. A script of the first page removes the secret from
the address and submits it in a form. Without scripts, a person can copy the secret into the form.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from minutehand.platforms.catalog import AUTHORIZABLE, display_name
from minutehand.runtime.page import Form, Input, Page

if TYPE_CHECKING:
    from minutehand.oauth.connect_links import Link

SCRIPT = (
    "const form=document.forms[0],secret=location.hash.slice(1);"
    'if(secret){history.replaceState(null,"",location.pathname);form.elements.link.value=secret;form.submit()}'
)
INPUTS: Mapping[str, Sequence[Input]] = {
    "bluesky": (
        Input("identifier", "Your handle or e-mail address"),
        Input("appPassword", "An app password, not the password of your account", secret=True),
        Input("service", "The address of your server", value="https://bsky.social"),
    ),
    "mastodon": (Input("instance", "The address of your server"),),
}
"""The input fields for what we must know before an account is connected, keyed by platform."""


def entry() -> Page:
    """Return the first page, which is the same for every link."""
    small = "If the field is empty, copy the part of the link after # into it."
    return Page("Connect an account", ["Continue to see who wants to connect your account."], small, [_ENTRY], SCRIPT)


def choice(link: "Link", secret: str, token: str) -> Page:
    """Return the page on which a person chooses a platform. ``token``: see `browser_binding.form_token`."""
    owner, maker = escape(link.owner_id), escape(link.created_by)
    asked = "" if link.created_by == link.owner_id else f", as <strong>{maker}</strong> requested"
    paragraphs = [
        f"The accounts to which you grant access will be connected to <strong>{owner}</strong>{asked}.",
        f"People who work for <strong>{owner}</strong> can then publish on these accounts.",
        "A platform may connect the accounts without asking you again. The link works once.",
    ]
    hidden = {"link": secret, "token": token}
    forms = [
        Form(
            f"{'Continue to' if platform in AUTHORIZABLE else 'Connect'} {escape(display_name(platform))}",
            hidden | {"platform": platform},
            INPUTS.get(platform, ()),
        )
        for platform in link.platforms
    ]
    small = f"If you do not know <strong>{owner}</strong>, close this page. Nothing is connected unless you continue."
    return Page("Connect your account?", paragraphs, small, forms)


_ENTRY = Form("Continue", inputs=[Input("link", "The code of your link", secret=True)])
