"""The requests of OAuth 2, built with Authlib."""

from typing import Any
from urllib.parse import urlsplit

from minutehand.platforms.oauth2.provider import OAuthClient

FORM = "application/x-www-form-urlencoded;charset=UTF-8"


def endpoint_url(client: OAuthClient, url: str) -> str:
    """Return a platform's endpoint ``url``, with its origin replaced by ``client.server`` if the client has one."""
    return client.server.rstrip("/") + urlsplit(url).path if client.server else url


def authorization_url(
    client: OAuthClient,
    endpoint: str,
    *,
    redirect_uri: str,
    scope: str,
    state: str,
    code_verifier: str | None = None,
    **params: str,
) -> str:
    """Return the URL of the consent page at ``endpoint``. ``code_verifier``: see RFC 7636, or None without PKCE."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    if code_verifier is not None:
        params |= {"code_challenge": create_s256_code_challenge(code_verifier), "code_challenge_method": "S256"}
    params = {"redirect_uri": redirect_uri, "scope": scope, "state": state, **params}
    return str(prepare_grant_uri(endpoint_url(client, endpoint), client.client_id, "code", **params))


def token_form(grant_type: str, **fields: str) -> str:
    """Return the form body of a token request."""
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    return str(prepare_token_request(grant_type, **fields))


def revocation_form(token: str, kind: str | None) -> str:
    """Return the form body of a request to revoke ``token``. ``kind`` is the token type hint of RFC 7009, if any."""
    from authlib.oauth2.rfc7009 import prepare_revoke_token_request

    form, _ = prepare_revoke_token_request(token, kind)
    return str(form)


def authenticated(client: OAuthClient, form: str, method: Any) -> tuple[dict[str, str], str]:
    """Return the headers and the body of a POST request that authenticates ``client``.

    ``method``: the name of a client authentication method of Authlib, or a function that implements one.
    """
    from authlib.oauth2.auth import ClientAuth

    auth = ClientAuth(client.client_id, client.client_secret, method)
    _, headers, body = auth.prepare("POST", "", {"Content-Type": FORM}, form)
    return headers, body
