"""Every function: its folder, its permissions and its environment."""

import inspect
import re
from collections import Counter
from typing import Any

import pytest

from bundle.bundle import RUNTIME, WHEELS
from local.settings import ROOT
from minutehand.analytics.config import CollectorConfig
from minutehand.migrations.roles import PRIVILEGES
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.platforms.configs.app_view import AppViewConfig
from minutehand.platforms.configs.video_service import VideoServiceConfig
from minutehand.platforms.connectors import connecting_client
from minutehand.runtime.config import Config
from tests.support.cold_start import start
from tests.support.groups import MIGRATOR, groups

BUNDLED = {"AWS::Serverless::Function", "AWS::Serverless::LayerVersion"}
NAMES = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
PUBLISH_QUEUE = {"Fn::GetAtt": ["PublishQueue", "Arn"]}
DEAD_LETTER_QUEUE = {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
TICK_RULE = {"Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/${AWS::StackName}-tick"}
FILES = {"Fn::Sub": "${MediaBucket.Arn}/*/*/*"}
TOKEN_KEY = {"Fn::GetAtt": ["TokenKey", "Arn"]}
CLIENTS_POLICY = {"Fn::If": ["OAuthClientsFromSecret", {"Ref": "OAuthClientsSecretPolicy"}, {"Ref": "AWS::NoValue"}]}
OF_THE_CLIENTS = {
    *("authorize_connection", "confirm_connection", "connection_callback"),
    *("token_refresher", "publisher", "connection_link"),
}
"""Functions that send people to platforms, or refresh or revoke tokens there."""
RECEIVING = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
ALLOWED: dict[str, list[tuple[list[str], Any]]] = {
    "schedule_post": [(["sqs:SendMessage"], PUBLISH_QUEUE)],
    "create_post": [(["sqs:SendMessage"], PUBLISH_QUEUE)],
    "duplicate_post": [(["sqs:SendMessage"], PUBLISH_QUEUE)],
    "bulk_posts": [(["sqs:SendMessage"], PUBLISH_QUEUE)],
    "update_post": [(["sqs:SendMessage"], PUBLISH_QUEUE)],
    "approve_post": [(["sqs:SendMessage"], PUBLISH_QUEUE)],
    "retry_post": [(["sqs:SendMessage"], PUBLISH_QUEUE)],
    "queue": [
        (["sqs:SendMessage"], PUBLISH_QUEUE),
        (["sqs:DeleteMessage", "sqs:ReceiveMessage"], DEAD_LETTER_QUEUE),
    ],
    "queue_health": [
        (["sqs:GetQueueAttributes"], PUBLISH_QUEUE),
        (["sqs:GetQueueAttributes"], DEAD_LETTER_QUEUE),
        (["events:DescribeRule"], TICK_RULE),
    ],
    "scheduler_control": [
        (["sqs:SendMessage"], PUBLISH_QUEUE),
        (["events:DescribeRule", "events:DisableRule", "events:EnableRule", "events:PutRule"], TICK_RULE),
    ],
    "scheduler": [(["sqs:SendMessage"], PUBLISH_QUEUE)],
    "publisher": [
        (sorted([*RECEIVING, "sqs:SendMessage"]), PUBLISH_QUEUE),
        (["kms:Decrypt", "kms:GenerateDataKey"], TOKEN_KEY),
        (["s3:GetObject"], FILES),
    ],
    "dead_letters": [(RECEIVING, DEAD_LETTER_QUEUE)],
    "connections": [(["kms:GenerateDataKey"], TOKEN_KEY)],
    "connection_callback": [(["kms:GenerateDataKey"], TOKEN_KEY)],
    "token_refresher": [(["kms:Decrypt", "kms:GenerateDataKey"], TOKEN_KEY)],
    "connection_options": [(["kms:Decrypt"], TOKEN_KEY)],
    "metrics_collector": [(["kms:Decrypt"], TOKEN_KEY)],
    "connection_link": [(["kms:GenerateDataKey"], TOKEN_KEY), (["kms:Decrypt"], TOKEN_KEY)],
    "authorize_connection": [(["kms:Decrypt", "kms:GenerateDataKey"], TOKEN_KEY)],
    "media": [
        (
            [
                *("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectTagging"),
                *("s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging"),
            ],
            FILES,
        ),
        (["s3:GetObject"], FILES),
    ],
}
GROUPS = groups()
WITHOUT_DATABASE = {"openapi", "planner", "preflight"}
"""Functions that set the shared variables of the database to an empty text, because they must not see them."""
DATABASE_VARIABLES = {"DATABASE_URL", "DATABASE_SECRET_ARN"}
READ_BY_THE_RUNTIME = {"STAGE", "LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"}
"""Variables that are read without a configuration: by Powertools, and by `minutehand.runtime.metrics`."""


def statements(function: dict[str, Any]) -> list[tuple[list[str], Any]]:
    """Return the permissions in the inline policies of ``function``, as actions and resource."""
    found = []
    for policy in function.get("Policies", []):
        for statement in policy.get("Statement", []):
            assert statement["Effect"] == "Allow"
            actions = statement["Action"]
            found.append(([actions] if isinstance(actions, str) else sorted(actions), statement["Resource"]))
    return found


def test_each_function_has_a_folder(functions: dict[str, Any]) -> None:
    assert set(functions) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_function_has_exactly_the_permissions_it_needs(name: str, functions: dict[str, Any]) -> None:
    assert statements(functions[name]) == ALLOWED.get(name, [])


@pytest.mark.parametrize("name", sorted(NAMES))
def test_only_functions_with_a_database_read_its_secret(name: str, functions: dict[str, Any]) -> None:
    attached = [policy for policy in functions[name].get("Policies", []) if "Statement" not in policy]

    of_the_clients = [CLIENTS_POLICY] if name in OF_THE_CLIENTS else []
    assert attached == ([] if name in WITHOUT_DATABASE else [secret_policy(GROUPS[name]), *of_the_clients])


def secret_policy(group: str) -> dict[str, Any]:
    policy = "DatabaseSecretPolicy" if group == MIGRATOR else f"{group.capitalize()}SecretPolicy"
    return {"Fn::If": ["DatabaseFromSecret", {"Ref": policy}, {"Ref": "AWS::NoValue"}]}


def login(group: str, form: str, parameter: str) -> dict[str, Any]:
    return {"Fn::If": [form, {"Ref": f"{group.capitalize()}Login"}, {"Ref": parameter}]}


@pytest.mark.parametrize(
    ("policy", "secret"),
    [
        ("DatabaseSecretPolicy", {"Ref": "DatabaseSecretArn"}),
        *(
            (f"{each.capitalize()}SecretPolicy", login(each, "LoginsFromSecrets", "DatabaseSecretArn"))
            for each in PRIVILEGES
        ),
        ("OAuthClientsSecretPolicy", {"Ref": "OAuthClientsSecretArn"}),
    ],
)
def test_secret_policy_allows_one_secret(policy: str, secret: dict[str, Any], resources: dict[str, Any]) -> None:
    document = resources[policy]["Properties"]["PolicyDocument"]

    assert [(statement["Action"], statement["Resource"]) for statement in document["Statement"]] == [
        ("secretsmanager:GetSecretValue", secret)
    ]


@pytest.mark.parametrize("name", sorted(NAMES - WITHOUT_DATABASE - {"migrator"}))
def test_function_has_the_login_of_its_group(name: str, functions: dict[str, Any], read: dict[str, Any]) -> None:
    variables = read["Globals"]["Function"]["Environment"]["Variables"] | functions[name]["Environment"]["Variables"]

    assert variables["DATABASE_URL"] == login(GROUPS[name], "LoginsFromUrls", "DatabaseUrl")
    assert variables["DATABASE_SECRET_ARN"] == login(GROUPS[name], "LoginsFromSecrets", "DatabaseSecretArn")


def test_migrator_has_the_login_of_the_owner(functions: dict[str, Any]) -> None:
    own = functions["migrator"]["Environment"]["Variables"]

    assert (own["DATABASE_URL"], own["DATABASE_SECRET_ARN"]) == ({"Ref": "DatabaseUrl"}, {"Ref": "DatabaseSecretArn"})


def test_only_four_functions_decrypt_tokens(functions: dict[str, Any]) -> None:
    readers = {
        name: statement.get("Condition")
        for name, function in functions.items()
        for policy in function.get("Policies", [])
        for statement in policy.get("Statement", [])
        if statement["Resource"] == TOKEN_KEY and "kms:Decrypt" in statement["Action"]
    }
    # These functions read the OAuth clients that Minutehand registers with servers.
    only_clients = {"StringLike": {"kms:EncryptionContext:connection_id": "client:*"}}

    assert readers == {
        **dict.fromkeys(("publisher", "token_refresher", "connection_options", "metrics_collector")),
        **dict.fromkeys(("authorize_connection", "connection_link"), only_clients),
    }
    allowed = {action for each in functions.values() for actions, _ in statements(each) for action in actions}
    assert {action for action in allowed if action.startswith("kms:")} == {"kms:Decrypt", "kms:GenerateDataKey"}


def test_token_refresher_runs_every_five_minutes_and_ends_before_the_next_run(functions: dict[str, Any]) -> None:
    (upkeep,) = functions["token_refresher"]["Events"].values()

    assert (upkeep["Type"], upkeep["Properties"]["Schedule"]) == ("Schedule", "rate(5 minutes)")
    assert functions["token_refresher"]["Timeout"] < 300
    assert functions["token_refresher"]["EventInvokeConfig"]["MaximumRetryAttempts"] == 0


def variables_read(name: str) -> set[str]:
    """Return the variables that the configuration of the function ``name`` reads, or that its code reads directly."""
    app = start(name)
    if not hasattr(app, "function"):
        return set(re.findall(r'environ(?:\.get\(|\[)["\'](\w+)["\']', inspect.getsource(app)))
    return {field.upper() for field in app.function._config.model_fields}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_function_has_the_environment_that_its_configuration_reads(
    name: str, functions: dict[str, Any], read: dict[str, Any]
) -> None:
    shared = read["Globals"]["Function"]["Environment"]["Variables"]
    own = functions[name]["Environment"]["Variables"]

    assert variables_read(name) <= set(shared) | set(own)
    emptied = DATABASE_VARIABLES if name in WITHOUT_DATABASE else set()
    assert set(own) <= variables_read(name) | READ_BY_THE_RUNTIME | emptied
    assert own.get("POWERTOOLS_SERVICE_NAME", name) == name


def test_shared_variables_are_those_that_several_functions_read(read: dict[str, Any]) -> None:
    shared = set(read["Globals"]["Function"]["Environment"]["Variables"])
    readers = Counter(variable for name in NAMES for variable in variables_read(name))

    assert {variable for variable in shared - READ_BY_THE_RUNTIME if readers[variable] < 2} == set()


def test_the_only_shared_secret_is_the_address_of_the_database(read: dict[str, Any]) -> None:
    shared = read["Globals"]["Function"]["Environment"]["Variables"]
    secrets = {name for name, parameter in read["Parameters"].items() if parameter.get("NoEcho")}

    assert {name for name, value in shared.items() if parameters_in(value) & secrets} == {
        "DATABASE_SECRET_ARN",
        "DATABASE_URL",
    }


def parameters_in(value: Any) -> set[str]:
    """Return the parameters to which a value of the template refers."""
    match value:
        case {"Ref": name}:
            return {name}
        case {"Fn::If": [_, *choices]}:
            return {name for each in choices for name in parameters_in(each)}
    return set()


def test_parameters_of_api_versions_have_the_defaults_and_patterns_of_the_code(read: dict[str, Any]) -> None:
    fields = ApiVersionsConfig.model_json_schema()["properties"]
    for parameter, field in (("GraphApiVersion", "graph_api_version"), ("LinkedInVersion", "linkedin_version")):
        expected = {"Default": fields[field]["default"], "AllowedPattern": fields[field]["pattern"]}
        assert read["Parameters"][parameter].items() >= expected.items()


@pytest.mark.parametrize(
    ("parameter", "config", "name"),
    [
        ("BlueskyVideoService", VideoServiceConfig, "bluesky_video_service"),
        ("BlueskyAppView", AppViewConfig, "bluesky_app_view"),
    ],
)
def test_parameter_of_a_service_of_bluesky_has_the_default_and_pattern_of_the_code(
    parameter: str, config: type[Config], name: str, read: dict[str, Any]
) -> None:
    field = config.model_json_schema()["properties"][name]
    expected = {"Default": field["default"], "AllowedPattern": field["pattern"]}
    assert read["Parameters"][parameter].items() >= expected.items()


def test_metrics_collector_runs_every_five_minutes_and_ends_before_the_next_run(functions: dict[str, Any]) -> None:
    (collection,) = functions["metrics_collector"]["Events"].values()

    assert (collection["Type"], collection["Properties"]["Schedule"]) == ("Schedule", "rate(5 minutes)")
    assert functions["metrics_collector"]["Timeout"] < 300
    assert functions["metrics_collector"]["EventInvokeConfig"]["MaximumRetryAttempts"] == 0


def test_parameters_of_metrics_have_the_defaults_of_the_code(read: dict[str, Any]) -> None:
    fields = CollectorConfig.model_json_schema()["properties"]
    for parameter, field in (("PaidReadsPerMonth", "paid_reads_per_month"), ("MetricDays", "metric_days")):
        expected = {"Default": fields[field]["default"], "MinValue": fields[field]["minimum"]}
        assert read["Parameters"][parameter].items() >= expected.items()


@pytest.mark.parametrize("name", sorted(WITHOUT_DATABASE))
def test_function_without_a_database_has_no_database_settings(name: str, functions: dict[str, Any]) -> None:
    own = functions[name]["Environment"]["Variables"]

    assert (own["DATABASE_URL"], own["DATABASE_SECRET_ARN"]) == ("", "")


def test_authorizer_has_a_login_of_its_own() -> None:
    assert [name for name, group in GROUPS.items() if group == "authorizer"] == ["authorizer"]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_logs_are_json_and_expire(
    name: str, functions: dict[str, Any], resources: dict[str, Any], read: dict[str, Any]
) -> None:
    logging = read["Globals"]["Function"]["LoggingConfig"] | functions[name]["LoggingConfig"]
    group = resources[logging["LogGroup"]["Ref"]]

    assert (logging["LogFormat"], logging["ApplicationLogLevel"]) == ("JSON", {"Ref": "LogLevel"})
    assert group["Type"] == "AWS::Logs::LogGroup"
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert group["Properties"]["LogGroupName"]["Fn::Sub"].endswith(name.replace("_", "-"))


def test_each_function_has_its_own_log_group(functions: dict[str, Any]) -> None:
    groups = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions.values()]

    assert len(set(groups)) == len(groups)


