"""The authorization code grant as most platforms speak it: RFC 6749, with PKCE (RFC 7636) and revocation (RFC 7009)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import Now
from minutehand.platforms.oauth2.errors import (
    Purpose,
    Refusal,
    failure,
    nonsense,
    not_allowed,
    not_renewable,
    refusal_of,
)
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient
from minutehand.platforms.oauth2.requests import authorization_url, revocation_form, signed, token_form
from minutehand.platforms.oauth2.session import ProviderSession, lacks
from minutehand.runtime.clock import SystemClock

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

type Accounts = Callable[[ProviderSession, Mapping[str, Any], Grant], list[GrantedAccount]]
"""Asks which accounts a grant is for; the mapping is the answer that it came with."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one platform speaks OAuth 2.

    ``authorize``, ``exchange``, ``revocation``: its endpoints. ``scopes``: what we ask for; ``needed``: what we cannot
    do without. ``client_auth``: see `requests.signed`. ``asking`` and ``redeeming``: what the requests for a code and
    for tokens say besides. ``revoked``: the tokens to revoke, in this order.
    """

    platform: str
    authorize: str
    exchange: str
    scopes: tuple[str, ...]
    needed: frozenset[str] = frozenset()
    separator: str = " "
    pkce: bool = False
    client_auth: Any = "client_secret_post"
    asking: Mapping[str, str] = field(default_factory=dict)
    redeeming: Mapping[str, str] = field(default_factory=dict)
    revocation: str | None = None
    revoked: tuple[str, ...] = ("access_token",)
    refusal: "Callable[[Reply], Refusal | None]" = refusal_of


class CodeFlow:
    """Implements `minutehand.platforms.oauth2.provider.Provider` for one platform."""

    def __init__(self, dialect: Dialect, accounts: Accounts) -> None:
        self._dialect = dialect
        self._accounts = accounts

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """See `Provider.authorization_url`."""
        dialect = self._dialect
        return authorization_url(
            client,
            dialect.authorize,
            redirect_uri=redirect_uri,
            scope=dialect.separator.join(client.scopes or dialect.scopes),
            state=state,
            code_verifier=code_verifier if dialect.pkce else None,
            **dialect.asking,
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
        visit = ProviderSession(http, client, self._dialect.platform, now)
        verifier = {"code_verifier": code_verifier} if self._dialect.pkce else {}
        form = token_form(
            "authorization_code", code=code, redirect_uri=redirect_uri, **verifier, **self._dialect.redeeming
        )
        moment = now()
        answer = self._tokens(visit, Purpose.REDEEM, form)
        grant = visit.grant(answer, moment)
        if lacks(answer.get("scope"), self._dialect.needed):
            raise not_allowed(visit.platform)
        return self._accounts(visit, answer, grant)

    def refresh(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        """See `Provider.refresh`."""
        visit = ProviderSession(http, client, self._dialect.platform, now)
        if not token.get("refresh_token"):
            raise not_renewable(visit.platform)
        moment = now()
        form = token_form("refresh_token", refresh_token=token["refresh_token"])
        return visit.grant(self._tokens(visit, Purpose.REFRESH, form), moment, token)

    def revoke(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str]) -> None:
        """See `Provider.revoke`."""
        if self._dialect.revocation is None:
            return
        visit = ProviderSession(http, client, self._dialect.platform, SystemClock().now)
        for kind in self._dialect.revoked:
            if token.get(kind):
                self._revoke(visit, self._dialect.revocation, revocation_form(token[kind], kind))

    def _tokens(self, visit: ProviderSession, purpose: Purpose, form: str) -> Mapping[str, Any]:
        reply = self._post(visit, self._dialect.exchange, form)
        if not _is_refusal(reply):
            return reply.fields
        if not reply.fields:
            raise nonsense(visit.platform)
        raise failure(visit.platform, self._dialect.refusal(reply), purpose)

    def _revoke(self, visit: ProviderSession, url: str, form: str) -> None:
        reply = self._post(visit, url, form, bodiless=True)
        if not _is_refusal(reply):
            return
        refusal = self._dialect.refusal(reply)
        if refusal is not Refusal.GRANT and reply.fields.get("error") != "invalid_token":
            raise failure(visit.platform, refusal, Purpose.REVOKE)

    def _post(self, visit: ProviderSession, url: str, form: str, *, bodiless: bool = False) -> "Reply":
        headers, body = signed(visit.client, form, self._dialect.client_auth)
        return visit.post(url, form=body, headers=headers, bodiless=bodiless)


def _is_refusal(reply: "Reply") -> bool:
    """Say whether an answer is a no, which may come as a success (TikTok)."""
    return not reply.ok or bool(reply.fields.get("error"))
