"""The base class of the authorization servers of all platforms."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.faults import Faults, Handler
from local.simulator.oauth.authorization_codes import AuthorizationCodes
from local.simulator.oauth.consent import ConsentConfig, ConsentPage
from local.simulator.oauth.grant import OAuthError
from local.simulator.oauth.tokens import Tokens
from local.simulator.state import State

UNCACHED = {"Cache-Control": "no-store"}

type Operation = Callable[[Request], Awaitable[Mapping[str, object]]]


class AuthorizationServer(ABC):
    """A platform's authorization server. By default, its errors follow RFC 6749.

    This class implements `local.simulator.faults.TokenDialect`.
    """

    consent: ClassVar[ConsentConfig]

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._codes, self._tokens = AuthorizationCodes(state), Tokens(state)
        self.platform = self.consent.platform

    def routes(self) -> list[Route]:
        """Return the consent page and the endpoints that the app calls."""
        return [*ConsentPage(self.consent, self._state).routes(), *self.endpoints()]

    @abstractmethod
    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""

    def step(self, name: str, operation: Operation) -> Handler:
        """Return an endpoint that calls ``operation`` and injects faults."""

        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse(await operation(request), headers=UNCACHED)
            except OAuthError as error:
                return self.error_response(error)

        return self._faults.wrap(self.platform, name, self, endpoint)

    # Error responses.

    def error_response(self, error: OAuthError) -> Response:
        """Return the response for ``error``."""
        status = 401 if error.code == "invalid_client" else 400
        body = {"error": error.code, "error_description": error.description}
        return JSONResponse(body, status_code=status, headers=UNCACHED)

    def error(self, status: int) -> Response:
        """Return an error response with ``status``. For a status below 500, use an undocumented error."""
        name = "server_error" if status >= 500 else "something_else"
        return JSONResponse({"error": name, "error_description": "Something went sideways."}, status_code=status)

    def rate_limited(self, seconds: float) -> Response:  # noqa: ARG002 - most servers do not return a time
        """Return an error response with HTTP status 429."""
        return JSONResponse({"error": "rate_limit_exceeded"}, status_code=429)

    def expired(self) -> Response:
        """Return the error response for an expired refresh token."""
        return self.invalid_grant()

    def invalid_grant(self) -> Response:
        """Return the error response for an invalid code or refresh token."""
        return self.error_response(
            OAuthError("invalid_grant", "refresh_token", "The grant is invalid, expired or revoked.")
        )


async def form_fields(request: Request) -> dict[str, str]:
    """Return the fields of a form in the body, without the parameters of the query."""
    return dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))


def unsupported_grant_type(fields: Mapping[str, str]) -> OAuthError:
    """Return the error for an unknown ``grant_type``."""
    given = fields.get("grant_type", "")[:60]
    return OAuthError("unsupported_grant_type", "grant_type", f"The grant type {given!r} is not supported.")
