"""Renders posts as a calendar (iCalendar, RFC 5545), with an event for each post."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from minutehand.platforms.catalog import display_name

MAX_LINE_BYTES = 75
"""The maximum length of a line without its line break (RFC 5545, section 3.1)."""
MAX_SUMMARY_CHARACTERS = 80
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def render(posts: Iterable[Mapping[str, Any]]) -> str:
    """Return the calendar of these posts, which are rows of the statement ``posts``."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Minutehand//Posts//EN", "CALSCALE:GREGORIAN"),
        *("X-WR-CALNAME:Minutehand", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"),
        *(line for post in posts for line in _event(post)),
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def escape(text: str) -> str:
    """Return ``text`` as the value of a property: with escapes, and without control characters (section 3.3.11)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    allowed = (each for each in text if each in "\n\t" or not (each < " " or each == "\x7f"))
    return "".join(allowed).translate(_ESCAPES)


def fold(line: str) -> str:
    """Return ``line``, divided between characters into lines of at most 75 bytes. Further lines begin with a space."""
    lines: list[str] = []
    current, size = "", 0
    for character in line:
        length = len(character.encode())
        if size + length > MAX_LINE_BYTES:
            lines.append(current)
            current, size = " ", 1
        current, size = current + character, size + length
    return "\r\n".join([*lines, current])


def _event(post: Mapping[str, Any]) -> Iterator[str]:
    waits = post["approval_status"] in ("pending", "rejected")
    yield "BEGIN:VEVENT"
    yield f"UID:{post['id']}@minutehand"
    yield f"SEQUENCE:{post['version']}"
    yield f"DTSTAMP:{_instant(post['updated_at'])}"
    yield f"CREATED:{_instant(post['created_at'])}"
    yield f"LAST-MODIFIED:{_instant(post['updated_at'])}"
    yield f"DTSTART:{_instant(post['scheduled_at'])}"
    yield f"SUMMARY:{escape(_summary(post))}"
    yield f"DESCRIPTION:{escape(_description(post))}"
    if post["campaign"]:
        yield f"CATEGORIES:{escape(post['campaign'])}"
    yield f"STATUS:{'TENTATIVE' if waits else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%SZ}"


def _summary(post: Mapping[str, Any]) -> str:
    text = " ".join(post["content"].split())
    short = text if len(text) <= MAX_SUMMARY_CHARACTERS else text[: MAX_SUMMARY_CHARACTERS - 1] + "…"
    return f"{', '.join(map(display_name, post['platforms']))}: {short}"


def _description(post: Mapping[str, Any]) -> str:
    approval = f", approval {post['approval_status']}" if post["approval_status"] else ""
    accounts = ", ".join(f"{each['handle']} ({display_name(each['platform'])})" for each in post["accounts"])
    lines = [post["content"], "", f"Status: {post['status']}{approval}"]
    if accounts:
        lines.append(f"Accounts: {accounts}")
    return "\n".join(lines)
