"""Tells API Gateway who is calling, or that nobody is."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.runtime.authentication import Authenticate, AuthenticationConfig, authenticator, request_headers
from minutehand.runtime.errors import Unauthenticated

logger = Logger()


@cache
def authenticate() -> Authenticate:
    """Return the configured way of telling who is calling. A wrong configuration lets nobody in."""
    return authenticator(AuthenticationConfig.from_environ())


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Allow the caller the whole stage; what they may do there is up to the functions, which get the identity.

    Raises:
        Exception: "Unauthorized", the word that API Gateway turns into 401.
    """
    try:
        identity = authenticate()(request_headers(event))
    except Unauthenticated:
        logger.info("no identity")
        raise Exception("Unauthorized") from None
    return {
        "principalId": identity.user_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [_allow(event["methodArn"])]},
        "context": identity.as_context(),
    }


def _allow(method_arn: str) -> dict[str, str]:
    api, stage, *_ = method_arn.split("/")
    return {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
