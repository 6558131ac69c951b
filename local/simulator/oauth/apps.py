"""The registered app: who it says it is, and where people may be sent back to."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import unquote_plus, urlsplit

from starlette.requests import Request

from local.simulator.oauth.grant import OAuthError
from local.simulator.state import State

NAME = "Minutehand"
CLIENT_ID, CLIENT_SECRET = "minutehand-local", "minutehand-local-secret"
CALLBACK = "/connections/callback"
LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])


class Apps:
    """The one app of every platform, with its redirect URIs: a callback on loopback, and what was added."""

    def __init__(self, state: State) -> None:
        self._state = state

    def allows(self, redirect_uri: str) -> bool:
        """Say whether people may be sent to ``redirect_uri``."""
        if redirect_uri in self._added():
            return True
        try:
            address = urlsplit(redirect_uri)
        except ValueError:
            return False
        return (
            address.scheme in ("http", "https")
            and address.hostname in LOOPBACK
            and address.path.endswith(CALLBACK)
            and not address.fragment
        )

    def add(self, redirect_uri: str) -> None:
        """Register one more redirect URI."""
        self._added()[redirect_uri] = True
        self._state.mark_changed()

    def _added(self) -> dict[str, bool]:
        return self._state.collection("oauth", "redirects")


def require_form(fields: Mapping[str, str], id_name: str = "client_id") -> None:
    """Check the credentials that stand in a form or an address.

    Raises:
        OAuthError: they are not those of the app.
    """
    _require(fields.get(id_name, ""), fields.get("client_secret", ""))


def require_basic(request: Request) -> None:
    """Check the credentials that stand in the Authorization header, as HTTP Basic.

    Raises:
        OAuthError: they are missing, or not those of the app.
    """
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name = secret = ""
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client", "client", "The credentials of the app are missing.")
    _require(unquote_plus(name), unquote_plus(secret))


def _require(client_id: str, secret: str) -> None:
    known = hmac.compare_digest(client_id.encode(), CLIENT_ID.encode())
    if not (hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode()) and known):
        raise OAuthError("invalid_client", "client", "The credentials of the app are wrong.")
