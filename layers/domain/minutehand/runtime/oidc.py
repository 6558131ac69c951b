"""Authentication with an OpenID Connect access token, which is a JWT verified with the issuer's published keys."""

from collections.abc import Mapping
from typing import Any

import jwt
from jwt.exceptions import PyJWTError

from minutehand.runtime.authentication import Headers, bearer_token
from minutehand.runtime.errors import Unauthenticated
from minutehand.runtime.identity import Identity, claimed_identifier, roles, shown_name
from minutehand.runtime.issuer_keys import ALGORITHMS, IssuerKeys

LEEWAY_SECONDS = 30
"""The maximum accepted difference between the issuer's clock and this function's clock."""
OWNER_CLAIM = "owner_id"
"""The claim with the id of the caller's owner. If a token does not have this claim, its user is the owner."""
ROLES_CLAIM = "roles"
"""The claim with the caller's roles, as a list or as comma-separated text."""
NAME_CLAIMS = ("name", "email")
"""The claims that may contain the name to show, in the order of preference (OpenID Connect Core, section 5.1)."""
TYPES = frozenset(["jwt", "at+jwt", "application/at+jwt"])
"""The accepted values of the header parameter ``typ``, which may be absent. The value of access tokens is ``at+jwt``
(RFC 9068) or, from older issuers, ``JWT``. The value of logout tokens, for example, is ``logout+jwt``.
"""
FOREIGN_CLAIMS = frozenset(["at_hash", "c_hash", "s_hash", "events"])
"""The claims that occur only in ID tokens (the hashes), logout tokens and security events."""
KINDS = {"typ": "bearer", "token_use": "access"}
"""The claims in which Keycloak and Cognito name the kind of a token, each with the value for an access token."""
_MALFORMED = (PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


class Oidc:
    """Verifies the signature, issuer, audience, expiry and kind of tokens, using cached keys of the issuer."""

    def __init__(self, issuer: str, audience: str, keys: IssuerKeys | None = None) -> None:
        """Create the authentication. ``issuer``, ``audience``: the values that a token must match exactly."""
        self._issuer = issuer
        self._audience = audience
        self._keys = keys or IssuerKeys(issuer)

    def __call__(self, headers: Headers) -> Identity:
        """Return the identity in the bearer token. The claim ``sub`` is the id of the user.

        Raises:
            Unauthenticated: the token is missing or not valid.
            IssuerUnavailable: see `IssuerKeys.find`.
        """
        claims = self._claims(bearer_token(headers))
        user_id = claimed_identifier(claims["sub"])
        owner_id = claimed_identifier(claims[OWNER_CLAIM]) if OWNER_CLAIM in claims else user_id
        if user_id is None or owner_id is None or not _is_access_token(claims):
            raise Unauthenticated
        names = (shown_name(claims.get(claim)) for claim in NAME_CLAIMS)
        name = next((each for each in names if each is not None), None)
        return Identity(user_id, owner_id, roles(claims.get(ROLES_CLAIM)), name=name)

    def _claims(self, token: str) -> dict[str, Any]:
        key = self._keys.find(_key_id(token))
        if key is None:
            raise Unauthenticated
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except _MALFORMED as error:
            raise Unauthenticated from error


def _key_id(token: str) -> str:
    """Return the key id (`kid`) from the header of ``token``. A malformed token does not cause a fetch of the keys."""
    try:
        header = jwt.get_unverified_header(token)
    except _MALFORMED as error:
        raise Unauthenticated from error
    key_id, kind = header.get("kid"), header.get("typ", "JWT")
    if not isinstance(key_id, str) or not isinstance(kind, str) or kind.lower() not in TYPES:
        raise Unauthenticated
    if header.get("alg") not in ALGORITHMS.values():
        raise Unauthenticated
    return key_id


def _is_access_token(claims: Mapping[str, Any]) -> bool:
    named = {name: claims[name] for name in KINDS if name in claims}
    return not FOREIGN_CLAIMS & set(claims) and all(
        isinstance(kind, str) and kind.lower() == KINDS[name] for name, kind in named.items()
    )
