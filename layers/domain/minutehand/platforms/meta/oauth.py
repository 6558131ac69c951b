"""OAuth 2 for Instagram, Threads and Facebook.

A code is redeemed for a one-hour token, which is then exchanged for a 60-day token. There are no refresh tokens. On
Instagram and Threads, a valid 60-day token can be exchanged for a new one. Errors have the Graph API's envelope, except
when Instagram or Threads refuses a code: ``{"error_type", "code", "error_message"}``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.meta.errors import THROTTLED, GraphError, graph_errors
from minutehand.platforms.meta.listing import rows
from minutehand.platforms.oauth2.errors import Purpose, Refusal, insufficient_scope, refusal_error, unexpected_response
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient
from minutehand.platforms.oauth2.requests import authenticated, authorization_url, token_form
from minutehand.platforms.oauth2.session import ProviderSession, lacks_scope
from minutehand.platforms.port import PublishError
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

UNKNOWN_APP = 101
CLIENT_ERROR_PHRASES = ("client secret", "platform app", "client_id", "validating application")
"""Phrases in Meta's messages about a wrong client id or secret. Only some of these errors have the code 101."""
ERRORS = graph_errors("Meta")
REFUSALS = {
    "server_error": Refusal.TRANSIENT,
    "token_expired": Refusal.GRANT,
    "reconnect_required": Refusal.GRANT,
}
"""The refusals, keyed by the error codes of `meta.errors`."""


@dataclass(frozen=True, slots=True)
class LongLivedTokenProvider:
    """Implements `Provider` for Instagram and Threads, which differ only in the values of the attributes.

    ``api`` is the root URL of all calls except the call to ``token_endpoint``. The grant types begin with
    ``grant_prefix``. ``id_field`` is the field of a profile that contains the account's id.
    """

    platform: str
    authorization_endpoint: str
    token_endpoint: str
    api: str
    version: Callable[[], str]
    grant_prefix: str
    scopes: tuple[str, ...]
    required_scopes: frozenset[str]
    id_field: str

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """See `Provider.authorization_url`. Meta does not support PKCE for these logins."""
        scope = ",".join(client.requested_scopes(self.platform, self.scopes))
        return authorization_url(
            client, self.authorization_endpoint, redirect_uri=redirect_uri, scope=scope, state=state
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
        session = ProviderSession(http, client, self.platform, now)
        form = token_form("authorization_code", code=code, redirect_uri=redirect_uri)
        headers, body = authenticated(client, form, "client_secret_post")
        reply = session.post(self.token_endpoint, form=body, headers=headers)
        first = _first_token(response_fields(session, reply, Purpose.REDEEM))
        if lacks_scope(first.get("permissions"), self.required_scopes):
            raise insufficient_scope(self.platform)
        short_lived = session.grant(first, now()).token["access_token"]
        query = {"grant_type": f"{self.grant_prefix}_exchange_token", "client_secret": client.client_secret}
        grant = self._long_lived(session, Purpose.REDEEM, "access_token", {**query, "access_token": short_lived})
        return [self._account(session, grant)]

    def refresh(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        """See `Provider.refresh`. An expired token cannot be renewed."""
        return self._long_lived(
            ProviderSession(http, client, self.platform, now),
            Purpose.REFRESH,
            "refresh_access_token",
            {"grant_type": f"{self.grant_prefix}_refresh_token", "access_token": token.get("access_token", "")},
        )

    def revoke(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str]) -> None:
        """Do nothing. These platforms have no call that revokes a token."""

    def _long_lived(self, session: ProviderSession, purpose: Purpose, path: str, query: Mapping[str, str]) -> Grant:
        requested_at = session.now()
        reply = session.get(f"{self.api}/{path}", query=query)
        return session.grant(response_fields(session, reply, purpose), requested_at)

    def _account(self, session: ProviderSession, grant: Grant) -> GrantedAccount:
        url, query = f"{self.api}/{self.version()}/me", {"fields": f"{self.id_field},username"}
        reply = session.get(url, token=grant.token["access_token"], query=query)
        profile = response_fields(session, reply, Purpose.REDEEM)
        profile_id = profile.get(self.id_field)
        if type(profile_id) is int:  # Meta sends ids as strings or as numbers.
            profile_id = str(profile_id)
        account_id = require_identifier(profile_id, self.platform)
        username = require_identifier(profile.get("username"), self.platform)
        return GrantedAccount(account_id, f"@{username}", session.base_url(self.api), grant)


def _first_token(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of the response to a redeemed code.

    Instagram's guide shows ``{"data": [{"access_token", "user_id", "permissions"}]}``. In practice, Instagram and
    Threads return the inner object.
    """
    return answer if "access_token" in answer else next(rows(answer), answer)


def response_fields(session: ProviderSession, reply: "Reply", purpose: Purpose) -> Mapping[str, Any]:
    """Return the fields of a successful response.

    Raises:
        PublishError: the response is an error.
    """
    error = GraphError.parse(reply.data)
    if reply.ok and error is None and "error_type" not in reply.fields:
        return reply.fields
    raise _failure(session, reply, error, purpose)


def _failure(session: ProviderSession, reply: "Reply", error: GraphError | None, purpose: Purpose) -> PublishError:
    said = str(reply.fields.get("error_message", "") if error is None else error.message).lower()
    if (error is not None and error.code == UNKNOWN_APP) or any(words in said for words in CLIENT_ERROR_PHRASES):
        return refusal_error(session.platform, Refusal.CLIENT, purpose)
    if error is None:
        if "error_type" not in reply.fields:
            return unexpected_response(session.platform)
        # The error codes in this envelope are undocumented. Such an error rejects an authorization code but never ends
        # a grant.
        return refusal_error(session.platform, None, purpose)
    meaning = ERRORS.meaning(reply)
    if meaning is THROTTLED:
        return meaning.error(session.now(), reply.headers, name=session.name)
    return refusal_error(session.platform, REFUSALS.get(meaning.code) if meaning else None, purpose)
