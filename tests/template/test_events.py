"""A sample event for every function."""

import json
from typing import Any

from local.settings import ROOT


def test_every_function_has_a_sample_event(functions: dict[str, Any]) -> None:
    missing = [name for name in functions if not (ROOT / "events" / f"{name}.json").is_file()]

    assert missing == []


def test_sample_environment_names_the_functions_of_the_template(resources: dict[str, Any]) -> None:
    environment = json.loads((ROOT / "events" / "env.json").read_text(encoding="utf-8"))
    functions = {name for name, each in resources.items() if each["Type"] == "AWS::Serverless::Function"}

    assert set(environment) - {"Parameters"} <= functions
