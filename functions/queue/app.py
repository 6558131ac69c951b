"""Shows, pauses and resumes the queue, clears old failures, and redrives dead letters."""

from minutehand.operations.configs.queue_control import QueueControlConfig
from minutehand.operations.forms.queue_action import QueueAction
from minutehand.operations.forms.queue_query import QueueQuery
from minutehand.operations.queue_actions import Controlled, QueueActions
from minutehand.operations.resources import open_dead_letters
from minutehand.operations.statistics import QueueStatistics, queue_statistics
from minutehand.operations.visibility import visible_owner
from minutehand.queue.after_commit import send_released
from minutehand.queue.resources import open_outbox
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import OPERATE, READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/queue", QueueControlConfig, after_commit=send_released)


@function.on("GET", READ)
def get_queue(request: Request) -> QueueStatistics:
    """Return the number of jobs in each state, the delay of the oldest overdue post, and the pauses."""
    reader, query = request.reader(), request.form(QueueQuery)
    return queue_statistics(function.db, visible_owner(reader, query.scope), now=function.now())


@function.on("POST", OPERATE)
def control_queue(request: Request) -> Controlled:
    """Carry out the action on the queue, and return the result."""
    operator, action = request.reader(), request.form(QueueAction)
    outbox, dead_letters = function.lazy(open_outbox), function.lazy(open_dead_letters)
    actions = QueueActions(function.db, function.config, outbox, dead_letters, function.clock)
    return actions.execute(action, actor=operator.actor)
