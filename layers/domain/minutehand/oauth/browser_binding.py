"""The cookie that binds an authorization to the browser in which a person has confirmed it.

The browser stores a secret in a cookie, and the database stores the digest of the secret with the authorization. Each
authorization has its own cookie, so authorizations in several tabs do not interfere.
"""

import hmac
import secrets
from hashlib import sha256
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from minutehand.oauth.pending_authorizations import LIFETIME

SECRET_BYTES = 32
MAX_SECRET_CHARACTERS = 128
NAME_CHARACTERS = 16
"""The number of hexadecimal digits of the state's digest in the name of the cookie."""


class BrowserCookie(NamedTuple):
    """The cookie of one authorization, without its secret.

    With https, the name begins with ``__Host-``. Browsers accept such a cookie only from our host itself, so a sibling
    domain cannot set the cookie (RFC 6265bis, section 4.1.3.2).
    """

    name: str
    secure: bool

    @classmethod
    def of(cls, state: str, callback_url: str) -> Self:
        """Return the cookie for ``state``. The cookie is secure if ``callback_url`` has the scheme https."""
        secure = urlsplit(callback_url).scheme == "https"
        name = f"minutehand-{sha256(state.encode()).hexdigest()[:NAME_CHARACTERS]}"
        return cls(f"__Host-{name}" if secure else name, secure)

    def header(self, secret: str) -> str:
        """Return the value of the header Set-Cookie.

        With ``SameSite=Lax``, browsers send the cookie with the platform's redirect, but not with a POST request from
        another site.
        """
        seconds = int(LIFETIME.total_seconds())
        cookie = f"{self.name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
        return f"{cookie}; Secure" if self.secure else cookie


def secret_for(found: str | None) -> str:
    """Return ``found``, the secret in the browser's cookie, or a new secret if ``found`` is missing or too long."""
    if found and len(found) <= MAX_SECRET_CHARACTERS:
        return found
    return secrets.token_urlsafe(SECRET_BYTES)


def browser_digest(secret: str) -> bytes:
    """Return the digest of a browser's secret, as it is stored in the database."""
    return sha256(b"browser:" + secret.encode()).digest()


def form_token(secret: str) -> str:
    """Return the token for the form that a browser with this secret submits."""
    return sha256(b"form:" + secret.encode()).hexdigest()


def is_own_form(secret: str, token: str) -> bool:
    """Return whether ``token`` is from a form that we sent to the browser with this secret."""
    return hmac.compare_digest(form_token(secret).encode(), token.encode())
