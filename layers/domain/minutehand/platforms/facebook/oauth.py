"""Connects Facebook Pages: a person logs in, and each page that they may post to is an account with a token of its own.

A page's token that comes from a long-lived token of its person does not end, and cannot be renewed. The person's own
token is let go of: nothing needs it any more. Nothing is revoked, as that would end the access to all of their pages.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import Now, require_identifier
from minutehand.platforms.meta.listing import rows
from minutehand.platforms.meta.oauth import answered
from minutehand.platforms.meta.versions import GRAPH_VERSION
from minutehand.platforms.oauth2.errors import Purpose, insufficient_scope, not_renewable
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient
from minutehand.platforms.oauth2.requests import authorization_url
from minutehand.platforms.oauth2.session import ProviderSession, account_name
from minutehand.platforms.port import Rejected

if TYPE_CHECKING:
    import httpx

API = "https://graph.facebook.com"
TOKEN = f"{API}/{GRAPH_VERSION}/oauth/access_token"
SCOPES = (
    "pages_show_list",
    "pages_manage_posts",
    "pages_read_engagement",
    "pages_manage_engagement",
    "publish_video",
)
NEEDED = frozenset(["pages_show_list", "pages_manage_posts"])
PAGE, MAX_PAGES = "100", 20
TASK = "CREATE_CONTENT"


class Facebook:
    """Implements `minutehand.platforms.oauth2.provider.Provider`."""

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """See `Provider.authorization_url`. Facebook takes no challenge for a code with a secret."""
        dialog = f"https://www.facebook.com/{GRAPH_VERSION}/dialog/oauth"
        scope = ",".join(client.scopes or SCOPES)
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
        visit = ProviderSession(http, client, "facebook", now)
        short = self._token(visit, {"redirect_uri": redirect_uri, "code": code})
        long = self._token(visit, {"grant_type": "fb_exchange_token", "fb_exchange_token": short})
        if not set(_allowed(visit, long)) >= NEEDED:
            raise insufficient_scope("facebook")
        accounts = [account for page in _pages(visit, long) if (account := _account(visit, page))]
        if not accounts:
            raise Rejected(
                "authorization_refused",
                "No Facebook page was chosen that you may post to. Start again, and choose at least one.",
            )
        return accounts

    def refresh(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str], *, now: Now) -> Grant:
        """See `Provider.refresh`: a page's token ends only when its person takes it back."""
        raise not_renewable("facebook")

    def revoke(self, http: "httpx.Client", client: OAuthClient, token: Mapping[str, str]) -> None:
        """See `Provider.revoke`: there is no call for one page."""

    def _token(self, visit: ProviderSession, query: Mapping[str, str]) -> str:
        registration = {"client_id": visit.client.client_id, "client_secret": visit.client.client_secret}
        answer = answered(visit, visit.get(TOKEN, query=registration | dict(query)), Purpose.REDEEM)
        return visit.grant(answer, visit.now()).token["access_token"]


def _allowed(visit: ProviderSession, token: str) -> Iterator[str]:
    """Return what a person has allowed: on Facebook's page, everything can be taken out one by one."""
    answer = answered(visit, visit.get(f"{API}/{GRAPH_VERSION}/me/permissions", token=token), Purpose.REDEEM)
    for row in rows(answer):
        if row.get("status") == "granted":
            yield str(row.get("permission"))


def _pages(visit: ProviderSession, token: str) -> Iterator[Mapping[str, Any]]:
    """Return the pages of a person, as far as they were chosen."""
    query = {"fields": "id,name,access_token,tasks", "limit": PAGE}
    for _ in range(MAX_PAGES):
        url = f"{API}/{GRAPH_VERSION}/me/accounts"
        answer = answered(visit, visit.get(url, token=token, query=query), Purpose.REDEEM)
        yield from rows(answer)
        match answer.get("paging"):
            # The address of the next page has the token in it; its cursor says as much.
            case {"next": _, "cursors": {"after": str(after)}} if after != query.get("after"):
                query["after"] = after
            case _:
                return


def _account(visit: ProviderSession, page: Mapping[str, Any]) -> GrantedAccount | None:
    """Return the account of a page; None where the person may not post."""
    tasks = page.get("tasks")
    if isinstance(tasks, list) and TASK not in tasks:
        return None
    page_id = require_identifier(page.get("id"), visit.platform)
    # Facebook says nothing about the end of a page's token: it has none.
    grant = visit.grant({"access_token": page.get("access_token")}, visit.now())
    return GrantedAccount(page_id, account_name(page.get("name"), page_id), visit.base_url(API), grant)


provider = Facebook()
