"""Scaling, permissions, secrets' forms, encryption and tags a row, and MySQL, as three ledgers fix them."""

import json
import re
from collections.abc import Mapping
from typing import Any

from preview.recording import Recording
from tests.requirements.reading import arn, at, of, only
from tests.requirements.systems import shapes
from tests.requirements.systems.table import ABSENT, ClassProof, Matches, Proof, Ref, StackProof, holds, one_of

POLICY, ALARM, ACTION, TASK = (
    "appautoscaling.Policy",
    "cloudwatch.MetricAlarm",
    "appautoscaling.ScheduledAction",
    "ecs.TaskDefinition",
)
STEP, TRACKING = "stepScalingPolicyConfiguration", "targetTrackingScalingPolicyConfiguration"
ENCRYPTION = "s3.BucketServerSideEncryptionConfiguration"


def starts(stack: Recording, where: Mapping[str, Any], adjustment: int) -> None:
    """An alarm's actions hold the ARN of a step policy of ECS with this adjustment, and an alarm is there."""
    found = [each for each in of(stack, ALARM) if all(each.inputs.get(key) == value for key, value in where.items())]
    assert len(found) == 1, where
    policies = [
        each
        for each in of(stack, POLICY)
        if each["policyType"] == "StepScaling"
        and [step["scalingAdjustment"] for step in each[STEP]["stepAdjustments"]] == [adjustment]
    ]
    assert {arn(each) for each in policies} & {*found[0]["alarmActions"]}


def on_queue(stack: Recording, comparison: str, threshold: float, adjustment: int) -> None:
    """The alarm on the queue's depth, of the largest value that any consumer reports, and what it starts."""
    where = {
        "namespace": "SIEM/Application",
        "metricName": "QueueDepth",
        "dimensions": {"QueueName": "clean", "TenantId": "default"},
        "statistic": "Maximum",
        "comparisonOperator": comparison,
        "threshold": threshold,
        "alarmActions": at(stack, ALARM, metricName="QueueDepth", threshold=threshold)["alarmActions"],
    }
    starts(stack, where, adjustment)


def on_service(stack: Recording, metric: str, threshold: float, adjustment: int, name: str = "") -> None:
    """One alarm on a service's own metric at a threshold starts something: one step policy of the same service."""
    policies = {arn(each): each for each in of(stack, POLICY)}
    alarms = [
        each
        for each in of(stack, ALARM)
        if (each.inputs.get("namespace"), each.inputs.get("metricName"), each["threshold"])
        == ("AWS/ECS", metric, threshold)
        and name in each["dimensions"]["ServiceName"]
    ]
    service, policy = only(
        (alarm["dimensions"]["ServiceName"], policies[action])
        for alarm in alarms
        for action in alarm["alarmActions"]
        if action in policies
    )
    assert policy["policyType"] == "StepScaling"
    assert policy["resourceId"].endswith(f"/{service}")
    assert [step["scalingAdjustment"] for step in policy[STEP]["stepAdjustments"]] == [adjustment]


def password_of(stack: Recording, characters: int) -> None:
    """The database's password is generated, of 62 signs."""
    found = next(
        each for each in stack.of("random:index/randomPassword:RandomPassword") if each.name == "database-password"
    )
    assert (found["length"], found["special"]) == (characters, False)
    version = only(each for each in of(stack, "secretsmanager.SecretVersion") if each.name == "database-credentials")
    assert found.outputs["result"] in version["secretString"]


