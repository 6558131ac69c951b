"""Runs the SAM CLI: python -m local.sam build | deploy ...

The CLI parses the template with PyYAML a dozen times. The parser in C takes a tenth of the time of the one in Python.
"""

import yaml
from samcli.cli.main import cli

if __name__ == "__main__":
    yaml.SafeLoader = yaml.CSafeLoader  # type: ignore[misc, assignment]
    cli(prog_name="sam")
