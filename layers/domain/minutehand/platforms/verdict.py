"""What an error that a platform names means: one entry of the table that each platform has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from minutehand.platforms.port import PublishError, RateLimited

Until = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of one error.

    ``sentence``: for people; ``{name}`` is the platform and ``{said}`` its own words. ``until``: for `RateLimited`,
    when to try again, from now.
    """

    kind: type[PublishError]
    code: str
    sentence: str
    until: Until = lambda now: now + timedelta(minutes=1)

    def error(self, name: str, said: str, now: datetime) -> PublishError:
        """Return the error to be raised."""
        reason = self.sentence.format(name=name, said=said)
        if self.kind is RateLimited:
            return RateLimited(self.code, reason, until=self.until(now))
        return self.kind(self.code, reason)


def after(**wait: float) -> Until:
    """Return when to try again: so much later."""
    return lambda now: now + timedelta(**wait)
