"""Finding a video among the channel's uploads, where its session does not tell any more."""

from datetime import datetime, timedelta

from minutehand.platforms.port import Account, Attempt
from minutehand.platforms.youtube.api import Api, items, text_at

CLOCK_SKEW = timedelta(seconds=30)
VIDEOS_LOOKED_THROUGH = "50"


def find(api: Api, title: str, since: datetime, account: Account, attempt: Attempt) -> str | None:
    """Return the id of the earliest video with ``title`` that came not before ``since``, and is nobody else's."""
    channels = items(api.get("youtube/channels", account, attempt, part="contentDetails", mine="true"))
    playlist = text_at(channels[0], "contentDetails", "relatedPlaylists", "uploads") if channels else ""
    if not playlist:
        return None
    listed = api.get(
        "youtube/playlistItems",
        account,
        attempt,
        part="snippet,contentDetails",
        playlistId=playlist,
        maxResults=VIDEOS_LOOKED_THROUGH,
    )
    for item in reversed(items(listed)):
        same = text_at(item, "snippet", "title").split() == title.split()
        video_id = text_at(item, "contentDetails", "videoId")
        since_then = is_since(text_at(item, "snippet", "publishedAt"), since - CLOCK_SKEW)
        if same and since_then and video_id and attempt.recognise(video_id):
            return video_id
    return None


def is_since(stamp: str, since: datetime) -> bool:
    """Say whether a time as YouTube writes it, in whole seconds or finer, is not before ``since``."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    return moment.tzinfo is not None and moment >= since
