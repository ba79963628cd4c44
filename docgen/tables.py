"""The tables in the documents that follow from the recorded stacks."""

from components.service_principals import ASSUME, CALLS, principal
from docgen.reading import ENVIRONMENTS, STACKS, tier
from preview.lookup import Recordings, by_id, of, one
from preview.markdown import table
from preview.recording import RecordedResource, Recording

DRAWN = "prod"


# Network.


def addresses(stacks: Recordings) -> str:
    """Every subnet of every environment."""
    rows: list[list[object]] = []
    for environment in ENVIRONMENTS:
        stack = stacks[environment]
        rows.append([environment, "VPC", f"`{one(stack, 'ec2.Vpc')['cidrBlock']}`", "", ""])
        for name in ("public", "private", "data"):
            members = sorted(
                (each for each in of(stack, "ec2.Subnet") if tier(each) == name),
                key=lambda each: str(each["availabilityZone"]),
            )
            rows.append(["", name, *(f"`{each['cidrBlock']}`" for each in members)])
    zones = sorted({str(each["availabilityZone"]) for each in of(stacks[DRAWN], "ec2.Subnet")})
    return table(["environment", "tier", *zones], rows)


def groups(stacks: Recordings) -> str:
    """Every rule of every security group of one environment; the others differ in the VPC's addresses only."""
    stack = stacks[DRAWN]
    named = {id_: each.name.removeprefix("firewall-") for id_, each in by_id(stack, "ec2.SecurityGroup").items()}
    rows: list[tuple[str, ...]] = []
    for kind, direction in (("vpc.SecurityGroupIngressRule", "in from"), ("vpc.SecurityGroupEgressRule", "out to")):
        for rule in of(stack, kind):
            rows.append(
                (named[rule["securityGroupId"]], direction, _peer(rule, named, stack), _ports(rule), _description(rule))
            )
    return table(["group", "direction", "peer", "port", "what for"], sorted(rows))


def _peer(rule: RecordedResource, named: dict[str, str], stack: Recording) -> str:
    cidr = str(rule.inputs.get("cidrIpv4", ""))
    if cidr == one(stack, "ec2.Vpc")["cidrBlock"]:
        return "the VPC's addresses"
    return f"`{cidr}`" if cidr else named[rule["referencedSecurityGroupId"]]


def _ports(rule: RecordedResource) -> str:
    return str(rule["fromPort"]) if "fromPort" in rule.inputs else "all"


def _description(rule: RecordedResource) -> str:
    return str(rule.inputs.get("description", ""))


def acls(stacks: Recordings) -> str:
    """Every rule of every network ACL of one environment."""
    stack = stacks[DRAWN]
    named = {id_: each.name.removeprefix("acls-") for id_, each in by_id(stack, "ec2.NetworkAcl").items()}
    rows = [
        (
            named[rule["networkAclId"]],
            "out" if rule.inputs.get("egress") else "in",
            rule["ruleNumber"],
            f"`{rule['cidrBlock']}`",
            f"{rule['fromPort']} to {rule['toPort']}"
            if rule["fromPort"] != rule["toPort"]
            else rule["fromPort"] or "all",
            rule["ruleAction"],
        )
        for rule in of(stack, "ec2.NetworkAclRule")
    ]
    rows.sort(key=lambda row: (("public", "private", "data").index(row[0]), row[1], row[2]))
    return table(["tier", "direction", ">rule", "addresses", "ports", "action"], rows)


# What watches, and what can be restored.


def queries(stacks: Recordings) -> str:
    """The saved queries of one environment."""
    found = sorted(of(stacks[DRAWN], "cloudwatch.QueryDefinition"), key=lambda each: str(each["name"]))
    return "\n\n".join(f"`{each['name']}`\n\n```\n{each['queryString']}\n```" for each in found)


