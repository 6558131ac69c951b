"""The port for registering Minutehand as an OAuth client with the server of an account.

On a platform whose users choose their servers, the module ``oauth`` also has a function ``register``.
"""

from typing import TYPE_CHECKING, Protocol

from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.oauth2.provider import OAuthClient
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx


class Register(Protocol):
    """A function that registers a client with a server."""

    def __call__(self, http: "httpx.Client", server: str, *, redirect_uri: str, now: Now) -> OAuthClient:
        """Register a client that may redirect people to ``redirect_uri``. Return the client, with its ``server``.

        Raises:
            Rejected: ``unexpected_server`` if the server is not a server of the platform.
            Transient, RateLimited: the server returned no usable response, or limits our requests.
        """
        ...


def register_for(platform: str) -> Register:
    """Return the function of ``platform``, one of `minutehand.platforms.catalog.REGISTERING`."""
    register: Register = load_attribute(platform, "oauth", "register")
    return register
