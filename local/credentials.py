"""The access key of the AWS emulator, which is random and different in each state folder."""

import configparser
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "aws-credentials"
_PROFILE = "default"


@dataclass(frozen=True)
class Credentials:
    """An access key with all permissions in the emulator."""

    access_key_id: str
    secret_access_key: str


def credentials(state: Path) -> Credentials:
    """Return the access key of the state folder. Create it if it does not exist.

    The key is in a file that only the current user can read. AWS tools use this file if AWS_SHARED_CREDENTIALS_FILE
    names it (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
    """
    file = state / FILE_NAME
    if not file.exists():
        _create(file)
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(file.read_text())
    return Credentials(parser[_PROFILE]["aws_access_key_id"], parser[_PROFILE]["aws_secret_access_key"])


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = f"[{_PROFILE}]\naws_access_key_id = AKIA{secrets.token_hex(8).upper()}\n"
    text += f"aws_secret_access_key = {secrets.token_hex(20)}\n"
    # The file gets its name only when it is complete, so that an interrupted or concurrent run leaves no partial file
    # under this name.
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as output:
        output.write(text)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # Another process has created the file.
    finally:
        draft.unlink()
