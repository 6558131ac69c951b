"""Connect LinkedIn members and the organisations that they administer.

All connections of a member share one token, so removing a connection does not revoke the token. Only apps that LinkedIn
has approved receive a refresh token. A refresh does not replace the refresh token, which expires a year after it was
issued.
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from minutehand.platforms.api_versions import linkedin_version
from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.identifiers import printable_name
from minutehand.platforms.linkedin.organisations import list_organisations
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount
from minutehand.platforms.oauth2.session import ProviderSession
from minutehand.platforms.port import Transient

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

API = "https://api.linkedin.com"
POLL_INTERVAL = timedelta(seconds=1)
MAX_POLLS = 4
"""The maximum number of look-ups with a new token, which LinkedIn may report as revoked for a few seconds."""


class Accounts:
    """Looks up the member who granted access, and the organisations that the member administers."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Create an instance. ``sleep`` waits between two look-ups of the member."""
        self._sleep = sleep

    def __call__(self, session: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
        """Return the member, followed by the organisations if LinkedIn allows listing them."""
        token, base_url = grant.token["access_token"], session.base_url(API)
        member = session.account_fields(self._member(session, token))
        subject = require_identifier(member.get("sub"), session.platform)
        return [
            GrantedAccount(f"urn:li:person:{subject}", printable_name(member.get("name"), subject), base_url, grant),
            *(GrantedAccount(urn, name, base_url, grant) for urn, name in _organisations(session, token).items()),
        ]

    def _member(self, session: ProviderSession, token: str) -> "Reply":
        from minutehand.platforms.linkedin.errors import ERRORS, TOKEN_REVOKED

        for poll in range(MAX_POLLS):
            if poll:
                self._sleep(POLL_INTERVAL.total_seconds())
            reply = session.get(f"{API}/v2/userinfo", token=token)
            if ERRORS.meaning(reply) is not TOKEN_REVOKED:
                return reply
        raise Transient(
            "token_not_yet_valid", "LinkedIn does not accept the new access token yet. Connect the account again."
        )


def _organisations(session: ProviderSession, token: str) -> dict[str, str]:
    """Return the names of the member's organisations, keyed by URN. If LinkedIn forbids the call, return no names."""

    def get(path: str, query: Mapping[str, str] | str, method: str) -> "Reply":
        return session.get(API + path, token=token, query=query, headers=_headers(method))

    def fields(reply: "Reply") -> Mapping[str, Any]:
        return {} if reply.status == HTTPStatus.FORBIDDEN else session.account_fields(reply)

    return list_organisations(get, fields)


def _headers(method: str) -> dict[str, str]:
    return {"LinkedIn-Version": linkedin_version(), "X-Restli-Protocol-Version": "2.0.0", "X-RestLi-Method": method}


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
