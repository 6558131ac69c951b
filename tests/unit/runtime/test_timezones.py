"""Time zones follow the rules of the package tzdata, whatever time zones the machine has."""

import shutil
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from importlib.resources import files
from pathlib import Path

import pytest

from minutehand.posts.times import parse, resolve
from minutehand.runtime.timezones import time_zone, zone_names

FOREIGN = "Asia/Kathmandu"
"""The zone whose rules all zones of the other database have: UTC+05:45, which is wrong for every other zone."""
INSTANTS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * month) for month in range(60)]


@pytest.fixture(params=["no database", "another database"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A machine without time zones, or with a database in which every zone has wrong rules."""
    if request.param == "another database":
        for name in zone_names():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(files("tzdata").joinpath("zoneinfo", *FOREIGN.split("/"))), tmp_path / name)
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    time_zone.cache_clear()
    yield request.param
    zoneinfo.reset_tzpath(to=before)
    time_zone.cache_clear()


def _offsets(zone: tzinfo) -> list[timedelta | None]:
    return [instant.astimezone(zone).utcoffset() for instant in INSTANTS]


def _packaged(name: str) -> tzinfo:
    """Return the zone as the standard library reads it from the package, which it does only without a database."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    try:
        return zoneinfo.ZoneInfo.no_cache(name)
    finally:
        zoneinfo.reset_tzpath(to=before)


def test_every_time_zone_has_the_rules_of_the_package(machine: str) -> None:
    different = [name for name in sorted(zone_names()) if _offsets(time_zone(name)) != _offsets(_packaged(name))]

    assert different == []
    assert len(zone_names()) > 590
    if machine == "another database":  # proves that the standard library would have used it
        assert _offsets(zoneinfo.ZoneInfo.no_cache("Europe/Berlin")) == [timedelta(hours=5, minutes=45)] * 60


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("Africa/Casablanca", "2026-12-01T09:30:00+00:00"),
        ("America/Vancouver", "2026-12-01T16:30:00+00:00"),
        ("America/Mexico_City", "2026-12-01T15:30:00+00:00"),
        ("Europe/Berlin", "2026-12-01T08:30:00+00:00"),
    ],
)
@pytest.mark.usefixtures("machine")
def test_local_time_of_a_post_has_the_same_meaning_on_every_machine(zone: str, instant: str) -> None:
    resolved = resolve(parse("2026-12-01T09:30"), zone, datetime(2026, 11, 1, tzinfo=UTC))

    assert resolved.at.isoformat() == instant


def test_time_zones_are_iana_names() -> None:
    assert {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"} <= zone_names()
    assert zone_names().isdisjoint({"Factory", "localtime", "posixrules", "CEST", "europe/berlin", ""})


@pytest.mark.parametrize("name", ["", "Factory", "Mars/Olympus", "../zones", "/etc/localtime", "Europe"])
def test_unknown_time_zone_is_not_found(name: str) -> None:
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        time_zone(name)
