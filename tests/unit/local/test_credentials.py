"""The access key of the AWS emulator."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.session import Session

from local import deploy
from local.credentials import credentials
from local.emulator import _environ, client_environ
from local.settings import Settings


def test_state_folder_keeps_its_own_random_key(tmp_path: Path) -> None:
    first = credentials(tmp_path / "a")

    assert credentials(tmp_path / "a") == first
    assert credentials(tmp_path / "b").access_key_id != first.access_key_id
    assert credentials(tmp_path / "b").secret_access_key != first.secret_access_key
    assert len(first.secret_access_key) == 40


def test_only_the_user_can_read_the_key(tmp_path: Path) -> None:
    credentials(tmp_path)

    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_aws_tools_read_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = credentials(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))

    found = Session().get_credentials()

    assert found is not None
    assert (found.access_key, found.secret_key) == (key.access_key_id, key.secret_access_key)


def test_emulator_and_its_clients_use_the_key_of_the_state_folder(tmp_path: Path) -> None:
    settings = replace(Settings.from_environ({}), state=tmp_path)
    key = credentials(tmp_path)
    expected = {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret_access_key}
    found = deploy.client(settings, "sqs")._request_signer._credentials

    assert client_environ(settings).items() >= expected.items()
    assert _environ(settings, tmp_path, tmp_path).items() >= expected.items()
    assert (found.access_key, found.secret_key) == (key.access_key_id, key.secret_access_key)
