"""What a month costs, computed from what a stack records: `python -m tests.requirements.estimate` prints the tables of
COST_ESTIMATE.md. Prices are AWS's of the list in us-east-1, October 2026, in US dollars."""

import sys
from collections.abc import Mapping

from preview.recording import Recording
from settings.operations import HoursTable
from tests.requirements.reading import of, one
from tests.stacks import ENVIRONMENTS, recorded

HOURS = 730  #: of a month
VCPU, GB = 0.04048, 0.004445  #: Fargate, an hour
DATABASE = {"db.t3.micro": 0.018, "db.t3.small": 0.036, "db.t3.medium": 0.072}  #: an hour; twice that with a standby
DISK = 0.115  #: gp3, a GB and month
NODE = {"cache.t3.micro": 0.017, "cache.t3.small": 0.034, "cache.t3.medium": 0.068}  #: an hour
NAT, BALANCER, CAPACITY_UNIT, ENDPOINT, ADDRESS = 0.045, 0.0225, 0.008, 0.01, 0.005  #: an hour
ALARM, INCIDENT, DASHBOARD, METRIC, LOG = 0.10, 0.50, 3.00, 0.30, 0.50  #: a month; a GB of log
ACL, RULE, KEY, SECRET = 5.00, 1.00, 1.00, 0.40  #: a month
#: Assumed: metrics of Container Insights, GB of logs a month, dollars of what the buckets hold.
INSIGHTS, LOGS, OBJECTS = 20, {"dev": 2, "staging": 5, "prod": 15}, {"dev": 1, "staging": 2, "prod": 5}

ROWS = ("Fargate", "RDS", "Redis", "NAT", "ALB", "CloudWatch", "S3", "WAF", "VPC endpoints", "Other")


def running(stack: str) -> float:
    """Hours a month that services and database run: dev's are those of its schedule."""
    hours = HoursTable(start="08:00", stop="20:00", offset=-5)
    return HOURS * 5 * hours.minutes / 60 / 168 if stack == "dev" else HOURS


def estimate(platform: Recording, stack: str) -> Mapping[str, float]:
    """Dollars a month by row."""
    task, database = one(platform, "ecs.TaskDefinition"), one(platform, "rds.Instance")
    cache, copies = one(platform, "elasticache.ReplicationGroup"), 2 if database["multiAz"] else 1
    tasks = one(platform, "appautoscaling.Target")["minCapacity"]
    public = len(one(platform, "lb.LoadBalancer")["subnets"]) + len(of(platform, "ec2.Eip"))
    interfaces = [each for each in of(platform, "ec2.VpcEndpoint") if each["vpcEndpointType"] == "Interface"]
    hour = int(task["cpu"]) / 1024 * VCPU + int(task["memory"]) / 1024 * GB
    instance = DATABASE[database["instanceClass"]] * running(stack)
    watched = (
        len(of(platform, "cloudwatch.MetricAlarm")) * ALARM + len(of(platform, "cloudwatch.CompositeAlarm")) * INCIDENT
    )
    counted = (len(of(platform, "cloudwatch.LogMetricFilter")) + INSIGHTS) * METRIC
    return {
        "Fargate": tasks * hour * running(stack),
        "RDS": copies * (instance + database["allocatedStorage"] * DISK),
        "Redis": cache["numCacheClusters"] * NODE[cache["nodeType"]] * HOURS,
        "NAT": len(of(platform, "ec2.NatGateway")) * NAT * HOURS,
        "ALB": (BALANCER + CAPACITY_UNIT) * HOURS,
        "CloudWatch": watched + counted + DASHBOARD + LOGS[stack] * LOG,
        "S3": OBJECTS[stack],
        "WAF": ACL + len(one(platform, "wafv2.WebAcl")["rules"]) * RULE,
        "VPC endpoints": sum(len(each["subnetIds"]) for each in interfaces) * ENDPOINT * HOURS,
        "Other": KEY + len(of(platform, "secretsmanager.Secret")) * SECRET + public * ADDRESS * HOURS,
    }


def lines(stack: str) -> list[str]:
    """The rows of a stack's table in Markdown, and its sum."""
    found = estimate(recorded(stack, True), stack)
    return [*(f"| {row} | {found[row]:.0f} |" for row in ROWS), f"| **Sum** | **{sum(found.values()):.0f}** |"]


if __name__ == "__main__":
    for name in ENVIRONMENTS:
        sys.stdout.write("\n".join([f"## {name}", "", "| | USD a month |", "|---|---|", *lines(name), "", ""]))
