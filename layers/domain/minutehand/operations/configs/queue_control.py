from minutehand.runtime.configs.queue import QueueConfig


class QueueControlConfig(QueueConfig):
    """The configuration of functions that control the queue."""

    dead_letter_queue_url: str
