"""The OAuth provider for TikTok. TikTok calls the client id ``client_key``. The response to a refused request may have
the HTTP status 200.

Each refresh returns a new refresh token and invalidates the previous one. TikTok does not require PKCE for server apps.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.identifiers import printable_name
from minutehand.platforms.oauth2.errors import insufficient_scope, unexpected_response
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient
from minutehand.platforms.oauth2.requests import endpoint_url
from minutehand.platforms.oauth2.session import ProviderSession

if TYPE_CHECKING:
    from authlib.oauth2.auth import ClientAuth

    from minutehand.platforms.exchange import Reply

API = "https://open.tiktokapis.com"
SCOPES = ("user.info.basic", "video.publish", "video.upload", "video.list")
AUTHORIZE = "https://www.tiktok.com/v2/auth/authorize/"
NOT_ALLOWED = frozenset(["access_token_invalid", "scope_not_authorized", "scope_permission_missed"])


def client_key(
    client: "ClientAuth", method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Add the client's credentials to a form under TikTok's names. Authlib calls this function."""
    from authlib.common.urls import add_params_to_qs

    registration = [("client_key", client.client_id), ("client_secret", client.client_secret)]
    return uri, headers, add_params_to_qs(body, registration)


def accounts(session: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
    """Return the granted account. The account's handle is the user name, or the open id if TikTok omits the name."""
    open_id = require_identifier(answer.get("open_id"), session.platform)
    reply = session.post(f"{API}/v2/post/publish/creator_info/query/", token=grant.token["access_token"], body={})
    return [GrantedAccount(open_id, _handle(reply, open_id, session), session.base_url(API), grant)]


def _handle(reply: "Reply", open_id: str, session: ProviderSession) -> str:
    from minutehand.platforms.tiktok.errors import code_of

    code, data = code_of(reply), reply.fields.get("data")
    if code in NOT_ALLOWED:
        raise insufficient_scope(session.platform)
    if not code:
        raise unexpected_response(session.platform)
    # An account that may not post now can still be connected.
    username = printable_name(data.get("creator_username") if isinstance(data, Mapping) else None, "")
    return f"@{username}" if username else open_id


class TikTokFlow(CodeFlow):
    """A code flow with TikTok's parameter names in the authorization URL."""

    def authorization_url(self, client: OAuthClient, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """See `Provider.authorization_url`."""
        from authlib.common.urls import add_params_to_uri

        parameters = {
            "response_type": "code",
            "client_key": client.client_id,
            "redirect_uri": redirect_uri,
            "scope": ",".join(client.requested_scopes("tiktok", SCOPES)),
            "state": state,
            # Without this parameter, TikTok skips its consent page for a person who has allowed access before.
            "disable_auto_auth": "1",
        }
        return str(add_params_to_uri(endpoint_url(client, AUTHORIZE), list(parameters.items())))


provider = TikTokFlow(
    ProviderConfig(
        platform="tiktok",
        authorization_endpoint=AUTHORIZE,
        token_endpoint=f"{API}/v2/oauth/token/",
        scopes=SCOPES,
        required_scopes=frozenset(["video.publish"]),
        scope_separator=",",
        client_auth=client_key,
        revocation_endpoint=f"{API}/v2/oauth/revoke/",
        revocation_hint=False,
    ),
    accounts,
)
