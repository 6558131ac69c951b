"""The authorization code flow that most platforms share: RFC 6749, with PKCE (RFC 7636) and revocation (RFC 7009)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from minutehand.platforms.oauth2.errors import (
    Purpose,
    Refusal,
    insufficient_scope,
    not_renewable,
    refusal_error,
    refusal_of,
    unexpected_response,
)
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient
from minutehand.platforms.oauth2.requests import authenticated, authorization_url, revocation_form, token_form
from minutehand.platforms.oauth2.session import ProviderSession, lacks_scope
from minutehand.runtime.clock import Now, SystemClock

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

type Accounts = Callable[[ProviderSession, Mapping[str, Any], Grant], list[GrantedAccount]]
"""Fetches the accounts that a grant covers. The mapping is the token response."""


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """The OAuth 2 parameters of one platform.

    ``scopes``: the scopes to request. ``required_scopes``: the scopes that every grant must include. ``client_auth``:
    see `requests.authenticated`. ``authorization_params``, ``token_params``: additional parameters of the authorization
    request and the token request. ``revoked_tokens``: the tokens to revoke, in this order. ``revocation_hint``: whether
    to send the type of the token (``token_type_hint`` in RFC 7009). ``refusal``: a function that returns the meaning of
    an error response.
    """

    platform: str
    authorization_endpoint: str
    token_endpoint: str
    scopes: tuple[str, ...]
    required_scopes: frozenset[str] = frozenset()
    scope_separator: str = " "
    pkce: bool = False
    client_auth: Any = "client_secret_post"
    authorization_params: Mapping[str, str] = field(default_factory=dict)
    token_params: Mapping[str, str] = field(default_factory=dict)
    revocation_endpoint: str | None = None
    revoked_tokens: tuple[str, ...] = ("access_token",)
    revocation_hint: bool = True
    refusal: "Callable[[Reply], Refusal | None]" = refusal_of


class CodeFlow:
    """Implements `minutehand.platforms.oauth2.provider.Provider` for one platform."""

    def __init__(self, config: ProviderConfig, accounts: Accounts) -> None:
        self._config = config
        self._accounts = accounts

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """See `Provider.authorization_url`."""
        config = self._config
        return authorization_url(
            client,
            config.authorization_endpoint,
            redirect_uri=redirect_uri,
            scope=config.scope_separator.join(client.requested_scopes(config.platform, config.scopes)),
            state=state,
            code_verifier=code_verifier if config.pkce else None,
            **config.authorization_params,
        )

    def redeem(
        self,
        http: "httpx.Client",
        client: OAuthClient,
        *,
        code: str,
        redirect_uri: str,
        code_verifier: str,
        now: Now,
    ) -> list[GrantedAccount]:
        """See `Provider.redeem`."""
        session = ProviderSession(http, client, self._config.platform, now)
        verifier = {"code_verifier": code_verifier} if self._config.pkce else {}
        form = token_form(
            "authorization_code", code=code, redirect_uri=redirect_uri, **verifier, **self._config.token_params
        )
        requested_at = now()
        tokens = self._tokens(session, Purpose.REDEEM, form)
        grant = session.grant(tokens, requested_at)
        if lacks_scope(tokens.get("scope"), self._config.required_scopes):
            raise insufficient_scope(session.platform)
        return self._accounts(session, tokens, grant)

    def refresh(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        """See `Provider.refresh`."""
        session = ProviderSession(http, client, self._config.platform, now)
        if not token.get("refresh_token"):
            raise not_renewable(session.platform)
        requested_at = now()
        form = token_form("refresh_token", refresh_token=token["refresh_token"])
        return session.grant(self._tokens(session, Purpose.REFRESH, form), requested_at, token)

    def revoke(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str]) -> None:
        """See `Provider.revoke`."""
        if self._config.revocation_endpoint is None:
            return
        session = ProviderSession(http, client, self._config.platform, SystemClock().now)
        for kind in self._config.revoked_tokens:
            if token.get(kind):
                form = revocation_form(token[kind], kind if self._config.revocation_hint else None)
                self._revoke(session, self._config.revocation_endpoint, form)

    def _tokens(self, session: ProviderSession, purpose: Purpose, form: str) -> Mapping[str, Any]:
        reply = self._post(session, self._config.token_endpoint, form)
        if not _is_refusal(reply):
            return reply.fields
        if not reply.fields:
            raise unexpected_response(session.platform)
        raise refusal_error(session.platform, self._config.refusal(reply), purpose)

    def _revoke(self, session: ProviderSession, url: str, form: str) -> None:
        reply = self._post(session, url, form, allow_empty_body=True)
        if not _is_refusal(reply):
            return
        refusal = self._config.refusal(reply)
        if refusal is not Refusal.GRANT and reply.fields.get("error") != "invalid_token":
            raise refusal_error(session.platform, refusal, Purpose.REVOKE)

    def _post(self, session: ProviderSession, url: str, form: str, *, allow_empty_body: bool = False) -> "Reply":
        headers, body = authenticated(session.client, form, self._config.client_auth)
        return session.post(url, form=body, headers=headers, allow_empty_body=allow_empty_body)


def _is_refusal(reply: "Reply") -> bool:
    """Return whether a response is an error. TikTok also returns errors with a success status."""
    return not reply.ok or bool(reply.fields.get("error"))
