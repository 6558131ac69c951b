"""docs/coming-from-bull.md: each function of the replaced libraries has a row, and each call in a row exists."""

import re
from typing import Any

from local.settings import ROOT

REPLACED = [
    *("createPost", "updatePost", "deletePost", "getPost", "getPostsByUser", "getScheduledPosts", "updatePostStatus"),
    *("getPostWithConnections", "approvePost", "getPostAnalytics", "archiveOldPosts"),
    *("addPublishJob", "removePublishJob", "getPublishJobStatus", "getJobsByState", "pausePublishQueue"),
    *("resumePublishQueue", "clearFailedJobs", "getQueueStats", "checkQueueHealth", "cleanupQueue"),
    *("convertToTimezone", "isTimeToPublish", "getTimeUntilPublish", "checkAndQueueScheduledPosts", "startScheduler"),
    *("stopScheduler", "isSchedulerRunning", "triggerSchedulerCheck", "updateSchedulerInterval", "getSchedulerStats"),
    "retryFailedPost",
]
PAGE = (ROOT / "docs" / "coming-from-bull.md").read_text(encoding="utf-8")
ROWS = {row[0]: row[1] for row in re.findall(r"^\| `(\w+)\([^)]*\)` \| (.*) \| .* \|$", PAGE, re.MULTILINE)}
CALL = re.compile(r"(?:ask|boss|op) (?:-X (?P<method>\w+) )?\"?\$API/(?P<path>[a-z/]+)(?P<rest>[^`]*)")


def test_every_function_has_its_row() -> None:
    assert sorted(ROWS) == sorted(REPLACED)


def test_every_row_names_an_existing_call(functions: dict[str, Any]) -> None:
    routes = {
        (event["Properties"]["Method"], event["Properties"]["Path"].removeprefix("/api/social/"))
        for function in functions.values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api"
    }
    calls = {name: [_route(found) for found in CALL.finditer(row)] for name, row in ROWS.items()}

    assert [name for name, made in calls.items() if not made] == []
    assert {each for made in calls.values() for each in made} <= routes


def _route(call: re.Match[str]) -> tuple[str, str]:
    return call["method"] or ("POST" if " -d " in call["rest"] else "GET"), call["path"]
