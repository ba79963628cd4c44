"""Hand-made arguments for every component, and a way to record one alone."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.cluster import Cluster, ClusterArgs
from components.compute.function import Function, FunctionArgs, Placement, Scope
from components.compute.image import Image, ImageArgs
from components.compute.load_balancer import LoadBalancer, LoadBalancerArgs
from components.compute.registry import Registry, RegistryArgs
from components.compute.scaling import Scaling, ScalingArgs
from components.compute.service import Service, ServiceArgs, ServiceImage
from components.data.backup import Backup, BackupArgs
from components.data.bucket import Bucket, BucketArgs
from components.data.cache import Cache, CacheArgs
from components.data.database import Database, DatabaseArgs
from components.data.dynamo import Dynamo, DynamoArgs
from components.data.snapshot_export import SnapshotExport, SnapshotExportArgs
from components.edge.cdn import Cdn, CdnArgs
from components.edge.certificate import Certificate, CertificateArgs
from components.edge.dnssec import Dnssec, DnssecArgs
from components.edge.health_checks import HealthChecks, HealthChecksArgs
from components.edge.records import Records, RecordsArgs
from components.edge.web_acl import WebAcl, WebAclArgs
from components.edge.zone import Zone, ZoneArgs
from components.facts import Facts
from components.handles import NamedRole, StoredSecret
from components.network.acls import NetworkAcls, NetworkAclsArgs
from components.network.conversations import Addresses, Conversation, SecurityGroup
from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.firewall import Firewall, FirewallArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.network import Network, NetworkArgs
from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.budget import Budget, BudgetArgs
from components.operations.costs import Costs, CostsArgs
from components.operations.dashboard import Dashboard, DashboardArgs
from components.operations.findings import Findings, FindingsArgs
from components.operations.log_archive import LogArchive, LogArchiveArgs
from components.operations.log_insights import LogInsights, LogInsightsArgs
from components.operations.notifier import Notifier, NotifierArgs
from components.operations.report import Report, ReportArgs
from components.operations.shutdown import Shutdown, ShutdownArgs
from components.operations.topics import Topics, TopicsArgs
from components.operations.watch.kinds import ALARMS
from components.operations.watch.model import Subject
from components.security.access import Access, AccessArgs
from components.security.delivery import Delivery, DeliveryArgs
from components.security.detection import Detection, DetectionArgs
from components.security.key import Key, KeyArgs
from components.security.parameters import Parameters, ParametersArgs
from components.security.recorder import Recorder, RecorderArgs
from components.security.roles import Roles, RolesArgs
from components.security.rotation import Rotation, RotationArgs
from components.security.secrets import Secrets, SecretsArgs
from components.security.trail import Trail, TrailArgs
from components.security.volumes import Volumes, VolumesArgs
from functions.rotate_database import ROTATE_DATABASE
from preview.recorder import record
from preview.recording import Recording, Resource
from settings.names import Names
from settings.posture import POSTURES
from settings.tables.compute import (
    ClusterTable,
    CountTable,
    FunctionsTable,
    LoadBalancerTable,
    RepositoryTable,
    ServiceTable,
)
from settings.tables.data import BackupTable, BucketTable, CacheTable, DatabaseTable, DynamoTable
from settings.tables.delivery import AccessTable, DeliveryTable
from settings.tables.detection import DetectionTable, TrailTable
from settings.tables.edge import CdnTable, WebAclTable
from settings.tables.network import EndpointsTable, FlowLogsTable, NetworkTable
from settings.tables.operations import (
    SEVERITIES,
    AlarmsTable,
    AlertsTable,
    AnomaliesTable,
    BudgetTable,
    CostsTable,
    HoursTable,
)
from settings.tables.security import AdministratorTable, KeyTable, SecretTable

NAMES = Names(project="acme", environment="test")
FACTS = Facts(account="210987654321", region="eu-west-1")
COMMON: dict[str, Any] = {"names": NAMES, "facts": FACTS}
KEY = "arn:aws:kms:eu-west-1:210987654321:key/k"
SUBNETS = ["subnet-a", "subnet-b"]


def built(build: Callable[[], object], known: bool = True) -> Recording:
    """What a program registers; with `known`, every id and output is answered."""
    config = {"aws:region": FACTS.region, "aws:allowedAccountIds": f'["{FACTS.account}"]'}
    return record(lambda: build() and None, project="acme", stack="test", config=config, known=known)


def only(recording: Recording, token: str, name: str | None = None) -> Resource:
    """The one resource of a type, or of a type and logical name."""
    found = [each for each in recording.of(token) if name in (None, each.name)]
    assert len(found) == 1, f"{len(found)} of {token} {name or ''}"
    return found[0]


def counted(recording: Recording) -> dict[str, int]:
    """How many resources of each type of a provider: `{"aws:ec2/vpc:Vpc": 1}`."""
    found: dict[str, int] = {}
    for resource in recording.resources.values():
        if resource.custom:
            found[resource.type] = found.get(resource.type, 0) + 1
    return found


def waits_for(recording: Recording, resource: Resource) -> list[str]:
    """The logical names of what a resource depends on."""
    return sorted(recording.resources[urn].name for urn in resource.dependencies)


def network_table(**changes: Any) -> NetworkTable:
    """Three tiers in two zones."""
    table: dict[str, Any] = {
        "cidr": "10.9.0.0/16",
        "zones": ["eu-west-1a", "eu-west-1b"],
        "tiers": {
            "public": {"route": "internet", "cidrs": ["10.9.1.0/24", "10.9.2.0/24"]},
            "private": {"route": "nat", "cidrs": ["10.9.11.0/24", "10.9.12.0/24"]},
            "data": {"route": "none", "cidrs": ["10.9.21.0/24", "10.9.22.0/24"]},
        },
        "nat": "per-zone",
        "acls": True,
    }
    return NetworkTable.model_validate(table | changes)


def service_table(**changes: Any) -> ServiceTable:
    """A service with everything that a table can ask for."""
    table: dict[str, Any] = {
        "image": {"uri": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.2"},
        "port": 8080,
        "cpu": 512,
        "memory": 1024,
        "count": {"min": 2, "max": 6, "cpu": 55, "requests": 900},
        "health": {"command": ["CMD", "check"]},
        "secrets": {"USER": "db/login#username", "PASSWORD": "db/login#password", "TOKEN": "app/token"},
        "environment": {"LEVEL": "info"},
        "buckets": {"media": {"prefix": "app/"}},
        "metrics": "acme/web",
        "deployment": {"owner": "pipeline"},
    }
    return ServiceTable.model_validate(table | changes)


def named_role(word: str) -> NamedRole:
    """A role whose ARN is known before it exists."""
    physical = NAMES.of("role", word)
    resource = aws.iam.Role(f"given-{word}", name=physical, assume_role_policy="{}")
    return NamedRole(name=physical, arn=FACTS.role(physical), resource=resource)


def bucket(word: str = "media", name: str | None = None, **changes: Any) -> Bucket:
    """A bucket of the stack."""
    given = {"table": BucketTable(), "word": word, "key": KEY, "force_destroy": False, "protect": False}
    return Bucket(name or f"bucket-{word}", BucketArgs(**(COMMON | given | changes)))


def load_balancer_args(**changes: Any) -> LoadBalancerArgs:
    """A load balancer in front of `web`."""
    given = {
        "table": LoadBalancerTable(logs="alb-logs"),
        "service": "web",
        "target": service_table(),
        "vpc_id": "vpc-1",
        "subnet_ids": SUBNETS,
        "group": "sg-alb",
        "certificate": "arn:aws:acm:eu-west-1:210987654321:certificate/c",
        "deletion_protection": True,
    }
    given["logs"] = changes.pop("logs", None) or bucket("alb-logs").handle
    return LoadBalancerArgs(**(COMMON | given | changes))


def cdn_args(changes: Mapping[str, Any] | None = None, **others: Any) -> CdnArgs:
    """A distribution of one name; `changes` are the table's."""
    given: dict[str, Any] = {
        "table": CdnTable.model_validate(changes or {}),
        "hosts": ["a.acme.com"],
        "certificate": "arn:aws:acm:us-east-1:210987654321:certificate/c",
        "origin": "alb.example.com",
        "passphrase": pulumi.Output.secret("open"),
        "web_acl": "arn:aws:wafv2:us-east-1:210987654321:global/webacl/w/1",
    }
    if "logs" not in others:
        given["logs"] = bucket("alb-logs").handle
    return CdnArgs(**(COMMON | given | others))


