"""The OAuth provider for Facebook Pages.

A person logs in, and each selected Page that they may post to becomes an account with its own token. A Page token that
is derived from the person's long-lived token does not expire and cannot be renewed, so the person's token is not
stored. No token is revoked, because a revocation would end the access to all of the person's Pages.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from minutehand.platforms.api_versions import graph_api_version
from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.identifiers import printable_name
from minutehand.platforms.meta.listing import rows
from minutehand.platforms.meta.oauth import response_fields
from minutehand.platforms.oauth2.errors import Purpose, insufficient_scope, not_renewable
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient
from minutehand.platforms.oauth2.requests import authorization_url
from minutehand.platforms.oauth2.session import ProviderSession, readable
from minutehand.platforms.port import Rejected
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx

API = "https://graph.facebook.com"
SCOPES = (
    "pages_show_list",
    "pages_manage_posts",
    "pages_read_engagement",
    "pages_manage_engagement",
    "business_management",
)
"""The scopes to request. ``business_management`` permits listing the Pages of a business portfolio.

Source: Video API, "Reels publishing" (2026-07-30), and Pages API, "Posts". Only live video requires ``publish_video``.
"""
REQUIRED_SCOPES = frozenset(["pages_show_list", "pages_manage_posts", "pages_read_engagement"])
BUSINESS_SCOPE = "business_management"
BUSINESS_EDGES = ("owned_pages", "client_pages")
RESULTS_PER_REQUEST, MAX_REQUESTS, MAX_BUSINESSES = "100", 20, 10
POSTING_TASKS = frozenset(["CREATE_CONTENT", "PROFILE_PLUS_CREATE_CONTENT", "PROFILE_PLUS_FULL_CONTROL"])
"""The tasks on a Page that allow posting. On new Pages, the names have a prefix (facebook-business SDK 26.0.3)."""


class Facebook:
    """Implements `minutehand.platforms.oauth2.provider.Provider`."""

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """See `Provider.authorization_url`. Facebook does not support PKCE for clients with a secret."""
        dialog = f"https://www.facebook.com/{graph_api_version()}/dialog/oauth"
        scope = ",".join(client.requested_scopes("facebook", SCOPES))
        return authorization_url(client, dialog, redirect_uri=redirect_uri, scope=scope, state=state)

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
        session = ProviderSession(http, client, "facebook", now)
        short_lived = self._token(session, {"redirect_uri": redirect_uri, "code": code})
        long_lived = self._token(session, {"grant_type": "fb_exchange_token", "fb_exchange_token": short_lived})
        granted = set(_granted_scopes(session, long_lived))
        if not granted >= REQUIRED_SCOPES:
            raise insufficient_scope("facebook")
        pages = _pages(session, long_lived, with_businesses=BUSINESS_SCOPE in granted)
        by_id: dict[str, GrantedAccount | None] = {}
        for page_id, account in readable(pages, lambda page: _account(session, page)):
            by_id.setdefault(page_id, account)  # a Page may be in several lists
        accounts = [account for account in by_id.values() if account is not None]
        if not accounts:
            raise Rejected(
                "authorization_refused",
                "You selected no Facebook Page that you may post to. Start again and select at least one.",
            )
        return accounts

    def refresh(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        """Raise `Rejected`. A Page token does not expire and cannot be renewed."""
        raise not_renewable("facebook")

    def revoke(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str]) -> None:
        """Do nothing. Facebook has no call that revokes the access to a single Page."""

    def _token(self, session: ProviderSession, query: Mapping[str, str]) -> str:
        registration = {"client_id": session.client.client_id, "client_secret": session.client.client_secret}
        url = f"{API}/{graph_api_version()}/oauth/access_token"
        answer = response_fields(session, session.get(url, query=registration | dict(query)), Purpose.REDEEM)
        return session.grant(answer, session.now()).token["access_token"]


def _granted_scopes(session: ProviderSession, token: str) -> Iterator[str]:
    """Yield the scopes that the person granted. Facebook's dialog lets people decline each scope."""
    url = f"{API}/{graph_api_version()}/me/permissions"
    answer = response_fields(session, session.get(url, token=token), Purpose.REDEEM)
    for row in rows(answer):
        if row.get("status") == "granted":
            yield str(row.get("permission"))


def _pages(session: ProviderSession, token: str, *, with_businesses: bool) -> Iterator[Mapping[str, Any]]:
    """Yield the Pages that the person selected, including the Pages of their business portfolios."""
    yield from _listed(session, token, "me/accounts", "id,name,access_token,tasks")
    if not with_businesses:
        return
    try:
        businesses = list(islice(_listed(session, token, "me/businesses", "id"), MAX_BUSINESSES))
        for business_id in readable(
            businesses, lambda business: require_identifier(business.get("id"), session.platform)
        ):
            for edge in BUSINESS_EDGES:
                # These lists contain all Pages of the portfolio. Only the Pages that the person may use have a token.
                for page in _listed(session, token, f"{business_id}/{edge}", "id,name,access_token"):
                    if page.get("access_token"):
                        yield page
    except Rejected:
        return  # the person has no portfolio that the app may read


def _listed(session: ProviderSession, token: str, path: str, fields: str) -> Iterator[Mapping[str, Any]]:
    """Yield the entries of a list, which may need several requests."""
    query = {"fields": fields, "limit": RESULTS_PER_REQUEST}
    for _ in range(MAX_REQUESTS):
        url = f"{API}/{graph_api_version()}/{path}"
        answer = response_fields(session, session.get(url, token=token, query=query), Purpose.REDEEM)
        yield from rows(answer)
        match answer.get("paging"):
            # The URL in ``next`` contains the token, so use the cursor instead.
            case {"next": _, "cursors": {"after": str(after)}} if after != query.get("after"):
                query["after"] = after
            case _:
                return


def _account(session: ProviderSession, page: Mapping[str, Any]) -> tuple[str, GrantedAccount | None]:
    """Return the id of a Page, and its account. The account is None if the person may not post to the Page."""
    page_id, tasks = require_identifier(page.get("id"), session.platform), page.get("tasks")
    if isinstance(tasks, list) and POSTING_TASKS.isdisjoint(map(str, tasks)):
        return page_id, None
    # The grant has no expiry, because a Page token does not expire.
    grant = session.grant({"access_token": page.get("access_token")}, session.now())
    return page_id, GrantedAccount(page_id, printable_name(page.get("name"), page_id), session.base_url(API), grant)


provider = Facebook()
