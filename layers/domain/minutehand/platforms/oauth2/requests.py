"""The requests of OAuth 2, as Authlib words them."""

from typing import Any
from urllib.parse import urlsplit

from minutehand.platforms.oauth2.provider import OAuthClient

FORM = "application/x-www-form-urlencoded;charset=UTF-8"


def endpoint_url(client: OAuthClient, url: str) -> str:
    """Return where ``url`` of a platform is for this registration: on its ``server`` where it names one."""
    return client.server.rstrip("/") + urlsplit(url).path if client.server else url


def authorization_url(
    client: OAuthClient,
    endpoint: str,
    *,
    redirect_uri: str,
    scope: str,
    state: str,
    code_verifier: str | None = None,
    **more: str,
) -> str:
    """Return the address at ``endpoint`` to send a person to, with a challenge for ``code_verifier`` (RFC 7636)."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    if code_verifier is not None:
        more |= {"code_challenge": create_s256_code_challenge(code_verifier), "code_challenge_method": "S256"}
    asked = {"redirect_uri": redirect_uri, "scope": scope, "state": state, **more}
    return str(prepare_grant_uri(endpoint_url(client, endpoint), client.client_id, "code", **asked))


def token_form(grant_type: str, **fields: str) -> str:
    """Return the body of a request for tokens."""
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    return str(prepare_token_request(grant_type, **fields))


def revocation_form(token: str, kind: str) -> str:
    """Return the body of a request to revoke ``token``, which is of this ``kind`` (RFC 7009)."""
    from authlib.oauth2.rfc7009 import prepare_revoke_token_request

    form, _ = prepare_revoke_token_request(token, kind)
    return str(form)


def authenticated(client: OAuthClient, form: str, method: Any) -> tuple[dict[str, str], str]:
    """Return the headers and the body of a POST with our registration in it.

    ``method``: how we identify ourselves, as Authlib names it, or a function of the kind that Authlib takes.
    """
    from authlib.oauth2.auth import ClientAuth

    auth = ClientAuth(client.client_id, client.client_secret, method)
    _, headers, body = auth.prepare("POST", "", {"Content-Type": FORM}, form)
    return headers, body
