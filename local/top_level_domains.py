"""Writes the list of top-level domains that the platform rules use: python -m local.top_level_domains [--check].

The source is IANA's list (https://data.iana.org/TLD/tlds-alpha-by-domain.txt) in the locked release of Hypothesis.
"""

import sys
from importlib.resources import files

from local.settings import ROOT

PATH = ROOT / "layers" / "domain" / "minutehand" / "platforms" / "top_level_domains.txt"


def render() -> str:
    """Return the expected content of the file: IANA's heading, and then one domain per line in lower-case Unicode."""
    heading, *names = files("hypothesis.vendor").joinpath("tlds-alpha-by-domain.txt").read_text("ascii").splitlines()
    domains = sorted(name.lower().encode("ascii").decode("idna") for name in names if name)
    return "\n".join([heading, *domains, ""])


def main(arguments: list[str]) -> int:
    """Write the file. With ``--check``, print an error instead if the file is missing or outdated.

    Return the exit status: 1 after an error, and otherwise 0.
    """
    if arguments == ["--check"]:
        if not PATH.is_file() or PATH.read_text(encoding="utf-8") != render():
            print(f"{PATH.relative_to(ROOT)} does not match IANA's list. Run `make lock`.", file=sys.stderr)
            return 1
        return 0
    PATH.write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
