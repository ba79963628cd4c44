"""What each type of resource costs by being there: nothing, or quantities of what has a price."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from costs.hours import TaskCounts, running, scheduled
from costs.prices import HOURS
from preview.lookup import of
from preview.recording import RecordedResource, Recording
from preview.wire import UNKNOWN


class Billed(NamedTuple):
    """Some of what a resource costs."""

    row: str  #: of the tables
    what: str
    quantity: float
    price: str  #: its id in the price book; one that is not there has no price
    hours: float = 1  #: 1 where the price is a month's or a piece's
    sized: bool = False  #: `what` is of one resource, so several alike are counted before it


#: What a resource of a stack costs, at the least or (True) with all that scaling and growing may make of it.
Counter = Callable[[Recording, RecordedResource, bool], Iterator[Billed]]


# Compute.


def task_counts(stack: Recording, service: RecordedResource) -> TaskCounts:
    """The least and the most tasks that scaling lets a service have; its fixed count where nothing scales it."""
    for target in of(stack, "appautoscaling.Target"):
        if str(target["resourceId"]).rpartition("/")[2] == service.inputs.get("name"):
            return scheduled(stack, target)
    count = float(service.inputs.get("desiredCount", 1))
    return TaskCounts(count, count, count)


def _tasks(stack: Recording, service: RecordedResource, most: bool) -> Iterator[Billed]:
    """A service's tasks on Fargate, each capacity by its share. What runs on machines is billed by these."""
    if service.inputs.get("launchType") in ("EC2", "EXTERNAL"):
        return
    counts = task_counts(stack, service)
    count = counts.most if most else counts.usual
    hours = running(stack)
    if (service.inputs.get("networkConfiguration") or {}).get("assignPublicIp"):
        yield Billed("Public IPv4", "addresses of tasks", count, "public_ipv4", hours)
    for task in (each for each in of(stack, "ecs.TaskDefinition") if each.parent == service.parent):
        kind = "linux_arm" if task.inputs.get("runtimePlatform", {}).get("cpuArchitecture") == "ARM64" else "linux_x86"
        for capacity, tasks in _shares(count, service.inputs.get("capacityProviderStrategies") or ()).items():
            spot = " on Spot" if capacity == "fargate_spot" else ""
            for key, unit, word in (("cpu", "vCPU", "vcpu"), ("memory", "GB", "memory")):
                size = int(task[key]) / 1024
                yield Billed("ECS Fargate", f"{tasks:g} × {size:g} {unit}{spot}", tasks * size,
                           f"{capacity}.{kind}.{word}", hours, sized=True)  # fmt: skip
        disk: float = (task.inputs.get("ephemeralStorage") or {"sizeInGib": 20})["sizeInGib"]
        if extra := disk - 20:
            yield Billed("ECS Fargate", f"{count:g} × {extra:g} GB of disk above 20", count * extra,
                       "fargate.ephemeral_storage", hours, sized=True)  # fmt: skip


def _shares(count: float, strategies: Any) -> dict[str, float]:
    """The tasks on demand and on Spot: the bases first, the rest by weight, as ECS spreads them."""
    if not strategies:
        return {"fargate": count}
    bases = {each["capacityProvider"]: min(count, each.get("base", 0)) for each in strategies}
    weights = {each["capacityProvider"]: each.get("weight", 0) for each in strategies}
    rest, whole = count - sum(bases.values()), sum(weights.values()) or 1
    found = {name.lower(): bases[name] + rest * weights[name] / whole for name in bases}
    return {name: tasks for name, tasks in found.items() if tasks and name.startswith("fargate")}


def _machine(_: Recording, machine: RecordedResource, most: bool) -> Iterator[Billed]:
    """An instance that runs Linux, and the disk that it starts from."""
    yield Billed("EC2", str(machine["instanceType"]), 1, f"ec2.linux.{machine['instanceType']}", HOURS, sized=True)
    if machine.inputs.get("associatePublicIpAddress"):
        yield Billed("Public IPv4", "addresses of machines", 1, "public_ipv4", HOURS)
    disk: Mapping[str, Any] = machine.inputs.get("rootBlockDevice") or {}
    if size := disk.get("volumeSize"):
        kind = disk.get("volumeType", "gp2")
        yield Billed("EC2", f"{size:g} GB {kind}", size, f"ebs.{kind}", sized=True)
    else:
        yield Billed("EC2", "a disk of its image's size", 1, "ebs.of_image")


