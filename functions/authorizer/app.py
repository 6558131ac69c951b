"""Authenticates callers for API Gateway. The functions of the calls check the permissions."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.logging import correlation_paths

from minutehand.runtime.authentication import (
    AuthenticationConfig,
    Headers,
    has_api_token,
    open_authentication,
    request_headers,
)
from minutehand.runtime.errors import Unauthenticated
from minutehand.runtime.function import Function
from minutehand.tokens.resources import open_token_authentication

function = Function(AuthenticationConfig)


@function.logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return a policy that allows the caller to invoke the whole stage. The functions check the caller's permissions.

    Raises:
        Exception: the request has no valid token or, on the local stage, no valid identity. API Gateway
            responds to the message "Unauthorized" with 401, and to any other message with 500.
    """
    function.require_place(context)
    try:
        caller = _authenticate(request_headers(event))
    except Unauthenticated as error:
        function.logger.info("authentication failed", extra={"reason": error.message})
        raise Exception("Unauthorized") from None
    return {
        "principalId": caller["userId"],
        "policyDocument": {"Version": "2012-10-17", "Statement": [_allow(event["methodArn"])]},
        "context": caller,
    }


def _authenticate(headers: Headers) -> Mapping[str, str]:
    """Return the context of the caller, which API Gateway passes to the function."""
    if has_api_token(headers):
        return function.resource(open_token_authentication)(headers)
    return function.resource(open_authentication)(headers).as_context()


def _allow(method_arn: str) -> dict[str, str]:
    api, stage, *_ = method_arn.split("/")
    return {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