def cluster_args(**changes: Any) -> ClusterArgs:
    """A cluster without spare capacity and without shells."""
    given = {"table": ClusterTable(), "spot": False, "shell": False, "key": KEY}
    return ClusterArgs(**(COMMON | given | changes))


def service_args(**changes: Any) -> ServiceArgs:
    """The service `web`, reached through a load balancer, that reads two secrets and writes to a bucket."""
    table = changes.setdefault("table", service_table())
    paths = ("db/login", "app/token")
    secrets = {path: aws.secretsmanager.Secret(f"given-{path}", name=NAMES.path(path)) for path in paths}
    writers = {
        path: aws.secretsmanager.SecretVersion(f"writer-{path}", secret_id=secret.id, secret_string="x")
        for path, secret in secrets.items()
    }
    given = {
        "word": "web",
        "image": ServiceImage(uri=table.image.uri or "", repository=FACTS.repository("shop/web")),
        "cluster": Cluster("cluster", cluster_args()),
        "subnet_ids": SUBNETS,
        "group": "sg-web",
        "execution_role": named_role("start"),
        "task_role": named_role("task"),
        "addresses": {"DATABASE_HOST": "db.internal"},
        "secrets": {path: StoredSecret(arn=secrets[path].arn, writer=writers[path]) for path in paths},
        "buckets": {"media": bucket().handle},
        "key": KEY,
        "network_path": [],
    }
    if "load_balancer" not in changes:
        given["load_balancer"] = LoadBalancer("load-balancer", load_balancer_args(target=table))
    return ServiceArgs(**(COMMON | given | changes))


