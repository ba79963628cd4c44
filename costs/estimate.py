"""What each environment costs a month: the quantities of the recorded stack times AWS's list prices."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from costs.prices import HOURS, REGION, price
from preview.lookup import Recordings, of
from preview.recording import RecordedResource, Recording
from preview.wire import UNKNOWN

PROJECT = "cloudplatform"  #: whose stacks the three tables below speak of
#: What the requirements expect of each environment: their table in USD a month, and the range of its sum.
EXPECTED = {
    "dev": {"ECS Fargate": 10, "RDS": 15, "ElastiCache": 15, "NAT": 35, "ALB": 20, "CloudWatch": 5, "S3": 1}
    | {"Other": 5},
    "staging": {"ECS Fargate": 45, "RDS": 40, "ElastiCache": 30, "NAT": 35, "ALB": 20, "CloudWatch": 10, "Other": 10},
    "prod": {"ECS Fargate": 130, "RDS": 120, "ElastiCache": 70, "NAT": 100, "ALB": 25, "CloudWatch": 20, "WAF": 15}
    | {"Other": 20},
}
RANGES = {"dev": (80, 120), "staging": (150, 200), "prod": (400, 600)}

#: What only use decides, a month. Nobody knows it before the first bill: put your own figures here.
USE: Mapping[str, Mapping[str, float]] = {
    "dev": {"lcu": 0.1, "nat": 5, "endpoints": 5, "logs": 1, "kept logs": 1, "metrics": 28, "s3": 5}
    | {"requests": 0.1, "out": 1},
    "staging": {"lcu": 0.2, "nat": 10, "endpoints": 10, "logs": 2, "kept logs": 2, "metrics": 28, "s3": 10}
    | {"requests": 0.5, "out": 5, "backups": 10},
    "prod": {"lcu": 1, "nat": 50, "endpoints": 50, "logs": 10, "kept logs": 30, "metrics": 28, "s3": 100}
    | {"requests": 10, "out": 50, "backups": 50},
    "shared": {"logs": 2, "kept logs": 6, "s3": 20, "images": 5, "events": 1, "watched logs": 5, "watched vcpu": 6}
    | {"watched tasks": 4.25}  # at least: a quarter in dev, two halves in staging, three in prod
    | {"checks": 10000, "items": 1500, "evaluations": 3000, "scans": 20},
}


@dataclass(frozen=True)
class CostLine:
    """A quantity, and what one of it costs."""

    row: str  #: of the table of the requirements; others stand behind
    what: str
    quantity: float
    hours: float  #: 1 where the price is a month's or a piece's
    price: str  #: its id in PRICES
    counted: bool = True  #: read from the recorded stack; else assumed
    region: str = REGION

    @property
    def unit(self) -> float | None:
        """USD for one; None if no price is known."""
        found = price(self.price, self.region)
        return found.usd if found else None

    @property
    def usd(self) -> float | None:
        """Rounded to a cent, a half upwards; None if no price is known. Nothing costs nothing at any price."""
        if not self.quantity:
            return 0.0
        if self.unit is None:
            return None
        exact = Decimal(str(self.quantity)) * Decimal(str(self.hours)) * Decimal(str(self.unit))
        return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


@dataclass(frozen=True)
class Estimate:
    """A stack's lines."""

    stack: str
    lines: tuple[CostLine, ...]

    @property
    def total(self) -> float:
        """The sum of all whose price is known."""
        return round(sum(line.usd or 0 for line in self.lines), 2)

    @property
    def unpriced(self) -> list[str]:
        """What is not in the sum: no price of it is known."""
        return list(dict.fromkeys(f"{line.row}: {line.price}" for line in self.lines if line.usd is None))

    def row(self, name: str) -> float:
        """The sum of a row, of what has a price."""
        return round(sum(line.usd or 0 for line in self.lines if line.row == name), 2)

    @property
    def rows(self) -> list[str]:
        """Those of the requirements first."""
        expected = list(EXPECTED.get(self.stack, {}))
        return expected + [row for row in dict.fromkeys(line.row for line in self.lines) if row not in expected]


def estimate(stack: Recording, most: bool = False) -> Estimate:
    """Of one stack at its least: as many tasks and gigabytes as it starts with; else as `at_most` has them.

    Of a stack whose use nobody wrote down only what is counted is in it.
    """
    name = stack.stack if stack.project == PROJECT else f"{stack.project}/{stack.stack}"
    use = USE.get(name, {})
    lines = _shared(stack, use) if name == "shared" else _environment(stack, use, most)
    region = stack.config.get("aws:region", "")
    return Estimate(name, tuple(replace(line, region=region) for line in lines))


def estimates(stacks: Recordings) -> dict[str, Estimate]:
    """Of every stack at its least."""
    return {name: estimate(stack) for name, stack in stacks.items()}


