"""Authentication with an OpenID Connect access token, which is a JWT verified with the issuer's published keys."""

import json
import urllib.request
from functools import cached_property
from typing import Any

import jwt
from jwt.exceptions import PyJWKClientConnectionError, PyJWTError

from minutehand.runtime.authentication import Headers, bearer_token
from minutehand.runtime.errors import Unauthenticated
from minutehand.runtime.identity import Identity, identifier, roles

ALGORITHMS = ["RS256", "ES256"]
"""The accepted algorithms. A token must not choose the algorithm: with `none` or HS256, anyone could forge a token."""
LEEWAY_SECONDS = 30
"""The maximum accepted difference between the issuer's clock and this function's clock."""
KEYS_LIFESPAN_SECONDS = 600
TIMEOUT_SECONDS = 3
OWNER_CLAIM = "owner_id"
"""The claim with the id of the owner on whose posts the caller works. Without this claim, the owner is the caller."""
ROLES_CLAIM = "roles"
"""The claim with the caller's roles, as a list or as comma-separated text."""


class Oidc:
    """Verifies the signature, issuer, audience and expiry of tokens, using cached keys of the issuer."""

    def __init__(self, issuer: str, audience: str) -> None:
        """``issuer``, ``audience``: the values that a token must match exactly."""
        self._issuer = issuer
        self._audience = audience

    def __call__(self, headers: Headers) -> Identity:
        """Return the identity in the bearer token. The claim ``sub`` is the user.

        Raises:
            Unauthenticated: the token is missing or not valid.
            PyJWKClientConnectionError, OSError: the issuer's keys cannot be fetched.
        """
        claims = self._claims(bearer_token(headers))
        user_id = identifier(claims["sub"])
        owner_id = identifier(claims[OWNER_CLAIM]) if OWNER_CLAIM in claims else user_id
        if user_id is None or owner_id is None:
            raise Unauthenticated
        names = claims.get(ROLES_CLAIM)
        return Identity(user_id, owner_id, roles(",".join(map(str, names)) if isinstance(names, list) else names))

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self._keys.get_signing_key_from_jwt(token),
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except PyJWKClientConnectionError:
            raise  # the token may be valid, so the caller may try again
        except PyJWTError as error:
            raise Unauthenticated from error

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        # https://openid.net/specs/openid-connect-discovery-1_0.html, section 4
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 a configured issuer
            metadata = json.load(response)
        return jwt.PyJWKClient(metadata["jwks_uri"], lifespan=KEYS_LIFESPAN_SECONDS, timeout=TIMEOUT_SECONDS)
