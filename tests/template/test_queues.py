"""The path from the minute rule to the publisher, and on to the dead-letter queue."""

from typing import Any

from minutehand.queue.retry import RetryPolicy
from minutehand.runtime.configs.retry import RetryConfig


def test_scheduler_runs_each_minute_without_retries(functions: dict[str, Any]) -> None:
    (tick,) = functions["scheduler"]["Events"].values()

    assert tick["Type"] == "Schedule"
    assert tick["Properties"]["Schedule"] == "rate(1 minute)"
    assert tick["Properties"]["Name"] == {"Fn::Sub": "${AWS::StackName}-tick"}
    assert tick["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] == 0
    assert functions["scheduler"]["EventInvokeConfig"]["MaximumRetryAttempts"] == 0
    assert functions["scheduler"]["Timeout"] < 60


def test_functions_that_control_the_scheduler_know_its_rule(functions: dict[str, Any]) -> None:
    (tick,) = functions["scheduler"]["Events"].values()

    for name in ("scheduler_control", "queue_health"):
        assert functions[name]["Environment"]["Variables"]["TICK_RULE_NAME"] == tick["Properties"]["Name"]


def test_the_archiver_runs_each_day(functions: dict[str, Any], read: dict[str, Any]) -> None:
    (daily,) = functions["archiver"]["Events"].values()

    assert (daily["Type"], daily["Properties"]["Schedule"]) == ("Schedule", "rate(1 day)")
    assert read["Parameters"]["ArchiveAfterDays"]["Default"] == 90
    assert read["Parameters"]["ArchiveAfterDays"]["MinValue"] == 0
    assert (read["Parameters"]["EventDays"]["Default"], read["Parameters"]["EventDays"]["MinValue"]) == (90, 7)


def test_horizon_covers_two_ticks_and_fits_the_maximum_delay(read: dict[str, Any]) -> None:
    horizon = read["Parameters"]["Horizon"]

    assert horizon["Default"] == 120
    assert horizon["MaxValue"] == 900


def test_visibility_timeout_is_six_function_timeouts(resources: dict[str, Any], functions: dict[str, Any]) -> None:
    assert resources["PublishQueue"]["Properties"]["VisibilityTimeout"] == 6 * functions["publisher"]["Timeout"]
    assert resources["DeadLetterQueue"]["Properties"]["VisibilityTimeout"] == 6 * functions["dead_letters"]["Timeout"]


def test_messages_that_fail_three_times_become_dead_letters(resources: dict[str, Any]) -> None:
    assert resources["PublishQueue"]["Properties"]["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]},
        "maxReceiveCount": {"Ref": "Attempts"},
    }


def test_lambda_never_stops_a_chain_of_messages(functions: dict[str, Any], resources: dict[str, Any]) -> None:
    """Only the publisher is allowed to feed its own queue, and an alarm is raised if Lambda stops it nevertheless."""
    allowed = {name for name, function in functions.items() if function.get("RecursiveLoop") == "Allow"}
    alarm = resources["RecursiveInvocationsAlarm"]["Properties"]

    assert allowed == {"publisher"}
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "RecursiveInvocationsDropped")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "PublisherFunction"}}]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Sum", 1)


def test_parameters_of_retries_have_the_defaults_and_limits_of_the_code(read: dict[str, Any]) -> None:
    fields = RetryConfig.model_json_schema()["properties"]
    for parameter, field in (("Attempts", "attempts"), ("RetryDelay", "retry_delay_seconds")):
        expected = {"Default": fields[field]["default"], "MinValue": fields[field]["minimum"]}
        assert read["Parameters"][parameter].items() >= (expected | {"MaxValue": fields[field]["maximum"]}).items()
    policy = RetryPolicy.of(RetryConfig(database_url="unused"))
    assert policy == RetryPolicy()


def test_only_the_publish_queue_uses_the_dead_letter_queue(resources: dict[str, Any]) -> None:
    queue = resources["PublishQueue"]["Properties"]["QueueName"]["Fn::Sub"]
    policy = resources["DeadLetterQueue"]["Properties"]["RedriveAllowPolicy"]

    assert policy["redrivePermission"] == "byQueue"
    assert [arn["Fn::Sub"] for arn in policy["sourceQueueArns"]] == [
        f"arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:{queue}"
    ]


def test_dead_letters_are_kept_for_the_maximum_time(resources: dict[str, Any]) -> None:
    kept = {
        name: resources[name]["Properties"]["MessageRetentionPeriod"] for name in ("PublishQueue", "DeadLetterQueue")
    }

    assert kept["DeadLetterQueue"] == 14 * 86400
    assert kept["PublishQueue"] < kept["DeadLetterQueue"]


def test_queues_are_encrypted(resources: dict[str, Any]) -> None:
    queues = [resource for resource in resources.values() if resource["Type"] == "AWS::SQS::Queue"]

    assert len(queues) == 2
    assert all(queue["Properties"]["SqsManagedSseEnabled"] is True for queue in queues)


def test_each_queue_delivers_batches_of_ten_to_its_function(resources: dict[str, Any]) -> None:
    """Without a batching window: with one, Lambda may wait for up to 20 s while there are few messages."""
    mappings = {
        (mapping["Properties"]["EventSourceArn"]["Fn::GetAtt"][0], mapping["Properties"]["FunctionName"]["Ref"]): (
            mapping["Properties"]["BatchSize"],
            mapping["Properties"].get("MaximumBatchingWindowInSeconds", 0),
            mapping["Properties"].get("FunctionResponseTypes"),
        )
        for mapping in resources.values()
        if mapping["Type"] == "AWS::Lambda::EventSourceMapping"
    }

    assert mappings == {
        ("PublishQueue", "PublisherFunction"): (10, 0, ["ReportBatchItemFailures"]),
        ("DeadLetterQueue", "DeadLettersFunction"): (10, 0, None),
    }


def test_publisher_concurrency_is_limited(resources: dict[str, Any], read: dict[str, Any]) -> None:
    scaling = resources["PublishMapping"]["Properties"]["ScalingConfig"]

    assert scaling == {"MaximumConcurrency": {"Ref": "PublisherConcurrency"}}
    assert read["Parameters"]["PublisherConcurrency"]["Default"] == 50


def test_key_of_the_tokens_is_retained(resources: dict[str, Any]) -> None:
    key = resources["TokenKey"]

    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"
    assert key["Properties"]["EnableKeyRotation"] is True