def thresholds(stacks: Recordings) -> str:
    """Every kind of alarm, with its threshold in each stack."""
    rows: dict[str, dict[str, str]] = {}
    for name in STACKS:
        for alarm in of(stacks[name], "cloudwatch.MetricAlarm"):
            heading = str(alarm["alarmDescription"]).rpartition("#")[2]
            signs = {"GreaterThanThreshold": ">", "LessThanThreshold": "<", "GreaterThanOrEqualToThreshold": "≥",
                     "LessThanOrEqualToThreshold": "≤"}  # fmt: skip
            sign = signs[alarm["comparisonOperator"]]
            rows.setdefault(heading, {})[name] = f"{sign} {_figure(alarm['threshold'])}"
    link = "[`{0}`](../runbooks/alarms.md#{0})"
    return table(
        ["alarm", *STACKS], [[link.format(name), *(found.get(s, "") for s in STACKS)] for name, found in rows.items()]
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"


def backups(stacks: Recordings) -> str:
    """How far back each environment's data can be had."""
    rows: list[list[object]] = []
    for name in ENVIRONMENTS:
        database = one(stacks[name], "rds.Instance")
        cache = one(stacks[name], "elasticache.ReplicationGroup")
        rows.append([
            name,
            f"{database['backupRetentionPeriod']} days, to about five minutes before",
            _vault(stacks[name]),
            "in another zone" if database["multiAz"] else "none",
            "yes" if database["deletionProtection"] else "no",
            f"daily, {cache['snapshotRetentionLimit']} days" if cache["snapshotRetentionLimit"] else "none",
            f"{cache['numCacheClusters'] - 1} replica" if cache["automaticFailoverEnabled"] else "none",
        ])  # fmt: skip
    return table(["environment", "database restores to", "vault", "database's standby", "protected from deletion",
                  "cache's snapshots", "cache's standby"], rows)  # fmt: skip


def _vault(stack: Recording) -> str:
    days = [rule["lifecycle"]["deleteAfter"] for plan in of(stack, "backup.Plan") for rule in plan["rules"]]
    locked = ", locked" if of(stack, "backup.VaultLockConfiguration") else ""
    return f"daily, {max(days)} days{locked}" if days else "none"


def sizes(stacks: Recordings) -> str:
    """What each environment runs, and what it may grow to by itself."""
    rows: list[list[object]] = []
    for name in ENVIRONMENTS:
        stack = stacks[name]
        task, count = one(stack, "ecs.TaskDefinition"), one(stack, "appautoscaling.Target")
        aim = one(stack, "appautoscaling.Policy")["targetTrackingScalingPolicyConfiguration"]["targetValue"]
        database, cache = one(stack, "rds.Instance"), one(stack, "elasticache.ReplicationGroup")
        rows.append([
            name,
            f"{int(task['cpu']) / 1024:g} vCPU, {int(task['memory']) / 1024:g} GB",
            f"{count['minCapacity']} to {count['maxCapacity']}, aiming at {aim:g} % CPU",
            database["instanceClass"],
            f"{database['allocatedStorage']} to {database['maxAllocatedStorage']} GB",
            f"{cache['numCacheClusters']} × {cache['nodeType']}",
        ])  # fmt: skip
    return table(["environment", "task", "tasks", "database", "its storage", "cache"], rows)


def services(stacks: Recordings) -> str:
    """The services of AWS behind the recorded types, with the stacks that use each."""
    found: dict[str, set[str]] = {}
    for name, stack in stacks.items():
        for each in stack.resources.values():
            package, module, _ = each.type.split(":")
            if package == "aws":
                found.setdefault(module.partition("/")[0], set()).add(name)
    return table(
        ["module", "stacks"],
        [(f"`{name}`", ", ".join(s for s in STACKS if s in found[name])) for name in sorted(found)],
    )


# Services of AWS.


def service_principals(_: Recordings) -> str:
    """Every use that a service makes of a policy of ours, and the condition keys that it sends then."""
    rows = [
        [
            f"`{principal(call.service, '<region>')}`",
            "role" if call.actions == ASSUME else f"{call.on}: {', '.join(f'`{each}`' for each in call.actions)}",
            call.does,
            ", ".join(f"`{each}`" for each in call.sends) or "none",
            f"[AWS]({call.source})",
        ]
        for call in CALLS
    ]
    return table(["service", "uses", "what for", "sends", "page"], rows)
