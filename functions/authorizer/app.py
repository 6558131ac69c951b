"""Authenticates callers for API Gateway."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.runtime.authentication import Authenticate, AuthenticationConfig, authenticator, request_headers
from minutehand.runtime.errors import Unauthenticated

logger = Logger()


@cache
def authenticate() -> Authenticate:
    """Return the configured authentication. With an invalid configuration, no caller is allowed."""
    return authenticator(AuthenticationConfig.from_environ())


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Allow the caller to invoke the whole stage. The functions get the identity, and check what it may do.

    Raises:
        Exception: with the text "Unauthorized", which API Gateway turns into 401.
    """
    try:
        identity = authenticate()(request_headers(event))
    except Unauthenticated:
        logger.info("authentication failed")
        raise Exception("Unauthorized") from None
    return {
        "principalId": identity.user_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [_allow(event["methodArn"])]},
        "context": identity.as_context(),
    }


def _allow(method_arn: str) -> dict[str, str]:
    api, stage, *_ = method_arn.split("/")
    return {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
