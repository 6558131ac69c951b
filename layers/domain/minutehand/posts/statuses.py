"""The statuses of posts, the states of their publications, and the names of the entries of the ledger."""

from typing import Literal

type PostStatus = Literal["draft", "scheduled", "queued", "published", "failed", "archived"]
type ApprovalStatus = Literal["pending", "approved", "rejected"]
type PublicationState = Literal[
    "queued", "waiting", "publishing", "processing", "held", "published", "failed", "unknown", "cancelled"
]
type AttemptEvent = Literal[
    "began",
    "published",
    "processing",
    "transient",
    "rate_limited",
    "in_doubt",
    "not_landed",
    "unanswered",
    "failed",
    "unknown",
    "confirmed_published",
    "confirmed_not_published",
]
