"""The build that the stack deploys."""

from local.build import WITHOUT_PAGES
from local.settings import ROOT
from tests.support.bytecode import code, is_unchecked
from tests.support.stack import DeployedStack

BUILD = WITHOUT_PAGES.output


def test_every_module_of_the_build_has_bytecode(stack: DeployedStack) -> None:
    modules = list(BUILD.rglob("*.py"))

    assert [str(module) for module in modules if not is_unchecked(module)] == []
    assert len(modules) == len(list(BUILD.rglob("*.pyc")))
    built = {module.parent.name for module in BUILD.glob("*/app.py")}
    assert len(built) == len(list((ROOT / "functions").glob("*/app.py")))
    layers = [BUILD / "DomainLayer" / "python" / "minutehand", BUILD / "DependenciesLayer" / "python" / "psycopg"]
    assert [code(layer / "__init__.py").co_filename for layer in layers] == [
        "/opt/python/minutehand/__init__.py",
        "/opt/python/psycopg/__init__.py",
    ]
