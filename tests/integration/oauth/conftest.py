"""OAuth against the simulator, with real Postgres and a KMS in memory."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from minutehand.connections.vault import Vault
from minutehand.runtime.db import Database
from tests.integration.oauth.scene import Scene
from tests.support.accounts import Accounts
from tests.support.captured_output import capture_logs
from tests.support.clock import FakeClock
from tests.support.simulator import Clock, Simulator

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    running_simulator.reset()
    running_simulator.client.delete("/oauth/tokens").raise_for_status()
    clock = running_simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(0)
    return running_simulator


@pytest.fixture(scope="module")
def kms() -> "Iterator[KMSClient]":
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        yield boto3.client("kms", region_name="eu-central-1")


@pytest.fixture(scope="module")
def key_id(kms: "KMSClient") -> str:
    return kms.create_key()["KeyMetadata"]["KeyId"]


@pytest.fixture
def vault(kms: "KMSClient", key_id: str) -> Vault:
    return Vault(kms, key_id)


@pytest.fixture
def accounts(db: Database, clock: FakeClock, vault: Vault, simulator: Simulator) -> Iterator[Accounts]:
    accounts = Accounts(db, clock, vault, simulator)
    with capture_logs(*own_loggers(accounts)) as emitted:
        emitted.texts = accounts.emitted.texts
        yield accounts


@pytest.fixture
def scene(database_url: str, db: Database, clock: FakeClock, vault: Vault) -> Scene:
    return Scene(database_url, db, clock, vault)


def own_loggers(accounts: Accounts) -> list[logging.Logger]:
    """Return the loggers that do not propagate to the root logger."""
    loggers = (logging.getLogger(name) for name in logging.root.manager.loggerDict)
    return [logger for logger in loggers if not logger.propagate]