def _cluster(_: Recording, cluster: RecordedResource, most: bool) -> Iterator[Billed]:
    if insights(cluster) == "enhanced":
        yield Billed("CloudWatch", "Container Insights, enhanced", 1, "cloudwatch.insights.enhanced")


def insights(cluster: RecordedResource) -> str:
    """Whether Container Insights watch a cluster: disabled, enabled or enhanced."""
    return next((each["value"] for each in cluster.inputs.get("settings", ())), "disabled")


# Data.


def _database(stack: Recording, database: RecordedResource, most: bool) -> Iterator[Billed]:
    """An instance, its storage, and what it has above what is free."""
    given, zones = database.inputs, "multi_az" if database.inputs.get("multiAz") else "single_az"
    class_ = str(given["instanceClass"])
    yield Billed("RDS", class_, 1, f"rds.{_engine(stack, database)}.{class_}.{zones}", running(stack), sized=True)
    if given.get("manageMasterUserPassword"):  # RDS makes the secret, and it is billed as any other
        yield Billed("Other", "secrets", 1, "secretsmanager.secret")
    disk = given if "allocatedStorage" in given else _source(stack, database)
    storage = disk.get("maxAllocatedStorage" if most else "allocatedStorage") or disk.get("allocatedStorage")
    kind = disk.get("storageType") or ("io1" if disk.get("iops") else "gp2")  # RDS's own defaults
    if storage is None or storage == UNKNOWN:
        yield Billed("RDS", "storage of the size of its source", 1, "rds.storage.of_source")
        return
    yield Billed("RDS", f"{storage:g} GB {kind}", storage, f"rds.storage.{kind}.{zones}", sized=True)
    yield from _speed(disk, kind, zones)
    if (days := given.get("performanceInsightsRetentionPeriod") or 7) > 7:
        yield Billed("RDS", f"Performance Insights of {days:g} days", 1, "rds.performance_insights")


#: What gp3 has of itself, below 400 GB and from there on (RDS user guide, "Amazon RDS DB instance storage"): the input,
#: its word in the price book, how it is called, and the two baselines. Other engines than Oracle and SQL Server.
SPEED: Final = (
    ("iops", "iops", "IOPS", 3000, 12000),
    ("storageThroughput", "throughput", "MB/s", 125, 500),
)


def _speed(disk: Mapping[str, Any], kind: str, zones: str) -> Iterator[Billed]:
    """What a disk has above its baseline, which is the larger one of what it starts with."""
    for key, word, unit, small, large in SPEED:
        free = 0 if kind != "gp3" else large if disk["allocatedStorage"] >= 400 else small
        if (given := disk.get(key) or 0) > free:
            yield Billed("RDS", f"{unit} above the baseline", given - free, f"rds.storage.{kind}.{word}.{zones}")


def _source(stack: Recording, replica: RecordedResource) -> Mapping[str, Any]:
    """The inputs of the database that a replica follows, if it is of this stack."""
    followed = replica.inputs.get("replicateSourceDb")
    for each in of(stack, "rds.Instance") if followed else ():
        if each.inputs.get("identifier") == followed:
            return each.inputs
    return {}


def _engine(stack: Recording, database: RecordedResource) -> str:
    """A replica is of its source's engine, which its parameter group names too."""
    if engine := database.inputs.get("engine") or _source(stack, database).get("engine"):
        return str(engine)
    for group in of(stack, "rds.ParameterGroup"):
        if group.inputs.get("name") == database.inputs.get("parameterGroupName"):
            return str(group["family"]).rstrip("0123456789.")
    return "replica"


def cache_nodes(cache: RecordedResource) -> float:
    """The members of a group; in cluster mode each of its node groups has a primary and replicas."""
    groups, each = cache.inputs.get("numNodeGroups", 1), cache.inputs.get("replicasPerNodeGroup", 0)
    return float(cache.inputs.get("numCacheClusters") or groups * (1 + each))


