"""A function on Lambda: its role's permissions, its log, its queue, and when it is refused."""

import json
from dataclasses import replace

import pulumi
import pytest

from components.compute.function import Function, Scope
from components.compute.function_rule import FunctionRule, FunctionRuleArgs
from components.security.rotation import Rotation, RotationArgs
from functions.common.function import FunctionDefinition
from functions.posture_report import POSTURE_REPORT
from settings.tables.functions import FunctionsTable, OnTable
from tests.components.examples import (
    COMMON,
    FACTS,
    KEY,
    SUBNETS,
    built,
    counted,
    example,
    function,
    function_args,
    only,
    waits_for,
)
from tests.components.examples.data import bucket
from tests.stacks import recorded

ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
FUNCTION, POLICY = "aws:lambda/function:Function", "aws:iam/rolePolicy:RolePolicy"
OWN = "arn:aws:lambda:eu-west-1:210987654321:function:acme-test-lambda-rotate-database"
JOINS = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
         "ec2:UnassignPrivateIpAddresses"]  # fmt: skip
LOOKS = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]


def statements(recording, name):
    return json.loads(only(recording, POLICY, name)["policy"])["Statement"]


def test_what_is_made():
    """A log group, a queue, two policies at most, the function and the bounds of its tries."""
    recording = example(Function)
    assert counted(recording) == {
        "aws:iam/role:Role": 1,  # given
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:sqs/queue:Queue": 1,
        POLICY: 2,
        FUNCTION: 1,
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": 1,
    }
    made = only(recording, FUNCTION)
    assert (made["runtime"], made["architectures"], made["timeout"], made["memorySize"]) == (
        "python3.12",
        ["arm64"],
        120,
        256,
    )
    assert made["vpcConfig"] == {"subnetIds": SUBNETS, "securityGroupIds": ["sg-web"]}
    assert (made["kmsKeyArn"], made["reservedConcurrentExecutions"]) == (KEY, 1)
    assert {"it-run", "it-data"} <= set(waits_for(recording, made)), "Lambda tries the permissions when it is made"


