"""Alarms, the dashboard and the saved queries: complete, valid, and linked with the documentation."""

import itertools
import json
import re
from typing import Any

import pytest

from local import template
from local.settings import ROOT
from minutehand.platforms.api_versions import NOTICE
from minutehand.runtime.metrics import NAMESPACE, Metric

RESOURCES: dict[str, Any] = template.load()["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
QUERIES = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Logs::QueryDefinition"}
TOPIC = [{"Ref": "AlarmTopic"}]
WATCHED = {
    (NAMESPACE, "Ticks"),
    (NAMESPACE, "OverdueAge"),
    (NAMESPACE, "Lateness"),
    (NAMESPACE, "Unknown"),
    (NAMESPACE, "DeadLetters"),
    (NAMESPACE, "PublisherErrors"),
    (NAMESPACE, "TokenRefreshFailures"),
    (NAMESPACE, "DatabaseConnectionFailures"),
    (NAMESPACE, "ApiVersionDaysLeft"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    ("AWS/Lambda", "Errors"),
    ("AWS/Lambda", "RecursiveInvocationsDropped"),
    ("AWS/ApiGateway", "5XXError"),
}


@pytest.fixture(scope="module")
def headings() -> set[str]:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    return {line.lstrip("# ") for line in text.splitlines() if line.startswith("#")}


@pytest.fixture(scope="module")
def dashboard() -> list[dict[str, Any]]:
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets: list[dict[str, Any]] = json.loads(body)["widgets"]
    return widgets


def searches(dashboard: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Return the dashboard's searches: namespace and dimensions, and the name of the metric."""
    expressions = [
        metric[0]["expression"]
        for widget in dashboard
        for metric in widget["properties"].get("metrics", [])
        if isinstance(metric[0], dict)
    ]
    return {
        (found[1], found[2])
        for expression in expressions
        if (found := re.match(r"""SEARCH\('[{](.+)[}] MetricName="(\w+)" Stage="[$][{]Stage[}]\"""", expression))
    }


def test_alarms_are_complete() -> None:
    assert {(alarm["Namespace"], alarm["MetricName"]) for alarm in ALARMS.values()} == WATCHED


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_notifies_when_it_starts_and_when_it_ends(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == ALARMS[name]["OKActions"] == TOPIC


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_description_names_its_section_of_the_docs(name: str, headings: set[str]) -> None:
    said = re.fullmatch(r"(.+[.]) See \"(.+)\" in docs/operations[.]md[.]", ALARMS[name]["AlarmDescription"])

    assert said is not None
    assert said[2] in headings


@pytest.mark.parametrize("name", ALARMS)
def test_missing_data_alarms_only_for_ticks(name: str) -> None:
    assert ALARMS[name]["TreatMissingData"] == ("breaching" if name == "NoTickAlarm" else "notBreaching")


@pytest.mark.parametrize("name", [name for name, alarm in ALARMS.items() if alarm["Namespace"] == NAMESPACE])
def test_alarms_on_project_metrics_cover_the_whole_stage(name: str) -> None:
    assert ALARMS[name]["Dimensions"] == [{"Name": "Stage", "Value": {"Ref": "Stage"}}]
    assert ALARMS[name]["MetricName"] in set(Metric)


def test_alarm_and_warning_about_an_api_version_begin_together() -> None:
    alarm = ALARMS["ApiVersionsAlarm"]

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanOrEqualToThreshold", NOTICE.days)


def test_missing_ticks_alarm_after_three_minutes() -> None:
    alarm = ALARMS["NoTickAlarm"]

    assert alarm["Period"] * alarm["EvaluationPeriods"] == 180


def test_alarms_on_aws_metrics_name_their_resources() -> None:
    named = {name: alarm["Dimensions"] for name, alarm in ALARMS.items() if alarm["Namespace"] != NAMESPACE}

    assert named == {
        "DeadLetterQueueAlarm": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}}],
        "DeadLettersFunctionAlarm": [{"Name": "FunctionName", "Value": {"Ref": "DeadLettersFunction"}}],
        "PublisherFunctionAlarm": [{"Name": "FunctionName", "Value": {"Ref": "PublisherFunction"}}],
        "RecursiveInvocationsAlarm": [{"Name": "FunctionName", "Value": {"Ref": "PublisherFunction"}}],
        "TokenRefresherFunctionAlarm": [{"Name": "FunctionName", "Value": {"Ref": "TokenRefresherFunction"}}],
        "MetricsCollectorFunctionAlarm": [{"Name": "FunctionName", "Value": {"Ref": "MetricsCollectorFunction"}}],
        "ApiErrorsAlarm": [
            {"Name": "ApiName", "Value": RESOURCES["Api"]["Properties"]["Name"]},
            {"Name": "Stage", "Value": RESOURCES["Api"]["Properties"]["StageName"]},
        ],
    }


def test_topic_is_encrypted_with_a_key_that_cloudwatch_may_use() -> None:
    statements = RESOURCES["AlarmKey"]["Properties"]["KeyPolicy"]["Statement"]
    [ours] = [each for each in statements if each["Principal"] == {"Service": "cloudwatch.amazonaws.com"}]
    account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}

    assert RESOURCES["AlarmTopic"]["Properties"]["KmsMasterKeyId"] == {"Ref": "AlarmKey"}
    assert ours["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert ours["Condition"] == account
    [publishing] = RESOURCES["AlarmTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert publishing["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert publishing["Condition"] == account


def test_alarms_are_mailed_when_an_address_is_given(read: dict[str, Any]) -> None:
    assert RESOURCES["AlarmEmailSubscription"]["Condition"] == "AlarmsByEmail"
    assert read["Conditions"]["AlarmsByEmail"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, ""]}]}
    assert read["Parameters"]["AlarmEmail"]["Default"] == ""


