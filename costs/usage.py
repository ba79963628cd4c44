"""What only use decides, and what is assumed of it: `usage.yaml` beside the stack files, a line a stack.

Nobody knows use before the first bill. Put your own figures there after it.
"""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import yaml

from costs.kinds import insights
from costs.prices import HOURS
from preview.recording import RecordedResource
from settings.words import either

FILE: Final = "usage.yaml"

Assumed = Mapping[str, float]  #: a month, by the word of a Use


class UsageLine(NamedTuple):
    """Where usage.yaml speaks of a stack, and what is to be written there for what it says nothing about."""

    stack: str
    line: int | None = None  #: None: the file has none for the stack, or there is no file
    write: str = ""  #: the stack's whole line, or what goes into its braces; empty if nothing is missing
    figures_of: str = ""  #: the stack whose figures these are; empty: of none, they are 0


class Use(NamedTuple):
    """Something that use decides, of the resources of a type."""

    word: str  #: in usage.yaml
    row: str
    what: str
    price: str
    kind: str
    hours: float = 1  #: of a month, where the price is an hour's
    where: Callable[[RecordedResource], bool] = lambda _: True  #: of which of them


def _is(name: str, *values: Any) -> Callable[[RecordedResource], bool]:
    return lambda resource: resource.inputs.get(name) in values


def _holds(name: str, text: str) -> Callable[[RecordedResource], bool]:
    return lambda resource: text in str(resource.inputs.get(name))


def _feature(name: str) -> Callable[[RecordedResource], bool]:
    return lambda feature: (feature["name"], feature["status"]) == (name, "ENABLED")


def _objects(trail: RecordedResource) -> bool:
    return "Data" in str(trail.inputs.get("advancedEventSelectors")) or "dataResources" in str(trail.inputs)


def _not(where: Callable[[RecordedResource], bool]) -> Callable[[RecordedResource], bool]:
    return lambda resource: not where(resource)


def _watched(cluster: RecordedResource) -> bool:
    return insights(cluster) == "enabled"


def _kept(database: RecordedResource) -> bool:
    """Whether RDS keeps backups of it: those of a replica are its source's."""
    return bool(database.inputs.get("backupRetentionPeriod")) and "replicateSourceDb" not in database.inputs


def _kept_snapshots(cache: RecordedResource) -> bool:
    """The first snapshot of each group is free."""
    return (cache.inputs.get("snapshotRetentionLimit") or 0) > 1


def _zones(service: RecordedResource) -> bool:
    network: Mapping[str, Any] = service.inputs.get("networkConfiguration") or {}
    return len(network.get("subnets", ())) > 1


def _analysed(trail: RecordedResource) -> bool:
    return bool(trail.inputs.get("insightSelectors"))


_ONE_ZONE: Final = _not(_is("availabilityZoneName", None))
_ARM: Final = _is("architectures", ["arm64"])
_RARE: Final = _is("logGroupClass", "INFREQUENT_ACCESS")
_ELASTIC: Final = _is("throughputMode", "elastic")
_ALB: Final = _is("loadBalancerType", None, "application")

