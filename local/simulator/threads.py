"""The simulated Threads, with containers and posts under /threads/v1.0."""

from collections.abc import Mapping
from typing import Any

import regex
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulator import rich_text
from local.simulator.audience import Audience
from local.simulator.brands import Brand
from local.simulator.demo import Identity
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

PREFIX = "/threads/v1.0"
MAX_CHARACTERS = 500
MAX_LINKS = 5
INSIGHTS = {"views": 1.0, "likes": 0.1, "replies": 0.03, "reposts": 0.02, "quotes": 0.01, "shares": 0.02}
LINK = regex.compile(r"(?:https?://|\bwww\.)\S+")
QUOTA = 250
EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F")
MEDIA_TYPES = {"TEXT": "TEXT_POST", "IMAGE": "IMAGE", "VIDEO": "VIDEO", "CAROUSEL": "CAROUSEL_ALBUM"}


class Threads(GraphDialect):
    """The API of Threads. Every static token except ``wrong`` is valid."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._containers = MediaContainers(state, faults, "threads", "containers")

    def routes(self) -> list[Route]:
        """Return the endpoints of Threads."""
        status, post = self._step("container_status", self.container_status), self._step("post", self.post)

        async def node(request: Request) -> Response:
            is_container = self._containers.exists(request.path_params["id"])
            return await (status if is_container else post)(request)

        return [
            Route(f"{PREFIX}/{{user}}/threads", self._step("containers", self.create_container), methods=["POST"]),
            Route(f"{PREFIX}/{{user}}/threads_publish", self._step("threads_publish", self.publish), methods=["POST"]),
            Route(f"{PREFIX}/{{user}}/threads", self._step("listing", self.listing), methods=["GET"]),
            Route(f"{PREFIX}/{{user}}/replies", self._step("listing", self.replies), methods=["GET"]),
            Route(f"{PREFIX}/{{user}}/threads_publishing_limit", self._step("limit", self.limit), methods=["GET"]),
            Route(f"{PREFIX}/me", self._step("me", self.me), methods=["GET"]),
            Route(f"{PREFIX}/{{user}}/threads_insights", self._step("account_insights", self.account_insights)),
            Route(f"{PREFIX}/{{id}}/insights", self._step("insights", self.insights), methods=["GET"]),
            Route(f"{PREFIX}/{{id}}", node, methods=["GET"]),
            Route(f"{PREFIX}/{{id}}", self._step("delete", self.delete), methods=["DELETE"]),
        ]

    def _step(self, step: str, operation: Operation) -> Handler:
        publishing = step == "threads_publish"
        return self._faults.wrap("threads", step, self, self.endpoint(operation), publishing=publishing)

    async def me(self, request: Request) -> Mapping[str, Any]:
        """Return the account to which the token belongs."""
        return await token_account(request)

    async def create_container(self, request: Request) -> Mapping[str, Any]:
        """Create a container."""
        account, fields = await token_account(request), await request_fields(request)
        self._check(account, fields)
        return {"id": self._containers.create(account, fields)}

    async def container_status(self, request: Request) -> Mapping[str, Any]:
        """Return the status of a container."""
        container_id = request.path_params["id"]
        status = self._containers.status(container_id, await token_account(request))
        body = {"status": status, "id": container_id}
        return {**body, "error_message": "FAILED_PROCESSING_VIDEO"} if status == "ERROR" else body

    async def publish(self, request: Request) -> Mapping[str, Any]:
        """Publish a container as a post. A container can be published only once."""
        account, fields = await token_account(request), await request_fields(request)
        post_id = f"18{self._state.next_id()}"
        container = self._containers.publish(fields.get("creation_id", ""), account, post_id)
        self._publish(post_id, account, container)
        return {"id": post_id}

    async def listing(self, request: Request) -> Mapping[str, Any]:
        """Return the account's posts, newest first."""
        return await self._list(request, replies=False)

    async def replies(self, request: Request) -> Mapping[str, Any]:
        """Return the account's replies, newest first."""
        return await self._list(request, replies=True)

    async def post(self, request: Request) -> Mapping[str, Any]:
        """Return one post."""
        await token_account(request)
        return _public_fields(self._post(request.path_params["id"]))

    async def limit(self, request: Request) -> Mapping[str, Any]:
        """Return the daily quota and its use, which is the number of the account's posts and replies."""
        used = len(self._own(await token_account(request)))
        return {"data": [{"quota_usage": used, "config": {"quota_total": QUOTA, "quota_duration": 86_400}}]}

    async def insights(self, request: Request) -> Mapping[str, Any]:
        """Return the insights of a post."""
        require_scope(request, await token_account(request), "threads_manage_insights")
        post, audience = self._post(request.path_params["id"]), Audience(self._state, "threads")
        timeline_id = f"threads:{post['id']}"
        counts = audience.numbers(timeline_id, INSIGHTS)
        return insights_of(audience, timeline_id, counts, request.query_params["metric"])

    async def account_insights(self, request: Request) -> Mapping[str, Any]:
        """Return the number of followers of the account."""
        account = await token_account(request)
        require_scope(request, account, "threads_manage_insights")
        followers = Audience(self._state, "threads").followers(account["username"])
        value = {"name": "followers_count", "period": "day", "total_value": {"value": followers}}
        return {"data": [{**value, "id": f"{account['id']}/insights/followers_count/day"}]}

    async def delete(self, request: Request) -> Mapping[str, Any]:
        """Delete a post."""
        account, post_id = await token_account(request), request.path_params["id"]
        if self._post(post_id)["account"] != account["id"]:
            raise GraphError(10, "Application does not have permission for this action", status=403)
        del self._posts()[post_id]
        self._state.remove(f"threads:{post_id}")
        return {"success": True, "deleted_id": post_id}

    def _check(self, account: Mapping[str, str], fields: Mapping[str, str]) -> None:
        kind, text = fields.get("media_type", ""), fields.get("text", "")
        if kind not in MEDIA_TYPES:
            raise GraphError(100, "Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}")
        if countable_length(text) > MAX_CHARACTERS:
            raise GraphError(100, "Param text must be at most 500 characters long.")
        links = {*LINK.findall(text), *filter(None, [fields.get("link_attachment")])}
        if len(links) > MAX_LINKS:
            raise GraphError(100, "THREADS_API__LINK_LIMIT_EXCEEDED: the post contains more than 5 links.")
        needed = {"TEXT": "text", "IMAGE": "image_url", "VIDEO": "video_url", "CAROUSEL": "children"}[kind]
        if not fields.get(needed):
            raise GraphError(100, f"The parameter {needed} is required.")
        if kind == "CAROUSEL":
            children = fields["children"].split(",")
            if not 2 <= len(children) <= 20:
                raise GraphError(100, "Param children must have 2 to 20 elements.")
            for child in children:
                if self._containers.fields(child, account).get("is_carousel_item") != "true":
                    raise GraphError(100, f"The container {child} is not a carousel item.")
        if "reply_to_id" in fields:
            self._post(fields["reply_to_id"])

    def _publish(self, post_id: str, account: Mapping[str, str], fields: Mapping[str, str]) -> None:
        items = [fields]
        if fields["media_type"] == "CAROUSEL":
            items = [self._containers.fields(child, account) for child in fields["children"].split(",")]
        text, now = fields.get("text", "").strip(), self._state.now()
        permalink = f"https://www.threads.com/@{account['username']}/post/C{post_id[-10:]}"
        self._posts()[post_id] = {
            "id": post_id,
            "account": account["id"],
            "reply": "reply_to_id" in fields,
            "media_product_type": "THREADS",
            "media_type": MEDIA_TYPES[fields["media_type"]],
            "permalink": permalink,
            "username": account["username"],
            "text": text,
            "timestamp": timestamp(now),
            "shortcode": f"C{post_id[-10:]}",
            "options": {
                name: value
                for name, value in fields.items()
                if name in ("reply_to_id", "reply_control", "topic_tag", "link_attachment", "quote_post_id")
            },
        }
        self._state.publish(
            TimelinePost(
                id=f"threads:{post_id}",
                platform="threads",
                account=f"@{account['username']}",
                text=text,
                published_at=iso(now),
                segments=rich_text.from_plain_text(text),
                media=[media for item in items if (media := _media_item(item))],
                url=permalink,
                parent=f"threads:{fields['reply_to_id']}" if "reply_to_id" in fields else None,
                label=fields.get("topic_tag", ""),
                link={"url": fields["link_attachment"]} if "link_attachment" in fields else None,
            )
        )

    async def _list(self, request: Request, *, replies: bool) -> Mapping[str, Any]:
        limit = int(request.query_params.get("limit", "25"))
        own = [post for post in self._own(await token_account(request)) if post["reply"] is replies]
        return {"data": [_public_fields(post) for post in reversed(own)][:limit], "paging": {}}

    def _own(self, account: Mapping[str, str]) -> list[Mapping[str, Any]]:
        return [post for post in self._posts().values() if post["account"] == account["id"]]

    def _post(self, post_id: str) -> Mapping[str, Any]:
        post: Mapping[str, Any] | None = self._posts().get(post_id)
        if post is None:
            raise GraphError(100, f"Unsupported request. Object with ID '{post_id}' does not exist", 33)
        return post

    def _posts(self) -> dict[str, Any]:
        return self._state.collection("threads", "posts")


def countable_length(text: str) -> int:
    """Return the length by Threads' rules, which count the UTF-8 bytes of emoji and the characters of other text."""
    graphemes = regex.findall(r"\X", text)
    return sum(len(part.encode()) if EMOJI.search(part) else len(part) for part in graphemes)


def _public_fields(post: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in post.items() if name not in ("account", "reply", "options")}


def _media_item(fields: Mapping[str, str]) -> dict[str, str] | None:
    url = fields.get("image_url") or fields.get("video_url")
    kind = "video" if "video_url" in fields else "image"
    return {"url": url, "alt": fields.get("alt_text", ""), "kind": kind} if url else None


simulator = Threads
brand = Brand(
    parts=("body", "media", "link", "actions"),
    actions=("heart", "comment", "repost", "send"),
    style=("side-avatar", "left-icons"),
    mentions="https://www.threads.com/@",
    hashtags="https://www.threads.com/search?q=",
)
identity = Identity("v1.0/me", lambda user: (user["id"], f"@{user['username']}"))
processing_step = "containers"
