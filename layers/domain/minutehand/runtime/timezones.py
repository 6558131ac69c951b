"""The IANA time zones of the package tzdata.

`zoneinfo.ZoneInfo` prefers the time zones of the machine and uses the package only for zones that the machine lacks.
With `ZoneInfo`, the same local time can mean different instants on a laptop and on Lambda, and a new release of the
package may have no effect. Every module therefore reads its time zones through this module, and ruff refuses a direct
use of `ZoneInfo`.
"""

from datetime import tzinfo
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

from minutehand.runtime.validation import Problem, shortened

[_FOLDER] = import_module("tzdata").__path__
_PACKAGE = Path(_FOLDER)


@cache
def zone_names() -> frozenset[str]:
    """Return the names of the time zones in the package, so that every machine accepts the same names."""
    names = _PACKAGE.joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(names) - {"Factory"}


@cache
def time_zone(name: str) -> tzinfo:
    """Return the time zone ``name``, with the rules of the package. The machine's own time zones are not read.

    Raises:
        ZoneInfoNotFoundError: ``name`` is not one of `zone_names`.
    """
    if name not in zone_names():
        raise ZoneInfoNotFoundError(f"{name!a} is not a time zone of the package tzdata")
    with _PACKAGE.joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _known_zone(name: str) -> str:
    if name not in zone_names():
        raise Problem(
            f'timezone "{shortened(name)}" is not an IANA time zone. Use a name such as UTC or Europe/Berlin.',
            allowed="an IANA time zone",
        )
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
"""The name of a time zone in a form."""
