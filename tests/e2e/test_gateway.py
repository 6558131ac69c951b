"""The responses of the deployed gateway before any of our functions runs."""

import pytest

from tests.support.stack import POSTS, DeployedStack

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("user", "method", "path", "status", "code"),
    [
        (None, "GET", f"{POSTS}/list", 401, "unauthenticated"),
        ("", "GET", f"{POSTS}/list", 401, "unauthenticated"),
        ("alice", "GET", "/api/social/nothing", 404, "not_found"),
        ("alice", "POST", f"{POSTS}/list", 404, "not_found"),
    ],
)
def test_the_gateway_refuses_in_our_shape(
    stack: DeployedStack, user: str | None, method: str, path: str, status: int, code: str
) -> None:
    with stack.api(user) as api:
        answer = api.request(method, path)

    body = answer.json()
    assert answer.status_code == status
    assert list(body) == ["success", "error", "code", "details", "requestId"]
    assert (body["success"], body["code"]) == (False, code)
    assert body["requestId"]


def test_the_stage_is_throttled_as_the_template_says(stack: DeployedStack) -> None:
    gateway = stack.aws("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    settings = gateway.get_stage(restApiId=api["id"], stageName="local")["methodSettings"]["*/*"]

    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (100.0, 200)


def test_too_many_requests_are_refused_in_our_own_shape(stack: DeployedStack) -> None:
    gateway = stack.aws("apigateway")
    (api,) = gateway.get_rest_apis()["items"]

    def throttle(rate: int, burst: int) -> None:
        limits = {"rateLimit": rate, "burstLimit": burst}
        operations = [
            {"op": "replace", "path": f"/*/*/throttling/{name}", "value": str(value)} for name, value in limits.items()
        ]
        gateway.update_stage(restApiId=api["id"], stageName="local", patchOperations=operations)

    with stack.api("ada") as client:
        assert client.get(f"{POSTS}/list").status_code == 200  # a cold start may outlast the limit of one a second
        throttle(1, 1)
        try:
            answers = [client.get(f"{POSTS}/list") for _ in range(5)]
        finally:
            throttle(100, 200)

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    body = refused[0].json()
    assert (body["success"], body["code"]) == (False, "too_many_requests")
    assert body["requestId"]
