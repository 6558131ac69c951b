"""The simulated Facebook Pages, with feed, photos, videos, reels, stories and comments under /facebook."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.audience import Audience, grants_metrics
from local.simulator.brands import Brand
from local.simulator.demo import Identity
from local.simulator.facebook_videos import PageVideos
from local.simulator.faults import Faults, Handler
from local.simulator.graph_api import (
    GraphDialect,
    GraphError,
    Operation,
    insights_of,
    request_fields,
    request_parts,
    timestamp,
    token_account,
    token_person,
)
from local.simulator.state import State, TimelinePost, iso
from minutehand.platforms.configs.api_versions import ApiVersionsConfig

PREFIX = "/facebook/{version}"
MAX_MESSAGE = 63_206
EDGES = {"videos": "feed", "video_reels": "reel", "video_stories": "story"}
LABELS = {"feed": "", "reel": "Reel", "story": "Story"}
INSIGHTS = {
    "post_media_view": 1.0,
    "post_total_media_view_unique": 0.7,
    "post_clicks": 0.04,
    "post_video_views": 0.8,
    "post_video_view_time": 900.0,
    "post_video_avg_time_watched": 2.5,
}
BY_TYPE = {
    "post_reactions_by_type_total": {"like": 12, "love": 50},
    "post_activity_by_action_type": {"like": 10, "comment": 33, "share": 50},
}
"""The insights with several numbers. Each number is the number of views divided by the given divisor."""
PUBLISHING = ("feed", "video_finish", "photo_story", "comment")


class Facebook(GraphDialect):
    """The API of Pages. A token belongs to a Page or to a person."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._videos = PageVideos(state, faults)

    def routes(self) -> list[Route]:
        """Return the endpoints of Facebook."""
        calls: list[tuple[str, str, str, Operation]] = [
            ("POST", "/{page}/feed", "feed", self.feed),
            ("POST", "/{page}/photos", "photos", self.photo),
            ("POST", "/{page}/photo_stories", "photo_story", self.photo_story),
            ("POST", "/{id}/comments", "comment", self.comment),
            ("GET", "/{id}/comments", "comment_listing", self.comments),
            ("GET", "/{page}/published_posts", "listing", self.listing),
            ("GET", "/{page}/stories", "story_listing", self.stories),
            ("GET", "/me", "me", self.me),
            ("GET", "/{id}/insights", "insights", self.insights),
            ("DELETE", "/{id}", "delete", self.delete),
        ]
        upload = Route(
            "/facebook/video-upload/{version}/{id}", self._step("video_fetch", self.video_fetch), methods=["POST"]
        )
        return [
            upload,
            *(
                Route(PREFIX + path, self._step(step, operation), methods=[method])
                for method, path, step, operation in calls
            ),
            *(Route(f"{PREFIX}/{{page}}/{edge}", self._phases(edge), methods=["POST"]) for edge in EDGES),
            Route(f"{PREFIX}/{{id}}", self._step("video_status", self.video_status), methods=["GET"]),
        ]

    def _step(self, step: str, operation: Operation) -> Handler:
        return self._faults.wrap("facebook", step, self, self.endpoint(operation), publishing=step in PUBLISHING)

    def _phases(self, edge: str) -> Handler:
        """Return the endpoint of ``edge``. Faults can be injected into each phase of an upload separately."""
        kind = EDGES[edge]

        async def start(request: Request) -> Mapping[str, Any]:
            return await self._video_start(request, kind)

        phases = {
            "start": self._step("video_start", start),
            "transfer": self._step("video_transfer", self.video_transfer),
            "finish": self._step("video_finish", self.video_finish),
        }

        async def missing_phase(_request: Request) -> Mapping[str, Any]:
            raise GraphError(100, "(#100) The parameter upload_phase is required")

        error = self.endpoint(missing_phase)

        async def endpoint(request: Request) -> Response:
            phase = (await request_fields(request)).get("upload_phase", "")
            return await phases.get(phase, error)(request)

        return endpoint

    async def me(self, request: Request) -> Mapping[str, Any]:
        """Return the Page or the person to which the token belongs."""
        person = await token_person(request)
        page = await token_account(request) if person is None else person
        return {"id": page["id"], "name": page["name"]}

    # The feed.

    async def feed(self, request: Request) -> Mapping[str, Any]:
        """Publish a text, a link or photos. Reject a duplicate of the last post and a photo that is already posted."""
        page, fields = await token_account(request), await request_fields(request)
        message, link = fields.get("message", "").strip(), fields.get("link", "")
        photos = [self._photo(photo_id, page) for photo_id in _attached(fields)]
        if not (message or link or photos):
            raise GraphError(100, "(#100) You must provide a message, link or attached_media")
        if len(message) > MAX_MESSAGE:
            raise GraphError(100, "(#100) The message is too long", 1_349_125)
        if any(photo["posted"] for photo in photos):
            raise GraphError(324, "(#324) Photos were already posted.", 1_366_051)
        content = {"message": message, "link": link, "photos": [photo["id"] for photo in photos]}
        last = [
            post["content"] for post in self._posts().values() if post["account"] == page["id"] and "content" in post
        ]
        if last and last[-1] == content:
            raise GraphError(506, "(#506) Duplicate status message")
        for photo in photos:
            photo["posted"] = True
        post = self._store(page, "feed", message, content=content, photos=content["photos"])
        media = [{"url": photo["url"], "alt": photo["alt"], "kind": "image"} for photo in photos]
        self._show(post, page, media, link={"url": link} if link else None)
        requested = fields.get("fields", "id").split(",")
        return {"id": post["id"]} | ({"permalink_url": post["permalink_url"]} if "permalink_url" in requested else {})

    async def listing(self, request: Request) -> Mapping[str, Any]:
        """Return the Page's posts, newest first."""
        page, query = await token_account(request), request.query_params
        since, limit = int(query.get("since", "0")), int(query.get("limit", "25"))
        found = [_public_fields(post) for post in self._list("feed", page) if post["created_at"] >= since]
        return {"data": found[:limit], "paging": {}}

    async def delete(self, request: Request) -> Mapping[str, Any]:
        """Delete a post."""
        page, post_id = await token_account(request), request.path_params["id"]
        post = self._posts().get(post_id)
        if post is None or post["account"] != page["id"]:
            raise _not_found(post_id)
        del self._posts()[post_id]
        self._state.remove(f"facebook:{post_id}")
        return {"success": True}

    # Photos and their stories.

    async def photo(self, request: Request) -> Mapping[str, Any]:
        """Store a photo by URL without publishing it."""
        page, fields = await token_account(request), await request_fields(request)
        if not fields.get("url"):
            raise GraphError(324, "(#324) Requires upload file")
        if fields.get("published") != "false":
            raise GraphError(100, "(#100) Only unpublished photos are simulated")
        if self._faults.take("facebook", "photos", publishing=False, kinds=frozenset({"fetch_error"})):
            raise GraphError(324, "(#324) Missing or invalid image file")
        photo_id = f"90{self._state.next_id()}"
        self._state.collection("facebook", "photos")[photo_id] = {
            "id": photo_id,
            "account": page["id"],
            "url": fields["url"],
            "alt": fields.get("alt_text_custom", ""),
            "posted": False,
        }
        self._state.mark_changed()
        return {"id": photo_id}

    async def photo_story(self, request: Request) -> Mapping[str, Any]:
        """Publish a photo as a story."""
        page, fields = await token_account(request), await request_fields(request)
        photo = self._photo(fields.get("photo_id", ""), page)
        if photo["posted"]:
            raise GraphError(324, "(#324) Photos were already posted.", 1_366_051)
        photo["posted"] = True
        post = self._store(page, "story", "", media_type="photo", media_id=photo["id"])
        self._show(post, page, [{"url": photo["url"], "alt": photo["alt"], "kind": "image"}], label="Story")
        return {"success": True, "post_id": post["id"]}

    async def stories(self, request: Request) -> Mapping[str, Any]:
        """Return the Page's stories, newest first."""
        page = await token_account(request)
        found = [
            {
                "post_id": post["id"],
                "status": "PUBLISHED",
                "creation_time": str(post["created_at"]),
                "media_type": post["media_type"],
                "media_id": post["media_id"],
                "url": post["permalink_url"],
            }
            for post in self._list("story", page)
        ]
        return {"data": found, "paging": {}}

    # Videos.

    async def _video_start(self, request: Request, kind: str) -> Mapping[str, Any]:
        page, fields = await token_account(request), await request_fields(request)
        if kind != "feed":
            video_id = self._videos.start(page, kind, 0)
            version, root = request.path_params["version"], str(request.base_url).rstrip("/")
            return {"video_id": video_id, "upload_url": f"{root}/facebook/video-upload/{version}/{video_id}"}
        size = fields.get("file_size", "")
        if not size.isdecimal() or int(size) == 0:
            raise GraphError(100, "(#100) The parameter file_size is required")
        video_id = self._videos.start(page, kind, int(size))
        return {"upload_session_id": video_id, "video_id": video_id, **self._videos.next_chunk(video_id)}

    async def video_transfer(self, request: Request) -> Mapping[str, Any]:
        """Store a chunk of a video."""
        page, fields = await token_account(request), await request_fields(request)
        parts = await request_parts(request)
        if "video_file_chunk" not in parts:
            raise GraphError(100, "(#100) The parameter video_file_chunk is required")
        chunk, offset = parts["video_file_chunk"].content, int(fields.get("start_offset", "0"))
        return self._videos.receive(fields.get("upload_session_id", ""), page, offset, chunk)

    async def video_fetch(self, request: Request) -> Mapping[str, Any]:
        """Record a video that is given by URL."""
        page = await token_account(request)
        if not request.headers.get("authorization", "").startswith("OAuth "):
            raise GraphError(190, "Invalid OAuth access token")
        self._videos.fetch(request.path_params["id"], page, request.headers.get("file_url", ""))
        return {"success": True}

    async def video_finish(self, request: Request) -> Mapping[str, Any]:
        """Publish a video. Readers see the video only after it is processed."""
        page, fields = await token_account(request), await request_fields(request)
        video_id = fields.get("video_id") or fields.get("upload_session_id", "")
        self._videos.finish(video_id, page, fields)
        self._show_if_published(video_id, page)
        story = self._videos.find(video_id, page)["kind"] == "story"
        return {"success": True} | ({"post_id": f"{page['id']}_{video_id}"} if story else {})

    async def video_status(self, request: Request) -> Mapping[str, Any]:
        """Return the shares of a post, the followers of a Page, or the status and the permalink of a video. The
        permalink has no host.
        """
        page, video_id = await token_account(request), request.path_params["id"]
        fields = request.query_params.get("fields", "")
        if fields == "followers_count":
            return {"id": page["id"], "followers_count": Audience(self._state, "facebook").followers(page["username"])}
        if fields == "shares":
            audience, timeline_id = Audience(self._state, "facebook"), f"facebook:{self._measured(video_id)}"
            [count] = audience.numbers(timeline_id, {"count": 0.02}).values()
            if count:
                audience.record(timeline_id, {"shares": count})
            return {"id": video_id, **({"shares": {"count": count}} if count else {})}
        status = self._videos.status(video_id, page)
        self._show_if_published(video_id, page)
        return {"status": status, "permalink_url": f"/reel/{video_id}/", "id": video_id}

    def _show_if_published(self, video_id: str, page: Mapping[str, str]) -> None:
        if not self._videos.is_published(video_id) or video_id in self._posts():
            return
        video = self._videos.find(video_id, page)
        list_name = "story" if video["kind"] == "story" else "video"
        text = "" if video["kind"] == "story" else video["details"].get("description", "").strip()
        post = self._store(page, list_name, text, post_id=video_id, media_type="video", media_id=video_id)
        url = video["url"] or f"/media/{video_id}"
        title = "" if video["kind"] == "story" else video["details"].get("title", "")
        self._show(post, page, [{"url": url, "alt": "", "kind": "video"}], label=LABELS[video["kind"]], title=title)

    async def insights(self, request: Request) -> Mapping[str, Any]:
        """Return the insights of a post, or an empty list if the token does not have the scope for metrics."""
        page = await token_account(request)
        post_id, audience = self._measured(request.path_params["id"]), Audience(self._state, "facebook")
        timeline_id = f"facebook:{post_id}"
        counts: dict[str, Any] = audience.numbers(timeline_id, INSIGHTS)
        for name, parts in BY_TYPE.items():
            counts[name] = {part: counts["post_media_view"] // divisor for part, divisor in parts.items()}
        if not grants_metrics(request, "facebook", page["username"], "read_insights"):
            return {"data": [], "paging": {}}
        return insights_of(audience, timeline_id, counts, request.query_params["metric"])

    def _measured(self, node: str) -> str:
        """Return the id of the post that ``node`` names, with or without the id of the Page before the post's id."""
        for post_id in (node, node.partition("_")[2]):
            if post_id in self._posts():
                return post_id
        raise _not_found(node)

    # Comments.

    async def comment(self, request: Request) -> Mapping[str, Any]:
        """Comment on a post or a video."""
        page, fields, parent = await token_account(request), await request_fields(request), request.path_params["id"]
        if parent not in self._posts():
            raise _not_found(parent)
        text, image = fields.get("message", "").strip(), fields.get("attachment_url", "")
        if not (text or image):
            raise GraphError(100, "(#100) You must provide a message or attachment")
        post = self._store(page, f"comments:{parent}", text)
        post["from"] = {"id": page["id"], "name": page["name"]}
        media = [{"url": image, "alt": "", "kind": "image"}] if image else []
        self._show(post, page, media, parent=f"facebook:{parent}")
        return {"id": post["id"]}

    async def comments(self, request: Request) -> Mapping[str, Any]:
        """Return the comments on a post, oldest first unless the order is reversed."""
        await token_account(request)
        parent, query = request.path_params["id"], request.query_params
        found = [
            _public_fields(post) for post in reversed(self._posts().values()) if post["list"] == f"comments:{parent}"
        ]
        newest_first = query.get("order") == "reverse_chronological"
        return {"data": (found if newest_first else found[::-1])[: int(query.get("limit", "25"))], "paging": {}}

    # Helpers.

    def _store(
        self, page: Mapping[str, str], list_name: str, message: str, *, post_id: str | None = None, **more: Any
    ) -> dict[str, Any]:
        now, number = self._state.now(), self._state.next_id()
        post = {
            "id": post_id or f"{page['id']}_{number}",
            "account": page["id"],
            "list": list_name,
            "created_at": int(now.timestamp()),
            "permalink_url": f"https://www.facebook.com/{page['id']}/posts/{post_id or number}",
            **({"message": message} if message else {}),
            **more,
        }
        self._posts()[post["id"]] = post
        return post

    def _show(self, post: Mapping[str, Any], page: Mapping[str, str], media: list[dict[str, str]], **more: Any) -> None:
        text = post.get("message", "")
        self._state.publish(
            TimelinePost(
                id=f"facebook:{post['id']}",
                platform="facebook",
                account=page["name"],
                text=text,
                published_at=iso(self._state.now()),
                segments=rich_text.from_plain_text(text),
                media=media,
                url=post["permalink_url"],
                **more,
            )
        )

    def _list(self, name: str, page: Mapping[str, str]) -> list[Mapping[str, Any]]:
        posts = reversed(self._posts().values())
        return [post for post in posts if post["list"] == name and post["account"] == page["id"]]

    def _photo(self, photo_id: str, page: Mapping[str, str]) -> dict[str, Any]:
        photo: dict[str, Any] | None = self._state.collection("facebook", "photos").get(photo_id)
        if photo is None or photo["account"] != page["id"]:
            raise _not_found(photo_id)
        return photo

    def _posts(self) -> dict[str, Any]:
        return self._state.collection("facebook", "posts")


def _attached(fields: Mapping[str, str]) -> list[str]:
    """Return the ids of attached photos from fields such as ``attached_media[0]={"media_fbid": "..."}``."""
    attached = sorted(name for name in fields if name.startswith("attached_media["))
    try:
        return [str(json.loads(fields[name])["media_fbid"]) for name in attached]
    except (ValueError, TypeError, KeyError) as error:
        raise GraphError(100, "(#100) The parameter attached_media is not valid") from error


def _public_fields(post: Mapping[str, Any]) -> Mapping[str, Any]:
    fields: dict[str, Any] = {name: post[name] for name in ("id", "message", "permalink_url", "from") if name in post}
    fields["created_time"] = timestamp(datetime.fromtimestamp(post["created_at"], UTC))
    if photos := post.get("photos"):
        items = [{"target": {"id": photo_id}} for photo_id in photos]
        album = {"target": {"id": "0"}, "subattachments": {"data": items}}
        fields["attachments"] = {"data": items if len(items) == 1 else [album]}
    return fields


def _not_found(name: str) -> GraphError:
    return GraphError(100, f"Unsupported request. Object with ID '{name}' does not exist", 33)


simulator = Facebook
brand = Brand(
    parts=("title", "body", "media", "link", "actions"),
    actions=("like Like", "comment Comment", "share Share"),
    style=("stacked", "bleed", "action-bar"),
    hashtags="https://www.facebook.com/hashtag/",
)
identity = Identity(f"{ApiVersionsConfig().graph_api_version}/me", lambda page: (page["id"], page["name"]))
processing_step = "video_finish"
