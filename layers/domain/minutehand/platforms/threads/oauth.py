"""The OAuth provider for Threads accounts."""

from minutehand.platforms.meta.oauth import LongLived
from minutehand.platforms.meta.versions import THREADS_VERSION

provider = LongLived(
    platform="threads",
    authorize="https://threads.net/oauth/authorize",
    exchange="https://graph.threads.net/oauth/access_token",
    api="https://graph.threads.net",
    version=THREADS_VERSION,
    prefix="th",
    scopes=("threads_basic", "threads_content_publish", "threads_manage_replies", "threads_read_replies"),
    needed=frozenset(["threads_basic", "threads_content_publish"]),
    id_field="id",
)