@pytest.mark.parametrize("name", sorted(NAMES - WITHOUT_DATABASE - {"migrator"}))
def test_functions_are_updated_after_the_schema(name: str, resources: dict[str, Any]) -> None:
    (resource,) = [each for each in resources.values() if each["Properties"].get("CodeUri") == f"functions/{name}"]

    assert resource["DependsOn"] == "Schema"


def test_deploy_with_a_migration_runs_it(resources: dict[str, Any]) -> None:
    schema = resources["Schema"]

    assert schema["Properties"]["ServiceToken"] == {"Fn::GetAtt": ["MigratorFunction", "Arn"]}
    assert schema["Properties"]["Layer"] == {"Ref": "DomainLayer"}
    assert resources["DomainLayer"]["Properties"]["ContentUri"] == "layers/domain"
    assert schema["Properties"]["ServiceTimeout"] > resources["MigratorFunction"]["Properties"]["Timeout"]


def test_functions_and_layers_have_the_same_architecture(resources: dict[str, Any], read: dict[str, Any]) -> None:
    architecture = {"Ref": "Architecture"}

    assert read["Globals"]["Function"]["Architectures"] == [architecture]
    for layer in ("DomainLayer", "DependenciesLayer"):
        assert resources[layer]["Metadata"]["BuildArchitecture"] == architecture
        assert resources[layer]["Properties"]["CompatibleArchitectures"] == [architecture]


