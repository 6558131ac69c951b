from minutehand.posts.configs.probing import ProbingConfig
from minutehand.runtime.configs.open_posts import OpenPostsLimit
from minutehand.runtime.configs.queue import QueueConfig


class SchedulingConfig(QueueConfig, ProbingConfig, OpenPostsLimit):
    """Settings of functions that validate a post and create its job."""
