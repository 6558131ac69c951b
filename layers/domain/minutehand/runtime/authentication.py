"""How callers say who they are: a signed token in production, a header that is believed on the local stage."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, Self

from pydantic import model_validator

from minutehand.runtime.config import Config
from minutehand.runtime.errors import Unauthenticated
from minutehand.runtime.identity import Identity, identifier, roles

MAX_ROLES_CHARACTERS = 1_000

type Headers = Mapping[str, list[str]]
"""The headers of a request: names in lower case, each with all of its values."""
type Authenticate = Callable[[Headers], Identity]
"""Tells who sends a request with these headers. Raises `Unauthenticated` when that cannot be told."""


class AuthenticationConfig(Config):
    """How the authorizer tells who is calling."""

    stage: Literal["local", "staging", "prod"]
    auth_mode: Literal["trusted-header", "oidc"]
    oidc_issuer: str | None = None
    oidc_audience: str | None = None

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.auth_mode == "trusted-header":
            if self.stage != "local":
                raise ValueError(
                    "AUTH_MODE trusted-header believes whatever a caller claims: only STAGE local may use it"
                )
            return self
        if not self.oidc_issuer or not self.oidc_audience:
            raise ValueError("AUTH_MODE oidc needs OIDC_ISSUER and OIDC_AUDIENCE")
        if self.stage != "local" and not self.oidc_issuer.startswith("https://"):
            raise ValueError("OIDC_ISSUER must be an https address")
        return self


def authenticator(config: AuthenticationConfig) -> Authenticate:
    """Return the way of telling that ``config`` chooses."""
    if config.auth_mode == "trusted-header":
        return trusted_header
    from minutehand.runtime.oidc import Oidc  # brings PyJWT and cryptography

    return Oidc(str(config.oidc_issuer), str(config.oidc_audience))


def trusted_header(headers: Headers) -> Identity:
    """Believe ``x-user-id``, and ``x-owner-id`` and ``x-user-roles`` (separated by commas) where they are given.

    Raises:
        Unauthenticated: no user is named, or a header is given twice or holds what cannot be an id.
    """
    user_id = _one(headers, "x-user-id")
    if user_id is None:
        raise Unauthenticated
    given = headers.get("x-user-roles", [])
    if sum(map(len, given)) > MAX_ROLES_CHARACTERS:
        raise Unauthenticated
    return Identity(user_id, _one(headers, "x-owner-id") or user_id, roles(",".join(given)))


def bearer_token(headers: Headers) -> str:
    """Return the token of ``Authorization: Bearer <token>``.

    Raises:
        Unauthenticated: there is none.
    """
    values = headers.get("authorization", [])
    scheme, _, token = values[0].strip().partition(" ") if len(values) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated
    return token.strip()


def request_headers(event: Mapping[str, Any]) -> Headers:
    """Return the headers of a REQUEST authorizer event."""
    found: dict[str, list[str]] = {}
    several = event.get("multiValueHeaders") or {name: [each] for name, each in (event.get("headers") or {}).items()}
    for name, values in several.items():
        found.setdefault(name.lower(), []).extend(values)
    return found


def _one(headers: Headers, name: str) -> str | None:
    if name not in headers:
        return None
    values = headers[name]
    value = identifier(values[0]) if len(values) == 1 else None
    if value is None:
        raise Unauthenticated
    return value