USES: Final = (
    Use("backups", "RDS", "GB of backups beyond its own size", "rds.backup", "backup.Plan"),
    Use("backups", "RDS", "GB of backups beyond its own size", "rds.backup", "rds.Instance", where=_kept),
    Use("copied backups", "RDS", "GB of automated backups of another region", "rds.backup", "backup.Plan",
        where=_holds("rules", "copyActions")),
    Use("copied backups", "RDS", "GB of automated backups of another region", "rds.backup",
        "rds.InstanceAutomatedBackupsReplication"),
    Use("followed", "RDS", "GB from another region to replicas and backups", "data_transfer.inter_region",
        "backup.Plan", where=_holds("rules", "copyActions")),
    Use("followed", "RDS", "GB from another region to replicas and backups", "data_transfer.inter_region",
        "rds.InstanceAutomatedBackupsReplication"),
    Use("cache backups", "ElastiCache", "GB of snapshots beyond the first of each group", "elasticache.backup",
        "elasticache.ReplicationGroup", where=_kept_snapshots),
    Use("nat", "NAT", "GB through them", "nat_gateway.data", "ec2.NatGateway"),
    Use("lcu", "ALB", "LCU on average", "alb.lcu", "lb.LoadBalancer", HOURS, _ALB),
    Use("nlcu", "NLB", "NLCU on average", "nlb.lcu", "lb.LoadBalancer", HOURS, _is("loadBalancerType", "network")),
    Use("metrics", "CloudWatch", "metrics of Container Insights", "cloudwatch.metric.custom", "ecs.Cluster",
        where=_watched),
    Use("own metrics", "CloudWatch", "metrics that services send", "cloudwatch.metric.custom", "iam.RolePolicy",
        where=_holds("policy", "cloudwatch:PutMetricData")),
    Use("own events", "Other", "million events that services send", "eventbridge.custom_events", "iam.RolePolicy",
        where=_holds("policy", "events:PutEvents")),
    Use("archived logs", "CloudWatch", "GB of logs that Firehose delivers", "firehose.put",
        "kinesis.FirehoseDeliveryStream"),
    Use("logs", "CloudWatch", "GB of logs taken in", "cloudwatch.logs.ingest", "cloudwatch.LogGroup",
        where=_not(_RARE)),
    Use("rare logs", "CloudWatch", "GB of logs that are rarely read", "cloudwatch.logs.ingest_ia",
        "cloudwatch.LogGroup", where=_RARE),
    Use("kept logs", "CloudWatch", "GB of logs kept", "cloudwatch.logs.storage", "cloudwatch.LogGroup"),
    Use("flow logs", "CloudWatch", "GB of flow logs taken in", "cloudwatch.logs.vended", "ec2.FlowLog",
        where=_is("logDestinationType", None, "cloud-watch-logs")),
    Use("flow logs in s3", "CloudWatch", "GB of flow logs taken in", "cloudwatch.logs.vended_to_s3", "ec2.FlowLog",
        where=_is("logDestinationType", "s3")),
    Use("s3", "S3", "GB in buckets", "s3.standard", "s3.Bucket"),
    Use("s3 writes", "S3", "thousand objects written or listed", "s3.put", "s3.Bucket"),
    Use("s3 reads", "S3", "thousand objects read", "s3.get", "s3.Bucket"),
    Use("moved objects", "S3", "thousand objects moved to Glacier", "s3.glacier_transition",
        "s3.BucketLifecycleConfiguration", where=_holds("rules", "'GLACIER'")),
    Use("deep objects", "S3", "thousand objects moved to Deep Archive", "s3.deep_transition",
        "s3.BucketLifecycleConfiguration", where=_holds("rules", "'DEEP_ARCHIVE'")),
    Use("tiered objects", "S3", "thousand objects that Intelligent-Tiering watches", "s3.tiering",
        "s3.BucketLifecycleConfiguration", where=_holds("rules", "'INTELLIGENT_TIERING'")),
    Use("replicated", "S3", "GB copied to another region", "data_transfer.inter_region", "s3.BucketReplicationConfig"),
    Use("requests", "WAF", "million requests", "waf.requests", "wafv2.WebAcl"),
    Use("bot requests", "WAF", "million requests that Bot Control looks at, above the first ten",
        "waf.bot_control.requests", "wafv2.WebAcl", where=_holds("rules", "AWSManagedRulesBotControlRuleSet")),
    Use("cdn", "CloudFront", "GB out to the internet", "cloudfront.data_out", "cloudfront.Distribution"),
    Use("cdn requests", "CloudFront", "ten thousand requests", "cloudfront.https_requests", "cloudfront.Distribution"),
    Use("edge calls", "CloudFront", "million calls of functions at the edge", "cloudfront.function",
        "cloudfront.Function"),
    Use("vpn", "Client VPN", "hours that somebody is connected", "client_vpn.connection", "ec2clientvpn.Endpoint"),
    Use("endpoints", "VPC endpoints", "GB through them", "vpc_endpoint.interface.data", "ec2.VpcEndpoint",
        where=_is("vpcEndpointType", "Interface")),
    Use("writes", "DynamoDB", "million writes", "dynamodb.on_demand.write", "dynamodb.Table",
        where=_is("billingMode", "PAY_PER_REQUEST")),
    Use("reads", "DynamoDB", "million reads", "dynamodb.on_demand.read", "dynamodb.Table",
        where=_is("billingMode", "PAY_PER_REQUEST")),
    Use("replicated writes", "DynamoDB", "million writes to tables of other regions", "dynamodb.on_demand.write",
        "dynamodb.Table", where=_holds("replicas", "regionName")),
    Use("items stored", "DynamoDB", "GB in tables", "dynamodb.storage", "dynamodb.Table"),
    Use("items kept", "DynamoDB", "GB that can be restored to any second", "dynamodb.pitr", "dynamodb.Table",
        where=_holds("pointInTimeRecovery", "'enabled': True")),
    Use("files", "EFS", "GB in file systems", "efs.standard", "efs.FileSystem", where=_not(_ONE_ZONE)),
    Use("files in one zone", "EFS", "GB in file systems of one zone", "efs.one_zone", "efs.FileSystem",
        where=_ONE_ZONE),
    Use("file backups", "EFS", "GB of automatic backups", "backup.efs_warm", "efs.BackupPolicy",
        where=_holds("backupPolicy", "'ENABLED'")),
    Use("files read", "EFS", "GB read from file systems", "efs.elastic_read", "efs.FileSystem", where=_ELASTIC),
    Use("files written", "EFS", "GB written to file systems", "efs.elastic_write", "efs.FileSystem", where=_ELASTIC),
    Use("out", "Other", "GB out to the internet", "data_transfer.internet_out", "ec2.InternetGateway"),
    Use("between zones", "Other", "GB between zones, each way counted", "data_transfer.inter_az", "ecs.Service",
        where=_zones),
    Use("images", "Other", "GB of images", "ecr.storage", "ecr.Repository"),
    Use("copied images", "Other", "GB of images copied to another region", "data_transfer.inter_region",
        "ecr.ReplicationConfiguration"),
    Use("queries", "Other", "million queries of names", "route53.queries", "route53.Zone"),
    Use("calls", "Other", "million calls of functions", "lambda.requests", "lambda.Function"),
    Use("arm seconds", "Other", "GB-seconds of functions on Arm", "lambda.duration.arm", "lambda.Function", where=_ARM),
    Use("x86 seconds", "Other", "GB-seconds of functions", "lambda.duration.x86", "lambda.Function",
        where=_not(_ARM)),
    Use("traces", "CloudWatch", "million traces recorded", "xray.traces", "xray.SamplingRule"),
    Use("build minutes", "Pipelines", "minutes of builds", "codebuild.linux.medium", "codebuild.Project",
        where=_holds("environment", "'BUILD_GENERAL1_MEDIUM'")),
    Use("small build minutes", "Pipelines", "minutes of small builds", "codebuild.linux.small", "codebuild.Project",
        where=_holds("environment", "'BUILD_GENERAL1_SMALL'")),
    Use("pipeline minutes", "Pipelines", "minutes of actions", "codepipeline.v2", "codepipeline.Pipeline",
        where=_is("pipelineType", "V2")),
    Use("messages", "Other", "million messages to topics", "sns.publish", "sns.Topic"),
    Use("queued", "Other", "million requests to queues", "sqs.standard", "sqs.Queue",
        where=_is("fifoQueue", None, False)),
    Use("queued in order", "Other", "million requests to FIFO queues", "sqs.fifo", "sqs.Queue",
        where=_is("fifoQueue", True)),
    Use("key requests", "Other", "ten thousand requests to keys", "kms.requests", "kms.Key"),
    Use("secret requests", "Other", "ten thousand requests to secrets", "secretsmanager.requests",
        "secretsmanager.Secret"),
    Use("trail copies", "Other", "hundred thousand events of a second trail", "cloudtrail.management.extra_copy",
        "cloudtrail.Trail"),
    Use("trail objects", "Other", "hundred thousand events of objects in buckets", "cloudtrail.data_events",
        "cloudtrail.Trail", where=_objects),
    Use("trail insights", "Other", "hundred thousand events that CloudTrail Insights analyses", "cloudtrail.insights",
        "cloudtrail.Trail", where=_analysed),
    Use("events", "Security services", "million events that GuardDuty reads", "guardduty.cloudtrail_events",
        "guardduty.Detector"),
    Use("watched logs", "Security services", "GB of flow and DNS logs that GuardDuty reads",
        "guardduty.flow_dns_logs", "guardduty.Detector"),
    Use("watched objects", "Security services", "million events of objects that GuardDuty reads",
        "guardduty.s3_data_events", "guardduty.DetectorFeature", where=_feature("S3_DATA_EVENTS")),
    Use("watched calls", "Security services", "GB of functions' flow logs that GuardDuty reads", "guardduty.lambda",
        "guardduty.DetectorFeature", where=_feature("LAMBDA_NETWORK_LOGS")),
    Use("watched vcpu", "Security services", "vCPU of databases that GuardDuty watches",
        "guardduty.rds_protection", "guardduty.DetectorFeature", where=_feature("RDS_LOGIN_EVENTS")),
    Use("watched tasks", "Security services", "vCPU of tasks that GuardDuty watches", "guardduty.runtime",
        "guardduty.DetectorFeature", where=_feature("RUNTIME_MONITORING")),
    Use("scanned volumes", "Security services", "GB of volumes that GuardDuty scans", "guardduty.malware",
        "guardduty.DetectorFeature", where=_feature("EBS_MALWARE_PROTECTION")),
    Use("cluster events", "Security services", "million events of Kubernetes that GuardDuty reads", "guardduty.eks",
        "guardduty.DetectorFeature", where=_feature("EKS_AUDIT_LOGS")),
    Use("checks", "Security services", "checks of Security Hub", "securityhub.cspm_check", "securityhub.Account"),
    Use("items", "Security services", "configuration items", "config.item", "cfg.Recorder"),
    Use("evaluations", "Security services", "evaluations of Config rules", "config.rule_evaluation", "cfg.Rule"),
    Use("evaluations", "Security services", "evaluations of Config rules", "config.rule_evaluation",
        "cfg.ConformancePack"),
    Use("scans", "Security services", "images that Inspector scans", "inspector.ecr.initial_scan",
        "inspector2.Enabler"),
)  # fmt: skip