def scaling_args(**changes: Any) -> ScalingArgs:
    """How many tasks of `web` run."""
    service = Service("service-web", service_args())
    given = {
        "table": CountTable(min=2, max=6, cpu=55, requests=900),
        "cluster": Cluster("other", cluster_args()),
        "service": service,
        "requests": "app/x/1/targetgroup/y/2",
    }
    return ScalingArgs(**(COMMON | given | changes))


def database_args(posture: str = "protected", changes: Mapping[str, Any] | None = None, **others: Any) -> DatabaseArgs:
    """A PostgreSQL 15; `changes` are the table's."""
    table = DatabaseTable.model_validate({"version": "15", "insights": True, **(changes or {})})
    given = {"table": table, "subnet_ids": SUBNETS, "group": "sg-db", "key": KEY, "posture": POSTURES[posture]}
    return DatabaseArgs(**(COMMON | given | others))


def cache_args(posture: str = "protected", changes: Mapping[str, Any] | None = None, **others: Any) -> CacheArgs:
    """A Redis 7.1; `changes` are the table's."""
    table = CacheTable.model_validate({"version": "7.1", "node": "cache.t3.micro", **(changes or {})})
    given = {"table": table, "subnet_ids": SUBNETS, "group": "sg-cache", "key": KEY, "posture": POSTURES[posture]}
    return CacheArgs(**(COMMON | given | others))


WEB, DB = SecurityGroup("web"), SecurityGroup("database")
#: A row of each kind: between groups, from addresses, to addresses.
TALK = [
    Conversation(WEB, DB, 5432, "queries"),
    Conversation(Addresses("internet", "0.0.0.0/0"), WEB, 443, "requests"),
    Conversation(WEB, Addresses("internet", "0.0.0.0/0"), None, "everything"),
]


def _endpoints(**given: Any) -> EndpointsArgs:
    table = EndpointsTable(gateway=("s3",), interface=("ecr.api", "logs"), zones=1)
    return EndpointsArgs(
        table=table, vpc_id="vpc-1", route_table_ids=["rtb-1"], subnet_ids=SUBNETS, group="sg-endpoints", **given
    )