def test_log_level_never_hides_metrics(read: dict[str, Any]) -> None:
    assert read["Parameters"]["LogLevel"]["AllowedValues"] == ["DEBUG", "INFO"]
    assert read["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == NAMESPACE


def test_the_dashboard_shows_every_alarm(dashboard: list[dict[str, Any]]) -> None:
    [shown] = [widget["properties"]["alarms"] for widget in dashboard if widget["type"] == "alarm"]

    assert sorted(shown) == sorted(f"${{{name}.Arn}}" for name in ALARMS)


def test_dashboard_shows_exactly_the_emitted_metrics(dashboard: list[dict[str, Any]]) -> None:
    drawn = {name for _, name in searches(dashboard)}
    for widget in dashboard:
        namespace = ""
        for metric in widget["properties"].get("metrics", []):
            if isinstance(metric[0], str) and metric[0] != "...":
                namespace = metric[0] if metric[0] != "." else namespace
                drawn |= {metric[1]} if namespace == NAMESPACE else set()

    assert drawn == set(Metric)


def test_dashboard_searches_use_the_emitted_dimensions(dashboard: list[dict[str, Any]]) -> None:
    assert searches(dashboard) == {
        ("Minutehand,Platform,Stage", "Failed"),
        ("Minutehand,Platform,Stage", "Unknown"),
        ("Minutehand,Outcome,Platform,Stage", "Attempts"),
        ("Minutehand,Service,Stage", "DatabaseConnectionFailures"),
        ("Minutehand,Platform,Stage", "TokenRefreshFailures"),
        ("Minutehand,Platform,Stage", "MetricReadings"),
        ("Minutehand,Platform,Stage", "MetricReadingFailures"),
    }


def test_dashboard_names_existing_resources(dashboard: list[dict[str, Any]]) -> None:
    named = {name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", json.dumps(dashboard))}

    assert named <= set(RESOURCES) | {"Stage"}


def test_dashboard_widgets_do_not_overlap(dashboard: list[dict[str, Any]]) -> None:
    for one, other in itertools.combinations(dashboard, 2):
        apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        apart_y = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
        assert apart_x or apart_y
    assert all(widget["x"] + widget["width"] <= 24 for widget in dashboard)


@pytest.mark.parametrize("name", QUERIES)
def test_saved_queries_read_existing_log_groups(name: str) -> None:
    groups = [group["Ref"] for group in QUERIES[name]["LogGroupNames"]]

    assert groups
    assert {RESOURCES[group]["Type"] for group in groups} == {"AWS::Logs::LogGroup"}
    assert len(set(groups)) == len(groups)


def test_saved_queries_are_not_deployed_locally() -> None:
    assert {RESOURCES[name]["Condition"] for name in QUERIES} == {"OnAws"}


def test_every_function_is_traced(read: dict[str, Any]) -> None:
    assert read["Globals"]["Function"]["Tracing"] == "Active"
    assert [name for name, each in RESOURCES.items() if "Tracing" in each["Properties"]] == []
