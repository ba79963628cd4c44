"""What happened, as the function's rules in EventBridge tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.common.entry import BadEventError

HIGH = 7.0  #: GuardDuty's severity from which something is done, not only said


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A virtual machine that behaves as if somebody else had it."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task on ECS that does."""

    cluster: str  #: ARN
    arn: str


@dataclass(frozen=True, kw_only=True)
class OpenBucket:
    """A bucket that may be open to everybody."""

    name: str


@dataclass(frozen=True, kw_only=True)
class OpenGroup:
    """A security group that may let the world in."""

    id: str


Subject = Instance | Task | OpenBucket | OpenGroup


@dataclass(frozen=True, kw_only=True)
class SecurityIncident:
    """Something to respond to."""

    what: str  #: one line for people
    subjects: tuple[Subject, ...]
    where: str  #: account and region
    first: bool = False  #: a finding that nobody was told of yet; people hear of it even if nothing can be done


def read(event: Mapping[str, Any]) -> SecurityIncident | None:
    """The incident that an event tells of; None where it tells of none, such as a refused call. Raises BadEventError.

    Events that no rule should send are raised too: the rule is wrong then, and somebody must see it.
    """
    try:
        detail, kind = event["detail"], event["detail-type"]
        where = f"account {event['account']}, {event['region']}"
        match kind:
            case "GuardDuty Finding":
                return _finding(detail, where)
            case "AWS API Call via CloudTrail":
                return _call(detail, where)
            case "Config Rules Compliance Change":
                return _compliance(detail, where)
            case _:
                raise BadEventError(f"no response is known to {kind}")
    except BadEventError:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise BadEventError(f"the event lacks what its kind should have: {error!r}") from None


def _finding(detail: Mapping[str, Any], where: str) -> SecurityIncident:
    kind, severity = detail["type"], float(detail["severity"])
    # A sample names resources that do not exist, and might name some that do.
    sample = _at(detail, "service", "additionalInfo", "sample") is True
    text = f"GuardDuty, severity {severity:g}: {detail['title']} ({kind}, {detail['id']})"
    return SecurityIncident(
        what=f"[SAMPLE] {text}" if sample else text,
        subjects=() if sample or severity < HIGH else _affected(kind, detail["resource"]),
        where=where,
        first=_at(detail, "service", "count") in (1, None),
    )


def _affected(kind: str, resource: Mapping[str, Any]) -> tuple[Subject, ...]:
    """What of a finding's resource can be isolated or closed."""
    task = _at(resource, "ecsClusterDetails", "taskDetails", "arn")
    instance = _at(resource, "instanceDetails", "instanceId")
    if task:
        return (Task(cluster=resource["ecsClusterDetails"]["arn"], arn=task),)
    if instance:
        return (Instance(id=instance),)
    if kind.startswith("Policy:S3/"):
        return tuple(OpenBucket(name=each["name"]) for each in resource["s3BucketDetails"])
    return ()


def _at(found: Any, *path: str) -> Any:
    """What lies at a path; None where a part of it is missing or null."""
    for name in path:
        found = found.get(name) if found else None
    return found


def _call(detail: Mapping[str, Any], where: str) -> SecurityIncident | None:
    if detail.get("errorCode"):
        return None  # it changed nothing
    name, given = detail["eventName"], detail["requestParameters"]
    subject: Subject
    match name:
        case "AuthorizeSecurityGroupIngress":
            # In the default VPC a caller may give the group's name only; the answer always has its id.
            subject = OpenGroup(id=given.get("groupId") or _answered_group(detail))
        case "ModifySecurityGroupRules":
            subject = OpenGroup(id=given["ModifySecurityGroupRulesRequest"]["GroupId"])
        case "PutBucketAcl" | "PutBucketPolicy" | "PutBucketPublicAccessBlock" | "DeleteBucketPublicAccessBlock":
            subject = OpenBucket(name=given["bucketName"])
        case _:
            raise BadEventError(f"no response is known to the call {name}")
    who = detail["userIdentity"].get("arn") or detail["userIdentity"]["type"]
    return SecurityIncident(what=f"{name} by {who}", subjects=(subject,), where=where)


def _answered_group(detail: Mapping[str, Any]) -> str:
    return detail["responseElements"]["securityGroupRuleSet"]["items"][0]["groupId"]


def _compliance(detail: Mapping[str, Any], where: str) -> SecurityIncident | None:
    if detail["newEvaluationResult"]["complianceType"] != "NON_COMPLIANT":
        return None
    rule, kind, found = detail["configRuleName"], detail["resourceType"], detail["resourceId"]
    subject: Subject
    match kind:
        case "AWS::S3::Bucket":
            subject = OpenBucket(name=found)
        case "AWS::EC2::SecurityGroup":
            subject = OpenGroup(id=found)
        case _:
            raise BadEventError(f"no response is known to {kind} that breaks {rule}")
    return SecurityIncident(what=f"{kind} {found} breaks the rule {rule}", subjects=(subject,), where=where)
