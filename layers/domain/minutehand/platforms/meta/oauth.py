"""OAuth 2 as Meta's platforms speak it: a code brings a token of an hour, that one a token of 60 days.

There are no refresh tokens. On Instagram and Threads the long-lived token is renewed with itself while it is good.
Errors are the Graph API's; the calls of Instagram and Threads for a code word them in a way of their own:
``{"error_type", "code", "error_message"}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import Now, require_identifier
from minutehand.platforms.meta.errors import GRAPH_ERRORS, GraphError, ErrorKind
from minutehand.platforms.meta.throttle import retry_time
from minutehand.platforms.oauth2.errors import Purpose, Refusal, insufficient_scope, refusal_error, unexpected_response
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient
from minutehand.platforms.oauth2.requests import authenticated, authorization_url, token_form
from minutehand.platforms.oauth2.session import ProviderSession, lacks_scope
from minutehand.platforms.port import PublishError, RateLimited

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

UNKNOWN_APP = 101
REGISTRATION_SAYINGS = ("client secret", "platform app", "client_id", "validating application")
"""Meta has no code of its own for a wrong id or secret of ours: only its words tell."""


@dataclass(frozen=True, slots=True)
class LongLived:
    """The long-lived tokens of Instagram and Threads, which differ in names only. Implements `Provider`.

    ``exchange``: where a code is exchanged; ``api``: where everything else is; ``prefix``: of the names of the grants;
    ``id_field``: what the account's id is called in its profile.
    """

    platform: str
    authorize: str
    exchange: str
    api: str
    version: str
    prefix: str
    scopes: tuple[str, ...]
    needed: frozenset[str]
    id_field: str

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """See `Provider.authorization_url`. Meta takes no challenge for a code here."""
        scope = ",".join(client.scopes or self.scopes)
        return authorization_url(client, self.authorize, redirect_uri=redirect_uri, scope=scope, state=state)

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
        visit = ProviderSession(http, client, self.platform, now)
        form = token_form("authorization_code", code=code, redirect_uri=redirect_uri)
        headers, body = authenticated(client, form, "client_secret_post")
        first = answered(visit, visit.post(self.exchange, form=body, headers=headers), Purpose.REDEEM)
        if lacks_scope(first.get("permissions"), self.needed):
            raise insufficient_scope(self.platform)
        short = visit.grant(first, now()).token["access_token"]
        query = {"grant_type": f"{self.prefix}_exchange_token", "client_secret": client.client_secret}
        grant = self._long_lived(visit, Purpose.REDEEM, "access_token", {**query, "access_token": short})
        return [self._account(visit, grant)]

    def refresh(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        """See `Provider.refresh`. What has run out cannot be renewed."""
        return self._long_lived(
            ProviderSession(http, client, self.platform, now),
            Purpose.REFRESH,
            "refresh_access_token",
            {"grant_type": f"{self.prefix}_refresh_token", "access_token": token.get("access_token", "")},
        )

    def revoke(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str]) -> None:
        """See `Provider.revoke`: there is no call for it."""

    def _long_lived(self, visit: ProviderSession, purpose: Purpose, path: str, query: Mapping[str, str]) -> Grant:
        moment = visit.now()
        return visit.grant(answered(visit, visit.get(f"{self.api}/{path}", query=query), purpose), moment)

    def _account(self, visit: ProviderSession, grant: Grant) -> GrantedAccount:
        url, query = f"{self.api}/{self.version}/me", {"fields": f"{self.id_field},username"}
        profile = answered(visit, visit.get(url, token=grant.token["access_token"], query=query), Purpose.REDEEM)
        number = profile.get(self.id_field)  # which comes as text or as a number
        account_id = require_identifier(str(number) if type(number) is int else number, self.platform)
        username = require_identifier(profile.get("username"), self.platform)
        return GrantedAccount(account_id, f"@{username}", visit.base_url(self.api), grant)


def answered(visit: ProviderSession, reply: "Reply", purpose: Purpose) -> Mapping[str, Any]:
    """Return what an answer says.

    Raises:
        PublishError: it is a refusal.
    """
    error = GraphError.parse(reply.data)
    if reply.ok and error is None and "error_type" not in reply.fields:
        return reply.fields
    raise _failure(visit, reply, error, purpose)


def _failure(visit: ProviderSession, reply: "Reply", error: GraphError | None, purpose: Purpose) -> PublishError:
    said = str(reply.fields.get("error_message", "") if error is None else error.message).lower()
    if (error is not None and error.code == UNKNOWN_APP) or any(words in said for words in REGISTRATION_SAYINGS):
        return refusal_error(visit.platform, Refusal.CLIENT, purpose)
    if error is None:
        # Words of their own, of which there is no table: they cost a code, but never end a grant.
        return (
            refusal_error(visit.platform, None, purpose)
            if "error_type" in reply.fields
            else unexpected_response(visit.platform)
        )
    verdict = GRAPH_ERRORS.classify(error)
    match verdict.kind if verdict else None:
        case ErrorKind.SERVER:
            return refusal_error(visit.platform, Refusal.TRANSIENT, purpose)
        case ErrorKind.THROTTLED:
            until = retry_time(reply.headers, visit.now())
            return RateLimited("rate_limited", f"{visit.name} asks us to wait before we go on.", until=until)
        case ErrorKind.TOKEN_EXPIRED | ErrorKind.RECONNECT:
            return refusal_error(visit.platform, Refusal.GRANT, purpose)
        case _:
            return refusal_error(visit.platform, None, purpose)
