"""Deploys the built template to the emulator with `sam deploy`, and finds the deployed addresses and names."""

import hashlib
import json
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local import emulator_workarounds
from local.build import run_sam
from local.credentials import credentials
from local.emulator import REGION, client_environ
from local.errors import LocalStackError
from local.settings import ROOT, Settings, architecture
from local.simulator.oauth.apps import CLIENT_ID, CLIENT_SECRET
from minutehand.platforms.catalog import PROVIDERS

STACK = "minutehand-local"
_BUCKET = "minutehand-local-artifacts"
_FINGERPRINT_TAG = "minutehand:fingerprint"
_DEPLOYED_STATUSES = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


@dataclass(frozen=True)
class Deployment:
    """The addresses and names that callers of the deployed stack need."""

    api_url: str
    publish_queue_url: str
    dead_letter_queue_url: str
    token_key_arn: str
    functions: dict[str, str]
    """The deployed functions' names. Each key is a logical id without the suffix `Function`, such as Scheduler."""


class Deployer:
    """Deploys the template to the emulator and checks whether the deployment is current."""

    def __init__(self, settings: Settings, output: Path, database_url: str, logins: Mapping[str, str]) -> None:
        """Prepare a deployment of functions that use ``database_url``, or the URL of their group in ``logins``.

        ``output``: the folder with the output of `sam build`.
        """
        self._settings = settings
        self._output = output
        self._parameters = _parameters(settings, database_url, logins)
        self._cloudformation = client(settings, "cloudformation")

    def is_current(self, fingerprint: str) -> bool:
        """Return whether the stack was deployed with these parameters from the sources with this fingerprint."""
        stack = self._stack()
        if stack is None or stack["StackStatus"] not in _DEPLOYED_STATUSES:
            return False
        tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
        return tags.get(_FINGERPRINT_TAG) == self._deployed_fingerprint(fingerprint)

    def prepare(self) -> None:
        """Prepare the emulator for a deployment. The build need not be finished.

        Raises:
            LocalStackError: an earlier deployment failed, and its stack could not be deleted.
        """
        self._delete_failed_stack()
        client(self._settings, "s3").create_bucket(Bucket=_BUCKET)

    def deploy(self, fingerprint: str) -> None:
        """Deploy the build of the sources with this fingerprint, after `prepare`.

        Raises:
            LocalStackError: `sam deploy` failed. The message includes the end of the command's output.
        """
        run_sam(
            "deploy",
            "--template-file",
            str(self._output / "template.yaml"),
            # By default, sam looks for the configuration file next to the built template.
            *("--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local"),
            "--stack-name",
            STACK,
            "--s3-bucket",
            _BUCKET,
            "--no-confirm-changeset",
            "--no-fail-on-empty-changeset",
            "--no-progressbar",
            "--parameter-overrides",
            # sam strips quotes unless they are escaped.
            *(f"{name}={value.replace('"', r'\"')}" for name, value in self._parameters.items()),
            "--tags",
            f"{_FINGERPRINT_TAG}={self._deployed_fingerprint(fingerprint)}",
            environ=client_environ(self._settings),
        )
        emulator_workarounds.set_numeric_concurrency(client(self._settings, "lambda"), self._functions()["Publisher"])
        apigateway = client(self._settings, "apigateway")
        emulator_workarounds.complete_api_gateway(apigateway, self._outputs()["ApiId"], self._parameters)

    def deployment(self) -> Deployment:
        """Return the addresses and names that callers of the deployed stack need."""
        outputs = self._outputs()
        return Deployment(
            # local.stable_addresses serves the API at the root.
            api_url=self._settings.emulator_url,
            publish_queue_url=outputs["PublishQueueUrl"],
            dead_letter_queue_url=outputs["DeadLetterQueueUrl"],
            token_key_arn=outputs["TokenKeyArn"],
            functions=self._functions(),
        )

    def _deployed_fingerprint(self, fingerprint: str) -> str:
        parameters = "\0".join(f"{name}={value}" for name, value in sorted(self._parameters.items()))
        return hashlib.sha256(f"{fingerprint}\0{parameters}".encode()).hexdigest()[:32]

    def _stack(self) -> Any:
        try:
            return self._cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":  # The stack does not exist.
                return None
            raise

    def _outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self._stack()["Outputs"]}

    def _functions(self) -> dict[str, str]:
        """Return the name of each deployed function, keyed by its logical id without the suffix `Function`."""
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        return {
            resource["LogicalResourceId"].removesuffix("Function"): resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == "AWS::Lambda::Function"
        }

    def _delete_failed_stack(self) -> None:
        """Delete a stack that a failed or interrupted deployment left in a state that cannot be updated."""
        stack = self._stack()
        if stack is None or stack["StackStatus"] in _DEPLOYED_STATUSES | {"UPDATE_ROLLBACK_COMPLETE"}:
            return
        self._cloudformation.delete_stack(StackName=STACK)
        deadline = time.monotonic() + 60
        while (stack := self._stack()) is not None and stack["StackStatus"] != "DELETE_COMPLETE":
            if time.monotonic() > deadline:
                raise LocalStackError(
                    "The failed stack of an earlier run could not be deleted. Run `make clean` to start afresh."
                )
            time.sleep(0.2)


def client(settings: Settings, service: str) -> Any:
    """Return a boto3 client for ``service`` that calls the emulator, regardless of the configured AWS profile."""
    key = credentials(settings.state)
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=settings.emulator_url,
        region_name=REGION,
        aws_access_key_id=key.access_key_id,
        aws_secret_access_key=key.secret_access_key,
    )


def _parameters(settings: Settings, database_url: str, logins: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that samconfig.toml sets for the environment `local`, and those that depend on the machine
    and on this stack.
    """
    with (ROOT / "samconfig.toml").open("rb") as file:
        parameters = tomllib.load(file)["local"]["deploy"]["parameters"]["parameter_overrides"]
    return {
        **dict(item.split("=", 1) for item in parameters),
        "Architecture": architecture(),
        "DatabaseUrl": database_url,
        **{f"{group.capitalize()}Login": url for group, url in logins.items()},
        "SandboxUrl": f"{settings.simulator_url}/sandbox/posts",
        "BlueskyVideoService": f"{settings.simulator_url}/bluesky",
        "BlueskyAppView": f"{settings.simulator_url}/bluesky",
        "ApiUrl": settings.emulator_url,
        "OAuthClients": json.dumps(_registrations(settings), separators=(",", ":")),
    }


def _registrations(settings: Settings) -> dict[str, dict[str, str | bool]]:
    """Return the registration of an OAuth client at each simulated platform, with the scopes for metrics."""
    registration: dict[str, str | bool] = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "metrics": True}
    return {platform: {**registration, "server": f"{settings.simulator_url}/{platform}"} for platform in PROVIDERS}
