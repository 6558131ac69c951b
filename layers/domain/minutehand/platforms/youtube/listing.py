"""Search a channel's uploads for a video after the video's upload session has expired."""

from datetime import datetime, timedelta

from minutehand.platforms.port import Account, Attempt
from minutehand.platforms.youtube.api import Api, items, text_at

MAX_CLOCK_SKEW = timedelta(seconds=30)
MAX_VIDEOS = "50"


def find(api: Api, title: str, since: datetime, account: Account, attempt: Attempt) -> str | None:
    """Return the id of the earliest listed video with ``title``, or None if there is none.

    Videos published more than `MAX_CLOCK_SKEW` before ``since``, and videos of other publications, are skipped.
    """
    channels = items(api.get("youtube/channels", account, attempt, part="contentDetails", mine="true"))
    playlists = (text_at(channel, "contentDetails", "relatedPlaylists", "uploads") for channel in channels)
    playlist = next(filter(None, playlists), "")
    if not playlist:
        return None
    listed = api.get(
        "youtube/playlistItems",
        account,
        attempt,
        part="snippet,contentDetails",
        playlistId=playlist,
        maxResults=MAX_VIDEOS,
    )
    for item in reversed(items(listed)):
        same_title = text_at(item, "snippet", "title").split() == title.split()
        video_id = text_at(item, "contentDetails", "videoId")
        recent = is_since(text_at(item, "snippet", "publishedAt"), since - MAX_CLOCK_SKEW)
        if same_title and recent and video_id and attempt.recognise(video_id):
            return video_id
    return None


def is_since(timestamp: str, since: datetime) -> bool:
    """Return whether ``timestamp``, in ISO 8601 with a time zone, is ``since`` or later."""
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return False
    return moment.tzinfo is not None and moment >= since
