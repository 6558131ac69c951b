"""The consent page, which redirects a person to the app after the person has allowed or denied the requested scopes."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import NAME, Apps, RegisteredApps
from local.simulator.oauth.authorization_codes import AuthorizationCodes
from local.simulator.oauth.grant import Grant
from local.simulator.oauth.tokens import Tokens
from local.simulator.state import State
from minutehand.platforms.catalog import DISPLAY_NAMES

ACCOUNT = re.compile(r"\w{1,30}")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class ConsentConfig:
    """The settings of a consent page. ``path`` includes the platform's prefix. ``scopes`` are the valid scopes."""

    platform: str
    path: str
    scopes: frozenset[str]
    separator: str = " "
    client_id_field: str = "client_id"
    denied: Mapping[str, str] = field(default_factory=lambda: {"error": "access_denied"})
    """The parameters of the redirect after a denial."""
    unknown_scope: str = "invalid_scope"
    code_lifetime: timedelta = timedelta(minutes=10)
    requires_pkce: bool = False
    multiple_accounts: bool = False
    """True if the person may enter the names of several accounts (Pages), separated by commas."""
    scopes_field: str = ""
    """The parameter of the redirect that lists the granted scopes, or an empty string if there is no such parameter."""
    fragment: str = ""
    has_registered_apps: bool = False
    """Whether each app registers itself with a call to the API."""


class ConsentPage:
    """The authorization endpoint of one platform, where a person gives consent."""

    def __init__(self, consent: ConsentConfig, state: State) -> None:
        self._config = consent
        self._apps = RegisteredApps(state) if consent.has_registered_apps else Apps(state)
        self._codes, self._tokens = AuthorizationCodes(state), Tokens(state)

    def routes(self) -> list[Route]:
        """Return the routes of the page and of its form, which have the same path."""
        return [
            Route(self._config.path, self.show, methods=["GET"]),
            Route(self._config.path, self.decide, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the requested scopes. If the request is invalid, show the error or redirect the person to the app."""
        return self._request_error(request) or self._page(request)

    async def decide(self, request: Request) -> Response:
        """Redirect the person to the app with a code or an error, or show the page again if the form is invalid."""
        if (error := self._request_error(request)) is not None:
            return error
        form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
        match form.get("decision"):
            case "allow":
                return self._allow(request, form.get("account", "demo"))
            case "deny":
                return self._redirect(request, self._config.denied)
        return self._page(request, "Choose Allow or Deny.", 400)

    def _allow(self, request: Request, account: str) -> Response:
        names = [name.strip().removeprefix("@") for name in account.split(",")]
        is_valid = all(ACCOUNT.fullmatch(name) for name in names)
        if not is_valid or (len(names) > 1 and not self._config.multiple_accounts):
            return self._page(request, "The name of an account has 1 to 30 letters, digits and underscores.", 400)
        query, scopes, accounts = request.query_params, self._scopes(request), ",".join(names)
        grant = Grant(
            secrets.token_hex(8),
            self._config.platform,
            accounts,
            tuple(scopes),
            self._is_offline(request, accounts),
            self._client_id(request),
        )
        code = self._codes.issue(
            grant, query["redirect_uri"], query.get("code_challenge", ""), self._config.code_lifetime
        )
        granted = {self._config.scopes_field: self._config.separator.join(scopes)} if self._config.scopes_field else {}
        return self._redirect(request, {"code": code, **granted})

    def _is_offline(self, request: Request, account: str) -> bool:
        """Return whether to issue a refresh token. If ``access_type`` is ``offline``, an app that has a refresh
        token receives another one only if it requests a new consent.
        """
        query = request.query_params
        if query.get("access_type") == "offline":
            forced = "consent" in query.get("prompt", "").split()
            return forced or not self._tokens.has_refresh_token(self._config.platform, account)
        return "offline.access" in self._scopes(request)

    def _request_error(self, request: Request) -> Response | None:
        """Return None for a valid request. Otherwise return a redirect, or an error page if redirecting is unsafe."""
        query = request.query_params
        client_id = self._client_id(request)
        if not self._apps.has(client_id):
            return self._error(f"There is no app with the {self._config.client_id_field} {client_id[:60]!r}.")
        if not self._apps.allows(client_id, query.get("redirect_uri", "")):
            return self._error(f"The redirect URI {query.get('redirect_uri', '')[:200]!r} is not registered.")
        unknown = [scope for scope in self._scopes(request) if scope not in self._config.scopes]
        if unknown or not self._scopes(request):
            description = f"Unknown scopes: {', '.join(unknown)}" if unknown else "The scope is missing."
            return self._redirect(request, {"error": self._config.unknown_scope, "error_description": description})
        if query.get("response_type") != "code":
            return self._redirect(
                request, {"error": "unsupported_response_type", "error_description": "The response_type must be code."}
            )
        challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method", "")
        if (self._config.requires_pkce and not challenge) or (challenge and method != "S256"):
            return self._redirect(
                request, {"error": "invalid_request", "error_description": "PKCE with S256 is required."}
            )
        return None

    def _client_id(self, request: Request) -> str:
        return request.query_params.get(self._config.client_id_field, "")

    def _scopes(self, request: Request) -> list[str]:
        return [scope for scope in request.query_params.get("scope", "").split(self._config.separator) if scope]

    def _redirect(self, request: Request, parameters: Mapping[str, str]) -> Response:
        target, state = request.query_params["redirect_uri"], request.query_params.get("state")
        fields = {**parameters, **({} if state is None else {"state": state})}
        separator = "&" if "?" in target else "?"
        address = f"{target}{separator}{urlencode(fields)}{self._config.fragment}"
        return RedirectResponse(address, status_code=302, headers={"Cache-Control": "no-store"})

    def _page(self, request: Request, problem: str = "", status: int = 200) -> Response:
        items = "".join(f"<li>{escape(scope)}</li>" for scope in self._scopes(request))
        return self._render(
            "consent.html",
            status,
            app=escape(NAME),
            client=escape(self._client_id(request)),
            scopes=items,
            label="Pages, separated by commas" if self._config.multiple_accounts else "Account",
            problem=f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else "",
        )

    def _error(self, message: str) -> Response:
        return self._render("error.html", 400, message=escape(message))

    def _render(self, name: str, status: int, **parts: str) -> Response:
        page = Template(files("local.simulator.oauth").joinpath(name).read_text(encoding="utf-8"))
        content = page.substitute(
            platform=self._config.platform, name=escape(DISPLAY_NAMES[self._config.platform]), **parts
        )
        return HTMLResponse(content, status_code=status, headers=HEADERS)
