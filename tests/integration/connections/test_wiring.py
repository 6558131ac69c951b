"""The function connections, configured only by its environment, as in Lambda."""

import importlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.db import Database


@pytest.fixture
def app(database_url: str, db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    app = importlib.import_module("functions.connections.app")
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
    # Reuse the test's connection, which the test closes, but check the URL that the function found.
    monkeypatch.setattr(app, "database", lambda config: {database_url: db}[config.database_url])
    caches = (app.config, app.connected, app.vault)
    for each in caches:
        each.cache_clear()
    yield app
    for each in caches:
        each.cache_clear()


def test_the_function_finds_its_database_and_its_key(app: Any) -> None:
    with mock_aws():
        kms = boto3.client("kms")
        kms.create_alias(AliasName="alias/tokens", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])

        sealed = app.seal({"access_token": "demo-token"}, "c1", "ada")

    assert b"demo-token" not in sealed
    assert app.connected().list_all("ada") == []
    assert app.config().media_from_private_networks is False


def test_the_function_requires_a_key(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKEN_KEY_ID")

    with pytest.raises(BadConfiguration, match="TOKEN_KEY_ID"):
        app.config()
