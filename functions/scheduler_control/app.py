"""Shows, starts and stops the scheduler, runs a tick, and sets the interval between ticks."""

from minutehand.operations.configs.scheduler_control import SchedulerControlConfig
from minutehand.operations.forms.scheduler_action import SchedulerAction
from minutehand.operations.resources import open_tick_rule
from minutehand.operations.scheduler import RuleChanged, SchedulerState, TickRun, check, control, state
from minutehand.queue.resources import open_outbox
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import OPERATE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/scheduler", SchedulerControlConfig)


@function.on("GET", OPERATE)
def get_scheduler(request: Request) -> SchedulerState:
    """Return the state of the scheduler."""
    return state(function.db, function.resource(open_tick_rule))


@function.on("POST", OPERATE)
def control_scheduler(request: Request) -> RuleChanged | TickRun:
    """Carry out the action on the scheduler, and return the result."""
    operator, form = request.reader(), request.form(SchedulerAction)
    function.logger.info("scheduler controlled", extra={"action": form.action, "actor": operator.user_id})
    if form.action == "check":
        return check(function.db, function.lazy(open_outbox), function.clock, function.config)
    return control(function.db, function.resource(open_tick_rule), form, function.config)
