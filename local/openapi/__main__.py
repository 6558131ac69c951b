"""Write the OpenAPI document, or compare the stored document with the code: python -m local.openapi [--check]."""

import sys

from local.openapi.document import render
from local.settings import ROOT

DOCUMENT = ROOT / "functions" / "openapi" / "openapi.json"


def main(arguments: list[str]) -> int:
    """Write the document or, with ``--check``, report whether the stored one is outdated. Return the exit status."""
    text = render()
    if arguments == ["--check"]:
        if DOCUMENT.is_file() and DOCUMENT.read_text(encoding="utf-8") == text:
            return 0
        print(f"{DOCUMENT.relative_to(ROOT)} is outdated. Run `make openapi`.", file=sys.stderr)
        return 1
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
