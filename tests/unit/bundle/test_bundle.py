"""The bundles of functions and layers, which `sam build` makes."""

import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bundle.bundle import bundle, compile_modules, main
from local.settings import ROOT
from tests.support.bytecode import code, is_unchecked

MAKEFILE = ROOT / "bundle" / "x86_64" / "Makefile"
FORM = ROOT / "layers" / "domain" / "minutehand" / "posts" / "forms"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A function with a package, a text, and bytecode of another Python version that a developer left there."""
    folder = tmp_path / "source"
    (folder / "package" / "__pycache__").mkdir(parents=True)
    (folder / "app.py").write_text("from package import inner\n")
    (folder / "package" / "inner.py").write_text("def work():\n    raise RuntimeError\n")
    (folder / "package" / "queries.sql").write_text("SELECT 1")
    (folder / "package" / "__pycache__" / "inner.cpython-312.pyc").write_bytes(b"old")
    return folder


def make(target: str, source: Path, artifacts: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a target as `sam build` does."""
    return subprocess.run(
        [shutil.which("make") or "make", "--makefile", MAKEFILE, target],
        cwd=source,
        env=os.environ | {"ARTIFACTS_DIR": str(artifacts)} | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_bundle_has_bytecode_for_each_module(source: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"

    done = make("build-GetPostFunction", source, built)

    assert done.returncode == 0, done.stderr
    modules = sorted(built.rglob("*.py"))
    assert modules == [built / "app.py", built / "package" / "inner.py"]
    assert all(map(is_unchecked, modules))
    assert len(list(built.rglob("*.pyc"))) == len(modules)
    assert (built / "package" / "queries.sql").read_text() == "SELECT 1"
    assert code(built / "package" / "inner.py").co_filename == "/var/task/package/inner.py"


def test_layer_is_bundled_where_the_lambda_runtime_imports_it(source: Path, tmp_path: Path) -> None:
    done = make("build-DomainLayer", source, tmp_path / "built")

    assert done.returncode == 0, done.stderr
    assert code(tmp_path / "built" / "python" / "app.py").co_filename == "/opt/python/app.py"


def test_bundle_is_the_same_in_each_build(tmp_path: Path) -> None:
    """Otherwise, each build would deploy new layers, and a new layer runs the migrator."""
    builds = [tmp_path / "first", tmp_path / "and" / "second"]

    for seed, built in enumerate(builds):
        assert make("build-DomainLayer", FORM, built, PYTHONHASHSEED=str(seed + 1)).returncode == 0

    first, second = ({path.relative_to(built): path for path in built.rglob("*.pyc")} for built in builds)
    assert first.keys() == second.keys()
    assert len(first) > 5
    assert [path for path in first if first[path].read_bytes() != second[path].read_bytes()] == []


def test_bundle_contains_the_packages_of_the_function(source: Path, tmp_path: Path) -> None:
    (source / "requirements.txt").write_text("# No packages: pip runs, and needs no index.\n")

    bundle(str(source), str(tmp_path / "built"), "/var/task", "arm64")

    assert not (tmp_path / "built" / "requirements.txt").exists()
    assert is_unchecked(tmp_path / "built" / "app.py")


def test_package_that_cannot_be_installed_fails_the_build(source: Path, tmp_path: Path) -> None:
    (source / "requirements.txt").write_text("no-such-package==1.0\n")  # without a hash

    done = make("build-AuthorizerFunction", source, tmp_path / "built")

    assert done.returncode != 0
    assert "hash" in done.stderr.lower()


def test_module_with_a_syntax_error_fails_the_build(source: Path) -> None:
    (source / "app.py").write_text("def handler(:\n")

    with pytest.raises(py_compile.PyCompileError):
        compile_modules(str(source), "/var/task")


def test_bundle_needs_the_python_version_of_the_lambda_runtime() -> None:
    with pytest.raises(SystemExit, match=r"needs Python 3\.13, but .* is Python 3\.14"):
        main(["built", "/var/task", "x86_64"], version=(3, 14))


@pytest.mark.parametrize("target", ["build-PlannerFunction", "build-OpenapiFunction"])
def test_page_is_built_before_its_function(target: str, source: Path, tmp_path: Path) -> None:
    done = make(target, source, tmp_path / "built")

    assert done.returncode != 0
    assert "make web-build" in done.stderr


def test_tests_build_functions_without_their_pages(source: Path, tmp_path: Path) -> None:
    planner = make("build-PlannerFunction", source, tmp_path / "built", MINUTEHAND_PAGES="none")
    openapi = make("build-OpenapiFunction", source, tmp_path / "other", MINUTEHAND_PAGES="none")

    assert planner.returncode == 0, planner.stderr
    assert is_unchecked(tmp_path / "built" / "app.py")
    assert "openapi.json is missing" in openapi.stderr


def test_bundle_runs_without_packages_of_the_machine() -> None:
    """A team may run `sam build` outside the virtual environment of the project."""
    done = subprocess.run(
        [sys.executable, "-IS", "-c", "import runpy, sys; runpy.run_path(sys.argv[1])", ROOT / "bundle" / "bundle.py"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