def role_may(stack: Recording, role: str, wanted: Mapping[str, tuple[str, ...]], exactly: bool = True) -> None:
    """A role's allowed actions, and the forms of the resources that each is limited to."""
    name = next(each["name"] for each in of(stack, "iam.Role") if re.match(role, each["name"]))
    found: dict[str, list[str]] = {}
    for policy in of(stack, "iam.RolePolicy"):
        if policy["role"] != name:
            continue
        for statement in json.loads(policy["policy"])["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in statement["Action"]:
                found.setdefault(action, []).extend(statement["Resource"])
    assert not exactly or {*found} == {*wanted}, found
    for action, forms in wanted.items():
        assert len(found[action]) == len(forms), (action, found[action])
        for form, resource in zip(forms, found[action], strict=True):
            assert re.search(form, resource), (action, resource)


SERVICES = ("repo1-api", "repo2-api", "repo2-consumer")
READ, LOGS, CONNECT = (
    "secretsmanager:GetSecretValue",
    ("logs:CreateLogStream", "logs:PutLogEvents"),
    "elasticache:Connect",
)
METRICS = {"cloudwatch:PutMetricData": (r"^\*$",)}


def _task_role(service: str, reads: str, more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    own = (rf"log-group:/ecs/.*/{service}:\*$",)
    cache = (r":replicationgroup:siem-\w+-redis$", rf":user:{service}$")
    return {CONNECT: cache, **dict.fromkeys(LOGS, own), READ: (reads,), **more}


def _connect(service: str) -> dict[str, tuple[str, ...]]:
    return {"rds-db:connect": (rf":dbuser:[^/]+/{service.replace('-', '_')}$",)}


EVERY_SECRET = r"secret:/siem/(prod|staging|starter)/\*$"
SIEM: list[Proof] = [
    ClassProof("AA-CMP-06", TASK, {"containerDefinitions.0.secrets.*.name": ["API_KEYS", "REDIS_URL"]}, {"family": Matches("repo1-api$")}, 1),
    ClassProof("AA-CMP-09", TASK, {"containerDefinitions.0.secrets.*.name": ["DATABASE_URL", "REDIS_URL", "SECRET_KEY"]}, {"family": Matches("repo2-api$")}, 1),
    ClassProof("AA-CMP-13", TASK, {"containerDefinitions.0.secrets.*.name": ["DATABASE_URL", "REDIS_URL"]}, {"family": Matches("repo2-consumer$")}, 1),
    ClassProof("AA-CMP-11", "ecs.Service", {"desiredCount": 2, "loadBalancers": ABSENT, "launchType": ABSENT, "capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}, {"name": Matches("repo2-consumer$")}, 1),
    ClassProof("AA-COST-04", "ecs.Service", {"desiredCount": 2, "loadBalancers": ABSENT, "launchType": ABSENT, "capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}, {"name": Matches("repo2-consumer$")}, 1),
    ClassProof("AA-CMP-19", "ecr.Repository", {"encryptionConfigurations.0.encryptionType": "AES256"}, count=2),
    ClassProof("AA-SCALE-05", "appautoscaling.Target", {"minCapacity": 2, "maxCapacity": 20}, {"resourceId": Matches("/repo2-consumer$")}, 1),
    StackProof("AA-SCALE-06", on_queue, ("GreaterThanThreshold", 1000, 2), (ALARM, POLICY)),
    StackProof("AA-SCALE-07", on_queue, ("LessThanThreshold", 100, -2), (ALARM, POLICY)),
    *(StackProof("AA-SCALE-09", on_service, ("MemoryUtilization", 85, 1, each), (ALARM, POLICY)) for each in SERVICES),
    StackProof("AA-SCALE-10", shapes.count_of, (3, "appautoscaling.Target"), ("appautoscaling.Target",)),
    StackProof("AA-SCALE-10", shapes.count_of, (4, POLICY), (POLICY,)),
    StackProof("AA-SCALE-11", on_service, ("CPUUtilization", 80, 1, "repo2-consumer"), (ALARM, POLICY)),
    ClassProof("AA-STORE-03", "s3.BucketPublicAccessBlock", {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True}, {"logical": "bucket-reports-private"}, 1),
    StackProof("AA-STORE-03", role_may, ("ECSTaskRole-Repo2", {"s3:PutObject": (r"^arn:aws:s3:::siem-\w+-reports/\*$",)}, False), ("iam.RolePolicy",)),
    ClassProof("AA-STORE-04", ENCRYPTION, {"rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": "AES256"}),
    ClassProof("AA-SEC-01", "secretsmanager.SecretVersion", {"secretString": Matches(r"^postgresql://app_admin:[^@/:]+@[^@/:]+:5432/siem_db$")}, {"logical": "database-credentials"}, 1),
    ClassProof("AA-SEC-01", "secretsmanager.Secret", {"name": Matches(r"^/siem/\w+/database-url$")}, {"logical": "database-credentials"}, 1),
    ClassProof("AA-SEC-02", "secretsmanager.SecretVersion", {"secretString": Matches(r"^rediss://:[^@/:]+@[^@/:]+:6379/0$")}, {"logical": "cache-token"}, 1),
    ClassProof("AA-SEC-02", "secretsmanager.Secret", {"name": Matches(r"^/siem/\w+/redis-url$")}, {"logical": "cache-token"}, 1),
    ClassProof("AA-SEC-07", TASK, {"containerDefinitions.0.secrets.0.valueFrom": Ref("secretsmanager.Secret", {"logical": "database-credentials"}, "arn"), "containerDefinitions.0.secrets.2.valueFrom": Ref("secretsmanager.Secret", {"logical": "secrets-jwt-secret"}, "arn")}, {"family": Matches("repo2-api$")}, 1),
    StackProof("AA-IAM-01", role_may, ("ECSTaskRole-Repo1", _task_role("repo1-api", "redis-url", {})), ("iam.RolePolicy",)),
    StackProof("AA-IAM-02", role_may, ("ECSTaskRole-Repo2", _task_role("repo2-api", EVERY_SECRET, {**_connect("repo2-api"), "s3:PutObject": (r"-reports/\*$",)})), ("iam.RolePolicy",)),
    StackProof("AA-IAM-03", role_may, ("ECSTaskRole-Consumer", _task_role("repo2-consumer", EVERY_SECRET, {**_connect("repo2-consumer"), **METRICS})), ("iam.RolePolicy",)),
]  # fmt: skip


def _schedule(id_: str, stack: str, word: str, cron: str, least: int, most: int) -> ClassProof:
    bounds = {"scalableTargetAction.minCapacity": least, "scalableTargetAction.maxCapacity": most}
    values = {"schedule": f"cron({cron})", "timezone": "America/New_York", **bounds}
    return ClassProof(id_, ACTION, values, {"logical": f"scaling-web-schedule-{word}"}, 1, (stack,))


BOUNDS = {"production": ((6, 9), (3, 9), (2, 6)), "staging": ((3, 4), (2, 4), (2, 3))}
WEB: list[Proof] = [
    *(
        StackProof(id_, on_service, (metric, threshold, adjustment), (ALARM, POLICY))
        for id_, metric, threshold, adjustment in (
            ("WP-SCALE-02", "CPUUtilization", 70, 1),
            ("WP-SCALE-03", "CPUUtilization", 30, -1),
            ("WP-SCALE-04", "MemoryUtilization", 80, 1),
            ("WP-SCALE-05", "MemoryUtilization", 40, -1),
        )
    ),
    *(
        _schedule(id_, stack, word, cron, *bounds)
        for stack, rows in BOUNDS.items()
        for bounds, (id_, word, cron) in zip(
            rows,
            (
                ("WP-SCALE-06", "morning", "0 7 ? * MON-FRI *"),
                ("WP-SCALE-07", "evening", "0 20 ? * MON-FRI *"),
                ("WP-SCALE-08", "weekend", "0 8 ? * SAT *"),
            ),
            strict=True,
        )
    ),
    ClassProof("WP-COST-04", ACTION, {}, {"logical": Matches("-(evening|weekend)$")}, 2),
    ClassProof("WP-COST-04", POLICY, {"policyType": "StepScaling", f"{STEP}.stepAdjustments.0.scalingAdjustment": -1}, {"logical": Matches("-down$")}, 2),
    ClassProof("WP-IAM-02", "iam.RolePolicyAttachment", {"role": Ref("iam.Role", {"logical": "roles-web-ecs-task-execution"}, "name")}, {"policyArn": Matches("/service-role/AmazonECSTaskExecutionRolePolicy$")}, 1),
    ClassProof("WP-IAM-02", "iam.RolePolicy", {"policy": holds("secretsmanager:GetSecretValue")}, {"logical": "service-web-start-secrets"}, 1),
    StackProof("WP-SG-03", shapes.group, ("rds", [("tcp", 3306, "app"), ("tcp", 3306, "bastion")], None), ("vpc.SecurityGroupIngressRule",)),
    ClassProof("WP-DB-01", "rds.Instance", {"engine": "mysql", "engineVersion": "8.4", "instanceClass": one_of("db.t4g.medium", "db.t4g.small")}, count=1),
    ClassProof("WP-DB-07", "rds.Instance", {"enabledCloudwatchLogsExports": ["error", "general", "slowquery"]}, count=1),
    ClassProof("WP-SEC-02", "rds.ParameterGroup", {"family": "mysql8.4", "parameters": holds({"applyMethod": "immediate", "name": "require_secure_transport", "value": "1"})}, count=1),
    ClassProof("WP-SEC-02", "elasticache.ReplicationGroup", {"transitEncryptionEnabled": True}, count=1),
    ClassProof("WP-SEC-02", "lb.Listener", {"protocol": "HTTPS"}, {"port": 443}, 1),
]  # fmt: skip
REDIS_URL = r"^rediss://:[^@/:]+@[^@/:]+:6379$"
ITEMS = ("DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
CLUB: list[Proof] = [
    ClassProof("CA-CMP-01", "ecs.Cluster", {"name": "clubapp-dev-ecs"}, count=1),
    ClassProof("CA-CMP-01", "ecs.ClusterCapacityProviders", {"capacityProviders": ["FARGATE", "FARGATE_SPOT"]}, count=1),
    ClassProof("CA-CMP-03", "ecs.Cluster", {"settings": [{"name": "containerInsights", "value": "disabled"}]}, count=1),
    ClassProof("CA-CMP-09", TASK, {"containerDefinitions.0.secrets.*.name": ["DATABASE_URL", "JWT_SECRET", "REDIS_URL", "SENDGRID_API_KEY", "SENTRY_DSN", "STRIPE_SECRET_KEY"]}, count=1),
    ClassProof("CA-SCALE-03", POLICY, {"policyType": "TargetTrackingScaling", f"{TRACKING}.targetValue": 75, f"{TRACKING}.scaleOutCooldown": 60, f"{TRACKING}.scaleInCooldown": 300, f"{TRACKING}.predefinedMetricSpecification.predefinedMetricType": "ECSServiceAverageMemoryUtilization"}, {"logical": "scaling-web-memory"}, 1),
    ClassProof("CA-SCALE-04", POLICY, {"policyType": "StepScaling", f"{STEP}.adjustmentType": "ChangeInCapacity", f"{STEP}.cooldown": 60, f"{STEP}.stepAdjustments.0.scalingAdjustment": 1}, {"logical": "scaling-web-on-service-cpu"}, 1),
    StackProof("CA-SCALE-04", on_service, ("CPUUtilization", 80, 1), (ALARM, POLICY)),
    StackProof("CA-SG-02", shapes.group, ("app", [("tcp", 3000, "alb")], [("tcp", 443, shapes.ANYWHERE), ("tcp", 5432, "rds"), ("tcp", 6379, "redis"), ("udp", 53, shapes.ANYWHERE)], "clubapp-dev-ecs-sg"), ("vpc.SecurityGroupIngressRule",)),
    ClassProof("CA-CACHE-11", "elasticache.ReplicationGroup", {"snapshotRetentionLimit": 5, "snapshotWindow": "03:00-05:00"}, count=1),
    ClassProof("CA-CACHE-12", "elasticache.ReplicationGroup", {"maintenanceWindow": "sun:05:00-sun:07:00"}, count=1),
    *(ClassProof("CA-STORE-06", ENCRYPTION, {"rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": "AES256"}, {"logical": Matches(f"^bucket-{word}-")}, 1) for word in ("assets", "receipts", "logs", "tfstate")),
    ClassProof("CA-SEC-01", "secretsmanager.Secret", {"name": "clubapp/dev/rds"}, {"logical": "database-credentials"}, 1),
    ClassProof("CA-SEC-01", "secretsmanager.SecretVersion", {"secretString": Matches(r'^\{"dbname": "postgres", "engine": "postgres", "host": "[^"]+", "password": "[^"]+", "port": 5432, "username": "app"\}$')}, {"logical": "database-credentials"}, 1),
    StackProof("CA-SEC-02", password_of, (44,), ("secretsmanager.SecretVersion",)),
    ClassProof("CA-SEC-04", "secretsmanager.SecretVersion", {"secretString": Matches(REDIS_URL)}, {"logical": "cache-token"}, 1),
    ClassProof("CA-SEC-04", "secretsmanager.Secret", {"name": "clubapp/dev/redis"}, {"logical": "cache-token"}, 1),
    ClassProof("CA-IAM-02", "iam.RolePolicyAttachment", {"role": "ecsTaskExecutionRole"}, {"policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"}, 1),
    ClassProof("CA-IAM-03", "iam.RolePolicy", {"name": "SecretsManagerAccess", "policy": holds('"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"'), "policy.Statement.0.Resource": ["arn:aws:secretsmanager:us-east-1:425687053209:secret:clubapp/dev/*"]}, {"role": "ecsTaskExecutionRole"}, 1),
    StackProof("CA-IAM-05", role_may, ("ecsTaskRole", {f"s3:{each}Object": (r"^arn:aws:s3:::clubapp-dev-assets/\*$", r"^arn:aws:s3:::clubapp-dev-receipts/\*$") for each in ("Delete", "Get", "Put")}, False), ("iam.RolePolicy",)),
    StackProof("CA-IAM-06", role_may, ("ecsTaskRole", {READ: (r"^arn:aws:secretsmanager:us-east-1:425687053209:secret:clubapp/dev/\*$",)}, False), ("iam.RolePolicy",)),
    StackProof("CA-IAM-07", role_may, ("ecsTaskRole", {f"dynamodb:{each}": (r":table/clubapp-dev-(dynamodb-)?presence$",) for each in ITEMS}, False), ("iam.RolePolicy",)),
    StackProof("CA-IAM-08", role_may, ("ecsTaskRole", {f"rds:DescribeDB{each}": (r"^arn:aws:rds:us-east-1:425687053209:db:clubapp-dev-postgres$",) for each in ("Clusters", "Instances")}, False), ("iam.RolePolicy",)),
    StackProof("CA-IAM-09", role_may, ("ecsTaskRole", {f"kms:{each}": (r"^arn:aws:kms:us-east-1:425687053209:key/[^*]+$",) for each in ("Decrypt", "DescribeKey")}, False), ("iam.RolePolicy",)),
    StackProof("CA-IAM-10", role_may, ("ecsTaskRole", {"sns:Publish": (r"^arn:aws:sns:us-east-1:425687053209:clubapp-dev-\*$",)}, False), ("iam.RolePolicy",)),
    ClassProof("CA-TAG-02", "s3.Bucket", {"tags.Purpose": "assets", "tags.CostCenter": "engineering"}, {"bucket": "clubapp-dev-assets"}, 1),
    ClassProof("CA-TAG-03", "s3.Bucket", {"tags.Purpose": "receipts", "tags.Compliance": "financial", "tags.Retention": "7years"}, {"bucket": "clubapp-dev-receipts"}, 1),
    ClassProof("CA-TAG-04", "s3.Bucket", {"tags.Purpose": "logs", "tags.Retention": "30days"}, {"bucket": "clubapp-dev-logs"}, 1),
    ClassProof("CA-TAG-05", "ecs.Service", {"tags.Purpose": "backend-api"}, {"name": "clubapp-dev-svc"}, 1),
]  # fmt: skip
ROWS: list[Proof] = [*SIEM, *WEB, *CLUB]
