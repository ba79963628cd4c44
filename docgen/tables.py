"""The tables in the documents that follow from the recorded stacks."""

from components.service_principals import ASSUME, CALLS, principal
from costs.estimate import EXPECTED, RANGES, Estimate, at_most, estimates, running
from costs.prices import COMPILED, HOURS, PRICES
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


# Costs.


def costs(stacks: Recordings, stack: str) -> str:
    """Every line of a stack's estimate; what is assumed says so."""
    estimate = estimates(stacks)[stack]
    rows: list[list[object]] = []
    for row in estimate.rows:
        for line in (each for each in estimate.lines if each.row == row):
            hours = f"{line.hours:g}" if line.hours != 1 else ""
            what = line.what if line.counted else f"{line.what} (assumed)"
            rows.append([row, what, f"{line.quantity:g}", hours, _usd(line.unit, "g"), _usd(line.usd)])
    rows.append(["**Sum**", "", "", "", "", f"**{estimate.total:.2f}**"])
    return table(["row", "what", ">quantity", ">hours", ">price", ">USD a month"], rows)


def _usd(value: float | None, form: str = ".2f") -> str:
    return "no price known" if value is None else f"{value:{form}}"


def compared(stacks: Recordings) -> str:
    """The requirements' rows beside ours."""
    found = estimates(stacks)
    names = list(dict.fromkeys(row for each in ENVIRONMENTS for row in found[each].rows))
    rows = [[row, *(cell for each in ENVIRONMENTS for cell in _pair(found[each], row))] for row in names]
    own = {each: _own(found[each]) for each in ENVIRONMENTS}
    rows.append(["**Sum of the rows that the range was made of**",
                 *(cell for each in ENVIRONMENTS for cell in (_between(each), f"**{own[each]:.2f}**"))])  # fmt: skip
    rows.append(["**Sum of all**", *(cell for each in ENVIRONMENTS for cell in ("", f"**{found[each].total:.2f}**"))])
    heads = [head for each in ENVIRONMENTS for head in (f">{each}, expected", f">{each}, here")]
    return table(["row", *heads], rows)


def _own(estimate: Estimate) -> float:
    """Without what the requirements' tables leave out: endpoints (N-07) and public addresses (N-34)."""
    return round(estimate.total - estimate.row("VPC endpoints") - estimate.row("Public IPv4"), 2)


def _between(stack: str) -> str:
    low, high = RANGES[stack]
    return f"{low} to {high}"


def _pair(estimate: Estimate, row: str) -> tuple[str, str]:
    expected = EXPECTED[estimate.stack].get(row)
    here = f"{estimate.row(row):.2f}" if row in estimate.rows else ""
    return (str(expected) if expected else "", here)


def forecast(stacks: Recordings) -> str:
    """A month at the least, and with all that scaling may start."""
    least, most = estimates(stacks), at_most(stacks)
    rows: list[list[object]] = [
        [each, f"{least[each].total:.2f}", f"{most[each].total:.2f}", _budget(stacks[each])] for each in STACKS
    ]
    sums = [round(sum(each.total for each in found.values()), 2) for found in (least, most)]
    rows.append(["**all, a month**", *(f"**{each:.2f}**" for each in sums), ""])
    rows.append(["**all, a year**", *(f"**{each * 12:.2f}**" for each in sums), ""])
    return table(["stack", ">at the least", ">at most", ">budget"], rows)


def _budget(stack: Recording) -> str:
    return ", ".join(str(each["limitAmount"]) for each in of(stack, "budgets.Budget"))


def savings(stacks: Recordings) -> str:
    """What was saved, and what could be."""
    found = estimates(stacks)
    nights = {each: round(found["dev"].row(each), 2) for each in ("ECS Fargate", "RDS")}
    always = round(sum((line.usd or 0) * (HOURS / running(stacks["dev"]) if line.hours not in (1, HOURS) else 1)
                       for line in found["dev"].lines if line.row in nights), 2)  # fmt: skip
    gateway = round((PRICES["nat_gateway.hour"].usd + PRICES["public_ipv4"].usd) * HOURS, 2)
    zone = round(PRICES["vpc_endpoint.interface.hour"].usd * HOURS, 2)
    shut = round(always - sum(nights.values()), 2)
    rows = [
        ["dev is shut down at night and on weekends", f"{always:.2f} − {sum(nights.values()):.2f}", f"{shut:.2f}"],
        ["one NAT gateway instead of three in dev and staging", f"2 × 2 × {gateway:.2f}", f"{4 * gateway:.2f}"],
        ["endpoints in one zone instead of three in dev and staging, two in prod", f"(2 × 2 + 1) × 7 × {zone:.2f}",
         f"{35 * zone:.2f}"],
    ]  # fmt: skip
    return table(["done", "how", ">USD a month"], rows)


def prices(_: Recordings) -> str:
    """The list of prices that the estimate uses."""
    rows = [[f"`{id_}`", f"{price.usd:g}", price.unit, price.sure] for id_, price in PRICES.items()]
    return f"Compiled {COMPILED}, us-east-1.\n\n" + table(["price", ">USD", "for a", "sure"], rows)


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
