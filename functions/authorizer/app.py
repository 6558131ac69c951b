"""Authenticates callers for API Gateway."""

from typing import Any

from aws_lambda_powertools.logging import correlation_paths

from minutehand.runtime.authentication import AuthenticationConfig, open_authentication, request_headers
from minutehand.runtime.errors import Unauthenticated
from minutehand.runtime.function import Function

function = Function(AuthenticationConfig)


@function.logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return a policy that allows the caller to invoke the whole stage. The functions check the caller's permissions.

    Raises:
        Exception: with the text "Unauthorized", which API Gateway turns into 401.
    """
    function.require_place(context)
    try:
        identity = function.resource(open_authentication)(request_headers(event))
    except Unauthenticated:
        function.logger.info("authentication failed")
        raise Exception("Unauthorized") from None
    return {
        "principalId": identity.user_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [_allow(event["methodArn"])]},
        "context": identity.as_context(),
    }


def _allow(method_arn: str) -> dict[str, str]:
    api, stage, *_ = method_arn.split("/")
    return {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
