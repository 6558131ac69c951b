"""Starts the AWS emulator, which listens only on loopback and keeps its data in the state folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.credentials import credentials
from local.service import Service
from local.settings import Settings
from local.shared_memory import shared_memory
from local.virtualenvs import emulator_python, lambda_python

REGION = "us-east-1"


@contextmanager
def emulator(settings: Settings) -> Iterator[Service]:
    """Run the emulator while the block runs. Keep its state between runs.

    Raises:
        LocalStackError: the port is in use, or the emulator did not start.
    """
    state = settings.state / "emulator"
    state.mkdir(parents=True, exist_ok=True)
    unpack_folder = _make_unpack_folder(settings)
    try:
        service = Service(
            "The AWS emulator",
            [emulator_python(), "-m", "local.exit_with_parent", "local.emulator_main"],
            _environ(settings, state, unpack_folder),
            settings.logs / "emulator.log",
        )
        try:
            service.wait_until_healthy(f"{settings.emulator_url}/_ministack/health", seconds=30)
            yield service
        finally:
            service.stop()
    finally:
        shutil.rmtree(unpack_folder, ignore_errors=True)


def client_environ(settings: Settings) -> dict[str, str]:
    """Return the environment variables that make an AWS client call only the emulator."""
    return {
        "AWS_ENDPOINT_URL": settings.emulator_url,
        **_access_key(settings),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _access_key(settings: Settings) -> dict[str, str]:
    key = credentials(settings.state)
    return {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret_access_key}


def _environ(settings: Settings, state: Path, unpack_folder: Path) -> dict[str, str]:
    # Only PATH is inherited, because functions run in this environment and must not read the host's variables.
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(state),
        "GATEWAY_PORT": str(settings.emulator.number),
        # The emulator runs code for everybody who has its access key.
        "BIND_HOST": "127.0.0.1",
        # As on AWS, a function has only the permissions of its role. A caller with the access key has all permissions.
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent.sock",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(unpack_folder),
        # After a burst, idle workers remain. Stop them after a minute.
        "LAMBDA_WARM_TTL_SECONDS": "60",
        **_access_key(settings),
        "MINISTACK_REGION": REGION,
        "LAMBDA_PYTHON": str(lambda_python()),
    }


def _make_unpack_folder(settings: Settings) -> Path:
    """Create the folder into which functions and layers are unpacked. Use shared memory if enough is free.

    Unpacking to a disk adds several seconds to a cold start. A symbolic link in the state folder points to this
    folder, so that the next run can remove the folder of a killed run.
    """
    link = settings.state / "unpacked"
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()
    folder = Path(tempfile.mkdtemp(prefix="minutehand-", dir=shared_memory() or settings.state))
    link.symlink_to(folder)
    return folder
