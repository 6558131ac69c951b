"""Starts the AWS emulator with everything inside the state folder and on the loopback address only."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.ports import require_free
from local.service import Service
from local.settings import Settings
from local.virtualenvs import emulator_python, lambda_python

REGION = "us-east-1"
_MEMORY = Path("/dev/shm")  # noqa: S108 only a private folder inside is used
_MEMORY_NEEDED = 3 * 1024**3


@contextmanager
def emulator(settings: Settings) -> Iterator[Service]:
    """Run the emulator while the block runs; its state is kept between runs.

    Raises:
        LocalStackError: the port is in use, or it did not start.
    """
    require_free(settings.emulator)
    state = settings.state / "emulator"
    state.mkdir(parents=True, exist_ok=True)
    unpacked = _scratch(settings)
    try:
        service = Service(
            "The AWS emulator",
            [emulator_python(), "-m", "local.exit_with_parent", "local.emulator_main"],
            _environ(settings, state, unpacked),
            settings.logs / "emulator.log",
        )
        try:
            service.wait_until_healthy(f"{settings.emulator_url}/_ministack/health", seconds=30)
            yield service
        finally:
            service.stop()
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def client_environ(settings: Settings) -> dict[str, str]:
    """Return what an AWS client needs in its environment to talk to the emulator, and to nothing else."""
    return {
        "AWS_ENDPOINT_URL": settings.emulator_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _environ(settings: Settings, state: Path, unpacked: Path) -> dict[str, str]:
    # Nothing is inherited: functions run inside this environment, and must not see this machine's variables.
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(state),
        "GATEWAY_PORT": str(settings.emulator.number),
        # It answers anybody, without authentication: never on another interface.
        "BIND_HOST": "127.0.0.1",
        # A function may do here what its role allows, as on AWS; whoever comes with the key `test` may do anything.
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent.sock",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(unpacked),
        # A burst leaves workers behind, each with its own copy of the layers: end the spare ones after a minute.
        "LAMBDA_WARM_TTL_SECONDS": "60",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "MINISTACK_REGION": REGION,
        "LAMBDA_PYTHON": str(lambda_python()),
    }


def _scratch(settings: Settings) -> Path:
    """Make the folder into which functions and layers are unpacked for each worker, in memory where there is room.

    Unpacking to a disk takes a cold start several seconds. A link in the state folder remembers it, so that what a
    killed run left behind is removed by the next one.
    """
    link = settings.state / "unpacked"
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _MEMORY_NEEDED
    folder = Path(tempfile.mkdtemp(prefix="minutehand-", dir=_MEMORY if roomy else settings.state))
    link.symlink_to(folder)
    return folder
