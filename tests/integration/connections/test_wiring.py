"""The function connections, configured only by its environment, as in Lambda."""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from minutehand.connections.resources import open_seal
from minutehand.connections.store import Connections
from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.database_url import open_database
from minutehand.runtime.db import Database
from tests.support.cold_start import Openers, start


@pytest.fixture
def function(database_url: str, db: Database, monkeypatch: pytest.MonkeyPatch) -> Any:
    environ = {
        "DATABASE_URL": database_url,
        "TOKEN_KEY_ID": "alias/tokens",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for name in ("DATABASE_SECRET_ARN", "MEDIA_FROM_PRIVATE_NETWORKS"):
        monkeypatch.delenv(name, raising=False)
    # The function chooses the database; the test closes its connection.
    openers: Openers = {open_database: lambda function: {database_url: db}[function.config.database_url]}
    return start("connections", openers=openers).function


def test_the_function_finds_its_database_and_its_key(function: Any) -> None:
    with mock_aws():
        kms = boto3.client("kms")
        kms.create_alias(AliasName="alias/tokens", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])

        sealed = function.resource(open_seal)({"access_token": "demo-token"}, "c1", "ada")

    assert b"demo-token" not in sealed
    assert Connections(function.db).list_all("ada") == []
    assert function.config.media_from_private_networks is False


def test_the_function_requires_a_key(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKEN_KEY_ID")

    with pytest.raises(BadConfiguration, match="TOKEN_KEY_ID"):
        _ = function.config
