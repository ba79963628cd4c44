"""Network ACLs of ports, logs by class, findings that a function answers, and what watches everything."""

import re
from collections.abc import Sequence

from preview.recording import RecordedResource, Recording
from tests.requirements.reading import acl_of, acl_rules, arn, at, of, one, only
from tests.requirements.systems import shapes
from tests.requirements.systems.table import ClassProof, Matches, Proof, Ref, StackProof, holds

LIFECYCLE, FILTER = "s3.BucketLifecycleConfiguration", "cloudwatch.LogMetricFilter"
BLOCKS = {"production": 0, "production-dr": 1, "production-eu": 2, "staging": 10, "development": 20}
LOGS = {"production": "techcorp-logs", **{each: f"techcorp-logs-{word}" for each, word in (("production-eu", "eu"), ("staging", "staging"), ("development", "development"))}}  # fmt: skip
#: What has alarms, by the dimension and the output or input that tells its name in CloudWatch.
WATCHED = {
    "ecs.Service": "ServiceName",
    "rds.Instance": "DBInstanceIdentifier",
    "lb.LoadBalancer": "LoadBalancer",
    "lambda_.Function": "FunctionName",
}
EPHEMERAL: tuple[int, ...] = (1024, 65535)


def denies_by_default(stack: Recording) -> None:
    """Each subnet has exactly one ACL of the stack's, and no entry allows everything to or from anywhere."""
    found = [acl_of(stack, subnet) for subnet in of(stack, "ec2.Subnet")]
    assert len(found) == 9
    assert len({each.id for each in found}) == 3
    for each in found:
        for entry in (*acl_rules(stack, each, False), *acl_rules(stack, each, True)):
            assert entry.action == "allow"
            assert (entry.protocol, entry.cidr) != ("-1", shapes.ANYWHERE)


def names_ports_between_tiers(stack: Recording, block: int, stores: Sequence[int]) -> None:
    """Every entry names ports of TCP; each tier admits what it must, from where it comes, and sends what it must.

    File systems are mounted inside the private tier (N38).
    """
    public, private, database = ([f"10.{block}.{first + zone}.0/24" for zone in (1, 2, 3)] for first in (0, 10, 20))
    anywhere = [shapes.ANYWHERE]
    files = {(2049, 2049): private} if of(stack, "efs.FileSystem") else {}
    wanted: dict[tuple[str, bool], dict[tuple[int, ...], list[str]]] = {
        (public[0], False): {(443, 443): anywhere, (80, 80): anywhere, EPHEMERAL: anywhere},
        (public[0], True): {(443, 443): anywhere, (8080, 8080): private, EPHEMERAL: anywhere},
        (private[0], False): {(8080, 8080): public, EPHEMERAL: anywhere, **files},
        (private[0], True): {
            (443, 443): anywhere,
            EPHEMERAL: [*public, *(private if files else [])],
            **{(each, each): database for each in stores},
            **files,
        },
        (database[0], False): {(each, each): private for each in stores},
        (database[0], True): {EPHEMERAL: private},
    }
    for (cidr, egress), entries in wanted.items():
        found: dict[tuple[int, ...], list[str]] = {}
        for entry in acl_rules(stack, acl_of(stack, shapes.subnet(stack, cidr)), egress):
            assert entry.protocol == "tcp"
            found.setdefault(entry.ports, []).append(entry.cidr)
        assert found == entries, (cidr, egress)


def lifecycle_of(stack: Recording, bucket: str, prefix: str, moves: int | None, ends: int | None) -> None:
    """The rule of a prefix of a bucket: the day on which objects move to Glacier, and on which they go."""
    there = at(stack, "s3.Bucket", bucket=bucket)
    rules = only(each for each in of(stack, LIFECYCLE) if each["bucket"] in (there.id, bucket))["rules"]
    rule = only(each for each in rules if each["filter"]["prefix"] == prefix and each["status"] == "Enabled")
    found = [(each["days"], each["storageClass"]) for each in rule.get("transitions", [])]
    assert found == ([(moves, "GLACIER")] if moves else [])
    assert rule.get("expiration", {}).get("days") == ends


def every_bucket_forgets(stack: Recording, days: int) -> None:
    """Each bucket has a rule by which objects, or versions of them, go; backups after so many days."""
    buckets = of(stack, "s3.Bucket")
    assert buckets
    for bucket in buckets:
        rules = only(each for each in of(stack, LIFECYCLE) if each["bucket"] in (bucket.id, bucket["bucket"]))["rules"]
        kinds = ("expiration", "noncurrentVersionExpiration")
        ends = [rule[kind] for rule in rules for kind in kinds if rule["status"] == "Enabled" and rule.get(kind)]
        assert ends, bucket.name
        if bucket["bucket"].endswith("-backups"):
            assert {"days": days} in ends


