"""Sets, through API calls, the properties that the emulator drops or misreads when it deploys the template.

The values come from the template and its parameters, so that the deployed system and the local one share a definition.
"""

from collections.abc import Mapping
from typing import Any

from local import template


def set_numeric_concurrency(lambda_: Any, publisher: str) -> None:
    """Set the concurrency of the publish queue's mapping as a number, because the emulator deploys it as text."""
    for mapping in lambda_.list_event_source_mappings(FunctionName=publisher)["EventSourceMappings"]:
        maximum = int(mapping["ScalingConfig"]["MaximumConcurrency"])
        lambda_.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": maximum})


ADVICE = "Send a valid token in the header authorization"
"""The advice in the template's response to a call without an identity."""


def complete_api_gateway(apigateway: Any, api_id: str, parameters: Mapping[str, str]) -> None:
    """Add the template's gateway responses and throttling to the API, and deploy them to its stage."""
    loaded = template.load()
    api = loaded["Resources"]["Api"]["Properties"]
    stage = parameters["Stage"]
    for kind, response in api["GatewayResponses"].items():
        apigateway.put_gateway_response(restApiId=api_id, responseType=kind, **_gateway_response(response))
    # A deployment is a snapshot of the API, so only a new deployment adds the gateway responses to the stage.
    deployment = apigateway.create_deployment(restApiId=api_id)["id"]
    changes = [{"op": "replace", "path": "/deploymentId", "value": deployment}]
    for setting in api["MethodSettings"]:
        for property_name, path in (
            ("ThrottlingRateLimit", "/*/*/throttling/rateLimit"),
            ("ThrottlingBurstLimit", "/*/*/throttling/burstLimit"),
        ):
            name = setting[property_name]["Ref"]
            value = parameters.get(name, str(loaded["Parameters"][name]["Default"]))
            changes.append({"op": "replace", "path": path, "value": value})
    apigateway.update_stage(restApiId=api_id, stageName=stage, patchOperations=changes)


def _gateway_response(response: Mapping[str, Any]) -> dict[str, Any]:
    # Only the local stack accepts the header x-user-id, so the advice in the template does not mention the header.
    local_advice = ADVICE.replace("Send", "Send your name in the header x-user-id, or")
    templates = {kind: text.replace(ADVICE, local_advice) for kind, text in response["ResponseTemplates"].items()}
    fields: dict[str, Any] = {"responseTemplates": templates}
    if "StatusCode" in response:
        fields["statusCode"] = str(response["StatusCode"])
    headers = response.get("ResponseParameters", {}).get("Headers", {})
    # A header whose value is a condition is for CORS, which the local stack does not use.
    fixed = {name: value for name, value in headers.items() if isinstance(value, str)}
    fields["responseParameters"] = {f"gatewayresponse.header.{name}": value for name, value in fixed.items()}
    return fields
