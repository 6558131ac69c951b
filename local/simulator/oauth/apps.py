"""The registered app, with its credentials and its redirect URIs."""

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
    """The app that is registered at every platform. Its redirect URIs are callbacks on loopback and all added URIs."""

    def __init__(self, state: State) -> None:
        self._state = state

    def allows(self, redirect_uri: str) -> bool:
        """Return whether ``redirect_uri`` is registered."""
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
        """Register another redirect URI."""
        self._added()[redirect_uri] = True
        self._state.mark_changed()

    def _added(self) -> dict[str, bool]:
        return self._state.collection("oauth", "redirects")


def require_form(fields: Mapping[str, str], id_field: str = "client_id") -> None:
    """Check the client credentials in a form or a query.

    Raises:
        OAuthError: the credentials are not those of the app.
    """
    _require(fields.get(id_field, ""), fields.get("client_secret", ""))


def require_basic(request: Request) -> None:
    """Check the client credentials in the Authorization header, as HTTP Basic.

    Raises:
        OAuthError: the credentials are missing or are not those of the app.
    """
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name = secret = ""
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client", "client", "The client credentials are missing.")
    _require(unquote_plus(name), unquote_plus(secret))


def _require(client_id: str, secret: str) -> None:
    known = hmac.compare_digest(client_id.encode(), CLIENT_ID.encode())
    if not (hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode()) and known):
        raise OAuthError("invalid_client", "client", "The client credentials are wrong.")