WORDS: Final = frozenset(use.word for use in USES)


def assumed(folder: Path, stack: str) -> Assumed:
    """What usage.yaml of a project's folder assumes of a stack; nothing if it does not name it.

    Raises ValueError with all that is wrong there, each with its line and column.
    """
    file = folder / FILE
    if not file.is_file():
        return {}
    table = _table(file)
    _unlike(table, stack, {each.name[len("Pulumi.") : -len(".yaml")] for each in folder.glob("Pulumi.*.yaml")})
    mine = [value for name, value in table.value if name.value == stack] if table else []
    if not mine or (isinstance(mine[0], yaml.ScalarNode) and mine[0].value in ("", "null", "~")):
        return {}
    if len(mine) > 1:
        raise ValueError(_told(mine[1], f"{stack} stands here a second time"))
    given = list(_figures(mine[0], stack))
    if wrong := [each for each in given if isinstance(each, str)]:
        raise ValueError("\n".join(wrong))
    return dict(each for each in given if not isinstance(each, str))


def usage_line(folder: Path, stack: str, missing: Sequence[Use] = ()) -> UsageLine:
    """What is to be written of a stack, of which `missing` is not assumed: with figures of the stack that has most.

    Raises ValueError as `assumed` does.
    """
    file = folder / FILE
    table = _table(file) if file.is_file() else None
    nodes: dict[str, tuple[Any, Any]] = {pair[0].value: pair for pair in table.value} if table else {}
    words = list(dict.fromkeys(use.word for use in missing))
    given = {each: dict(_read(value, each)) for each, (_, value) in nodes.items()}
    like = max(given, key=lambda name: len(given[name].keys() & set(words)), default="")
    figures = given.get(like, {})
    name, table = nodes.get(stack, (None, None))
    within = bool(getattr(table, "flow_style", False))  # else braces are to be written, with what is there already
    wanted = ({} if within or not words else given.get(stack, {})) | {word: figures.get(word, 0) for word in words}
    said = ", ".join(f"{word}: {figure}" for word, figure in wanted.items())
    write = said if within or not words else f"{stack}: {{{said}}}"
    line = name.start_mark.line + 1 if name else None
    return UsageLine(stack, line, write, like if figures.keys() & set(words) else "")


