"""The boards to which an account can add pins. Source: API v5, "List boards"."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.choices import MAX_CHOICES, Choices, valid_choices
from minutehand.platforms.error_table import PERMISSION_MISSING
from minutehand.platforms.pinterest.errors import ERRORS, FORBIDDEN
from minutehand.platforms.pinterest.service import Service
from minutehand.platforms.port import Account, Transient
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

PAGE_SIZE = 250
MAX_PAGES = MAX_CHOICES // PAGE_SIZE


def read_choices(client: "httpx.Client", account: Account, clock: Clock) -> Choices:
    """Return the list ``boards``: the account's boards, except those for ads only. See `ReadChoices`.

    Secret boards are missing, because Minutehand does not request the scopes for secret boards.
    """
    service, boards, bookmark = Service(client), list[Mapping[str, Any]](), ""
    for _ in range(MAX_PAGES):
        position = {"bookmark": bookmark} if bookmark else {}
        reply = service.get("/boards", account, clock, page_size=str(PAGE_SIZE), **position)
        if ERRORS.meaning(reply) is FORBIDDEN:
            raise PERMISSION_MISSING.error(clock.now(), name=ERRORS.platform)
        if not reply.ok:
            raise ERRORS.error(reply, account.token, clock.now(), what="the list of boards")
        items, following = reply.fields.get("items"), reply.fields.get("bookmark")
        if not isinstance(items, list):
            raise Transient("unexpected_answer", "Pinterest returned an unexpected list of boards.")
        boards += [board for board in items if isinstance(board, Mapping)]
        if not isinstance(following, str) or following in ("", bookmark):
            break
        bookmark = following
    return {
        "boards": valid_choices(
            (board.get("id"), board.get("name")) for board in boards if board.get("is_ads_only") is not True
        )
    }
