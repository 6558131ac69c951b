"""The OAuth provider for professional Instagram accounts that log in to Instagram, without a Facebook Page."""

from minutehand.platforms.meta.oauth import LongLived
from minutehand.platforms.meta.versions import GRAPH_VERSION

provider = LongLived(
    platform="instagram",
    authorize="https://www.instagram.com/oauth/authorize",
    exchange="https://api.instagram.com/oauth/access_token",
    api="https://graph.instagram.com",
    version=GRAPH_VERSION,
    prefix="ig",
    scopes=("instagram_business_basic", "instagram_business_content_publish", "instagram_business_manage_comments"),
    needed=frozenset(["instagram_business_basic", "instagram_business_content_publish"]),
    id_field="user_id",
)
