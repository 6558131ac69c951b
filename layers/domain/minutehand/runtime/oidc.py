"""Identity from the access token of any OpenID Connect issuer: a JWT, checked against the issuer's published keys."""

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
"""Never what the token itself proposes: with `none` or HS256 anybody could sign."""
LEEWAY_SECONDS = 30
"""How far the clocks of the issuer and ours may be apart."""
KEYS_LIFESPAN_SECONDS = 600
TIMEOUT_SECONDS = 3
OWNER_CLAIM = "owner_id"
"""Whose posts the caller works on; without it, their own."""
ROLES_CLAIM = "roles"
"""A list of names, or one text separated by commas."""


class Oidc:
    """Checks tokens: signature, issuer, audience and expiry. The issuer's keys are fetched once and kept a while."""

    def __init__(self, issuer: str, audience: str) -> None:
        """``issuer`` exactly as its tokens write it, ``audience`` the one that they must name."""
        self._issuer = issuer
        self._audience = audience

    def __call__(self, headers: Headers) -> Identity:
        """Return whose token the request bears; its ``sub`` is the user.

        Raises:
            Unauthenticated: there is none, or it is not valid.
            PyJWKClientConnectionError, OSError: the issuer cannot be asked for its keys.
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
            raise  # says nothing about the token: the caller may try again
        except PyJWTError as error:
            raise Unauthenticated from error

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        # https://openid.net/specs/openid-connect-discovery-1_0.html, section 4
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 the issuer is configured
            metadata = json.load(answer)
        return jwt.PyJWKClient(metadata["jwks_uri"], lifespan=KEYS_LIFESPAN_SECONDS, timeout=TIMEOUT_SECONDS)
