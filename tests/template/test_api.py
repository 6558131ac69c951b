"""The API: its routes, its authorizer, and the responses that the gateway itself gives."""

import json
from typing import Any

import pytest

from minutehand.runtime.api_function import ApiFunction
from tests.support.cold_start import start

STATUSES = {
    "UNAUTHORIZED": (401, "unauthenticated"),
    "ACCESS_DENIED": (403, "forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "not_found"),
    "RESOURCE_NOT_FOUND": (404, "not_found"),
    "BAD_REQUEST_BODY": (400, "invalid_input"),
    "BAD_REQUEST_PARAMETERS": (400, "invalid_input"),
    "REQUEST_TOO_LARGE": (413, "too_large"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported_media_type"),
    "THROTTLED": (429, "too_many_requests"),
    "QUOTA_EXCEEDED": (429, "quota_exceeded"),
    "AUTHORIZER_FAILURE": (500, "internal_error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "internal_error"),
    "INTEGRATION_FAILURE": (502, "internal_error"),
    "INTEGRATION_TIMEOUT": (504, "timeout"),
    "DEFAULT_4XX": (None, "bad_request"),
    "DEFAULT_5XX": (None, "internal_error"),
}


PAGES = {"openapi", "planner", "preflight"}
"""Functions that are not calls of the API, so they have no `ApiFunction`."""


@pytest.fixture
def api(resources: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = resources["Api"]["Properties"]
    return properties


def test_each_route_has_its_function(functions: dict[str, Any]) -> None:
    in_template = {
        (event["Properties"]["Method"], event["Properties"]["Path"]): name
        for name, function in functions.items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api" and name not in PAGES
    }
    objects = {name: start(name).function for name in functions if name not in PAGES}
    in_code = {
        (method, function.path): name
        for name, function in objects.items()
        if isinstance(function, ApiFunction)
        for method in function.routes
    }

    assert in_template == in_code


def test_every_route_except_the_pages_for_browsers_needs_the_authorizer(
    api: dict[str, Any], functions: dict[str, Any]
) -> None:
    authorizer = api["Auth"]["Authorizers"][api["Auth"]["DefaultAuthorizer"]]
    exceptions = [
        (event["Properties"]["Method"], event["Properties"]["Path"], event["Properties"]["Auth"])
        for function in functions.values()
        for event in function.get("Events", {}).values()
        if "Auth" in event["Properties"]
    ]

    assert authorizer["FunctionArn"] == {"Fn::GetAtt": ["AuthorizerFunction", "Arn"]}
    assert authorizer["FunctionPayloadType"] == "REQUEST"
    # A browser carries no identity, neither on our page nor when it comes back from a platform. A calendar program has
    # none either.
    assert exceptions == [
        ("GET", "/api/social/feeds/calendar.ics", {"Authorizer": "NONE"}),
        ("GET", "/api/social/connections/link", {"Authorizer": "NONE"}),
        ("POST", "/api/social/connections/link", {"Authorizer": "NONE"}),
        ("GET", "/api/social/connections/confirm", {"Authorizer": "NONE"}),
        ("POST", "/api/social/connections/confirm", {"Authorizer": "NONE"}),
        ("GET", "/api/social/connections/callback", {"Authorizer": "NONE"}),
        ("GET", "/api/social/openapi.json", {"Authorizer": "NONE"}),
        ("GET", "/api/social/docs", {"Authorizer": "NONE"}),
        ("GET", "/api/social/docs/{proxy+}", {"Authorizer": "NONE"}),
        ("OPTIONS", "/api/social/{proxy+}", {"Authorizer": "NONE"}),
        ("GET", "/planner", {"Authorizer": "NONE"}),
        ("GET", "/planner/{proxy+}", {"Authorizer": "NONE"}),
    ]


def test_pages_and_long_lists_are_compressed(api: dict[str, Any]) -> None:
    assert api["MinimumCompressionSize"] == 1024
    # API Gateway would choose by the first value of Accept, and browsers send */* for scripts.
    assert "BinaryMediaTypes" not in api


def test_authorizer_results_are_not_cached(api: dict[str, Any]) -> None:
    assert api["Auth"]["Authorizers"]["Identity"]["Identity"] == {"ReauthorizeEvery": 0}


def test_gateway_has_a_response_for_each_kind_of_error(api: dict[str, Any]) -> None:
    assert set(api["GatewayResponses"]) == set(STATUSES)


@pytest.mark.parametrize("kind", sorted(STATUSES))
def test_gateway_errors_have_the_shape_of_the_api(kind: str, api: dict[str, Any]) -> None:
    response = api["GatewayResponses"][kind]
    status, code = STATUSES[kind]
    body = json.loads(response["ResponseTemplates"]["application/json"])

    assert response.get("StatusCode") == status
    assert list(body) == ["success", "error", "code", "details", "requestId"]
    assert body["success"] is False
    assert body["error"].endswith(".")
    assert body["code"] == code
    assert body["requestId"] == "$context.requestId"


@pytest.mark.parametrize("kind", sorted(STATUSES))
def test_pages_may_read_gateway_errors_only_with_a_parameter(
    kind: str, api: dict[str, Any], read: dict[str, Any]
) -> None:
    headers = api["GatewayResponses"][kind]["ResponseParameters"]["Headers"]

    assert headers["Access-Control-Allow-Origin"] == {"Fn::If": ["CorsIsAllowed", "'*'", {"Ref": "AWS::NoValue"}]}
    assert read["Parameters"]["CorsOrigins"]["Default"] == ""


def test_address_of_the_gateway_can_be_disabled(api: dict[str, Any], read: dict[str, Any]) -> None:
    assert api["DisableExecuteApiEndpoint"] == {
        "Fn::If": ["ExecuteApiEndpointIsDisabled", True, {"Ref": "AWS::NoValue"}]
    }
    condition = {"Fn::Equals": [{"Ref": "DisableExecuteApiEndpoint"}, "true"]}
    assert read["Conditions"]["ExecuteApiEndpointIsDisabled"] == condition
    assert read["Parameters"]["DisableExecuteApiEndpoint"]["Default"] == "false"


@pytest.mark.parametrize("name", ["scheduler", "authorizer"])
def test_concurrency_is_reserved_only_with_a_parameter(
    name: str, functions: dict[str, Any], read: dict[str, Any]
) -> None:
    parameter, condition = f"{name.title()}ReservedConcurrency", f"{name.title()}IsReserved"

    assert functions[name]["ReservedConcurrentExecutions"] == {
        "Fn::If": [condition, {"Ref": parameter}, {"Ref": "AWS::NoValue"}]
    }
    assert read["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, 0]}]}
    assert (read["Parameters"][parameter]["Default"], read["Parameters"][parameter]["MinValue"]) == (0, 0)


def test_calls_are_traced_and_throttled(api: dict[str, Any]) -> None:
    assert api["TracingEnabled"] is True
    assert api["EndpointConfiguration"] == {"Type": "REGIONAL"}
    assert api["MethodSettings"] == [
        {
            "ResourcePath": "/*",
            "HttpMethod": "*",
            "ThrottlingRateLimit": {"Ref": "ApiRateLimit"},
            "ThrottlingBurstLimit": {"Ref": "ApiBurstLimit"},
        }
    ]


def test_access_log_names_only_what_callers_cannot_choose(api: dict[str, Any]) -> None:
    condition, setting, otherwise = api["AccessLogSetting"]["Fn::If"]
    fields = json.loads(setting["Format"])

    assert (condition, otherwise) == ("AccessLogIsKept", {"Ref": "AWS::NoValue"})
    assert set(fields.values()) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.identity.sourceIp",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.error.responseType",
        "$context.authorizer.latency",
        "$context.integration.latency",
        "$context.responseLatency",
        "$context.responseLength",
    }


def test_access_log_is_kept_for_a_limited_time(api: dict[str, Any], read: dict[str, Any]) -> None:
    _, setting, _ = api["AccessLogSetting"]["Fn::If"]
    group, days = read["Resources"]["AccessLogs"], read["Parameters"]["AccessLogRetentionDays"]

    assert setting["DestinationArn"]["Fn::Sub"].endswith(":log-group:${AccessLogs}")
    assert group["Condition"] == "AccessLogIsKept"
    assert group["Properties"]["RetentionInDays"] == {"Ref": "AccessLogRetentionDays"}
    assert (days["Default"], max(days["AllowedValues"])) == (0, 365)
    assert read["Conditions"]["AccessLogIsKept"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "AccessLogRetentionDays"}, 0]}]
    }