def _firewall(**given: Any) -> FirewallArgs:
    return FirewallArgs(vpc_id="vpc-1", groups=[WEB, DB], conversations=TALK, **given)


def _acls(**given: Any) -> NetworkAclsArgs:
    subnets = {tier: [f"subnet-{tier}"] for tier in ("public", "private", "data")}
    stores = {"data": [5432, 6379]}
    return NetworkAclsArgs(table=network_table(), vpc_id="vpc-1", subnet_ids=subnets, stores=stores, **given)


def _key(**given: Any) -> KeyArgs:
    administrator, reader = named_role("admin"), named_role("reader")
    return KeyArgs(
        table=KeyTable(), administrators=[administrator], readers=[reader], writers=[reader], protect=True, **given
    )


def _roles(**given: Any) -> RolesArgs:
    return RolesArgs(services=["web"], functions=["report"], administrators={"devops": AdministratorTable()}, **given)


def _secrets(**given: Any) -> SecretsArgs:
    table = {
        "token": SecretTable(path="app/token", value="generated"),
        "hook": SecretTable(path="app/hook", value="later"),
        "api": SecretTable(path="app/api", value="config"),
    }
    return SecretsArgs(table=table, given={"api": pulumi.Output.secret("given")}, key=KEY, recovery_days=7, **given)


def _registry(**given: Any) -> RegistryArgs:
    repositories = {"web": RepositoryTable(keep_tags=("prod",), replicate_to=("eu-central-1",))}
    return RegistryArgs(repositories=repositories, key=KEY, force_destroy=False, protect=True, **given)


def _bucket(**given: Any) -> BucketArgs:
    table = BucketTable(versioned=True, glacier_days=90, expire_days=365)
    return BucketArgs(table=table, word="media", key=KEY, force_destroy=False, protect=True, **given)


def _snapshot_export(**given: Any) -> SnapshotExportArgs:
    return SnapshotExportArgs(bucket=bucket("backups").handle, key=KEY, **given)


def function_args(**changes: Any) -> FunctionArgs:
    """The function that renews a database's password, beside the services."""
    secret = FACTS.secret(NAMES.path("db/login-AbCdEf"))
    given = {
        "declaration": ROTATE_DATABASE,
        "table": FunctionsTable(log_days=30),
        "function_name": NAMES.of("lambda", "rotate-database"),
        "role": changes.get("role") or named_role("rotate"),
        "scopes": {"secret": Scope([secret]), "services": Scope([FACTS.service("shop", "web")])},
        "variables": {"CLUSTER": "shop", "SERVICES": '["web"]'},
        "key": KEY,
        "placement": Placement(subnet_ids=SUBNETS, group="sg-web"),
    }
    return FunctionArgs(**(COMMON | given | changes))


def function(word: str = "renewer", **changes: Any) -> Function:
    """A function of the stack."""
    return Function(f"function-{word}", function_args(**{"role": named_role(word), **changes}))


TOPICS = {severity: FACTS.topic(NAMES.topic(severity)) for severity in SEVERITIES}
HOURS = HoursTable(start="08:00", stop="20:00", offset=-5)


def subjects() -> list[Subject]:
    """One of each kind that has an alarm."""
    resource = aws.sns.Topic("given-subject")
    bounds = {"tasks": 3, "connections": 400, "storage": 100 * 2**30}
    return [
        Subject(
            of=kind,
            word="web",
            namespace=f"AWS/{kind.word}",
            dimensions={"Id": kind.word},
            bounds=bounds,
            resource=resource,
        )
        for kind in sorted({alarm.metric.of for alarm in ALARMS}, key=lambda it: it.word)
    ]


def _rotation(**given: Any) -> RotationArgs:
    return RotationArgs(
        secret_arn=FACTS.secret("test/db/login-AbCdEf"), days=30, function=function(), after=[], **given
    )


def _findings(**given: Any) -> FindingsArgs:
    watchers = ("trail", "recorder", "guardduty", "inspector", "access-analyzer")
    return FindingsArgs(watchers=watchers, topics=TOPICS, responder=function(), log_group="/test/cloudtrail", **given)