def _cache(_: Recording, cache: RecordedResource, most: bool) -> Iterator[Billed]:
    nodes, node = cache_nodes(cache), str(cache["nodeType"])
    yield Billed(
        "ElastiCache", f"{nodes:g} × {node}", nodes, f"elasticache.{cache['engine']}.{node}", HOURS, sized=True
    )


def _table(_: Recording, table: RecordedResource, most: bool) -> Iterator[Billed]:
    if table.inputs.get("billingMode", "PROVISIONED") == "PROVISIONED":
        for key, word in (("writeCapacity", "wcu"), ("readCapacity", "rcu")):
            copies = 1 + len(table.inputs.get("replicas") or ())
            yield Billed(
                "DynamoDB", f"{word.upper()} provisioned", table[key] * copies, f"dynamodb.provisioned.{word}", HOURS
            )


def _files(_: Recording, files: RecordedResource, most: bool) -> Iterator[Billed]:
    if files.inputs.get("throughputMode") == "provisioned":
        yield Billed("EFS", "MB/s provisioned", files["provisionedThroughputInMibps"], "efs.provisioned_throughput")


def _key(_: Recording, key: RecordedResource, most: bool) -> Iterator[Billed]:
    """Its first two rotations raise its price by itself, later ones do not (AWS KMS pricing, key storage)."""
    yield Billed("Other", "keys", 3 if most and key.inputs.get("enableKeyRotation") else 1, "kms.key")


def _secret(_: Recording, secret: RecordedResource, most: bool) -> Iterator[Billed]:
    """Each copy in another region is billed as one more."""
    yield Billed("Other", "secrets", 1 + len(secret.inputs.get("replicas") or ()), "secretsmanager.secret")


# Network and edge.

ADDRESSES: Final = "addresses of NAT and ALB"


def _balancer(_: Recording, balancer: RecordedResource, most: bool) -> Iterator[Billed]:
    kind = {"network": "NLB", "gateway": "GLB"}.get(balancer.inputs.get("loadBalancerType", "application"), "ALB")
    yield Billed(kind, "load balancers", 1, f"{kind.lower()}.hour", HOURS)
    if not balancer.inputs.get("internal"):
        yield Billed("Public IPv4", ADDRESSES, len(balancer.inputs.get("subnets", ())), "public_ipv4", HOURS)


def _endpoint(_: Recording, endpoint: RecordedResource, most: bool) -> Iterator[Billed]:
    if endpoint.inputs.get("vpcEndpointType") == "Interface":
        yield Billed("VPC endpoints", "interface endpoints × zones", len(endpoint["subnetIds"]),
                   "vpc_endpoint.interface.hour", HOURS)  # fmt: skip


def _acl(_: Recording, acl: RecordedResource, most: bool) -> Iterator[Billed]:
    rules = acl.inputs.get("rules", ())
    yield Billed("WAF", "web ACLs", 1, "waf.web_acl")
    yield Billed("WAF", "rules", len(rules), "waf.rule")
    if bots := sum("AWSManagedRulesBotControlRuleSet" in str(rule.get("statement")) for rule in rules):
        yield Billed("WAF", "bot control", bots, "waf.bot_control")


def _health(_: Recording, check: RecordedResource, most: bool) -> Iterator[Billed]:
    """Of an endpoint in AWS. HTTPS, a text that is looked for, ten seconds and latency are an option each."""
    given, kind = check.inputs, str(check.inputs.get("type"))
    yield Billed("Other", "health checks", 1, "route53.health_check.aws")
    had = ("HTTPS" in kind, "STR_MATCH" in kind, given.get("requestInterval") == 10, given.get("measureLatency"))
    if options := sum(map(bool, had)):
        yield Billed("Other", "options of health checks", options, "route53.health_check.option.aws")


# Operations.


def _alarm(_: Recording, alarm: RecordedResource, most: bool) -> Iterator[Billed]:
    """An alarm on an expression is billed by the metrics in it."""
    queries = alarm.inputs.get("metricQueries") or ()
    count = len([query for query in queries if "metric" in query]) if queries else 1
    periods = [alarm.inputs.get("period") or 60, *(query["metric"]["period"] for query in queries if "metric" in query)]
    kind = "high_resolution" if min(periods) < 60 else "standard"
    words = "metrics that alarms watch" + (", many times a minute" if kind != "standard" else "")
    if any("ANOMALY_DETECTION_BAND" in str(query.get("expression")) for query in queries):
        kind, count, words = "anomaly", 1, "alarms on anomalies"
    yield Billed("CloudWatch", words, count, f"cloudwatch.alarm.{kind}")


