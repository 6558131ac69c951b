from minutehand.posts.configs.probing import ProbingConfig
from minutehand.runtime.configs.open_posts import OpenPostsLimit
from minutehand.runtime.configs.queue import QueueConfig


class SchedulingConfig(QueueConfig, ProbingConfig, OpenPostsLimit):
    """Settings of the functions that create, change and schedule posts."""