def _topics(**given: Any) -> TopicsArgs:
    table = AlertsTable(critical=("oncall@acme.com",), warning=("team@acme.com",))
    publishers = ("alarms", "budgets", "costs", "events")
    return TopicsArgs(table=table, key=KEY, publishers=publishers, pagerduty="https://page.example.com/x", **given)


def _costs(**given: Any) -> CostsArgs:
    table = CostsTable(anomalies=AnomaliesTable(above=20), tags=("Environment", "Owner"))
    return CostsArgs(table=table, topic=TOPICS["warning"], **given)


def _alarms(**given: Any) -> AlarmsArgs:
    return AlarmsArgs(thresholds=AlarmsTable(), subjects=subjects(), topics=TOPICS, hours=HOURS, **given)


def _dashboard(**given: Any) -> DashboardArgs:
    alarms = [FACTS.alarm("acme-test-alarm-x")]
    return DashboardArgs(subjects=subjects(), thresholds=AlarmsTable(), alarms=alarms, logs=["/ecs/test/web"], **given)


def access_args(changes: Mapping[str, Any] | None = None, **others: Any) -> AccessArgs:
    """Production: a way in for emergencies, and roles of another stack that deploy; `changes` are the table's."""
    table: dict[str, Any] = {
        "break-glass": {},
        "deployers": {"application": "acme-app", "infrastructure": "acme-infra"},
        "out-of-reach": ["other"],
        "console": True,
    }
    given = {"table": AccessTable.model_validate({**table, **(changes or {})}), "project": "acme"}
    return AccessArgs(**(COMMON | given | {"buckets": ["acme-test-media"], "services": ["web"]} | others))


def backup_args(changes: Mapping[str, Any] | None = None, **others: Any) -> BackupArgs:
    """A database's backups, locked, with copies elsewhere; `changes` are the table's."""
    table: dict[str, Any] = {"lock": "governance", "copy-to": {"region": "eu-west-3"}, **(changes or {})}
    given = {
        "table": BackupTable.model_validate(table),
        "stores": {"database": "arn:aws:rds:db"},
        "topic": TOPICS["warning"],
    }
    return BackupArgs(**(COMMON | given | {"key": KEY, "force_destroy": False, "protect": True} | others))


def delivery_args(changes: Mapping[str, Any] | None = None, **others: Any) -> DeliveryArgs:
    """Two environments, of which one stands apart; `changes` are the table's."""
    table: dict[str, Any] = {
        "repository": "acme/shop",
        "state": "state",
        "environments": {
            "dev": {"services": ["web"]},
            "live": {"services": ["web"], "github": "production", "apart": True},
        },
    }
    given = {"table": DeliveryTable.model_validate({**table, **(changes or {})}), "project": "acme", "key": KEY}
    return DeliveryArgs(**(COMMON | given | {"repositories": ["shop/web"], "state": "acme-state"} | others))


def detection_args(changes: Mapping[str, Any] | None = None, **others: Any) -> DetectionArgs:
    """Everything that watches; `changes` are the table's."""
    table: dict[str, Any] = {"guardduty": {}, "security-hub": {}, "inspector": {}, "access-analyzer": {}}
    table |= changes or {}
    return DetectionArgs(**(COMMON | {"table": DetectionTable.model_validate(table)} | others))


def log_archive_args(**changes: Any) -> LogArchiveArgs:
    """The log of `web`, kept in a bucket."""
    given = {"service": "web", "group": "/ecs/test/web", "days": 30, "key": KEY}
    if "bucket" not in changes:
        changes["bucket"] = bucket("logs").handle
    return LogArchiveArgs(**(COMMON | given | changes))


def recorder_args(**changes: Any) -> RecorderArgs:
    """A recorder that delivers to a bucket."""
    given: dict[str, Any] = {"key": KEY}
    if "bucket" not in changes:
        given["bucket"] = bucket("history").handle
    return RecorderArgs(**(COMMON | given | changes))