def _builds(_: Recording, project: RecordedResource, most: bool) -> Iterator[Billed]:
    """What builds on a machine whose minutes have no word in usage.yaml."""
    machine = str(project["environment"]["computeType"])
    if machine not in ("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM"):
        yield Billed("Pipelines", f"builds on {machine}", 1, f"codebuild.{machine}")


def _pipeline(_: Recording, pipeline: RecordedResource, most: bool) -> Iterator[Billed]:
    if pipeline.inputs.get("pipelineType", "V1") == "V1":  # V2 is billed by the minute
        yield Billed("Pipelines", "pipelines that run at all", 1, "codepipeline.v1")


def _parameter(_: Recording, parameter: RecordedResource, most: bool) -> Iterator[Billed]:
    if parameter.inputs.get("tier") == "Advanced":
        yield Billed("Other", "advanced parameters", 1, "ssm.parameter.advanced")


def _analyzer(stack: Recording, analyzer: RecordedResource, most: bool) -> Iterator[Billed]:
    if "UNUSED" in analyzer.inputs.get("type", "ACCOUNT"):
        yield Billed("Security services", "roles whose use is analysed", len(of(stack, "iam.Role")),
                   "access_analyzer.unused")  # fmt: skip


def _copies(_: Recording, config: RecordedResource, most: bool) -> Iterator[Billed]:
    """The four metrics of a rule: bytes and operations that wait, latency, and what failed."""
    metrics = [each for each in config["rules"] if "'Enabled'" in str(each["destination"].get("metrics"))]
    if metrics:
        yield Billed("CloudWatch", "metrics of replication", 4 * len(metrics), "cloudwatch.metric.custom")


def _plain(row: str, what: str, price: str, hours: float = 1) -> Counter:
    def count(_: Recording, resource: RecordedResource, most: bool) -> Iterator[Billed]:
        yield Billed(row, what, 1, price, hours)

    return count


#: By type, in the order in which the tables show them.
COUNTED: Final[Mapping[str, Counter]] = {
    "ecs.Service": _tasks,
    "ec2.Instance": _machine,
    "rds.Instance": _database,
    "elasticache.ReplicationGroup": _cache,
    "dynamodb.Table": _table,
    "ec2.NatGateway": _plain("NAT", "gateways", "nat_gateway.hour", HOURS),
    "lb.LoadBalancer": _balancer,
    "ecs.Cluster": _cluster,
    "cloudwatch.MetricAlarm": _alarm,
    "cloudwatch.CompositeAlarm": _plain("CloudWatch", "incidents", "cloudwatch.alarm.composite"),
    "cloudwatch.Dashboard": _plain("CloudWatch", "dashboards", "cloudwatch.dashboard"),
    "cloudwatch.LogMetricFilter": _plain("CloudWatch", "metrics from logs", "cloudwatch.metric.custom"),
    "wafv2.WebAcl": _acl,
    "s3.BucketReplicationConfig": _copies,
    "kms.Key": _key,
    "kms.ReplicaKey": _plain("Other", "keys", "kms.key"),
    "efs.FileSystem": _files,
    "codebuild.Project": _builds,
    "codepipeline.Pipeline": _pipeline,
    "secretsmanager.Secret": _secret,
    "route53.Zone": _plain("Other", "hosted zones", "route53.hosted_zone"),
    "route53.HealthCheck": _health,
    "ssm.Parameter": _parameter,
    "ec2.VpcEndpoint": _endpoint,
    "ec2.Eip": _plain("Public IPv4", ADDRESSES, "public_ipv4", HOURS),
    "accessanalyzer.Analyzer": _analyzer,
    "shield.Protection": _plain(
        "Security services", "Shield Advanced, by a subscription of the organization", "shield.advanced"
    ),
    "ec2clientvpn.NetworkAssociation": _plain("Client VPN", "joined subnets", "client_vpn.association", HOURS),
}
