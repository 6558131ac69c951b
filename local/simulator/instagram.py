"""The simulated Instagram, with containers, media, stories and comments under /instagram/<version>."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.audience import Audience
from local.simulator.brands import Brand
from local.simulator.demo import Identity, Requirements
from local.simulator.faults import Faults, Handler
from local.simulator.graph_api import (
    GraphDialect,
    GraphError,
    Operation,
    insights_of,
    request_fields,
    require_scope,
    timestamp,
    token_account,
)
from local.simulator.media_containers import MediaContainers
from local.simulator.state import State, TimelinePost, iso
from minutehand.platforms.configs.api_versions import ApiVersionsConfig

PREFIX = "/instagram/{version}"
MAX_CAPTION = 2_200
QUOTA = 100
SHARES = {
    "views": 1.0,
    "reach": 0.7,
    "likes": 0.1,
    "comments": 0.03,
    "shares": 0.02,
    "reposts": 0.01,
    "saved": 0.02,
    "follows": 0.01,
    "profile_visits": 0.02,
    "total_interactions": 0.18,
    "replies": 0.01,
    "ig_reels_avg_watch_time": 2.5,
    "ig_reels_video_view_total_time": 50.0,
}
_EVERY = {"views", "reach", "shares", "reposts", "total_interactions"}
_WATCH_TIMES = {"ig_reels_avg_watch_time", "ig_reels_video_view_total_time"}
INSIGHTS = {
    "FEED": _EVERY | {"likes", "comments", "saved", "follows", "profile_visits"},
    "REELS": _EVERY | {"likes", "comments", "saved"} | _WATCH_TIMES,
    "STORY": _EVERY | {"replies", "follows", "profile_visits"},
}
"""The insights of each kind of post."""
LABELS = {"STORIES": "Story", "REELS": "Reel"}
PERMALINK_PATHS = {"STORIES": "s", "REELS": "reel", "CAROUSEL": "p", "": "p"}


class Instagram(GraphDialect):
    """The API of Instagram. Every static token except ``wrong`` is valid."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._containers = MediaContainers(state, faults, "instagram", "containers")
        self._audience = Audience(state, "instagram")

    def routes(self) -> list[Route]:
        """Return the endpoints of Instagram."""
        status, media = self._step("container_status", self.container_status), self._step("media", self.media)

        async def node(request: Request) -> Response:
            is_container = self._containers.exists(request.path_params["id"])
            return await (status if is_container else media)(request)

        calls: list[tuple[str, str, str, Operation]] = [
            ("POST", "/{user}/media", "containers", self.create_container),
            ("POST", "/{user}/media_publish", "media_publish", self.publish),
            ("POST", "/{id}/comments", "comment", self.comment),
            ("GET", "/{user}/media", "listing", self.listing),
            ("GET", "/{user}/stories", "listing", self.stories),
            ("GET", "/{id}/comments", "comment_listing", self.comments),
            ("GET", "/{user}/content_publishing_limit", "limit", self.limit),
            ("GET", "/{id}/insights", "insights", self.insights),
            ("GET", "/me", "me", self.me),
        ]
        return [
            *(
                Route(PREFIX + path, self._step(step, operation), methods=[method])
                for method, path, step, operation in calls
            ),
            Route(f"{PREFIX}/{{id}}", node, methods=["GET"]),
        ]

    def _step(self, step: str, operation: Operation) -> Handler:
        publishing = step in ("media_publish", "comment")
        return self._faults.wrap("instagram", step, self, self.endpoint(operation), publishing=publishing)

    async def me(self, request: Request) -> Mapping[str, Any]:
        """Return the account to which the token belongs."""
        account = await token_account(request)
        return {**account, "user_id": account["id"], "followers_count": self._audience.followers(account["username"])}

    async def create_container(self, request: Request) -> Mapping[str, Any]:
        """Create a container."""
        account, fields = await token_account(request), await request_fields(request)
        self._check(account, fields)
        return {"id": self._containers.create(account, fields)}

    async def container_status(self, request: Request) -> Mapping[str, Any]:
        """Return the status of a container."""
        container_id = request.path_params["id"]
        status = self._containers.status(container_id, await token_account(request))
        messages = {
            "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
            "ERROR": "Error: Media upload has failed with error code 2207026",
        }
        return {"status_code": status, "status": messages.get(status, status.capitalize()), "id": container_id}

    async def publish(self, request: Request) -> Mapping[str, Any]:
        """Publish a container as a post. A container can be published only once."""
        account, fields = await token_account(request), await request_fields(request)
        media_id = f"18{self._state.next_id()}"
        container = self._containers.publish(fields.get("creation_id", ""), account, media_id)
        self._publish(media_id, account, container)
        return {"id": media_id}

    async def comment(self, request: Request) -> Mapping[str, Any]:
        """Comment on a post."""
        account, fields = await token_account(request), await request_fields(request)
        post, text = self._post(request.path_params["id"]), fields.get("message", "").strip()
        if not text:
            raise GraphError(100, "The parameter message is required.")
        comment_id, now = f"18{self._state.next_id()}", self._state.now()
        self._posts()[comment_id] = {
            "id": comment_id,
            "account": account["id"],
            "list": f"comments:{post['id']}",
            "text": text,
            "timestamp": timestamp(now),
            "from": {"id": account["id"], "username": account["username"]},
        }
        self._show(comment_id, account, text, [], None, parent=f"instagram:{post['id']}")
        return {"id": comment_id}

    async def listing(self, request: Request) -> Mapping[str, Any]:
        """Return the account's media, without stories, newest first."""
        return await self._list(request, "media", own=True)

    async def stories(self, request: Request) -> Mapping[str, Any]:
        """Return the account's stories, newest first."""
        return await self._list(request, "stories", own=True)

    async def comments(self, request: Request) -> Mapping[str, Any]:
        """Return the comments on a post, newest first."""
        post = self._post(request.path_params["id"])
        return await self._list(request, f"comments:{post['id']}", own=False)

    async def media(self, request: Request) -> Mapping[str, Any]:
        """Return the account, a post, or the counts of a post, depending on the id and the requested fields."""
        account, node = await token_account(request), request.path_params["id"]
        if node == account["id"]:
            return await self.me(request)
        post = self._post(node)
        if "media_product_type" not in request.query_params.get("fields", ""):
            return _public_fields(post)
        shares = {"like_count": SHARES["likes"], "comments_count": SHARES["comments"]}
        counts = self._audience.counts(f"instagram:{post['id']}", shares)
        return {"id": node, "media_product_type": _product_type(post), **counts}

    async def insights(self, request: Request) -> Mapping[str, Any]:
        """Return the insights of a post. The metrics depend on the kind of the post."""
        require_scope(request, await token_account(request), "instagram_business_manage_insights")
        post = self._post(request.path_params["id"])
        timeline_id, names = f"instagram:{post['id']}", INSIGHTS[_product_type(post)]
        counts = self._audience.numbers(timeline_id, {name: SHARES[name] for name in SHARES if name in names})
        return insights_of(self._audience, timeline_id, counts, request.query_params["metric"])

    async def limit(self, request: Request) -> Mapping[str, Any]:
        """Return the daily quota and its use, which is the number of the account's posts and comments."""
        account = await token_account(request)
        used = sum(post["account"] == account["id"] for post in self._posts().values())
        return {"data": [{"quota_usage": used, "config": {"quota_total": QUOTA, "quota_duration": 86_400}}]}

    def _check(self, account: Mapping[str, str], fields: Mapping[str, str]) -> None:
        kind, item = fields.get("media_type", ""), fields.get("is_carousel_item") == "true"
        if kind not in PERMALINK_PATHS and not (kind == "VIDEO" and item):
            raise GraphError(100, "The media type is not supported", 2_207_023)
        if len(fields.get("caption", "")) > MAX_CAPTION:
            raise GraphError(36_004, "The caption is too long", 2_207_010)
        if kind == "CAROUSEL":
            children = fields.get("children", "").split(",")
            if not 2 <= len(children) <= 10:
                raise GraphError(100, "A carousel has 2 to 10 items", 2_207_028)
            for child in children:
                if self._containers.fields(child, account).get("is_carousel_item") != "true":
                    raise GraphError(100, f"The container {child} is not a carousel item", 2_207_028)
        elif not fields.get("video_url" if kind in ("REELS", "VIDEO") else "image_url") and not (
            kind == "STORIES" and fields.get("video_url")
        ):
            raise GraphError(100, "The parameter image_url is required")
        if item and "caption" in fields:
            raise GraphError(100, "A carousel item has no caption", 2_207_028)

    def _publish(self, media_id: str, account: Mapping[str, str], fields: Mapping[str, str]) -> None:
        kind, items = fields.get("media_type", ""), [fields]
        if kind == "CAROUSEL":
            items = [self._containers.fields(child, account) for child in fields["children"].split(",")]
        text = "" if kind == "STORIES" else fields.get("caption", "").strip()
        permalink = f"https://www.instagram.com/{PERMALINK_PATHS[kind]}/C{media_id[-10:]}/"
        video = "VIDEO" if "video_url" in fields else "IMAGE"
        post = {
            "id": media_id,
            "account": account["id"],
            "list": "stories" if kind == "STORIES" else "media",
            "media_type": "CAROUSEL_ALBUM" if kind == "CAROUSEL" else video,
            "permalink": permalink,
            "shortcode": f"C{media_id[-10:]}",
            "timestamp": timestamp(self._state.now()),
            "options": dict(fields),
        }
        self._posts()[media_id] = post | ({"caption": text} if text else {})
        media = [_media_item(item) for item in items]
        self._show(media_id, account, text, media, permalink, label=LABELS.get(kind, ""))

    def _show(
        self,
        post_id: str,
        account: Mapping[str, str],
        text: str,
        media: list[dict[str, str]],
        url: str | None,
        **more: Any,
    ) -> None:
        self._state.publish(
            TimelinePost(
                id=f"instagram:{post_id}",
                platform="instagram",
                account=f"@{account['username']}",
                text=text,
                published_at=iso(self._state.now()),
                segments=rich_text.from_plain_text(text),
                media=media,
                url=url,
                **more,
            )
        )

    async def _list(self, request: Request, name: str, *, own: bool) -> Mapping[str, Any]:
        limit, account = int(request.query_params.get("limit", "25")), await token_account(request)
        found = [
            _public_fields(post)
            for post in reversed(self._posts().values())
            if post["list"] == name and (not own or post["account"] == account["id"])
        ]
        return {"data": found[:limit], "paging": {}}

    def _post(self, post_id: str) -> Mapping[str, Any]:
        post: Mapping[str, Any] | None = self._posts().get(post_id)
        if post is None:
            raise GraphError(100, f"Unsupported request. Object with ID '{post_id}' does not exist", 33)
        return post

    def _posts(self) -> dict[str, Any]:
        return self._state.collection("instagram", "posts")


def _public_fields(post: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in post.items() if name not in ("account", "list", "options")}


def _media_item(fields: Mapping[str, str]) -> dict[str, str]:
    kind = "video" if "video_url" in fields else "image"
    return {"url": fields[f"{kind}_url"], "alt": fields.get("alt_text", ""), "kind": kind}


def _product_type(post: Mapping[str, Any]) -> str:
    return {"STORIES": "STORY", "REELS": "REELS"}.get(post["options"].get("media_type", ""), "FEED")


simulator = Instagram
brand = Brand(
    parts=("media", "actions", "caption"),
    actions=("heart", "comment", "send", "save"),
    style=("one-name", "ring", "icon-row", "bleed"),
    carousel=True,
    mentions="https://www.instagram.com/",
    hashtags="https://www.instagram.com/explore/tags/",
)
identity = Identity(
    f"{ApiVersionsConfig().graph_api_version}/me", lambda user: (user["user_id"], f"@{user['username']}")
)
requirements = Requirements("image")
processing_step = "containers"