def trail_args(changes: Mapping[str, Any] | None = None, **others: Any) -> TrailArgs:
    """A trail that watches the objects of one bucket; `changes` are the table's."""
    table = TrailTable.model_validate({"bucket": "trail", **(changes or {})})
    given = {"table": table, "bucket": bucket("trail").handle, "watched": ["acme-state"], "key": KEY}
    return TrailArgs(**(COMMON | given | others))


#: Arguments for every component of the platform, rich enough that all its children are there.
#: They take `names`, `facts` and, where wanted, `tags`.
EXAMPLES: dict[type[Component], Callable[..., Args]] = {
    Access: access_args,
    Alarms: _alarms,
    Backup: backup_args,
    Bucket: _bucket,
    Budget: lambda **given: BudgetArgs(table=BudgetTable(monthly=120), topic=TOPICS["warning"], **given),
    Cache: cache_args,
    Cdn: cdn_args,
    Certificate: lambda **given: CertificateArgs(hosts={"a": "a.acme.com", "b": "b.acme.com"}, zone="Z1", **given),
    Cluster: lambda **given: cluster_args(spot=True, shell=True, **given),
    Costs: _costs,
    Dashboard: _dashboard,
    Database: database_args,
    Delivery: delivery_args,
    Detection: detection_args,
    Dnssec: lambda **given: DnssecArgs(zone="Z1", protect=True, **given),
    Dynamo: lambda **given: DynamoArgs(
        table=DynamoTable(hash="Id"), word="lock", key=KEY, deletion_protection=True, protect=True, **given
    ),
    Endpoints: _endpoints,
    Findings: _findings,
    Firewall: _firewall,
    FlowLogs: lambda **given: FlowLogsArgs(table=FlowLogsTable(days=90), vpc_id="vpc-1", key=KEY, **given),
    Function: function_args,
    HealthChecks: lambda **given: HealthChecksArgs(hosts={"a": "a.acme.com"}, path="/health", **given),
    Image: lambda **given: ImageArgs(folder="app", repository_url="r.example.com/web", **given),
    Key: _key,
    LoadBalancer: lambda **given: load_balancer_args(behind_cdn=True, **given),
    LogArchive: log_archive_args,
    LogInsights: lambda **given: LogInsightsArgs(service="web", group="/ecs/test/web", **given),
    Network: lambda **given: NetworkArgs(table=network_table(), **given),
    NetworkAcls: _acls,
    Notifier: lambda **given: NotifierArgs(
        topics={severity: pulumi.Output.from_input(arn) for severity, arn in TOPICS.items()},
        severities=SEVERITIES,
        function=function(),
        **given,
    ),
    Parameters: lambda **given: ParametersArgs(environments={"web": {"LOG_LEVEL": "info"}}, **given),
    Recorder: recorder_args,
    Records: lambda **given: RecordsArgs(
        hosts={"a": "a.acme.com"}, zone="Z1", target_name="alb.example.com", target_zone="Z2", **given
    ),
    Registry: _registry,
    Report: lambda **given: ReportArgs(day="MON", function=function(), **given),
    Roles: _roles,
    Rotation: _rotation,
    Scaling: scaling_args,
    Secrets: _secrets,
    Service: service_args,
    Shutdown: lambda **given: ShutdownArgs(hours=HOURS, down=function("down"), up=function("up"), **given),
    SnapshotExport: _snapshot_export,
    Trail: trail_args,
    Topics: _topics,
    Volumes: lambda **given: VolumesArgs(key=KEY, **given),
    WebAcl: lambda **given: WebAclArgs(table=WebAclTable(), load_balancer="arn:aws:alb", key=KEY, **given),
    Zone: lambda **given: ZoneArgs(domain="acme.com", protect=True, **given),
}


def example(component: type[Component], known: bool = True, opts: Any = None, **given: Any) -> Recording:
    """One component with its example's arguments, as `it`, and the neighbours that it needs."""

    def program() -> None:
        options = opts() if opts else None
        component("it", EXAMPLES[component](**(COMMON | given)), options)  # pyright: ignore[reportArgumentType]

    return built(program, known)
