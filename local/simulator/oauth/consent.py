"""The page on which a person allows or denies what the app asks for, and the way back to the app."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from string import Template
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import CLIENT_ID, NAME, Apps
from local.simulator.oauth.authorization_codes import AuthorizationCodes
from local.simulator.oauth.grant import Grant
from local.simulator.oauth.markup import escaped
from local.simulator.oauth.tokens import Tokens
from local.simulator.state import State

ACCOUNT = re.compile(r"\w{1,30}")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class ConsentConfig:
    """How one platform asks. ``path``: with the platform's base; ``scopes``: all that it knows."""

    platform: str
    name: str
    path: str
    scopes: frozenset[str]
    separator: str = " "
    client: str = "client_id"
    denied: Mapping[str, str] = field(default_factory=lambda: {"error": "access_denied"})
    """What is added to the redirect URI when the person does not want to."""
    unknown_scope: str = "invalid_scope"
    code_lifetime: timedelta = timedelta(minutes=10)
    wants_pkce: bool = False
    several: bool = False
    """The person may name several accounts (Pages) at once, with commas."""
    granted: str = ""
    """The name under which the scopes that were allowed come back beside the code; empty when they do not."""
    fragment: str = ""


class ConsentPage:
    """The authorization endpoint of one platform."""

    def __init__(self, consent: ConsentConfig, state: State) -> None:
        self._config = consent
        self._apps, self._codes, self._tokens = Apps(state), AuthorizationCodes(state), Tokens(state)

    def routes(self) -> list[Route]:
        """Return the page, and the address that its form goes to: the same."""
        return [
            Route(self._config.path, self.ask, methods=["GET"]),
            Route(self._config.path, self.decide, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Show what the app wants, or why it cannot be asked for."""
        return self._refused(request) or self._page(request)

    async def decide(self, request: Request) -> Response:
        """Send the person back with a code, or with a no."""
        if (refused := self._refused(request)) is not None:
            return refused
        form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
        match form.get("decision"):
            case "allow":
                return self._allow(request, form.get("account", "demo"))
            case "deny":
                return self._back(request, self._config.denied)
        return self._page(request, "Choose Allow or Deny.", 400)

    def _allow(self, request: Request, account: str) -> Response:
        names = [name.strip().removeprefix("@") for name in account.split(",")]
        if not all(ACCOUNT.fullmatch(name) for name in names) or (len(names) > 1 and not self._config.several):
            return self._page(request, "An account's name has 1 to 30 letters, digits and underscores.", 400)
        wanted, scopes, together = request.query_params, self._scopes(request), ",".join(names)
        grant = Grant(
            secrets.token_hex(8), self._config.platform, together, tuple(scopes), self._is_offline(request, together)
        )
        code = self._codes.issue(
            grant, wanted["redirect_uri"], wanted.get("code_challenge", ""), self._config.code_lifetime
        )
        granted = {self._config.granted: self._config.separator.join(scopes)} if self._config.granted else {}
        return self._back(request, {"code": code, **granted})

    def _is_offline(self, request: Request, account: str) -> bool:
        """Say whether a refresh token is asked for; one that the app has already is given again only on consent."""
        wanted = request.query_params
        if wanted.get("access_type") == "offline":
            again = "consent" in wanted.get("prompt", "").split()
            return again or not self._tokens.has_refresh_token(self._config.platform, account)
        return "offline.access" in self._scopes(request)

    def _refused(self, request: Request) -> Response | None:
        """Return a page for what must not lead back to the app, a redirect for its other mistakes, or None."""
        wanted = request.query_params
        if wanted.get(self._config.client) != CLIENT_ID:
            return self._error(f"No app has the {self._config.client} {wanted.get(self._config.client, '')[:60]!r}.")
        if not self._apps.allows(wanted.get("redirect_uri", "")):
            return self._error(f"The redirect URI {wanted.get('redirect_uri', '')[:200]!r} is not registered.")
        unknown = [scope for scope in self._scopes(request) if scope not in self._config.scopes]
        if unknown or not self._scopes(request):
            why = f"Unknown: {', '.join(unknown)}" if unknown else "No scope is asked for."
            return self._back(request, {"error": self._config.unknown_scope, "error_description": why})
        if wanted.get("response_type") != "code":
            return self._back(request, {"error": "unsupported_response_type", "error_description": "Only code."})
        challenge, method = wanted.get("code_challenge", ""), wanted.get("code_challenge_method", "")
        if (self._config.wants_pkce and not challenge) or (challenge and method != "S256"):
            return self._back(request, {"error": "invalid_request", "error_description": "PKCE with S256 is needed."})
        return None

    def _scopes(self, request: Request) -> list[str]:
        return [scope for scope in request.query_params.get("scope", "").split(self._config.separator) if scope]

    def _back(self, request: Request, answer: Mapping[str, str]) -> Response:
        target, state = request.query_params["redirect_uri"], request.query_params.get("state")
        fields = {**answer, **({} if state is None else {"state": state})}
        separator = "&" if "?" in target else "?"
        address = f"{target}{separator}{urlencode(fields)}{self._config.fragment}"
        return RedirectResponse(address, status_code=302, headers={"Cache-Control": "no-store"})

    def _page(self, request: Request, problem: str = "", status: int = 200) -> Response:
        rows = "".join(f"<li>{escaped(scope)}</li>" for scope in self._scopes(request))
        return self._show(
            "consent.html",
            status,
            app=escaped(NAME),
            client=escaped(CLIENT_ID),
            scopes=rows,
            label="Pages (several with commas)" if self._config.several else "Account",
            problem=f'<p class="problem" role="alert">{escaped(problem)}</p>' if problem else "",
        )

    def _error(self, why: str) -> Response:
        return self._show("refusal.html", 400, why=escaped(why))

    def _show(self, name: str, status: int, **parts: str) -> Response:
        page = Template(files("local.simulator.oauth").joinpath(name).read_text(encoding="utf-8"))
        content = page.substitute(platform=self._config.platform, name=escaped(self._config.name), **parts)
        return HTMLResponse(content, status_code=status, headers=HEADERS)
