"""The settings applied to the emulated API after a deployment come from the template."""

import json
from typing import Any
from unittest.mock import MagicMock

import pytest

from local import emulator_workarounds, template


@pytest.fixture
def apigateway() -> MagicMock:
    client = MagicMock()
    client.create_deployment.return_value = {"id": "d2"}
    return client


def test_every_gateway_response_of_the_template_is_applied(apigateway: MagicMock) -> None:
    emulator_workarounds.complete_api_gateway(apigateway, "a1", {"Stage": "local"})

    put: dict[str, Any] = {
        call.kwargs["responseType"]: call.kwargs for call in apigateway.put_gateway_response.mock_calls
    }
    expected = template.load()["Resources"]["Api"]["Properties"]["GatewayResponses"]
    assert set(put) == set(expected)
    assert put["UNAUTHORIZED"]["statusCode"] == "401"
    assert put["THROTTLED"]["responseParameters"] == {"gatewayresponse.header.Retry-After": "'1'"}
    assert put["THROTTLED"]["responseTemplates"] == expected["THROTTLED"]["ResponseTemplates"]
    assert "statusCode" not in put["DEFAULT_4XX"]


def test_local_error_for_a_call_without_an_identity_names_the_header(apigateway: MagicMock) -> None:
    emulator_workarounds.complete_api_gateway(apigateway, "a1", {"Stage": "local"})

    [body] = [
        json.loads(call.kwargs["responseTemplates"]["application/json"])
        for call in apigateway.put_gateway_response.mock_calls
        if call.kwargs["responseType"] == "UNAUTHORIZED"
    ]
    advice = "Send your name in the header x-user-id, or a valid token in the header authorization."
    assert body["error"] == f"Authentication required. {advice}"
    assert (body["success"], body["code"]) == (False, "unauthenticated")


def test_stage_gets_a_new_deployment_and_the_throttling_limits(apigateway: MagicMock) -> None:
    emulator_workarounds.complete_api_gateway(apigateway, "a1", {"Stage": "local", "ApiRateLimit": "7"})

    names = [call[0] for call in apigateway.method_calls]
    assert names.index("create_deployment") > max(i for i, name in enumerate(names) if name == "put_gateway_response")
    changed = {
        change["path"]: change["value"] for change in apigateway.update_stage.call_args.kwargs["patchOperations"]
    }
    assert changed == {
        "/deploymentId": "d2",
        "/*/*/throttling/rateLimit": "7",
        "/*/*/throttling/burstLimit": "200",
    }


def test_concurrency_becomes_a_number() -> None:
    client = MagicMock()
    client.list_event_source_mappings.return_value = {
        "EventSourceMappings": [{"UUID": "m1", "ScalingConfig": {"MaximumConcurrency": "5"}}]
    }

    emulator_workarounds.set_numeric_concurrency(client, "publisher")

    client.update_event_source_mapping.assert_called_once_with(UUID="m1", ScalingConfig={"MaximumConcurrency": 5})
