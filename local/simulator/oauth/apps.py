"""The registered apps, with their credentials and their redirect URIs."""

import base64
import binascii
import hmac
import secrets
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

    def has(self, client_id: str) -> bool:
        """Return whether ``client_id`` is that of the app."""
        return client_id == CLIENT_ID

    def allows(self, client_id: str, redirect_uri: str) -> bool:  # noqa: ARG002 - there is only one app
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


class RegisteredApps(Apps):
    """The apps that were registered with a call to the API of a platform."""

    def register(self, redirect_uri: str) -> tuple[str, str]:
        """Register an app with one redirect URI. Return its client id and its client secret."""
        client_id, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._all()[client_id] = {"secret": secret, "redirect_uri": redirect_uri}
        self._state.mark_changed()
        return client_id, secret

    def has(self, client_id: str) -> bool:
        """Return whether an app with this client id is registered."""
        return client_id in self._all()

    def allows(self, client_id: str, redirect_uri: str) -> bool:
        """Return whether the app registered ``redirect_uri``."""
        return self.has(client_id) and self._all()[client_id]["redirect_uri"] == redirect_uri

    def require(self, fields: Mapping[str, str]) -> str:
        """Check the client credentials in a form, and return the client id.

        Raises:
            OAuthError: the credentials are not those of a registered app.
        """
        client_id = fields.get("client_id", "")
        known = self._all().get(client_id)
        if known is None or not hmac.compare_digest(fields.get("client_secret", "").encode(), known["secret"].encode()):
            raise OAuthError("invalid_client", "client", "Client authentication failed due to unknown client.")
        return client_id

    def _all(self) -> dict[str, dict[str, str]]:
        return self._state.collection("oauth", "apps")


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
