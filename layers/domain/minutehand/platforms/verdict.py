"""The meaning of an error that a platform names: one entry in the error table of a platform."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from minutehand.platforms.port import PublishError, RateLimited

Until = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of one error.

    ``sentence``: a sentence for people, in which ``{name}`` stands for the platform and ``{said}`` for its message.
    ``until``: for `RateLimited`, returns the time of the retry from the current time.
    """

    kind: type[PublishError]
    code: str
    sentence: str
    until: Until = lambda now: now + timedelta(minutes=1)

    def error(self, name: str, said: str, now: datetime) -> PublishError:
        """Return the error to raise."""
        reason = self.sentence.format(name=name, said=said)
        if self.kind is RateLimited:
            return RateLimited(self.code, reason, until=self.until(now))
        return self.kind(self.code, reason)


def after(**wait: float) -> Until:
    """Return a function for `Verdict.until` that adds ``wait`` to the current time."""
    return lambda now: now + timedelta(**wait)
