"""Protects the AWS emulator from web pages and from callers without its access key.

The emulator itself accepts requests from every page and for every host name, and requires no credentials for its own
addresses. Its API can read every secret of the local stack and run code as the developer.
"""

import re
from urllib.parse import parse_qs

from local.cross_site_guard import CrossSiteGuard, Message, Receive, Scope, Send, decoded_headers

_GATEWAY = re.compile(r"[A-Z]+ /_aws/execute-api/[a-z0-9]+/[^/]+(/.*)?")
_HEALTH = re.compile(r"GET /_ministack/health")
_CUSTOM_RESOURCE = re.compile(r"PUT /_ministack/cfn-response/[0-9a-f-]+")


class EmulatorGuard(CrossSiteGuard):
    """A `CrossSiteGuard` that also refuses unsigned requests wherever AWS requires a signature.

    Unlike its base class, this class accepts preflights and presigned requests to S3 from pages of other sites.
    """

    def refusal(self, scope: Scope) -> str | None:
        """Return the reason to refuse the request, or None."""
        reason = super().refusal(scope)
        if reason is not None or _is_public(scope) or _is_preflight(scope) or _is_signed(scope):
            return reason
        return (
            "The request is not signed. The API is at /api/social, and its description at /api/social/openapi.json. "
            "Sign requests to AWS services with the access key in the file aws-credentials of the state folder."
        )

    def accepts_foreign_origin(self, scope: Scope) -> bool:
        """Return whether this is a presigned request to S3, or a preflight, which may precede such a request.

        S3 applies the CORS rules of the bucket. A page knows a presigned address only if somebody has given the address
        to the page, and the emulator checks the signature.
        """
        return not _is_public(scope) and (_is_preflight(scope) or _is_presigned_for_s3(scope))

    async def accept(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward the request. Remove CORS headers that allow every origin from the response, unless the request is a
        presigned request to S3.
        """

        async def send_without_cors(message: Message) -> None:
            if message["type"] == "http.response.start" and not _is_presigned_for_s3(scope):
                message = {**message, "headers": _without_open_cors(message.get("headers", []))}
            await send(message)

        await super().accept(scope, receive, send_without_cors if scope["type"] == "http" else send)


def _is_public(scope: Scope) -> bool:
    """Return whether the request does not need a signature.

    The API has its own authorizer, and the health check returns no secrets. The address to which a custom resource
    responds contains a random token, as on AWS.
    """
    call = f"{scope.get('method', '')} {scope['path']}"
    return any(public.fullmatch(call) for public in (_GATEWAY, _HEALTH, _CUSTOM_RESOURCE))


def _is_preflight(scope: Scope) -> bool:
    return scope.get("method") == "OPTIONS"


def _is_signed(scope: Scope) -> bool:
    """Return whether the request names an access key, whose signature the emulator then checks."""
    authorization = decoded_headers(scope).get("authorization")
    if authorization is None:
        return _is_presigned(scope)
    return re.match(r"AWS4-HMAC-SHA256 Credential=[^/,\s]", authorization) is not None


def _is_presigned(scope: Scope, scope_end: str = "/aws4_request") -> bool:
    query = _query(scope)
    [algorithm, credential] = (query.get(name, [""]) for name in ("X-Amz-Algorithm", "X-Amz-Credential"))
    is_named = len(credential) == 1 and credential[0][:1] not in ("", "/") and credential[0].endswith(scope_end)
    return is_named and algorithm == ["AWS4-HMAC-SHA256"] and "X-Amz-Signature" in query


def _is_presigned_for_s3(scope: Scope) -> bool:
    return "authorization" not in decoded_headers(scope) and _is_presigned(scope, "/s3/aws4_request")


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _without_open_cors(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    if not any(name.lower() == b"access-control-allow-origin" and value == b"*" for name, value in headers):
        return headers
    return [(name, value) for name, value in headers if not name.lower().startswith(b"access-control-")]