def system_log(stack: Recording, name: str, days: int) -> None:
    """One group takes the VPC's flow logs and what ECS tells of the cluster, and EventBridge may write to it."""
    group = at(stack, "cloudwatch.LogGroup", name=name)
    assert group["retentionInDays"] == days
    assert one(stack, "ec2.FlowLog")["logDestination"] == arn(group)
    target = only(each for each in of(stack, "cloudwatch.EventTarget") if each["arn"] == arn(group))
    rule = only(each for each in of(stack, "cloudwatch.EventRule") if each["name"] == target["rule"])
    assert '"source": ["aws.ecs"]' in rule["eventPattern"]
    assert arn(one(stack, "ecs.Cluster")) in rule["eventPattern"]
    policy = one(stack, "cloudwatch.LogResourcePolicy")["policyDocument"]
    assert all(word in policy for word in ("logs:PutLogEvents", "events.amazonaws.com", f"{arn(group)}:*"))


def own_stream_prefixes(stack: Recording, name: str, days: int) -> None:
    """Every container writes to one group, under a prefix of its own."""
    assert at(stack, "cloudwatch.LogGroup", name=name)["retentionInDays"] == days
    given = [each["logConfiguration"] for each in shapes.containers(stack)]
    assert {each["logDriver"] for each in given} == {"awslogs"}
    assert {each["options"]["awslogs-group"] for each in given} == {name}
    prefixes = [each["options"]["awslogs-stream-prefix"] for each in given]
    assert prefixes == ["frontend", "backend", "sidecar"]


def tagged_and_named(stack: Recording, environment: str) -> None:
    """Each resource that can have tags has the stack's; each name begins with project and environment, after a path."""
    tagged = [each for each in stack.resources.values() if "tagsAll" in each.inputs]
    assert {"ec2/vpc:Vpc", "ecs/service:Service", "rds/instance:Instance"} <= {
        each.type.removeprefix("aws:") for each in tagged
    }
    for each in tagged:
        wanted = {"Project": "web-platform", "Environment": environment, "ManagedBy": "pulumi"}
        assert {key: each["tagsAll"].get(key) for key in wanted} == wanted, each.urn
        name = each["tagsAll"].get("Name", "")
        assert re.match(rf"(/ecs|/aws/lambda|/aws/rds/instance)?[/]?webplatform[-/]{environment}[-/]", name) or (
            each.type == "aws:acm/certificate:Certificate" or not name
        ), (each.urn, name)


def answers_guardduty(stack: Recording) -> None:
    """GuardDuty's findings run a function, which EventBridge may do."""
    function = at(stack, "lambda_.Function", name=only(_responders(stack))["name"])
    rules = [
        each for each in of(stack, "cloudwatch.EventRule") if '"aws.guardduty"' in each.inputs.get("eventPattern", "")
    ]
    targets = [each for each in of(stack, "cloudwatch.EventTarget") if each["arn"] == arn(function)]
    run = [rule for rule in rules if rule["name"] in {each["rule"] for each in targets}]
    assert run
    for rule in run:
        permission = at(stack, "lambda_.Permission", sourceArn=arn(rule))
        assert permission["function"] in (function["name"], arn(function))
        assert (permission["principal"], permission["action"]) == ("events.amazonaws.com", "lambda:InvokeFunction")


def _responders(stack: Recording) -> list[RecordedResource]:
    return [each for each in of(stack, "lambda_.Function") if each["name"].endswith("auto-remediate")]


