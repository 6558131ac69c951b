"""Authenticates callers by a signed token or, on the local stage only, by a trusted header.

`minutehand.tokens.authentication` authenticates callers with API tokens, on every stage.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import model_validator

from minutehand.runtime.config import DatabaseConfig, Stage
from minutehand.runtime.errors import Unauthenticated
from minutehand.runtime.identity import Identity, claimed_identifier, roles

if TYPE_CHECKING:
    from minutehand.runtime.function import Function

MAX_ROLES_CHARACTERS = 1_000
API_TOKEN_PREFIX = "mh_"  # noqa: S105

type Headers = Mapping[str, list[str]]
"""The headers of a request, with names in lower case and all values of each name."""
type Authenticate = Callable[[Headers], Identity]
"""Returns the caller's identity from the headers. Raises `Unauthenticated` if the headers contain no valid identity,
and `IssuerUnavailable` if a token cannot be verified now.
"""


class AuthenticationConfig(DatabaseConfig):
    """The configuration of the authorizer, which uses the database only for API tokens."""

    stage: Stage
    auth_mode: Literal["trusted-header", "oidc"]
    oidc_issuer: str | None = None
    oidc_audience: str | None = None

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.auth_mode == "trusted-header":
            if self.stage != "local":
                raise ValueError(
                    "AUTH_MODE is trusted-header, which trusts every caller and is allowed only at the stage local. "
                    "Set AUTH_MODE to oidc."
                )
            return self
        if not self.oidc_issuer or not self.oidc_audience:
            raise ValueError("AUTH_MODE is oidc, which requires OIDC_ISSUER and OIDC_AUDIENCE. Set both variables.")
        if self.stage != "local" and not self.oidc_issuer.startswith("https://"):
            raise ValueError("OIDC_ISSUER must begin with https:// except at the stage local. Set an https URL.")
        return self


def authenticator(config: AuthenticationConfig) -> Authenticate:
    """Return the authentication that ``config`` selects."""
    if config.auth_mode == "trusted-header":
        return trusted_header
    from minutehand.runtime.oidc import Oidc  # this imports PyJWT and cryptography

    return Oidc(str(config.oidc_issuer), str(config.oidc_audience))


def open_authentication(function: "Function[AuthenticationConfig]") -> Authenticate:
    """Return the authentication that the configuration of ``function`` selects."""
    return authenticator(function.config)


def trusted_header(headers: Headers) -> Identity:
    """Return the identity from ``x-user-id`` and the optional ``x-owner-id`` and ``x-user-roles`` (comma-separated).

    Raises:
        Unauthenticated: the user is missing, an id is given twice or is not valid, or the roles are longer than
            `MAX_ROLES_CHARACTERS`.
    """
    user_id = _single_id(headers, "x-user-id")
    if user_id is None:
        raise Unauthenticated
    given = headers.get("x-user-roles", [])
    if sum(map(len, given)) > MAX_ROLES_CHARACTERS:
        raise Unauthenticated
    return Identity(user_id, _single_id(headers, "x-owner-id") or user_id, roles(",".join(given)))


def bearer_token(headers: Headers) -> str:
    """Return the token from the header ``Authorization: Bearer <token>``.

    Raises:
        Unauthenticated: the header is missing, is given twice, or has no bearer token.
    """
    values = headers.get("authorization", [])
    scheme, _, token = values[0].strip().partition(" ") if len(values) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated
    return token.strip()


def has_api_token(headers: Headers) -> bool:
    """Return whether the headers have a bearer token with the prefix of an API token."""
    try:
        return bearer_token(headers).startswith(API_TOKEN_PREFIX)
    except Unauthenticated:
        return False


def request_headers(event: Mapping[str, Any]) -> Headers:
    """Return the headers of a REQUEST authorizer event."""
    headers: dict[str, list[str]] = {}
    given = event.get("multiValueHeaders") or {name: [each] for name, each in (event.get("headers") or {}).items()}
    for name, values in given.items():
        headers.setdefault(name.lower(), []).extend(values)
    return headers


def _single_id(headers: Headers, name: str) -> str | None:
    if name not in headers:
        return None
    values = headers[name]
    # HTTP allows spaces and tabs around the value of a header. They do not belong to the value (RFC 9110, section 5.5).
    value = claimed_identifier(values[0].strip(" \t")) if len(values) == 1 else None
    if value is None:
        raise Unauthenticated
    return value
