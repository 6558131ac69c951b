"""Reads template.yaml into plain dictionaries and lists, with CloudFormation's short tags expanded."""

from pathlib import Path
from typing import Any

import yaml

from local.settings import ROOT

PATH = ROOT / "template.yaml"


class _Loader(yaml.CSafeLoader):
    """Loads YAML with CloudFormation's tags: `!Ref X` becomes {"Ref": "X"}, `!Sub X` becomes {"Fn::Sub": "X"}, ..."""


def _intrinsic(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path = PATH) -> dict[str, Any]:
    """Return the template at ``path``."""
    with path.open(encoding="utf-8") as file:
        template: dict[str, Any] = yaml.load(file, Loader=_Loader)  # noqa: S506 this is a subclass of the safe loader
    return template
