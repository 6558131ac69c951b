"""The API of connections: the real handler, real Postgres, the simulator, and a KMS in memory."""

import io
import json
import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from local.settings import ROOT
from minutehand.connections.resources import open_vault
from minutehand.connections.vault import Vault
from minutehand.runtime.db import Database
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, Openers, start
from tests.support.moto_clients import moto_client

CONTEXT = SimpleNamespace(
    function_name="connections",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-central-1:000000000000:function:connections",
    aws_request_id="2f3e4d5c-6b7a-4988-8776-655443322110",
)

SETTINGS = ENVIRON | {"TOKEN_KEY_ID": "key", "MEDIA_FROM_PRIVATE_NETWORKS": "true"}


@dataclass(frozen=True)
class Reply:
    status: int
    text: str

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.text)
        return body


class ConnectionsApi:
    """Calls of the connections API, with all responses and logs."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.logs = io.StringIO()
        self.responses: list[str] = []

    @property
    def emitted(self) -> str:
        return self.logs.getvalue() + "".join(self.responses)

    def call(self, method: str, body: object = None, *, user: str | None = "ada", roles: str = "") -> Reply:
        event = deepcopy(json.loads((ROOT / "events" / "connections.json").read_text(encoding="utf-8")))
        event["httpMethod"] = event["requestContext"]["httpMethod"] = method
        event["body"] = body if body is None or isinstance(body, str) else json.dumps(body)
        identity = {"principalId": user, "userId": user, "ownerId": user, "roles": roles}
        event["requestContext"]["authorizer"] = None if user is None else identity
        response = self.function(event, CONTEXT)
        self.responses.append(json.dumps(response))
        return Reply(response["statusCode"], response["body"])

    def listed(self, user: str = "ada") -> list[dict[str, Any]]:
        reply = self.call("GET", user=user)
        assert reply.status == 200, reply.text
        found: list[dict[str, Any]] = reply.body["connections"]
        return found


@pytest.fixture
def vault() -> Iterator[Vault]:
    with mock_aws():
        kms = moto_client("kms")
        yield Vault(kms, kms.create_key()["KeyMetadata"]["KeyId"])


@pytest.fixture
def api(db: Database, clock: FakeClock, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionsApi]:
    openers: Openers = {open_vault: lambda _: vault}
    app = start("connections", db=db, clock=clock, environ=SETTINGS, openers=openers)
    api = ConnectionsApi(app.function)
    monkeypatch.setattr(app.function.logger.registered_handler, "stream", api.logs)
    everything, root = logging.StreamHandler(api.logs), logging.getLogger()
    before = root.level
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    yield api
    root.removeHandler(everything)
    root.setLevel(before)
