"""Sets by API call what the emulator drops or misreads when it deploys the template.

Everything is read from the template, so that what is deployed and what runs locally are written once.
"""

from collections.abc import Mapping
from typing import Any

from local import template


def number_concurrency(lambda_: Any, publisher: str) -> None:
    """Give the mapping of the publish queue its concurrency as a number: deployed from a parameter it is text."""
    for mapping in lambda_.list_event_source_mappings(FunctionName=publisher)["EventSourceMappings"]:
        maximum = int(mapping["ScalingConfig"]["MaximumConcurrency"])
        lambda_.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": maximum})


def complete_gateway(apigateway: Any, api_id: str, parameters: Mapping[str, str]) -> None:
    """Put the gateway responses and the throttle of the template onto the API and deploy them to its stage."""
    read = template.load()
    api = read["Resources"]["Api"]["Properties"]
    stage = parameters["Stage"]
    for kind, response in api["GatewayResponses"].items():
        apigateway.put_gateway_response(restApiId=api_id, responseType=kind, **_answer(response))
    # The stage answers with what its deployment had when it was made.
    deployment = apigateway.create_deployment(restApiId=api_id)["id"]
    changes = [{"op": "replace", "path": "/deploymentId", "value": deployment}]
    for setting in api["MethodSettings"]:
        for property_name, path in (
            ("ThrottlingRateLimit", "/*/*/throttling/rateLimit"),
            ("ThrottlingBurstLimit", "/*/*/throttling/burstLimit"),
        ):
            name = setting[property_name]["Ref"]
            value = parameters.get(name, str(read["Parameters"][name]["Default"]))
            changes.append({"op": "replace", "path": path, "value": value})
    apigateway.update_stage(restApiId=api_id, stageName=stage, patchOperations=changes)


def _answer(response: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"responseTemplates": dict(response["ResponseTemplates"])}
    if "StatusCode" in response:
        answer["statusCode"] = str(response["StatusCode"])
    headers = response.get("ResponseParameters", {}).get("Headers", {})
    answer["responseParameters"] = {f"gatewayresponse.header.{name}": value for name, value in headers.items()}
    return answer
