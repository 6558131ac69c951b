"""A Lambda function: its configuration, its clock, and the resources that its invocations share."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger

from minutehand.runtime.clock import Clock, SystemClock
from minutehand.runtime.config import Config, DatabaseConfig

if TYPE_CHECKING:
    from minutehand.runtime.db import Database


class Function[C: Config]:
    """The state that the invocations of one execution environment share.

    A resource, such as the database or an AWS client, is opened at its first use, by an opener: a function that
    receives this object. The openers of a feature are in its module ``resources``, which delays slow imports until a
    resource is opened.
    """

    def __init__(self, config: type[C]) -> None:
        """Create a function. ``config``: the class of the configuration, which is read at its first use."""
        self.logger = Logger()
        self.clock: Clock = SystemClock()
        config.model_rebuild()  # at import, so that the first request does not wait for it
        self._config = config
        self._resources: dict[Callable[..., Any], Any] = {}
        self._replacements: dict[Callable[..., Any], Callable[..., Any]] = {}

    @property
    def config(self) -> C:
        """The configuration. Raises `BadConfiguration` if a variable is missing or not valid."""
        return self.resource(read_config)

    @property
    def db(self: "Function[DatabaseConfig]") -> "Database":
        """The database that the configuration names. The connection is opened at the first query."""
        from minutehand.runtime.database_url import open_database  # imported late, because not every function needs it

        return self.resource(open_database)

    def resource[R](self, opener: Callable[["Function[C]"], R]) -> R:
        """Return the resource that ``opener`` opens. The resource is opened at its first use."""
        if opener not in self._resources:
            self._resources[opener] = self._replacements.get(opener, opener)(self)
        resource: R = self._resources[opener]
        return resource

    def lazy[R](self, opener: Callable[["Function[C]"], R]) -> Callable[[], R]:
        """Return a function that opens the resource when called, for code that may not need the resource."""
        return lambda: self.resource(opener)

    def replace[R](self, opener: Callable[["Function[C]"], R], other: Callable[["Function[C]"], R]) -> None:
        """Replace ``opener`` with ``other`` when the resource is opened next. Only tests call this method."""
        self._replacements[opener] = other
        self._resources.pop(opener, None)

    def now(self) -> datetime:
        """Return the current time."""
        return self.clock.now()

    def require_place(self, context: Any) -> None:
        """Check that a function with the stage local does not run on AWS. ``context``: the context of the invocation.

        Raises:
            BadConfiguration: the stage is local although the function runs on AWS, or the configuration is not valid.
        """
        self.config.require_place(context.invoked_function_arn)

    def deadline(self, context: Any, *, spare: timedelta) -> datetime:
        """Return the time at which work must stop, which is ``spare`` before the invocation times out."""
        return self.now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - spare


def read_config[C: Config](function: Function[C]) -> C:
    """Read the configuration of ``function``. Raises `BadConfiguration` if a variable is missing or not valid."""
    return function._config.from_environ()
