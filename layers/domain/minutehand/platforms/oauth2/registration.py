"""The port for registering Minutehand as an OAuth client with the server of an account.

On a platform whose users choose their servers, the module ``oauth`` also has a `Registration` called ``registration``.
"""

from typing import TYPE_CHECKING, NamedTuple, Protocol

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
            Rejected: ``unexpected_server`` if the server is not a server of the platform, or ``registration_refused``
                if it does not register clients.
            Transient, RateLimited: the server returned no usable response, or limits our requests.
        """
        ...


class IsKnown(Protocol):
    """A function that finds out whether a server still knows a client."""

    def __call__(self, http: "httpx.Client", client: OAuthClient, *, now: Now) -> bool:
        """Return False if the server of ``client`` states that it does not know the client.

        Raises:
            Transient, RateLimited: see `Register`.
        """
        ...


class Registration(NamedTuple):
    """The functions of one platform."""

    register: Register
    is_known: IsKnown


def registration_for(platform: str) -> Registration:
    """Return the functions of ``platform``, one of `minutehand.platforms.catalog.REGISTERING`."""
    registration: Registration = load_attribute(platform, "oauth", "registration")
    return registration
