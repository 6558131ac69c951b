"""All functions of the API, with AWS from moto and without a network."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from moto import mock_aws

from minutehand.connections.resources import open_vault
from minutehand.connections.vault import Vault
from minutehand.media.resources import open_storage
from minutehand.media.storage import Storage
from minutehand.oauth.clients import Clients
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.resources import open_clients
from minutehand.operations.resources import open_tick_rule
from minutehand.operations.rule import TickRule
from minutehand.platforms.catalog import PROVIDERS
from minutehand.platforms.resources import open_http_client
from minutehand.queue.resources import open_sqs
from minutehand.runtime.db import Database
from tests.support.api import Api
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON
from tests.support.moto_clients import REGION, moto_client

BUCKET, RULE = "library", "tick"
CLIENT_SECRET = "client-secret-" + "s" * 20
PAGE = "https://app.example/connected"
API_URL = "http://127.0.0.1:4566/_aws/execute-api/{apiId}/local"


def _refuse(request: httpx.Request) -> httpx.Response:
    """Respond to any platform's call as a platform that knows no credentials does."""
    return httpx.Response(401, json={"error": "AuthenticationRequired", "message": "Invalid identifier or password"})


@contextmanager
def every_function(db: Database, clock: FakeClock, **variables: str) -> Iterator[Api]:
    """Yield the functions, whose resources are ready for every call. ``variables``: further environment variables."""
    registrations = {name: {"clientId": "client", "clientSecret": CLIENT_SECRET} for name in PROVIDERS}
    clients = Clients(ClientsConfig(stage="local", oauth_clients=json.dumps(registrations)))
    with mock_aws(), httpx.Client(transport=httpx.MockTransport(_refuse)) as client:
        sqs, kms, s3, events = (moto_client(service) for service in ("sqs", "kms", "s3", "events"))
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        events.put_rule(Name=RULE, ScheduleExpression="rate(1 minute)", State="ENABLED")
        vault = Vault(kms, kms.create_key()["KeyMetadata"]["KeyId"])
        environ: Mapping[str, str] = {
            **ENVIRON,
            "PUBLISH_QUEUE_URL": sqs.create_queue(QueueName="publish")["QueueUrl"],
            "DEAD_LETTER_QUEUE_URL": sqs.create_queue(QueueName="dead")["QueueUrl"],
            "TICK_RULE_NAME": RULE,
            "MEDIA_BUCKET": BUCKET,
            "TOKEN_KEY_ID": "key",
            "API_URL": API_URL,
            "OAUTH_REDIRECT_URIS": PAGE,
            **variables,
        }
        openers: dict[Any, Any] = {
            open_sqs: lambda _: sqs,
            open_tick_rule: lambda _: TickRule(events, RULE),
            open_storage: lambda _: Storage(s3, BUCKET),
            open_vault: lambda _: vault,
            open_clients: lambda _: clients,
            open_http_client: lambda _: client,
        }
        yield Api(db, clock, environ=environ, openers=openers)