def _read(node: Any, stack: str) -> Iterator[tuple[str, float]]:
    """The figures of a line that can be read; its mistakes are told of its own stack."""
    yield from (each for each in _figures(node, stack) if not isinstance(each, str))


def _table(file: Path) -> Any:
    """The file's stacks, as YAML's nodes, which know where they stand; None if it is empty."""
    try:
        found = cast(Any, yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader))
    except UnicodeDecodeError as problem:
        raise ValueError(f"{FILE} is not UTF-8") from problem
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise ValueError(f"{FILE}{place} is no YAML: {getattr(problem, 'problem', None) or problem}") from problem
    if found is not None and not isinstance(found, yaml.MappingNode):
        raise ValueError(_told(found, "wants a line for each stack, such as `dev: {nat: 20}`"))
    return found


def _unlike(table: Any, stack: str, stacks: Collection[str]) -> None:
    """Says of a stack that is missing there if a name that is none of a stack is like its own."""
    names: dict[str, Any] = {name.value: name for name, _ in table.value} if table else {}
    near = get_close_matches(stack, names.keys() - stacks, n=1, cutoff=0.7)
    if stack not in names and near:
        raise ValueError(_told(names[near[0]], f"there is no stack {near[0]}; did you mean {stack}?"))


def _figures(node: Any, stack: str) -> Iterator[tuple[str, float] | str]:
    """Each word with its figure, or what is wrong with it."""
    if not isinstance(node, yaml.MappingNode):
        yield _told(node, f"{stack} wants words with quantities of a month, such as `{{nat: 20}}`")
        return
    given: set[str] = set()
    loader = yaml.SafeLoader("")
    for name, value in cast(list[tuple[Any, Any]], node.value):
        word = name.value
        figure = cast(Any, loader.construct_object(value)) if isinstance(value, yaml.ScalarNode) else None
        if word not in WORDS:
            near = get_close_matches(str(word), WORDS, n=3, cutoff=0.5)
            there = f"did you mean {either(near)}?" if near else f"there are {', '.join(sorted(WORDS))}"
            yield _told(name, f"{stack}: {word!r} is nothing that use decides; {there}")
        elif word in given:
            yield _told(name, f"{stack}: {word} stands here a second time")
        elif isinstance(figure, bool) or not isinstance(figure, (int, float)) or not 0 <= figure < math.inf:
            said = repr(value.value) if isinstance(value, yaml.ScalarNode) else "a list or a table"
            yield _told(value, f"{stack}: {word}: {said} is no quantity of a month")
        else:
            given.add(word)
            yield word, figure


def _told(node: Any, problem: str) -> str:
    return f"{FILE}:{node.start_mark.line + 1}:{node.start_mark.column + 1}: {problem}"
