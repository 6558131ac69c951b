"""Connects LinkedIn members, and the organisations whose pages they look after.

One token serves them all, so that none is revoked: the others would end with it. Only apps that LinkedIn has approved
for that get a refresh token; it stays the same, and ends after a year.
"""

import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount
from minutehand.platforms.oauth2.session import ProviderSession, account_name
from minutehand.platforms.port import Transient

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

API = "https://api.linkedin.com"
LOOK_AGAIN = timedelta(seconds=1)
LOOKS = 4
"""How often LinkedIn is asked whose token it is: one that was just given may be called revoked for some seconds."""
PAGE, MAX_PAGES = 100, 10
ORGANISATION = re.compile(r"urn:li:organization:\d{1,20}")


class Accounts:
    """Asks who the member is, and which organisations they administer."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        """``pause`` waits some seconds."""
        self._pause = pause

    def __call__(self, visit: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
        """Return the member, then the organisations where LinkedIn tells them."""
        token, base_url = grant.token["access_token"], visit.base_url(API)
        member = visit.account_fields(self._member(visit, token))
        subject = require_identifier(member.get("sub"), visit.platform)
        return [
            GrantedAccount(f"urn:li:person:{subject}", account_name(member.get("name"), subject), base_url, grant),
            *(GrantedAccount(urn, name, base_url, grant) for urn, name in _organisations(visit, token).items()),
        ]

    def _member(self, visit: ProviderSession, token: str) -> "Reply":
        from minutehand.platforms.linkedin.errors import Meaning, meaning_of

        for look in range(LOOKS):
            if look:
                self._pause(LOOK_AGAIN.total_seconds())
            reply = visit.get(f"{API}/v2/userinfo", token=token)
            if meaning_of(reply) is not Meaning.TOKEN_REVOKED:
                return reply
        raise Transient("token_not_yet_valid", "LinkedIn does not know the access yet that it gave. Start again.")


def _organisations(visit: ProviderSession, token: str) -> dict[str, str]:
    """Return the names of the organisations that the member administers, by URN; none where we may not know."""
    organisations: dict[str, str] = {}
    for page in range(MAX_PAGES):
        query = {
            "q": "roleAssignee",
            "role": "ADMINISTRATOR",
            "state": "APPROVED",
            "start": str(page * PAGE),
            "count": str(PAGE),
        }
        reply = visit.get(f"{API}/rest/organizationAcls", token=token, query=query, headers=_headers("FINDER"))
        if reply.status == HTTPStatus.FORBIDDEN:
            break
        elements = visit.account_fields(reply).get("elements")
        found = elements if isinstance(elements, list) else []
        named = [str(element.get("organization")) for element in found if isinstance(element, Mapping)]
        organisations |= _names(visit, token, [urn for urn in named if ORGANISATION.fullmatch(urn)])
        if len(found) < PAGE:
            break
    return organisations


def _names(visit: ProviderSession, token: str, urns: list[str]) -> dict[str, str]:
    """Return what the organisations are called, by URN; their number where LinkedIn does not say."""
    if not urns:
        return {}
    ids = {urn: urn.rpartition(":")[2] for urn in urns}
    query = f"ids=List({','.join(ids.values())})"
    reply = visit.get(f"{API}/rest/organizations", token=token, query=query, headers=_headers("BATCH_GET"))
    results = reply.fields.get("results") if reply.ok else None
    known = results if isinstance(results, Mapping) else {}
    return {urn: account_name(_name(known.get(number)), number) for urn, number in ids.items()}


def _name(organisation: Any) -> Any:
    return organisation.get("localizedName") if isinstance(organisation, Mapping) else None


def _headers(method: str) -> dict[str, str]:
    from minutehand.platforms.linkedin.service import VERSION

    return {"LinkedIn-Version": VERSION, "X-Restli-Protocol-Version": "2.0.0", "X-RestLi-Method": method}


DIALECT = ProviderConfig(
    platform="linkedin",
    authorization_endpoint="https://www.linkedin.com/oauth/v2/authorization",
    token_endpoint="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106 (a URL)
    scopes=(
        "openid",
        "profile",
        "w_member_social",
        "w_organization_social",
        "r_organization_social",
        "rw_organization_admin",
    ),
    required_scopes=frozenset(["openid", "w_member_social"]),
)
provider = CodeFlow(DIALECT, Accounts())