def at_most(stacks: Recordings) -> dict[str, Estimate]:
    """With every task that scaling may start, all month, and the database's storage grown to its end."""
    return {name: estimate(stack, most=True) for name, stack in stacks.items()}


def running(stack: Recording) -> float:
    """The hours of a month for which it runs: all of them, unless rules stop it in the evening (UTC, by weekday)."""
    times = {each.name.rpartition("-")[2]: str(each.inputs.get("scheduleExpression"))
             for each in of(stack, "cloudwatch.EventRule") if re.search("-(up|down)$", each.name)}  # fmt: skip
    form = re.compile(r"cron\(\d+ (\d+) \? \* (\w{3})-(\w{3}) \*\)")
    up, down = (form.fullmatch(times.get(word, "")) for word in ("up", "down"))
    if not up or not down:
        return HOURS  # by rules of another form: all of them is the most that it may be
    days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    a_day = (int(down[1]) - int(up[1])) % 24
    return round(HOURS * a_day * (days.index(up[3]) - days.index(up[2]) + 1) / 168, 2)


def _environment(stack: Recording, use: Mapping[str, float], most: bool) -> Iterator[CostLine]:
    hours = running(stack)
    for service in of(stack, "ecs.Service"):
        yield from _tasks(stack, service, hours, most)
    for database in of(stack, "rds.Instance"):
        yield from _database(database, hours, most)
    if of(stack, "backup.Plan"):
        yield from _assumed(use, "RDS", "GB of backups beyond its own size", "backups", "rds.backup")
    for cache in of(stack, "elasticache.ReplicationGroup"):
        nodes, node = _nodes(cache), str(cache["nodeType"])
        yield CostLine("ElastiCache", f"{nodes:g} × {node}", nodes, HOURS, f"elasticache.{cache['engine']}.{node}")
    yield CostLine("NAT", "gateways", len(of(stack, "ec2.NatGateway")), HOURS, "nat_gateway.hour")
    yield from _assumed(use, "NAT", "GB through them", "nat", "nat_gateway.data")
    balancers = of(stack, "lb.LoadBalancer")
    yield CostLine("ALB", "load balancers", len(balancers), HOURS, "alb.hour")
    yield from _assumed(use, "ALB", "LCU on average", "lcu", "alb.lcu", HOURS)
    yield from _watching(stack, use)
    storing = "S3" if "S3" in EXPECTED.get(stack.stack if stack.project == PROJECT else "", {}) else "Other"
    yield from _assumed(use, storing, "GB in buckets", "s3", "s3.standard")
    yield from _web_acl(stack, use)
    yield CostLine("Other", "keys", len(of(stack, "kms.Key")), 1, "kms.key")
    yield CostLine("Other", "secrets", len(of(stack, "secretsmanager.Secret")), 1, "secretsmanager.secret")
    yield from _assumed(use, "Other", "GB out to the internet", "out", "data_transfer.internet_out")
    interfaces = [each for each in of(stack, "ec2.VpcEndpoint") if each.inputs.get("vpcEndpointType") == "Interface"]
    places = sum(len(each["subnetIds"]) for each in interfaces)
    yield CostLine("VPC endpoints", "interface endpoints × zones", places, HOURS, "vpc_endpoint.interface.hour")
    yield from _assumed(use, "VPC endpoints", "GB through them", "endpoints", "vpc_endpoint.interface.data")
    addresses = len(of(stack, "ec2.Eip")) + sum(len(each.inputs.get("subnets", ())) for each in balancers)
    yield CostLine("Public IPv4", "addresses of NAT and ALB", addresses, HOURS, "public_ipv4")


def _assumed(
    use: Mapping[str, float], row: str, what: str, word: str, price_: str, hours: float = 1
) -> Iterator[CostLine]:
    """What only use decides, where somebody wrote it down."""
    if word in use:
        yield CostLine(row, what, use[word], hours, price_, counted=False)


def _tasks(stack: Recording, service: RecordedResource, hours: float, most: bool) -> Iterator[CostLine]:
    """A service's tasks on Fargate; how much of it is Spot only AWS decides, and no price of that is known."""
    count = float(service.inputs.get("desiredCount", 1))
    for target in of(stack, "appautoscaling.Target"):
        if str(target["resourceId"]).rpartition("/")[2] == service.inputs.get("name"):
            count = float(target["maxCapacity"] if most else target["minCapacity"])
    for task in (each for each in of(stack, "ecs.TaskDefinition") if each.parent == service.parent):
        kind = "linux_arm" if task.inputs.get("runtimePlatform", {}).get("cpuArchitecture") == "ARM64" else "linux_x86"
        if "FARGATE_SPOT" in str(service.inputs.get("capacityProviderStrategies", "")):
            kind += ".spot"
        for key, unit, word in (("cpu", "vCPU", "vcpu"), ("memory", "GB", "memory")):
            size = int(task[key]) / 1024
            yield CostLine("ECS Fargate", f"{count:g} × {size:g} {unit}", count * size, hours, f"fargate.{kind}.{word}")


def _database(database: RecordedResource, hours: float, most: bool) -> Iterator[CostLine]:
    """An instance and its storage; a replica has those of its source unless it says more."""
    given, zones = database.inputs, "multi_az" if database.inputs.get("multiAz") else "single_az"
    engine, class_ = given.get("engine", "replica"), str(given["instanceClass"])
    yield CostLine("RDS", class_, 1, hours, f"rds.{engine}.{class_}.{zones}")
    storage = given.get("maxAllocatedStorage" if most else "allocatedStorage") or given.get("allocatedStorage")
    kind = given.get("storageType", "default")
    if storage is not None and storage != UNKNOWN:
        yield CostLine("RDS", f"{storage:g} GB {kind}", storage, 1, f"rds.storage.{kind}.{zones}")


def _nodes(cache: RecordedResource) -> float:
    """The members of a group; in cluster mode each of its node groups has a primary and replicas."""
    groups, each = cache.inputs.get("numNodeGroups", 1), cache.inputs.get("replicasPerNodeGroup", 0)
    return float(cache.inputs.get("numCacheClusters") or groups * (1 + each))


def _web_acl(stack: Recording, use: Mapping[str, float]) -> Iterator[CostLine]:
    acls = of(stack, "wafv2.WebAcl")
    yield CostLine("WAF", "web ACLs", len(acls), 1, "waf.web_acl")
    yield CostLine("WAF", "rules", sum(len(each.inputs.get("rules", ())) for each in acls), 1, "waf.rule")
    yield from _assumed(use, "WAF", "million requests", "requests", "waf.requests")


def _watching(stack: Recording, use: Mapping[str, float]) -> Iterator[CostLine]:
    yield CostLine("CloudWatch", "metrics that alarms watch", _watched(stack), 1, "cloudwatch.alarm.standard")
    if composites := len(of(stack, "cloudwatch.CompositeAlarm")):
        yield CostLine("CloudWatch", "incidents", composites, 1, "cloudwatch.alarm.composite")
    yield CostLine("CloudWatch", "dashboards", len(of(stack, "cloudwatch.Dashboard")), 1, "cloudwatch.dashboard")
    yield CostLine("CloudWatch", "metrics from logs", len(of(stack, "cloudwatch.LogMetricFilter")), 1,
                   "cloudwatch.metric.custom")  # fmt: skip
    yield from _assumed(use, "CloudWatch", "metrics of Container Insights", "metrics", "cloudwatch.metric.custom")
    yield from _assumed(use, "CloudWatch", "GB of logs taken in", "logs", "cloudwatch.logs.ingest")
    yield from _assumed(use, "CloudWatch", "GB of logs kept", "kept logs", "cloudwatch.logs.storage")


def _watched(stack: Recording) -> int:
    """An alarm on an expression is billed by the metrics in it."""
    return sum(
        len([query for query in each["metricQueries"] if "metric" in query]) if "metricQueries" in each.inputs else 1
        for each in of(stack, "cloudwatch.MetricAlarm")
    )


#: What use decides of what an account has once: row, what, the word of USE, the price.
ONCE = (
    ("Security services", "million events that GuardDuty reads", "events", "guardduty.cloudtrail_events"),
    ("Security services", "GB of flow and DNS logs that GuardDuty reads", "watched logs", "guardduty.flow_dns_logs"),
    ("Security services", "vCPU of databases that GuardDuty watches", "watched vcpu", "guardduty.rds_protection"),
    ("Security services", "vCPU of tasks that GuardDuty watches", "watched tasks", "guardduty.runtime"),
    ("Security services", "checks of Security Hub", "checks", "securityhub.cspm_check"),
    ("Security services", "configuration items", "items", "config.item"),
    ("Security services", "evaluations of Config rules", "evaluations", "config.rule_evaluation"),
    ("Security services", "images that Inspector scans", "scans", "inspector.ecr.initial_scan"),
)


def _shared(stack: Recording, use: Mapping[str, float]) -> Iterator[CostLine]:
    yield from _watching(stack, use)
    for row, what, word, price_ in ONCE:
        yield from _assumed(use, row, what, word, price_)
    yield CostLine("Other", "hosted zones", len(of(stack, "route53.Zone")), 1, "route53.hosted_zone")
    yield CostLine("Other", "keys", len(of(stack, "kms.Key")), 1, "kms.key")
    yield from _assumed(use, "Other", "GB of images", "images", "ecr.storage")
    yield from _assumed(use, "Other", "GB in buckets", "s3", "s3.standard")
