"""Packages from npm. A shell replaces Node."""

import shutil
from pathlib import Path

import pytest

from local import npm
from local.errors import LocalStackError


@pytest.fixture(autouse=True)
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = tmp_path / "environment" / "bin" / "node"
    shell.parent.mkdir(parents=True)
    shell.symlink_to(shutil.which("sh") or "/bin/sh")
    cli = tmp_path / "environment" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    cli.parent.mkdir(parents=True)
    cli.write_text('mkdir -p node_modules && echo "$@" >> calls')
    monkeypatch.setattr(npm, "node", lambda: shell)


def test_packages_are_installed_once_for_each_lock_file(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    lock.write_text("{}")
    npm.install(tmp_path)
    npm.install(tmp_path)
    assert (tmp_path / "calls").read_text() == "ci --no-audit --no-fund\n"
    lock.write_text('{"changed": true}')
    npm.install(tmp_path)
    assert (tmp_path / "calls").read_text() == "ci --no-audit --no-fund\n" * 2


def test_packages_for_development_are_installed_only_where_needed(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    npm.install(tmp_path, development=False)
    npm.install(tmp_path, development=False)
    assert (tmp_path / "calls").read_text() == "ci --no-audit --no-fund --omit=dev\n"
    npm.install(tmp_path)
    npm.install(tmp_path, development=False)
    assert (tmp_path / "calls").read_text().splitlines()[1:] == ["ci --no-audit --no-fund"]


def test_output_of_a_script_is_returned(tmp_path: Path) -> None:
    script = tmp_path / "script.js"
    script.write_text('echo "$1 in $(pwd)"')
    assert npm.run(tmp_path, script, "works") == f"works in {tmp_path}\n"


def test_error_shows_the_end_of_the_output(tmp_path: Path) -> None:
    script = tmp_path / "vite.js"
    script.write_text("seq 100; exit 3")
    with pytest.raises(LocalStackError) as error:
        npm.run(tmp_path, script)
    assert str(error.value).splitlines() == ["vite failed.", *map(str, range(61, 101))]
