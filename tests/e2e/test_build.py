"""The build that the stack deploys."""

from local.build import Build
from local.settings import ROOT
from tests.support.bytecode import code, is_unchecked
from tests.support.stack import DeployedStack


def test_every_module_of_the_build_has_bytecode(build: Build, stack: DeployedStack) -> None:
    modules = list(build.output.rglob("*.py"))

    assert [str(module) for module in modules if not is_unchecked(module)] == []
    assert len(modules) == len(list(build.output.rglob("*.pyc")))
    built = {module.parent.name for module in build.output.glob("*/app.py")}
    assert len(built) == len(list((ROOT / "functions").glob("*/app.py")))
    layers = [
        build.output / "DomainLayer" / "python" / "minutehand",
        build.output / "DependenciesLayer" / "python" / "psycopg",
    ]
    assert [code(layer / "__init__.py").co_filename for layer in layers] == [
        "/opt/python/minutehand/__init__.py",
        "/opt/python/psycopg/__init__.py",
    ]
