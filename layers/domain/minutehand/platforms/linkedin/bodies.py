"""The request bodies of the publish calls for posts and comments."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.linkedin.commentary import to_little_text
from minutehand.platforms.port import Content

_COMMENT = re.compile(r"urn:li:comment:\((urn:li:\w+:\d+),\d+\)")


def post(content: Content, author: str, urns: Sequence[str]) -> dict[str, Any]:
    """Return the request body for a post by ``author`` with the uploaded media items ``urns``."""
    options = content.options
    body = {
        "author": author,
        "commentary": to_little_text(content.text),
        "visibility": options.get("visibility", "PUBLIC"),
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": options.get("disableReshare", False),
    }
    if urns:
        body["content"] = _media(content, urns)
    elif article := options.get("article"):
        body["content"] = {"article": _article(article)}
    return body


def comment(content: Content, author: str, urns: Sequence[str]) -> dict[str, Any]:
    """Return the request body for a comment by ``author`` on ``content.reply_to``, which is a post or a comment."""
    parent = content.reply_to or ""
    body: dict[str, Any] = {"actor": author, "object": commented_post(parent), "message": {"text": content.text}}
    if parent != body["object"]:
        body["parentComment"] = parent
    if urns:
        body["content"] = [{"entity": {"image": urn}} for urn in urns]
    return body


def commented_post(urn: str) -> str:
    """Return the URN of the post that the comment ``urn`` belongs to, or ``urn`` itself if it is a post."""
    match = _COMMENT.fullmatch(urn)
    return match[1] if match else urn


def _media(content: Content, urns: Sequence[str]) -> dict[str, Any]:
    described = [
        {"id": urn, "altText": alt} if (alt := content.alt_texts.get(url)) else {"id": urn}
        for url, urn in zip(content.media_urls, urns, strict=True)
    ]
    if len(described) > 1:
        return {"multiImage": {"images": described}}
    title = content.options.get("title")
    return {"media": described[0] | ({"title": title} if title else {})}


def _article(article: Mapping[str, Any]) -> dict[str, str]:
    body = {"source": article["url"], "title": article["title"]}
    return body | ({"description": article["description"]} if article.get("description") else {})
