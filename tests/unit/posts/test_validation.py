"""The error for a post that platforms would reject."""

import pytest

from minutehand.platforms.validation import BROKEN_RULE, Issue, Report
from minutehand.posts.validation import MAX_ISSUES, require_valid
from minutehand.runtime.errors import InvalidInput


@pytest.mark.parametrize("problems", [2, MAX_ISSUES, MAX_ISSUES + 10])
def test_error_counts_the_problems_in_its_details(problems: int) -> None:
    issues = tuple(Issue(BROKEN_RULE, "content", f"Problem {number}.") for number in range(problems))

    with pytest.raises(InvalidInput) as refusal:
        require_valid({"x": Report(issues, (), ())})

    listed = len(refusal.value.details)
    assert listed == min(problems, MAX_ISSUES)
    assert refusal.value.message == f"X would reject this post. Problem 0. The details list {listed - 1} more."
