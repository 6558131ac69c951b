"""The requirements files from which `sam build` installs the packages of the layer and of the functions."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.requirements import FUNCTIONS, LAYER, _with_dependencies

FILES = [LAYER, *FUNCTIONS.values()]
REQUIREMENT = re.compile(r"^([a-z0-9-]+)==\S+( ;[^\\]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", re.MULTILINE)


def names(file: Path) -> list[str]:
    return [match[1] for match in REQUIREMENT.finditer(file.read_text())]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_every_requirement_has_hashes(file: Path) -> None:
    heading, _, rest = file.read_text().partition("\n")

    assert heading.startswith("# Generated")
    assert REQUIREMENT.sub("", rest) == ""
    assert names(file) == sorted(set(names(file)))


def test_function_lists_every_package_that_pip_installs_for_it() -> None:
    # Otherwise, pip would refuse a package without hashes, or install one that no lock file names.
    for file in FILES:
        listed = set(names(file))
        assert _with_dependencies(listed) == listed, file
    assert "typing-extensions" in names(FUNCTIONS["migrator"])


def test_function_lists_no_package_of_the_layer_that_it_does_not_need() -> None:
    assert set(names(FUNCTIONS["migrator"])) & set(names(LAYER)) == {"typing-extensions"}
    assert set(names(FUNCTIONS["authorizer"])) & set(names(LAYER)) == set()


def test_pip_refuses_a_file_that_is_not_the_locked_one(tmp_path: Path) -> None:
    [version] = re.findall(r"pyjwt==(\S+)", FUNCTIONS["authorizer"].read_text())
    (tmp_path / f"pyjwt-{version}-py3-none-any.whl").write_bytes(b"forged")
    offline = ("--isolated", "--no-index", "--no-cache-dir", "--find-links", tmp_path, "--dest", tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *offline, "--requirement", FUNCTIONS["authorizer"]],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr
