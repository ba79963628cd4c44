"""What each environment costs a month: the quantities of the recorded stack times AWS's list prices."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from costs.prices import HOURS, PRICES
from preview.lookup import Recordings, of, one
from preview.recording import Recording

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
    | {"checks": 10000, "items": 1500, "evaluations": 3000, "scans": 20},
}


@dataclass(frozen=True)
class Line:
    """A quantity, and what one of it costs."""

    row: str  #: of the table of the requirements; others stand behind
    what: str
    quantity: float
    hours: float  #: 1 where the price is a month's or a piece's
    price: str  #: its id in PRICES
    counted: bool = True  #: read from the recorded stack; else assumed

    @property
    def usd(self) -> float:
        """Rounded to a cent, a half upwards."""
        exact = Decimal(str(self.quantity)) * Decimal(str(self.hours)) * Decimal(str(PRICES[self.price].usd))
        return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


@dataclass(frozen=True)
class Estimate:
    """A stack's lines."""

    stack: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """The sum of all."""
        return round(sum(line.usd for line in self.lines), 2)

    def row(self, name: str) -> float:
        """The sum of a row."""
        return round(sum(line.usd for line in self.lines if line.row == name), 2)

    @property
    def rows(self) -> list[str]:
        """Those of the requirements first."""
        expected = list(EXPECTED.get(self.stack, {}))
        return expected + [row for row in dict.fromkeys(line.row for line in self.lines) if row not in expected]


def estimate(stack: Recording, most: bool = False) -> Estimate:
    """Of one stack at its least: as many tasks and gigabytes as it starts with; else as `at_most` has them."""
    lines = _shared(stack) if stack.stack == "shared" else _environment(stack, most)
    return Estimate(stack.stack, tuple(lines))


def estimates(stacks: Recordings) -> dict[str, Estimate]:
    """Of every stack at its least."""
    return {name: estimate(stack) for name, stack in stacks.items()}


def at_most(stacks: Recordings) -> dict[str, Estimate]:
    """With every task that scaling may start, all month, and the database's storage grown to its end."""
    return {name: estimate(stack, most=True) for name, stack in stacks.items()}


def running(stack: Recording) -> float:
    """The hours of a month for which it runs: all of them, unless rules stop it in the evening (UTC, by weekday)."""
    times = {each.name.rpartition("-")[2]: str(each["scheduleExpression"]) for each in of(stack, "cloudwatch.EventRule")
             if re.search("-(up|down)$", each.name)}  # fmt: skip
    if not times:
        return HOURS
    up, down = (re.fullmatch(r"cron\(\d+ (\d+) \? \* (\w+)-(\w+) \*\)", times[word]) for word in ("up", "down"))
    if not up or not down:
        raise ValueError(f"these are no times of a weekday: {times}")
    days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    a_day = (int(down[1]) - int(up[1])) % 24
    return round(HOURS * a_day * (days.index(up[3]) - days.index(up[2]) + 1) / 168, 2)


def _environment(stack: Recording, most: bool) -> Iterator[Line]:
    hours, use = running(stack), USE[stack.stack]
    task, count = one(stack, "ecs.TaskDefinition"), one(stack, "appautoscaling.Target")
    tasks = count["maxCapacity"] if most else count["minCapacity"]
    yield Line("ECS Fargate", f"{tasks} × {int(task['cpu']) / 1024:g} vCPU", tasks * int(task["cpu"]) / 1024, hours,
               "fargate.linux_x86.vcpu")  # fmt: skip
    yield Line("ECS Fargate", f"{tasks} × {int(task['memory']) / 1024:g} GB", tasks * int(task["memory"]) / 1024, hours,
               "fargate.linux_x86.memory")  # fmt: skip
    database = one(stack, "rds.Instance")
    zones = "multi_az" if database["multiAz"] else "single_az"
    yield Line("RDS", database["instanceClass"], 1, hours, f"rds.postgres.{database['instanceClass']}.{zones}")
    storage = database["maxAllocatedStorage" if most else "allocatedStorage"]
    yield Line("RDS", f"{storage} GB {database['storageType']}", storage, 1,
               f"rds.storage.{database['storageType']}.{zones}")  # fmt: skip
    if of(stack, "backup.Plan"):
        yield Line("RDS", "GB of backups beyond its own size", use["backups"], 1, "rds.backup", counted=False)
    cache = one(stack, "elasticache.ReplicationGroup")
    yield Line("ElastiCache", f"{cache['numCacheClusters']} × {cache['nodeType']}", cache["numCacheClusters"], HOURS,
               f"elasticache.{cache['engine']}.{cache['nodeType']}")  # fmt: skip
    gateways = len(of(stack, "ec2.NatGateway"))
    yield Line("NAT", "gateways", gateways, HOURS, "nat_gateway.hour")
    yield Line("NAT", "GB through them", use["nat"], 1, "nat_gateway.data", counted=False)
    balancers = of(stack, "lb.LoadBalancer")
    yield Line("ALB", "load balancers", len(balancers), HOURS, "alb.hour")
    yield Line("ALB", "LCU on average", use["lcu"], HOURS, "alb.lcu", counted=False)
    yield from _watching(stack, use)
    storing = "S3" if "S3" in EXPECTED[stack.stack] else "Other"
    yield Line(storing, "GB in buckets", use["s3"], 1, "s3.standard", counted=False)
    yield from _web_acl(stack, use)
    yield Line("Other", "keys", len(of(stack, "kms.Key")), 1, "kms.key")
    yield Line("Other", "secrets", len(of(stack, "secretsmanager.Secret")), 1, "secretsmanager.secret")
    yield Line("Other", "GB out to the internet", use["out"], 1, "data_transfer.internet_out", counted=False)
    interfaces = [each for each in of(stack, "ec2.VpcEndpoint") if each["vpcEndpointType"] == "Interface"]
    places = sum(len(each["subnetIds"]) for each in interfaces)
    yield Line("VPC endpoints", "interface endpoints × zones", places, HOURS, "vpc_endpoint.interface.hour")
    yield Line("VPC endpoints", "GB through them", use["endpoints"], 1, "vpc_endpoint.interface.data", counted=False)
    addresses = len(of(stack, "ec2.Eip")) + sum(len(each["subnets"]) for each in balancers)
    yield Line("Public IPv4", "addresses of NAT and ALB", addresses, HOURS, "public_ipv4")


def _web_acl(stack: Recording, use: Mapping[str, float]) -> Iterator[Line]:
    acls = of(stack, "wafv2.WebAcl")
    yield Line("WAF", "web ACLs", len(acls), 1, "waf.web_acl")
    yield Line("WAF", "rules", sum(len(each["rules"]) for each in acls), 1, "waf.rule")
    yield Line("WAF", "million requests", use["requests"], 1, "waf.requests", counted=False)


def _watching(stack: Recording, use: Mapping[str, float]) -> Iterator[Line]:
    yield Line("CloudWatch", "metrics that alarms watch", _watched(stack), 1, "cloudwatch.alarm.standard")
    if composites := len(of(stack, "cloudwatch.CompositeAlarm")):
        yield Line("CloudWatch", "incidents", composites, 1, "cloudwatch.alarm.composite")
    yield Line("CloudWatch", "dashboards", len(of(stack, "cloudwatch.Dashboard")), 1, "cloudwatch.dashboard")
    yield Line("CloudWatch", "metrics from logs", len(of(stack, "cloudwatch.LogMetricFilter")), 1,
               "cloudwatch.metric.custom")  # fmt: skip
    if "metrics" in use:
        yield Line("CloudWatch", "metrics of Container Insights", use["metrics"], 1, "cloudwatch.metric.custom",
                   counted=False)  # fmt: skip
    yield Line("CloudWatch", "GB of logs taken in", use["logs"], 1, "cloudwatch.logs.ingest", counted=False)
    yield Line("CloudWatch", "GB of logs kept", use["kept logs"], 1, "cloudwatch.logs.storage", counted=False)


def _watched(stack: Recording) -> int:
    """An alarm on an expression is billed by the metrics in it."""
    return sum(
        len([query for query in each["metricQueries"] if "metric" in query]) if "metricQueries" in each.inputs else 1
        for each in of(stack, "cloudwatch.MetricAlarm")
    )


def _shared(stack: Recording) -> Iterator[Line]:
    use = USE["shared"]
    yield from _watching(stack, use)
    yield Line("Security services", "million events that GuardDuty reads", use["events"], 1,
               "guardduty.cloudtrail_events", counted=False)  # fmt: skip
    yield Line("Security services", "GB of flow and DNS logs that GuardDuty reads", use["watched logs"], 1,
               "guardduty.flow_dns_logs", counted=False)  # fmt: skip
    yield Line("Security services", "vCPU of databases that GuardDuty watches", use["watched vcpu"], 1,
               "guardduty.rds_protection", counted=False)  # fmt: skip
    yield Line("Security services", "checks of Security Hub", use["checks"], 1, "securityhub.cspm_check", counted=False)
    yield Line("Security services", "configuration items", use["items"], 1, "config.item", counted=False)
    yield Line("Security services", "evaluations of Config rules", use["evaluations"], 1, "config.rule_evaluation",
               counted=False)  # fmt: skip
    yield Line("Security services", "images that Inspector scans", use["scans"], 1, "inspector.ecr.initial_scan",
               counted=False)  # fmt: skip
    yield Line("Other", "hosted zones", len(of(stack, "route53.Zone")), 1, "route53.hosted_zone")
    yield Line("Other", "keys", len(of(stack, "kms.Key")), 1, "kms.key")
    yield Line("Other", "GB of images", use["images"], 1, "ecr.storage", counted=False)
    yield Line("Other", "GB in buckets", use["s3"], 1, "s3.standard", counted=False)
