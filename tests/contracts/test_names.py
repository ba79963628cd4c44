"""Physical names: explicit, by the pattern, within AWS's limits and unlike each other."""

import re
from collections import Counter
from typing import NamedTuple

import pytest

from components.operations.findings import FINDINGS
from preview.recording import RecordedResource, Recording
from preview.stack import PreviewError
from settings.file.problems import InvalidSettings
from tests.contracts.recordings import each_main_stack, each_run, each_stack, in_aws
from tests.stack_files import Config, changed, config, longest
from tests.stacks import BLUEPRINT_STACKS, recorded


class Limit(NamedTuple):
    """What AWS allows a type's name to be."""

    name: str  #: the property
    longest: int
    pattern: str
    source: str  #: the operation of the service's API reference that says so
    unique: bool = True  #: within account and region; a name inside another resource is not


WORDS = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"  # no hyphen at an end, nor two together
LIMITS = {
    "aws:appautoscaling/policy:Policy": Limit("name", 256, r".+", "PutScalingPolicy"),
    "aws:appautoscaling/scheduledAction:ScheduledAction": Limit(
        "name", 256, r"(?! )[^:/|\x00-\x1f\x7f-\x9f]+(?<! )", "PutScheduledAction"
    ),
    "aws:backup/plan:Plan": Limit("name", 50, r"[A-Za-z0-9_.-]+", "CreateBackupPlan", unique=False),
    "aws:backup/selection:Selection": Limit("name", 50, r"[A-Za-z0-9_.-]+", "CreateBackupSelection", unique=False),
    "aws:backup/vault:Vault": Limit("name", 50, r"[A-Za-z0-9_-]{2,50}", "CreateBackupVault"),
    "aws:budgets/budget:Budget": Limit("name", 100, r"[^:\\]+", "CreateBudget"),
    "aws:cfg/conformancePack:ConformancePack": Limit("name", 256, r"[A-Za-z][-A-Za-z0-9]*", "PutConformancePack"),
    "aws:cfg/deliveryChannel:DeliveryChannel": Limit("name", 256, r".+", "PutDeliveryChannel"),
    "aws:cfg/recorder:Recorder": Limit("name", 256, r".+", "PutConfigurationRecorder"),
    "aws:cfg/rule:Rule": Limit("name", 128, r".*\S.*", "PutConfigRule", unique=False),  # AWS's own words
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": Limit(
        "configurationName", 128, r"[A-Za-z0-9_-]+", "CreateSlackChannelConfiguration"
    ),
    "aws:cloudfront/function:Function": Limit("name", 64, r"[A-Za-z0-9_-]+", "CreateFunction"),
    "aws:cloudfront/originAccessControl:OriginAccessControl": Limit("name", 64, r".+", "CreateOriginAccessControl"),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": Limit(
        "name", 128, r".+", "CreateResponseHeadersPolicy"
    ),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": Limit(
        "name", 60, r"[\w-]+", "PutDeliveryDestination"
    ),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": Limit("name", 60, r"[\w-]+", "PutDeliverySource"),
    "aws:cloudtrail/trail:Trail": Limit("name", 128, r"(?=.{3})[A-Za-z0-9]+([._-][A-Za-z0-9]+)*", "CreateTrail"),
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": Limit("name", 255, r"[!-~]+", "PutAlarmMuteRule"),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": Limit("alarmName", 255, r"[ -~]+", "PutCompositeAlarm"),
    "aws:cloudwatch/dashboard:Dashboard": Limit("dashboardName", 255, r"[A-Za-z0-9_-]+", "PutDashboard"),
    "aws:cloudwatch/eventRule:EventRule": Limit("name", 64, r"[.\-_A-Za-z0-9]+", "PutRule"),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Limit("name", 512, r"[^:*]+", "PutMetricFilter"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Limit("name", 255, r"[ -~]+", "PutMetricAlarm"),
    "aws:cloudwatch/queryDefinition:QueryDefinition": Limit("name", 255, r".+", "PutQueryDefinition"),
    "aws:codebuild/project:Project": Limit("name", 150, r"[A-Za-z0-9][A-Za-z0-9_-]+", "CreateProject"),
    "aws:codeconnections/connection:Connection": Limit("name", 32, r".+", "CreateConnection"),
    "aws:codepipeline/pipeline:Pipeline": Limit("name", 100, r"[A-Za-z0-9.@_-]+", "CreatePipeline"),
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": Limit("name", 1024, r".+", "CreateAnomalyMonitor"),
    "aws:costexplorer/anomalySubscription:AnomalySubscription": Limit("name", 1024, r".+", "CreateAnomalySubscription"),
    "aws:cloudwatch/logGroup:LogGroup": Limit("name", 512, r"[.\-_/#A-Za-z0-9]+", "CreateLogGroup"),
    "aws:dynamodb/table:Table": Limit("name", 255, r"[A-Za-z0-9_.-]{3,}", "CreateTable"),
    "aws:ec2/securityGroup:SecurityGroup": Limit(
        "name", 255, r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]+", "CreateSecurityGroup"
    ),
    "aws:ecr/repository:Repository": Limit("name", 256, r"[a-z0-9][a-z0-9._/-]+", "CreateRepository"),
    "aws:ecs/cluster:Cluster": Limit("name", 255, r"[A-Za-z0-9_-]+", "CreateCluster"),
    "aws:ecs/service:Service": Limit("name", 255, r"[A-Za-z0-9_-]+", "CreateService"),
    "aws:ecs/taskDefinition:TaskDefinition": Limit("family", 255, r"[A-Za-z0-9_-]+", "RegisterTaskDefinition"),
    "aws:elasticache/parameterGroup:ParameterGroup": Limit(
        "name", 255, f"(?=[A-Za-z]){WORDS}", "CreateCacheParameterGroup"
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Limit(
        "replicationGroupId", 40, f"(?=[A-Za-z]){WORDS}", "CreateReplicationGroup"
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": Limit("name", 255, WORDS, "CreateCacheSubnetGroup"),
    "aws:accessanalyzer/analyzer:Analyzer": Limit("analyzerName", 255, r"[A-Za-z][A-Za-z0-9_.-]*", "CreateAnalyzer"),
    "aws:iam/group:Group": Limit("name", 128, r"[\w+=,.@-]+", "CreateGroup"),
    "aws:iam/instanceProfile:InstanceProfile": Limit("name", 128, r"[\w+=,.@-]+", "CreateInstanceProfile"),
    "aws:iam/policy:Policy": Limit("name", 128, r"[\w+=,.@-]+", "CreatePolicy"),
    "aws:iam/role:Role": Limit("name", 64, r"[\w+=,.@-]+", "CreateRole"),
    "aws:iam/rolePolicy:RolePolicy": Limit("name", 128, r"[\w+=,.@-]+", "PutRolePolicy", unique=False),
    "aws:iam/samlProvider:SamlProvider": Limit("name", 128, r"[\w.-]+", "CreateSAMLProvider"),
    "aws:kms/alias:Alias": Limit("name", 256, r"alias/(?!aws/)[A-Za-z0-9/_-]+", "CreateAlias"),
    "aws:lambda/function:Function": Limit("name", 64, r"[A-Za-z0-9_-]+", "CreateFunction"),
    "aws:lb/loadBalancer:LoadBalancer": Limit("name", 32, f"(?!internal-){WORDS}", "CreateLoadBalancer"),
    "aws:lb/targetGroup:TargetGroup": Limit("name", 32, WORDS, "CreateTargetGroup"),
    "aws:rds/instance:Instance": Limit("identifier", 63, f"(?=[A-Za-z]){WORDS}", "CreateDBInstance"),
    "aws:rds/parameterGroup:ParameterGroup": Limit("name", 255, f"(?=[A-Za-z]){WORDS}", "CreateDBParameterGroup"),
    "aws:rds/eventSubscription:EventSubscription": Limit("name", 254, r"[A-Za-z0-9-]+", "CreateEventSubscription"),
    "aws:rds/subnetGroup:SubnetGroup": Limit("name", 255, r"[a-z0-9._-]+", "CreateDBSubnetGroup"),
    "aws:s3/bucket:Bucket": Limit("bucket", 63, r"[a-z0-9](\.?[a-z0-9-])*(?<!-)", "Bucket naming rules"),
    "aws:secretsmanager/secret:Secret": Limit("name", 512, r"[A-Za-z0-9/_+=.@-]+", "CreateSecret"),
    "aws:sns/topic:Topic": Limit("name", 256, r"[A-Za-z0-9_-]+", "CreateTopic"),
    "aws:sqs/queue:Queue": Limit("name", 80, r"[A-Za-z0-9_-]+", "CreateQueue"),
    "aws:ssm/parameter:Parameter": Limit(
        "name", 900, r"(/(?!aws|ssm)[A-Za-z0-9_.-]+){1,15}", "PutParameter: 1011 with its ARN"
    ),
    "aws:wafv2/ipSet:IpSet": Limit("name", 128, r"[\w-]+", "CreateIPSet"),
    "aws:wafv2/webAcl:WebAcl": Limit("name", 128, r"[\w-]+", "CreateWebACL"),
}
#: Properties that name a resource; those of these types name something else.
NAMING = ("name", "bucket", "identifier", "clusterIdentifier", "family", "replicationGroupId", "functionName")
NAMED_OTHERWISE = {
    "aws:cfg/recorderStatus:RecorderStatus": "it names its recorder",
    "aws:guardduty/detectorFeature:DetectorFeature": "AWS's word for the feature",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": "it names its function",
    "aws:route53/record:Record": "a DNS name",
    "aws:route53/zone:Zone": "a domain",
    "aws:elasticache/parameterGroup:ParameterGroup": "its family is the engine's",
    "aws:rds/parameterGroup:ParameterGroup": "its family is the engine's",
}


def _named(recording: Recording) -> list[tuple[RecordedResource, Limit, str]]:
    return [
        (each, LIMITS[each.type], each[LIMITS[each.type].name]) for each in in_aws(recording) if each.type in LIMITS
    ]


def _wrong(recording: Recording) -> list[str]:
    """Names that AWS would refuse."""
    return [
        f"{each.name}: {name} ({len(name)} of {limit.longest})"
        for each, limit, name in _named(recording)
        if len(name) > limit.longest or not re.fullmatch(limit.pattern, name)
    ]


def _twice(recording: Recording) -> list[tuple[str, str]]:
    count = Counter((each.type, name) for each, limit, name in _named(recording) if limit.unique)
    return [name for name, times in count.items() if times > 1]


@each_stack
@each_run
def test_names_are_within_their_limits(stack, known):
    """Length and characters, which AWS tells only at `up`."""
    assert _wrong(recorded(stack, known)) == []
    assert len(_named(recorded(stack, known))) >= 3


@each_stack
def test_names_are_unlike_each_other(stack):
    """No two of a type have the same name."""
    assert _twice(recorded(stack, False)) == []


@pytest.fixture(scope="module")
def long() -> Recording:
    return changed("dev", longest)


def test_long_names_are_within_their_limits(long):
    """Cut where they must be, and still unlike each other."""
    assert _wrong(long) == []
    assert _twice(long) == []
    [balancer] = long.of("aws:lb/loadBalancer:LoadBalancer")
    assert balancer["name"] == "partnerportal-loadtest-alb"
    [target] = long.of("aws:lb/targetGroup:TargetGroup")
    assert re.fullmatch(r"partnerportal-loadtest-tg-[a-z]-[0-9a-f]{4}", target["name"])
    cut = {each["name"] for each in long.of("aws:iam/role:Role") if len(each["name"]) == 64}
    assert cut
    assert all(re.search(r"-[0-9a-f]{4}$", name) for name in cut)


def test_long_values_of_tags_are_within_their_limit(long):
    """A tag's value has at most 256 characters."""
    assert max(len(value) for each in in_aws(long) for value in each.inputs.get("tagsAll", {}).values()) <= 256


def _hundreds(it: Config, where: str) -> None:
    word = "very-long-" * 60 + "word"  # 604 characters
    services = it["cloudplatform:services"]
    if where == "service":
        services[word] = services.pop("fastapi")
    elif where == "secret":
        it["cloudplatform:secrets"]["jwt-secret"]["path"] = services["fastapi"]["secrets"]["JWT_SECRET"] = word
    elif where == "variable":
        services["fastapi"]["environment"]["V" * 1500] = "x"
    else:
        it["cloudplatform:database"]["secret"] = {"path": word}
        services["fastapi"]["secrets"] = {}


@pytest.mark.parametrize("where", ["service", "secret", "database secret", "variable"])
def test_a_name_beyond_a_limit_is_refused_or_cut(where):
    """Each name is checked against its type's limit when the settings are read (design, 6), not by AWS at `up`."""
    try:
        recording = changed("dev", lambda it: _hundreds(it, where))
    except (PreviewError, InvalidSettings):
        return
    assert _wrong(recording) == []


@each_stack
def test_every_type_with_a_name_is_in_the_table(stack):
    """A new type cannot slip past the limits."""
    named = {each.type for each in in_aws(recorded(stack, False)) if any(word in each.inputs for word in NAMING)}
    of_buckets = {each for each in named if each.startswith("aws:s3/bucket") and each != "aws:s3/bucket:Bucket"}
    assert named - of_buckets - LIMITS.keys() - NAMED_OTHERWISE.keys() == set()


@each_main_stack
def test_names_are_explicit_and_follow_the_pattern(stack):
    """{project}-{environment}-…, or a path below the environment; the stack file's own names stand as they are."""
    given = {row["name"] for key in ("buckets", "tables", "repositories") for row in _rows(stack, key) if "name" in row}
    service = re.escape(f"cloudplatform-{stack}")
    paths = rf"/{stack}/[\w/-]+|/ecs/{stack}/[a-z0-9-]+|/aws/rds/instance/{service}-[a-z0-9-]+/\w+"
    # The ledger's own names (C-22): of topics, of dev's hours, and of the rules for what is found in the account.
    paths += rf"|{stack}-(critical|warning|info)-alerts|{stack}-scale-(down|up)|(/aws/lambda/)?scale-(down|up)-{stack}"
    given |= {finding.word for finding in FINDINGS} if stack == "shared" else set()
    pattern = rf"(alias/|aws-waf-logs-|/aws/lambda/)?{service}-[a-z0-9-]+|{paths}"
    odd = [
        name
        for _, limit, name in _named(recorded(stack, False))
        if limit.unique and not re.fullmatch(pattern, name) and name not in given
    ]
    assert odd == []


@pytest.mark.parametrize("stack", BLUEPRINT_STACKS)
def test_names_of_other_systems_hold_the_project_or_are_exact(stack):
    """Two systems in one account never collide; what does not hold the project is exact in the stack file."""
    tables = config(stack)
    environment = stack.rpartition("/")[2]
    project = tables.get("cloudplatform:project", stack.partition("/")[0])
    given = {row["name"] for key in ("buckets", "tables", "repositories") for row in _rows(stack, key) if "name" in row}
    table = tables.get("cloudplatform:names", {})
    given |= {name for names in table.get("exact", {}).values() for name in names.values()}
    given |= {pattern.replace("{environment}", environment) for pattern in table.get("patterns", {}).values()}
    # A service's name is unique in its cluster, a scaling policy's in its service's target.
    inside = {"aws:ecs/service:Service", "aws:appautoscaling/policy:Policy"}
    odd = [
        name
        for each, limit, name in _named(recorded(stack, False))
        if limit.unique and not re.search(rf"{project}[-/]{environment}", name) and each.type not in inside
        if not any(name.endswith(fixed) for fixed in given)
    ]
    assert odd == []


def _rows(stack: str, key: str) -> list[dict]:
    return list(config(stack).get(f"cloudplatform:{key}", {}).values())


def _renamed(change) -> dict[str, bool]:
    """Whether the name of each replaceable type differs after a change of prod's stack file."""
    replaceable = [
        "aws:lb/targetGroup:TargetGroup",
        "aws:rds/parameterGroup:ParameterGroup",
        "aws:elasticache/parameterGroup:ParameterGroup",
    ]
    before, after = recorded("prod", False), changed("prod", change, known=False)
    return {
        kind.rpartition(":")[2] + kind.split("/")[0]: before.of(kind)[0]["name"] != after.of(kind)[0]["name"]
        for kind in replaceable
    }


def test_a_forced_replacement_gets_a_new_name():
    """Another port, engine or cache family: the new one stands beside the old until nothing uses that."""

    def change(it: Config) -> None:
        it["cloudplatform:services"]["fastapi"]["port"] = 8001
        it["cloudplatform:database"]["version"] = "16"
        it["cloudplatform:cache"] |= {"engine": "valkey", "version": "8.0"}

    assert set(_renamed(change).values()) == {True}


def test_a_change_in_place_keeps_the_name():
    """Health checks, parameters, sizes: none of them replaces anything."""

    def change(it: Config) -> None:
        service = it["cloudplatform:services"]["fastapi"]
        service["health"]["path"] = "/other"
        service |= {"drain": 45, "cpu": 2048, "memory": 4096}
        it["cloudplatform:database"]["parameters"] = {"max_connections": "100"}
        it["cloudplatform:cache"]["parameters"] = {}

    assert set(_renamed(change).values()) == {False}