def test_every_function_and_layer_is_bundled_for_its_architecture(
    resources: dict[str, Any], read: dict[str, Any]
) -> None:
    bundled = [each for each in resources.values() if each["Type"] in BUNDLED]
    bundle = {"BuildMethod": "makefile", "ContextPath": {"Fn::Sub": "bundle/${Architecture}"}}

    assert [each["Properties"] for each in bundled if not each["Metadata"].items() >= bundle.items()] == []
    assert len(bundled) == len(NAMES) + 2
    for architecture in read["Parameters"]["Architecture"]["AllowedValues"]:
        makefile = (ROOT / "bundle" / architecture / "Makefile").read_text()
        assert makefile.startswith(f"ARCHITECTURE := {architecture}\n")
        assert architecture in WHEELS


def test_bytecode_is_that_of_the_lambda_runtime(resources: dict[str, Any], read: dict[str, Any]) -> None:
    runtime = "python{}.{}".format(*RUNTIME)

    assert read["Globals"]["Function"]["Runtime"] == runtime
    assert [each for each in resources.values() if each["Properties"].get("Runtime", runtime) != runtime] == []
    for layer in ("DomainLayer", "DependenciesLayer"):
        assert resources[layer]["Properties"]["CompatibleRuntimes"] == [runtime]


def test_api_functions_time_out_before_the_gateway(functions: dict[str, Any], read: dict[str, Any]) -> None:
    default = read["Globals"]["Function"]["Timeout"]
    slowest = max(function.get("Timeout", default) for function in functions.values() if _answers_http(function))

    assert slowest < 29


def test_platform_calls_time_out_before_their_function(functions: dict[str, Any]) -> None:
    timeout = connecting_client(private_networks=False).timeout
    phases = [timeout.pool, timeout.connect, timeout.write, timeout.read]

    assert sum(phase or float("inf") for phase in phases) < functions["connections"]["Timeout"]
    assert functions["connection_callback"]["Timeout"] >= functions["connections"]["Timeout"]


def _answers_http(function: dict[str, Any]) -> bool:
    return any(event["Type"] == "Api" for event in function.get("Events", {}).values())