def everything_is_watched(stack: Recording) -> None:
    """Services, databases, caches, the balancer and functions have alarms; what logs has its group."""
    dimensions = [each["dimensions"] for each in of(stack, "cloudwatch.MetricAlarm") if each.inputs.get("dimensions")]
    for class_, dimension in WATCHED.items():
        watched = {each[dimension] for each in dimensions if dimension in each}
        for each in of(stack, class_):
            name = each.outputs.get("arnSuffix") or each.inputs.get("identifier") or each["name"]
            assert name in watched, each.name
    nodes = {each["CacheClusterId"] for each in dimensions if "CacheClusterId" in each}
    cache = one(stack, "elasticache.ReplicationGroup")
    shards = [f"-{shard:04}" for shard in range(1, cache.inputs.get("numNodeGroups", 0) + 1)] or [""]
    each_has = cache.inputs.get("numCacheClusters") or cache["replicasPerNodeGroup"] + 1
    members = {f"{shard}-{number:03}" for shard in shards for number in range(1, each_has + 1)}
    assert {f"{cache['replicationGroupId']}{member}" for member in members} == nodes
    mounted = {each["FileSystemId"] for each in dimensions if "FileSystemId" in each}
    assert mounted == {each.id for each in of(stack, "efs.FileSystem")}
    groups = {each["name"] for each in of(stack, "cloudwatch.LogGroup")}
    used = {each["logConfiguration"]["options"]["awslogs-group"] for each in shapes.containers(stack)}
    used |= {each["loggingConfig"]["logGroup"] for each in of(stack, "lambda_.Function")}
    used |= {
        f"/aws/rds/instance/{each['identifier']}/{log}"
        for each in of(stack, "rds.Instance")
        for log in each["enabledCloudwatchLogsExports"]
    }
    assert used <= groups


ACL_RULES = ("ec2.NetworkAclRule",)
TECHCORP: list[Proof] = [
    StackProof("TC-NACL-01", denies_by_default, (), ("ec2.NetworkAcl",)),
    *(StackProof("TC-NACL-02", names_ports_between_tiers, (block, (5432, 6379)), ACL_RULES, (stack,)) for stack, block in BLOCKS.items()),
    *(
        StackProof(id_, lifecycle_of, (LOGS[stack], prefix, moves, ends), (LIFECYCLE, "s3.Bucket"), (stack,))
        for stack in LOGS
        for id_, prefix, moves, ends in (
            ("TC-STORE-03", "access/", None, 90),
            ("TC-STORE-07", "app/", 90, None),
            ("TC-STORE-07", "audit/", 90, 2555),
            ("TC-STORE-08", "audit/", 90, 2555),
            ("TC-STORE-09", "access/", None, 90),
        )
    ),
    *(ClassProof("TC-STORE-03", "s3.BucketServerSideEncryptionConfiguration", {"rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": "aws:kms", "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId": Ref("kms.Key", output="arn")}, {"logical": "bucket-logs-encryption"}, 1, (stack,)) for stack in LOGS),
    StackProof("TC-DETECT-08", answers_guardduty, (), ("cloudwatch.EventTarget", "lambda_.Permission", "lambda_.Function")),
    ClassProof("TC-DETECT-05", "securityhub.StandardsSubscription", {}, {"standardsArn": Matches(r"::standards/pci-dss/v/4\.0\.1$")}, 1),
    StackProof("TC-LOG-07", everything_is_watched, (), ("cloudwatch.MetricAlarm", "cloudwatch.LogGroup")),
]  # fmt: skip
WEB_PLATFORM: list[Proof] = [
    row
    for stack in ("staging", "production")
    for row in (
        StackProof("WP-LOG-01", own_stream_prefixes, (f"/webplatform/{stack}/application", 30), ("cloudwatch.LogGroup", "ecs.TaskDefinition"), (stack,)),
        StackProof("WP-LOG-02", system_log, (f"/webplatform/{stack}/system", 30), ("cloudwatch.LogGroup", "ec2.FlowLog", "cloudwatch.EventTarget", "cloudwatch.LogResourcePolicy"), (stack,)),
        StackProof("WP-STORE-06", every_bucket_forgets, (30,), (LIFECYCLE, "s3.Bucket"), (stack,)),
        StackProof("WP-TAG-01", tagged_and_named, (stack,), ("ec2.Vpc", "ecs.Service", "rds.Instance"), (stack,)),
    )
]  # fmt: skip
CLUB_APP: list[Proof] = [
    ClassProof("CA-SEC-03", "secretsmanager.SecretRotation", {"secretId": Ref("secretsmanager.Secret", {"name": "clubapp/dev/rds"}, "arn"), "rotationRules.automaticallyAfterDays": 30, "rotationRules.duration": "3h", "rotationLambdaArn": Ref("lambda_.Function", {"name": "aws-secretsmanager-clubapp-dev"}, "arn")}, count=1),
    *(ClassProof("CA-STORE-19", LIFECYCLE, {"rules.0.status": "Enabled", "rules.0.noncurrentVersionTransitions": holds({"noncurrentDays": days, "storageClass": "GLACIER"})}, {"logical": f"bucket-{word}-lifecycle"}, 1) for word, days in (("assets", 90), ("receipts", 365), ("tfstate", 90), ("config", 90))),
]  # fmt: skip
ROWS = [*TECHCORP, *WEB_PLATFORM, *CLUB_APP]
