"""The planner knows the failure codes that the publishers record."""

import re

from local.settings import ROOT

STEPS = (ROOT / "web" / "src" / "post" / "failureStep.ts").read_text(encoding="utf-8")
DOMAIN = ROOT / "layers" / "domain" / "minutehand"


def test_every_refusal_of_the_planner_is_a_failure_code() -> None:
    refusals = re.findall(r'"(\w+)"', STEPS.partition("REFUSALS")[2].partition("];")[0])
    codes = {
        code
        for part in ("platforms", "publishing", "media")
        for file in (DOMAIN / part).rglob("*.py")
        for code in re.findall(r'"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert "refused" in refusals
    assert set(refusals) <= codes
