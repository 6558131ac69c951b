"""The distribution of tests over the workers of pytest-xdist."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/e2e", "tests/integration/media")
"""Folders whose tests share a resource that takes long to start: the deployed stack, the AWS emulator."""
APART = "tests/web/"
"""The folder whose tests are distributed one by one, because all workers share its stack."""


class FileByFile(LoadScopeScheduling):
    """Gives a worker the next file, or the next test in `APART`, when it has finished one, in the order of collection:
    what takes longest first.
    """

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(APART):
            return nodeid
        return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)