def test_the_role_may_do_what_the_declaration_says_and_nothing_else():
    """On what a word means in this stack. What Lambda needs in the VPC is denied to the code (its own calls alone carry
    the function's ARN)."""
    recording = example(Function)
    found = [*statements(recording, "it-run"), *statements(recording, "it-data")]
    log = "arn:aws:logs:eu-west-1:210987654321:log-group:/aws/lambda/acme-test-lambda-rotate-database:*"
    queue = "arn:aws:sqs:eu-west-1:210987654321:acme-test-sqs-rotate-database-dead-letters"
    secret = [f"secretsmanager:{word}" for word in
              ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")]  # fmt: skip
    allowed = [(each["Action"], each["Resource"]) for each in found if each["Effect"] == "Allow"]
    assert allowed == [
        (["logs:CreateLogStream", "logs:PutLogEvents"], [log]),
        (["sqs:SendMessage"], [queue]),
        (LOOKS, ["*"]),
        (JOINS, ["arn:aws:ec2:eu-west-1:210987654321:*/*"]),
        (["kms:Decrypt", "kms:GenerateDataKey"], [KEY]),
        (secret, ["arn:aws:secretsmanager:eu-west-1:210987654321:secret:/test/db/login-AbCdEf"]),
        (["ecs:UpdateService"], ["arn:aws:ecs:eu-west-1:210987654321:service/shop/web"]),
    ]
    [denied] = [each for each in found if each["Effect"] == "Deny"]
    assert denied["Condition"] == {"ArnEquals": {"lambda:SourceFunctionArn": OWN}}
    assert denied["Action"] == sorted([*LOOKS, *JOINS])


def test_outside_the_vpc_it_needs_no_interface():
    """And a scope's condition stands in its statement."""
    scopes = {"hub": Scope([FACTS.hub], {"Bool": {"x": "true"}}), "topic": Scope([FACTS.topic("t")])}
    changes = {"definition": POSTURE_REPORT, "scopes": scopes, "variables": {"REPORT_TOPIC": "t"}, "placement": None}
    recording = built(lambda: Function("it", function_args(**changes)))
    assert "vpcConfig" not in only(recording, FUNCTION).inputs
    found = {each["Action"][0]: each for each in statements(recording, "it-run")}
    assert not any(action.startswith("ec2:") for action in found)
    assert found["securityhub:GetFindings"]["Condition"] == {"Bool": {"x": "true"}}


@pytest.mark.parametrize(
    "changes",
    [
        {"variables": {"CLUSTER": "shop"}},
        {"variables": {"CLUSTER": "s", "SERVICES": "[]", "MORE": "x"}},
        {"placement": None},
    ],
)
def test_what_the_declaration_does_not_want_is_refused(changes):
    """A variable that is missing or too many, a placement that is missing: seen at the first preview."""
    with pytest.raises(ValueError, match="rotate-database needs the variables"):
        built(lambda: Function("it", function_args(**changes)))


@pytest.mark.parametrize(
    ("service", "account"),
    [("events", {}), ("sns", {}), ("secretsmanager", {"sourceAccount": FACTS.account})],
)
def test_permission_is_for_one_resource(service, account):
    """And for this account where the service says for whom it acts: EventBridge, asked for it, runs nothing."""

    def program():
        function("x").permit("rule", service, "arn:rule")

    permission = only(built(program), "aws:lambda/permission:Permission")
    said = ("statementId", "action", "principal", "sourceArn", "sourceAccount")
    assert {key: permission[key] for key in said if key in permission.inputs} == {
        "statementId": "rule",
        "action": "lambda:InvokeFunction",
        "principal": f"{service}.amazonaws.com",
        "sourceArn": "arn:rule",
        **account,
    }


def test_a_rotation_waits_for_its_permission():
    """Secrets Manager tries it at once: the permission and the function are there."""
    assert only(example(Rotation), ROTATION)["rotationRules"] == {"automaticallyAfterDays": 30}
    args = RotationArgs(secret_arn="arn", days=30, hours=3, function="f", after=[], **COMMON)
    window = built(lambda: Rotation("it", args))
    assert only(window, ROTATION)["rotationRules"] == {"automaticallyAfterDays": 30, "duration": "3h"}
    prod = recorded("prod", False)
    [rotation] = prod.of(ROTATION)
    behind = {"function-rotate-database-secret", "function-rotate-database-function"}
    assert behind <= set(waits_for(prod, rotation))


OWN_CODE = FunctionDefinition(
    name="orders",
    purpose="Counts orders",
    handler="handler.handle",
    seconds=10,
    memory=128,
    at_once=4,
    variables=("ENVIRONMENT",),
    runtime="nodejs22.x",
    code="functions/common",
)


@pytest.mark.parametrize(("at_once", "reserve"), [(4, False), (None, True)])
def test_a_function_of_the_stacks_own(monkeypatch, at_once, reserve):
    """Its folder is its archive, its row says what is reserved, and Lambda may write its traces."""
    monkeypatch.setattr("components.compute.function.archive", lambda declared: pulumi.AssetArchive({}))
    given = {
        "definition": replace(OWN_CODE, at_once=at_once),
        "table": FunctionsTable(reserve=reserve),
        "scopes": {},
        "variables": {"ENVIRONMENT": "test"},
        "placement": None,
        "traced": True,
    }
    recording = built(lambda: Function("it", function_args(**given)))
    made = only(recording, FUNCTION)
    assert (made["runtime"], made["handler"], made["description"]) == ("nodejs22.x", "handler.handle", "Counts orders")
    assert (made["memorySize"], made["timeout"], made["tracingConfig"]) == (128, 10, {"mode": "Active"})
    assert made.inputs.get("reservedConcurrentExecutions") == at_once
    assert statements(recording, "it-run")[2:-1] == [
        {
            "Effect": "Allow",
            "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
            "Resource": ["*"],
        }
    ]


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ({"every": "1d"}, ("rate(1 day)", None)),
        ({"every": "90m"}, ("rate(90 minutes)", None)),
        ({"source": "shop.api"}, (None, {"source": ["shop.api"]})),
        ({"source": "shop.*"}, (None, {"source": [{"prefix": "shop."}]})),
        (
            {"source": "aws.ecs", "kinds": ["ECS Task State Change"]},
            (None, {"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"]}),
        ),
        (
            {"bucket": "files", "objects": "deleted"},
            (
                None,
                {
                    "source": ["aws.s3"],
                    "detail-type": ["Object Deleted"],
                    "detail": {"bucket": {"name": ["acme-test-files"]}},
                },
            ),
        ),
    ],
)
def test_what_runs_it(table, wanted):
    """The clock, or the events of a pattern; the rule may run this function, and no other rule may."""

    def program():
        on = OnTable.model_validate(table)
        files = bucket("files").handle if on.bucket else None
        FunctionRule("it", FunctionRuleArgs(table=on, function=function("orders"), bucket=files, **COMMON))

    recording = built(program)
    rule = only(recording, "aws:cloudwatch/eventRule:EventRule")
    pattern = rule.inputs.get("eventPattern")
    assert (rule.inputs.get("scheduleExpression"), pattern and json.loads(pattern)) == wanted
    target, permission = (
        only(recording, kind) for kind in ("aws:cloudwatch/eventTarget:EventTarget", "aws:lambda/permission:Permission")
    )
    assert (target["rule"], permission["sourceArn"]) == (rule["name"], rule.outputs["arn"])
    assert target["arn"] == only(recording, FUNCTION).outputs["arn"]
    assert {"function-orders-rule"} <= set(waits_for(recording, target)), "else the first event is lost"
