"""The API versions that operators set, and the dates on which these versions end.

The versions of the other APIs have no announced end, and are in the entries of `catalog`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from minutehand.platforms.configs.api_versions import ApiVersionsConfig

NOTICE = timedelta(days=90)
"""The time between the first warning to the operator and the end of a version."""


class End(NamedTuple):
    """The date on which a version ends. ``source``: the page from which the date was derived. ``read``: the day on
    which the page was read.
    """

    version: str
    on: date
    source: str
    read: date


_META = "https://developers.facebook.com/documentation/development/graph-api/changelog"
_META_VERSIONS = "https://developers.facebook.com/docs/apps/versions"
_LINKEDIN = "https://learn.microsoft.com/linkedin/marketing/integrations/migrations"
GRAPH_API_ENDS = (
    End("v21.0", date(2027, 1, 21), _META, date(2026, 10, 29)),
    End("v22.0", date(2027, 5, 20), _META, date(2026, 10, 29)),
    End("v23.0", date(2027, 10, 8), _META, date(2026, 10, 29)),
    End("v24.0", date(2028, 2, 18), _META, date(2026, 10, 29)),
    End("v25.0", date(2028, 7, 29), _META, date(2026, 10, 29)),
    # A version ends two years after the release of the next version, and v27.0 was released on 2026-11-04.
    End("v26.0", date(2028, 11, 4), _META_VERSIONS, date(2026, 11, 28)),
)
LINKEDIN_ENDS = (
    End("202601", date(2027, 1, 15), _LINKEDIN, date(2026, 8, 13)),
    End("202602", date(2027, 2, 15), _LINKEDIN, date(2026, 8, 13)),
    End("202603", date(2027, 3, 16), _LINKEDIN, date(2026, 8, 13)),
    End("202607", date(2027, 7, 15), _LINKEDIN, date(2026, 8, 13)),
)


class ApiVersion(NamedTuple):
    """An API version that Minutehand calls. ``parameter`` is the template's parameter that sets the version."""

    api: str
    parameter: str
    version: str
    end: date | None
    """The date from which the platform may refuse the version, or None if it is unknown."""

    def days_left(self, now: datetime) -> int | None:
        """Return the number of days until the end (negative after the end), or None if the end is unknown."""
        return None if self.end is None else (self.end - now.date()).days

    def has_ended(self, now: datetime) -> bool:
        """Return whether the version is known to have ended by ``now``."""
        left = self.days_left(now)
        return left is not None and left <= 0

    def warning(self, now: datetime) -> str | None:
        """Return a warning for the operator, or None if the end is unknown or more than `NOTICE` away."""
        left = self.days_left(now)
        if left is None or left > NOTICE.days:
            return None
        days = "1 day" if left == 1 else f"{left} days"
        ends = f"ended on {self.end}" if left <= 0 else f"ends on {self.end}, in {days}"
        return f"Version {self.version} of {self.api} {ends}. Set {self.parameter} to a newer version."


def api_versions(config: ApiVersionsConfig) -> tuple[ApiVersion, ...]:
    """Return the API versions that ``config`` selects."""
    graph, linkedin = config.graph_api_version, config.linkedin_version
    return (
        ApiVersion("Meta's Graph API", "GraphApiVersion", graph, _ends(GRAPH_API_ENDS).get(graph)),
        ApiVersion("LinkedIn's API", "LinkedInVersion", linkedin, _linkedin_end(linkedin)),
    )


def graph_api_version() -> str:
    """Return the version of the Graph API for Facebook and Instagram that the environment sets, or the default."""
    return ApiVersionsConfig.from_environ().graph_api_version


def linkedin_version() -> str:
    """Return the version of LinkedIn's API, such as ``202607``, that the environment sets, or the default."""
    return ApiVersionsConfig.from_environ().linkedin_version


def _ends(ends: tuple[End, ...]) -> Mapping[str, date]:
    return {each.version: each.on for each in ends}


def _linkedin_end(version: str) -> date:
    """Return the end in `LINKEDIN_ENDS`, or else the first day of the version's month, one year later.

    A version is named after the month of its release. LinkedIn serves each version for at least a year
    (https://learn.microsoft.com/linkedin/marketing/versioning, read on 2026-11-28).
    """
    year, month = int(version[:4]), int(version[4:])
    return _ends(LINKEDIN_ENDS).get(version) or date(year + 1, month, 1)
