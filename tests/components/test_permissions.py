"""What ECS may do to start a service's tasks, and what its code may do: exact actions on exact ARNs."""

import json
from typing import Any

import pytest

from components.compute.service import Service
from components.handles import NamedTable
from preview.recording import Recording
from settings.tables.permissions import ExecutionTable
from tests.components.examples import KEY, built, named_role, only, service_args, service_table

POLICY, ATTACHED = "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
PLAIN: dict[str, Any] = {"secrets": {}, "buckets": {}, "metrics": None, "environment": {}}
EVERY = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:/test/*"
LOG = "arn:aws:logs:eu-west-1:210987654321:log-group:/ecs/test/web:*"


def _service(known: bool = True, others: dict[str, Any] | None = None, **table: Any) -> Recording:
    def program() -> None:
        given = {**(others or {})}
        if table.get("tables"):
            role = named_role("other").resource
            given["tables"] = {"presence": NamedTable(arn="arn:aws:dynamodb:::table/presence", component=role)}
        Service("service", service_args(table=service_table(**table), **given))

    return built(program, known)


def _statements(recording: Recording, name: str) -> list[tuple[list[str], list[str]]]:
    found = json.loads(only(recording, POLICY, f"service-{name}")["policy"])["Statement"]
    return [(each["Action"], each["Resource"]) for each in found]


def test_buckets_by_what_is_done_with_them():
    """Those with the same actions share a statement; without a prefix all objects are meant."""
    table = {**PLAIN, "buckets": {"media": {"may": ["delete", "get", "put"]}}}
    assert _statements(_service(**table), "task-objects") == [
        (["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::acme-test-media/*"])
    ]
    table = {**PLAIN, "buckets": {"media": {"prefix": "in/", "may": ["put"]}}}
    assert _statements(_service(**table), "task-objects") == [(["s3:PutObject"], ["arn:aws:s3:::acme-test-media/in/*"])]


@pytest.mark.parametrize(
    ("may", "actions"),
    [
        (["read"], ["GetItem", "Query", "Scan"]),
        (["write"], ["DeleteItem", "PutItem", "UpdateItem"]),
        (["read", "write"], ["DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"]),
    ],
)
def test_tables(may, actions):
    recording = _service(**PLAIN, tables={"presence": {"may": may}})
    assert _statements(recording, "task-items") == [
        ([f"dynamodb:{each}" for each in actions], ["arn:aws:dynamodb:::table/presence"])
    ]


def test_what_it_may_besides():
    """Each word on its own ARNs; the service knows its log and the key, the rest it is given."""
    given = {"acts_on": {"publish": ["arn:aws:sns:::t-*"], "cache-login": ["arn:aws:elasticache:::c", "arn:u"]}}
    recording = _service(**PLAIN, others=given, may=["own-logs", "use-key", "publish", "cache-login"])
    assert _statements(recording, "task-others") == [
        (["logs:CreateLogStream", "logs:PutLogEvents"], [LOG]),
        (["kms:Decrypt", "kms:DescribeKey"], [KEY]),
        (["sns:Publish"], ["arn:aws:sns:::t-*"]),
        (["elasticache:Connect"], ["arn:aws:elasticache:::c", "arn:u"]),
    ]


def test_secrets_that_the_code_reads_itself():
    """Those named, or all; without kms:Decrypt, which the key's own policy gives the role. None leaves it nothing."""
    secrets = {"TOKEN": "app/token", "USER": "db/login#username"}
    table = {**PLAIN, "secrets": secrets}
    one = _service(**table, reads=["app/token"])
    [token] = [each.outputs["arn"] for each in one.of("aws:secretsmanager/secret:Secret") if "app" in each["name"]]
    assert _statements(one, "task-secrets") == [(["secretsmanager:GetSecretValue"], [token])]
    everything = _statements(_service(**table, reads=["*"]), "task-secrets")
    assert everything == [(["secretsmanager:GetSecretValue"], [EVERY])]
    names = {each.name for each in _service(**table, reads=[]).of(POLICY)}
    assert names == {"service-start", "service-start-secrets"}


def test_awss_policy_in_place_of_the_exact_statements():
    """It is attached; the secrets stay the service's own."""
    recording = _service(others={"execution": ExecutionTable(managed=True)})
    attached = only(recording, ATTACHED)
    assert (attached["policyArn"], attached["role"]) == (
        "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
        "acme-test-role-start",
    )
    names = {each.name for each in recording.of(POLICY)}
    assert "service-start" not in names
    assert "service-start-secrets" in names


def test_starting_with_all_secrets():
    """Also for those that nobody wrote yet: the resource is whatever has a name of theirs."""
    recording = _service(others={"execution": ExecutionTable(secrets="all")})
    assert _statements(recording, "start-secrets") == [
        (["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], [EVERY]),
        (["kms:Decrypt"], [KEY]),
    ]


def test_tags_of_a_service():
    service = only(_service(tags={"Purpose": "backend-api"}), "aws:ecs/service:Service")
    assert service["tags"] == {"Name": "acme-test-ecs-service-web", "Purpose": "backend-api"}


def test_a_service_tells_under_its_own_name():
    """Its metrics in one namespace, its events of one source: it can pass for no other service, nor for AWS."""
    recording = _service(**{**PLAIN, "metrics": "Shop/Web", "emits": "shop.web"})
    found = {
        name: json.loads(only(recording, POLICY, f"service-task-{name}")["policy"])["Statement"]
        for name in ("metrics", "events")
    }
    assert found == {
        "metrics": [
            {
                "Effect": "Allow",
                "Action": ["cloudwatch:PutMetricData"],
                "Resource": ["*"],
                "Condition": {"StringEquals": {"cloudwatch:namespace": "Shop/Web"}},
            }
        ],
        "events": [
            {
                "Effect": "Allow",
                "Action": ["events:PutEvents"],
                "Resource": ["arn:aws:events:eu-west-1:210987654321:event-bus/default"],
                "Condition": {"StringEquals": {"events:source": "shop.web"}},
            }
        ],
    }


def test_a_traced_service_may_write_traces():
    """And ask which requests to trace; X-Ray offers no resource for either."""
    actions = [f"xray:{word}" for word in
               ("GetSamplingRules", "GetSamplingTargets", "PutTelemetryRecords", "PutTraceSegments")]  # fmt: skip
    assert _statements(_service(**{**PLAIN, "may": ["trace"]}), "task-others") == [(actions, ["*"])]
