"""What every function on Lambda has: its log, a role that names what it acts on, a place, and a queue."""

from functions.catalogue import FUNCTIONS
from preview.recording import Recording
from tests.requirements.breaches import Breach, add, change, drop, noticed
from tests.requirements.expected import requirement, stacks
from tests.requirements.lambdas import ANYWHERE, FUNCTION, variables
from tests.requirements.reading import (
    arn,
    at,
    attached,
    groups,
    ids,
    key,
    of,
    only,
    permissions,
    role,
    subnets,
)

#: The functions of each stack, by what their names hold.
WHICH = {
    "dev": {"scale-down-dev", "scale-up-dev", "slack-notifier"},
    "staging": {"slack-notifier"},
    "prod": {"rotate-database", "slack-notifier"},
    "shared": {"auto-remediate", "posture-report"},
}


@requirement("CP-AUTO-15")
@stacks
def test_functions_in_the_network_stand_with_the_application(platform: Recording, stack: str) -> None:
    inside = [each for each in of(platform, "lambda_.Function") if each.inputs.get("vpcConfig")]
    assert len(inside) == (1 if stack == "prod" else 0)
    for each in inside:
        assert each["vpcConfig"]["subnetIds"] == ids(subnets(platform, stack, "private"))
        assert each["vpcConfig"]["securityGroupIds"] == [groups(platform)["app"]]


@requirement("CP-LOG-04")
@stacks
def test_every_function_has_its_log_group(platform: Recording, stack: str) -> None:
    """Encrypted, kept for a while, and there before the function, which else makes one that is neither."""
    found = of(platform, "lambda_.Function")
    assert {word for each in found for word in WHICH[stack] if each["name"].endswith(word)} == WHICH[stack]
    assert len(found) == len(WHICH[stack])
    for each in found:
        group = at(platform, "cloudwatch.LogGroup", name=f"/aws/lambda/{each['name']}")
        assert group["retentionInDays"] == (90 if stack in ("prod", "shared") else 30)
        assert group["kmsKeyId"] == arn(key(platform))
        assert each["loggingConfig"]["logGroup"] == group["name"]
        assert group.urn in each.property_dependencies["loggingConfig"]


@stacks
def test_a_role_names_what_it_acts_on(platform: Recording, stack: str) -> None:
    """No managed policy; `*` stands alone only where AWS offers no resource; nothing is negated; and each role is one
    function's own."""
    found = of(platform, "lambda_.Function")
    assert len({each["role"] for each in found}) == len(found)
    for each in found:
        of_function = role(platform, each["role"])
        assert attached(platform, of_function) == []
        for part in permissions(platform, of_function):
            assert not part.negated
            assert not any("*" in action for action in part.actions)
            if part.allows and "*" in part.resources:
                of_a_cluster = {"ecs:ListTasks"} if "ecs:cluster" in part.condition.get("ArnLike", {}) else set[str]()
                assert {*part.actions} <= ANYWHERE | of_a_cluster, each.urn


@stacks
def test_a_failed_event_is_kept_and_told(platform: Recording, stack: str) -> None:
    """A queue of its own, encrypted, for fourteen days; bounded tries; and two alarms."""
    alarms = {(each["metricName"], *each["dimensions"].values()) for each in of(platform, "cloudwatch.MetricAlarm")
              if each.inputs.get("namespace") in ("AWS/Lambda", "AWS/SQS")}  # fmt: skip
    for each in of(platform, "lambda_.Function"):
        queue = only(it for it in of(platform, "sqs.Queue") if arn(it) == each["deadLetterConfig"]["targetArn"])
        assert (queue["kmsMasterKeyId"], queue["messageRetentionSeconds"]) == (arn(key(platform)), 1209600)
        tries = at(platform, "lambda_.FunctionEventInvokeConfig", functionName=each["name"])
        assert (tries["maximumRetryAttempts"], tries["maximumEventAgeInSeconds"]) == (2, 3600)
        assert {("Errors", each["name"]), ("ApproximateNumberOfMessagesVisible", queue["name"])} <= alarms
    assert len(alarms) == 2 * len(of(platform, "lambda_.Function"))


@stacks
def test_a_function_is_what_the_repository_declares(platform: Recording, stack: str) -> None:
    """Handler, time and variables; its archive is its source, the same at every preview."""
    declared = {each.handler: each for each in FUNCTIONS}
    for each in of(platform, "lambda_.Function"):
        row = declared[each["handler"]]
        assert (each["timeout"], each["memorySize"], each["runtime"]) == (row.seconds, row.memory, "python3.12")
        assert variables(each).keys() == {*row.variables}
        assert each["kmsKeyArn"] == arn(key(platform))
        assert each["reservedConcurrentExecutions"] == row.at_once


def test_every_function_is_tested_and_used() -> None:
    """No handler without tests of its own, and none that no stack deploys but those that are options."""
    from tests.stacks import ROOT, STACKS, recorded

    deployed = {each["handler"] for stack in STACKS for each in of(recorded(stack, True), "lambda_.Function")}
    assert {each.handler for each in FUNCTIONS} - deployed == {
        "functions.client_vpn.handler.handle",
        "functions.rotate_cache.handler.handle",
        "functions.rotate_mysql.handler.handle",
        "functions.rotate_mysql_user.handler.handle",
        "functions.rotate_text.handler.handle",
        "functions.rotate_user.handler.handle",
        "functions.test_deployment.handler.handle",
    }
    for each in FUNCTIONS:
        assert (ROOT / f"tests/functions/test_{each.folder.rpartition('/')[2]}.py").exists(), each.name


BREACHES = [
    Breach("CP-AUTO-15", test_functions_in_the_network_stand_with_the_application,
           add(FUNCTION, name="other", vpcConfig={"subnetIds": ["subnet-public"], "securityGroupIds": []})),
    Breach("CP-LOG-04", test_every_function_has_its_log_group, drop("cloudwatch.LogGroup", "scale-up")),
    Breach("CP-LOG-04", test_every_function_has_its_log_group,
           change("cloudwatch.LogGroup", "auto-remediate", retentionInDays=0), "shared"),
]  # fmt: skip

test_breaches = noticed(BREACHES)
