"""Data is encrypted on its way: between people and the edge, the edge and services, services and stores."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from guard import tls
from guard.documents import anyone, conditions, covers, statements, words
from guard.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, dig, items
from guard.rule import EnforcementLevel, Severity, rule

FAMILY: Final = "encrypt-in-transit"

LISTENER: Final = "aws:lb/listener:Listener"
BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
TENANTS: Final = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
BUCKET: Final = "aws:s3/bucket:Bucket"

# --- switches of one resource -------------------------------------------------------------------------------------


class Switch(NamedTuple):
    """A rule that asks one property of one resource: a bool, or a word that must be among the good ones."""

    id: str
    on: tuple[str, ...]
    path: str
    good: tuple[str, ...]  # in lower case
    unset: str  # what AWS makes of an unset property
    text: str
    fix: str
    why: str
    controls: tuple[str, ...] = ()
    severity: Severity = Severity.HIGH


SWITCHES: Final = (
    Switch(
        "database-proxy-tls",
        ("aws:rds/proxy:Proxy",),
        "requireTls",
        good=("true",),
        unset="false",
        text="lets clients speak to it in clear",
        fix="Set require_tls=True.",
        why="Passwords and rows cross the network between the application and the proxy.",
        controls=("RDS.43",),
    ),
    Switch(
        "search-node-to-node",
        ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
        "nodeToNodeEncryption.enabled",
        good=("true",),
        unset="false",
        text="copies its indices between its nodes in clear",
        fix="Set node_to_node_encryption={'enabled': True}.",
        why="Every document travels between nodes.",
        controls=("FSBP Opensearch.3", "FSBP ES.3"),
    ),
    Switch(
        "memory-database-tls",
        ("aws:memorydb/cluster:Cluster",),
        "tlsEnabled",
        good=("true",),
        unset="true",
        text="carries its traffic in clear",
        fix="Drop tls_enabled=False.",
        why="Without TLS anyone on the path reads the data, and there is no access control either.",
    ),
    Switch(
        "accelerator-tls",
        ("aws:dax/cluster:Cluster",),
        "clusterEndpointEncryptionType",
        good=("tls",),
        unset="none",
        text="carries its traffic in clear",
        fix="Set cluster_endpoint_encryption_type='TLS'.",
        why="The accelerator answers with the table's items.",
        controls=("FSBP DynamoDB.7",),
    ),
    Switch(
        "api-cache-in-transit",
        ("aws:appsync/apiCache:ApiCache",),
        "transitEncryptionEnabled",
        good=("true",),
        unset="false",
        text="carries its traffic in clear",
        fix="Set transit_encryption_enabled=True.",
        why="Cached responses are data too.",
        controls=("FSBP AppSync.6",),
        severity=Severity.MEDIUM,
    ),
    Switch(
        "kafka-clients-tls",
        ("aws:msk/cluster:Cluster",),
        "encryptionInfo.encryptionInTransit.clientBroker",
        good=("tls",),
        unset="tls",
        text="lets clients speak to its brokers in clear",
        fix="Set encryption_info's encryption_in_transit={'client_broker': 'TLS'}.",
        why="TLS_PLAINTEXT lets every client choose, and some choose wrongly.",
        controls=("FSBP MSK.1",),
    ),
    Switch(
        "kafka-brokers-tls",
        ("aws:msk/cluster:Cluster",),
        "encryptionInfo.encryptionInTransit.inCluster",
        good=("true",),
        unset="true",
        text="copies its partitions between its brokers in clear",
        fix="Drop in_cluster=False from encryption_in_transit.",
        why="Every record travels between brokers.",
        controls=("FSBP MSK.1",),
    ),
)


def _asks(row: Switch) -> Callable[[Resource], Iterator[Finding]]:
    def check(resource: Resource) -> Iterator[Finding]:
        value = resource[row.path]
        if value is UNKNOWN:
            yield resource.undecided(row.path)
        elif str(row.unset if value in (ABSENT, "") else value).lower() not in row.good:
            yield resource.finding(row.text, at=row.path)

    return check


for _row in SWITCHES:
    rule(
        _row.id, family=FAMILY, on=_row.on, severity=_row.severity, controls=_row.controls, why=_row.why, fix=_row.fix
    )(_asks(_row))

# --- load balancers -----------------------------------------------------------------------------------------------


def _plain_http(listener: Resource, stack: Stack) -> bool | Missing:
    """Return whether a listener speaks HTTP: an unset protocol does on an application load balancer."""
    protocol = listener["protocol"]
    if protocol not in (ABSENT, "", UNKNOWN):
        return str(protocol).upper() == "HTTP"
    if protocol is UNKNOWN:
        return UNKNOWN
    targets = stack.targets(listener, "loadBalancerArn", BALANCER)
    for arn in targets.outside:
        return "/app/" in arn
    kinds = {UNKNOWN if kind is UNKNOWN else kind in (ABSENT, "", "application") for kind in _kinds(targets.sure)}
    return kinds.pop() if len(kinds) == 1 and targets.complete else UNKNOWN


def _kinds(balancers: tuple[Resource, ...]) -> list[Any]:
    return [balancer["loadBalancerType"] for balancer in balancers]


def _redirects(actions: Any) -> bool | Missing:
    """Return whether every action redirects to HTTPS; an unset protocol keeps the request's, which is HTTP."""
    answers: list[bool | Missing] = []
    for action in items(actions):
        kind, protocol = dig(action, "type"), dig(action, "redirect.protocol")
        if kind is UNKNOWN or (kind == "redirect" and protocol is UNKNOWN):
            answers.append(UNKNOWN)
        else:
            answers.append(kind == "redirect" and str(protocol).upper() == "HTTPS")
    return False if not answers or False in answers else UNKNOWN if UNKNOWN in answers else True


@rule(
    "listener-plain",
    family=FAMILY,
    on=LISTENER,
    severity=Severity.HIGH,
    controls=("FSBP ELB.1", "ELB.18"),
    why="Whatever a plain listener forwards or answers, cookies and passwords included, is readable on the way.",
    fix="Set protocol='HTTPS' with a certificate; keep the plain listener only to redirect, every action with "
    "redirect={'protocol': 'HTTPS', 'port': '443', 'status_code': 'HTTP_301'}.",
)
def listener_plain(listener: Resource, stack: Stack) -> Iterator[Finding]:
    plain = _plain_http(listener, stack)
    if plain is False:
        return
    redirects = _redirects(listener["defaultActions"])
    if redirects is True:
        return
    if plain is UNKNOWN:
        yield listener.undecided("protocol")
    elif redirects is UNKNOWN:
        yield listener.undecided("defaultActions")
    else:
        yield listener.finding("serves plain HTTP and does not redirect it to HTTPS", at="defaultActions")


@rule(
    "listener-rule-plain",
    family=FAMILY,
    on="aws:lb/listenerRule:ListenerRule",
    severity=Severity.HIGH,
    controls=("FSBP ELB.1",),
    why="A rule goes before the listener's redirect: what it matches is served in clear.",
    fix="Move the rule to the HTTPS listener, or let it redirect with protocol 'HTTPS'.",
)
def listener_rule_plain(extra: Resource, stack: Stack) -> Iterator[Finding]:
    redirects = _redirects(extra["actions"])
    if redirects is True:
        return
    targets = stack.targets(extra, "listenerArn", LISTENER)
    plain = [_plain_http(listener, stack) for listener in targets.sure]
    if True in plain and redirects is False:
        yield extra.finding("serves plain HTTP on a listener that should only redirect", at="actions")
    elif True in plain:
        yield extra.undecided("actions")
    elif UNKNOWN in plain or targets.outside or not targets.complete:
        yield extra.undecided("listenerArn")


@rule(
    "listener-tls-policy",
    family=FAMILY,
    on=LISTENER,
    severity=Severity.MEDIUM,
    controls=("FSBP ELB.17",),
    why="A policy that accepts TLS 1.0 or 1.1 lets an attacker choose them; unset means 2016-08, which does.",
    fix="Set ssl_policy='ELBSecurityPolicy-TLS13-1-2-Res-2021-06'.",
)
def listener_tls_policy(listener: Resource) -> Iterator[Finding]:
    protocol, policy = listener["protocol"], listener["sslPolicy"]
    if protocol is not UNKNOWN and str(protocol).upper() not in ("HTTPS", "TLS"):
        return
    if policy is UNKNOWN:
        yield listener.undecided("sslPolicy")
    elif policy in (ABSENT, "") or tls.weak_balancer_policy(str(policy)):
        if protocol is UNKNOWN:
            yield listener.undecided("protocol")
        else:
            yield listener.finding("accepts versions of TLS before 1.2", at="sslPolicy")


@rule(
    "classic-listener-plain",
    family=FAMILY,
    on="aws:elb/loadBalancer:LoadBalancer",
    severity=Severity.HIGH,
    controls=("FSBP ELB.3",),
    why="A classic load balancer cannot redirect: what its plain listener takes stays in clear.",
    fix="Use aws.lb.LoadBalancer, or give the listener lb_protocol='https' and a certificate.",
)
def classic_listener_plain(balancer: Resource) -> Iterator[Finding]:
    for listener in items(balancer["listeners"]):
        protocol = dig(listener, "lbProtocol")
        if protocol is UNKNOWN:
            yield balancer.undecided("listeners")
        elif str(protocol).lower() == "http":
            yield balancer.finding("has a listener for plain HTTP", at="listeners")


@rule(
    "target-group-plain",
    family=FAMILY,
    on="aws:lb/targetGroup:TargetGroup",
    severity=Severity.LOW,
    controls=("ELB.21",),
    why="Between the load balancer and its targets the request travels as the target group says. Inside one VPC, "
    "from group to group, that is a choice; it should be a known one.",
    fix="Set protocol='HTTPS' and let the container serve TLS.",
    level=EnforcementLevel.ADVISORY,
)
def target_group_plain(group: Resource) -> Iterator[Finding]:
    if str(group["protocol"]).upper() == "HTTP":
        yield group.finding("sends requests to its targets in clear", at="protocol")


# --- content delivery ---------------------------------------------------------------------------------------------

BEHAVIOURS: Final = {
    DISTRIBUTION: ("defaultCacheBehavior", "orderedCacheBehaviors"),
    TENANTS: ("defaultCacheBehavior", "cacheBehaviors"),
}
CUSTOM_ORIGIN: Final = {DISTRIBUTION: "customOriginConfig", TENANTS: "customOriginConfigs"}


def _viewer_policies(cdn: Resource) -> Iterator[tuple[str, Any]]:
    for path in BEHAVIOURS[cdn.type]:
        for behaviour in items(cdn[path]):
            yield path, dig(behaviour, "viewerProtocolPolicy")


@rule(
    "cdn-viewer-plain",
    family=FAMILY,
    on=BEHAVIOURS,
    severity=Severity.HIGH,
    controls=("FSBP CloudFront.3",),
    why="A behaviour with allow-all serves in clear whoever asks in clear.",
    fix="Set viewer_protocol_policy='redirect-to-https' in every behaviour.",
)
def cdn_viewer_plain(cdn: Resource) -> Iterator[Finding]:
    for path, policy in _viewer_policies(cdn):
        if policy is UNKNOWN:
            yield cdn.undecided(f"{path}.viewerProtocolPolicy")
        elif policy not in ("redirect-to-https", "https-only"):
            yield cdn.finding("serves plain HTTP", at=f"{path}.viewerProtocolPolicy")


@rule(
    "cdn-viewer-tls",
    family=FAMILY,
    on=BEHAVIOURS,
    severity=Severity.MEDIUM,
    controls=("FSBP CloudFront.7", "CloudFront.15"),
    why="The default certificate, and an unset minimum, accept TLS 1.0.",
    fix="Use a certificate of your own with minimum_protocol_version='TLSv1.2_2021'.",
)
def cdn_viewer_tls(cdn: Resource) -> Iterator[Finding]:
    minimum = cdn["viewerCertificate.minimumProtocolVersion"]
    default = cdn.switch("viewerCertificate.cloudfrontDefaultCertificate")
    if default is True:
        yield cdn.finding(
            "uses the default certificate, which accepts TLS 1.0", at="viewerCertificate.cloudfrontDefaultCertificate"
        )
    elif minimum is UNKNOWN or default is UNKNOWN:
        yield cdn.undecided("viewerCertificate.minimumProtocolVersion")
    elif minimum is ABSENT or tls.weak_viewer_policy(str(minimum)):
        yield cdn.finding("accepts versions of TLS before 1.2", at="viewerCertificate.minimumProtocolVersion")


def _origin_breach(origin: Any, every_viewer_secure: bool | Missing) -> bool | Missing:
    """Return whether requests to an origin may travel in clear or in old TLS."""
    policy = dig(origin, "originProtocolPolicy")
    protocols = dig(origin, "originSslProtocols")
    listed = items(dig(protocols, "items") if isinstance(protocols, dict) else protocols)
    if policy == "http-only" or any(tls.weak_viewer_policy(str(p)) for p in listed if p is not UNKNOWN):
        return True
    if UNKNOWN in (policy, *listed):
        return UNKNOWN
    if policy == "match-viewer":
        return UNKNOWN if every_viewer_secure is UNKNOWN else not every_viewer_secure
    return False


@rule(
    "cdn-origin-plain",
    family=FAMILY,
    on=BEHAVIOURS,
    severity=Severity.HIGH,
    controls=("FSBP CloudFront.9", "FSBP CloudFront.10"),
    why="The way from the edge to the origin crosses the internet as well; a lock in the browser says nothing of it.",
    fix="Set origin_protocol_policy='https-only' and origin_ssl_protocols=['TLSv1.2']; for a bucket use its REST "
    "endpoint with an origin access control instead of its website.",
)
def cdn_origin_plain(cdn: Resource) -> Iterator[Finding]:
    policies = [policy for _, policy in _viewer_policies(cdn)]
    secure = UNKNOWN if UNKNOWN in policies else "allow-all" not in policies
    for origin in items(cdn["origins"]):
        custom = dig(origin, CUSTOM_ORIGIN[cdn.type])
        breach = UNKNOWN if custom is UNKNOWN else custom is not ABSENT and _origin_breach(_first(custom), secure)
        if breach is UNKNOWN:
            yield cdn.undecided("origins")
        elif breach:
            yield cdn.finding("may fetch from an origin in clear or in old TLS", at="origins")


def _first(block: Any) -> Any:
    return next(iter(items(block)), ABSENT)


@rule(
    "vpc-origin-plain",
    family=FAMILY,
    on="aws:cloudfront/vpcOrigin:VpcOrigin",
    severity=Severity.MEDIUM,
    controls=("FSBP CloudFront.9", "FSBP CloudFront.10"),
    why="A private origin can speak TLS like a public one.",
    fix="Set origin_protocol_policy='https-only' and origin_ssl_protocols with TLSv1.2 only.",
)
def vpc_origin_plain(origin: Resource) -> Iterator[Finding]:
    # `match-viewer` is what the viewers do, and each distribution is judged for those.
    match _origin_breach(origin["vpcOriginEndpointConfig"], True):
        case True:
            yield origin.finding("is spoken to in clear or in old TLS", at="vpcOriginEndpointConfig")
        case False:
            pass
        case _:
            yield origin.undecided("vpcOriginEndpointConfig")


@rule(
    "api-domain-tls",
    family=FAMILY,
    on="aws:apigateway/domainName:DomainName",
    severity=Severity.MEDIUM,
    why="TLS_1_0 is still on offer.",
    fix="Set security_policy='TLS_1_2'.",
)
def api_domain_tls(domain: Resource) -> Iterator[Finding]:
    policy = domain["securityPolicy"]
    if policy is UNKNOWN:
        yield domain.undecided("securityPolicy")
    elif policy is not ABSENT and tls.weak_api_policy(str(policy)):
        yield domain.finding("accepts versions of TLS before 1.2", at="securityPolicy")


# --- caches, search, files, messages ------------------------------------------------------------------------------


@rule(
    "cache-in-transit",
    family=FAMILY,
    on="aws:elasticache/replicationGroup:ReplicationGroup",
    severity=Severity.HIGH,
    controls=("FSBP ElastiCache.5",),
    why="Without TLS anyone on the path reads sessions and tokens; in mode `preferred` a client may still go without.",
    fix="Set transit_encryption_enabled=True and transit_encryption_mode='required'.",
)
def cache_in_transit(group: Resource) -> Iterator[Finding]:
    engine, mode = group["engine"], group["transitEncryptionMode"]
    secondary = group["globalReplicationGroupId"] is not ABSENT  # It takes the setting from its primary.
    match group.switch("transitEncryptionEnabled", absent=secondary or engine == "valkey"):
        case True if mode == "preferred":
            yield group.finding("accepts plain connections: its mode is `preferred`", at="transitEncryptionMode")
        case True if mode is UNKNOWN:
            yield group.undecided("transitEncryptionMode")
        case True:
            pass
        case False if engine is UNKNOWN and group["transitEncryptionEnabled"] is ABSENT:
            yield group.undecided("engine")
        case False:
            yield group.finding("carries its traffic in clear", at="transitEncryptionEnabled")
        case _:
            yield group.undecided("transitEncryptionEnabled")


@rule(
    "cache-node-in-transit",
    family=FAMILY,
    on="aws:elasticache/cluster:Cluster",
    severity=Severity.HIGH,
    controls=("FSBP ElastiCache.5",),
    why="Without TLS anyone on the path reads sessions and tokens.",
    fix="Memcached: set transit_encryption_enabled=True. Redis and Valkey: use aws.elasticache.ReplicationGroup.",
)
def cache_node_in_transit(node: Resource) -> Iterator[Finding]:
    if node["replicationGroupId"] is not ABSENT:
        return  # It inherits everything from its group.
    match node.switch("transitEncryptionEnabled"):
        case True:
            pass
        case False:
            yield node.finding("carries its traffic in clear", at="transitEncryptionEnabled")
        case _:
            yield node.undecided("transitEncryptionEnabled")


@rule(
    "search-endpoint-tls",
    family=FAMILY,
    on=("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
    severity=Severity.HIGH,
    controls=("FSBP Opensearch.8", "FSBP ES.8"),
    why="Without the block the endpoint takes plain HTTP; without a policy it takes TLS 1.0.",
    fix="Set domain_endpoint_options={'enforce_https': True, 'tls_security_policy': 'Policy-Min-TLS-1-2-PFS-2023-10'}.",
)
def search_endpoint_tls(domain: Resource) -> Iterator[Finding]:
    https = domain.switch("domainEndpointOptions.enforceHttps", absent=domain["domainEndpointOptions"] is not ABSENT)
    policy = domain["domainEndpointOptions.tlsSecurityPolicy"]
    if https is False:
        yield domain.finding("accepts plain HTTP", at="domainEndpointOptions.enforceHttps")
    elif policy is not UNKNOWN and (policy is ABSENT or tls.weak_search_policy(str(policy))):
        yield domain.finding("accepts versions of TLS before 1.2", at="domainEndpointOptions.tlsSecurityPolicy")
    elif UNKNOWN in (https, policy):
        yield domain.undecided("domainEndpointOptions")


@rule(
    "task-volume-in-transit",
    family=FAMILY,
    on="aws:ecs/taskDefinition:TaskDefinition",
    severity=Severity.HIGH,
    controls=("ECS.18",),
    why="A task mounts its file system over the network, in clear unless told otherwise.",
    fix="Set transit_encryption='ENABLED' in the volume's efs_volume_configuration.",
)
def task_volume_in_transit(task: Resource) -> Iterator[Finding]:
    for volume in items(task["volumes"]):
        config = dig(volume, "efsVolumeConfiguration")
        setting = dig(config, "transitEncryption")
        if UNKNOWN in (config, setting):
            yield task.undecided("volumes")
        elif config is not ABSENT and str(setting).upper() != "ENABLED":
            yield task.finding("mounts a file system in clear", at="volumes.efsVolumeConfiguration.transitEncryption")


@rule(
    "topic-plain-subscription",
    family=FAMILY,
    on="aws:sns/topicSubscription:TopicSubscription",
    severity=Severity.HIGH,
    why="Messages are posted to the subscriber in clear, over the internet.",
    fix="Use protocol 'https' and an https endpoint.",
)
def topic_plain_subscription(subscription: Resource) -> Iterator[Finding]:
    match subscription["protocol"]:
        case str(protocol) if protocol.lower() == "http":
            yield subscription.finding("delivers over plain HTTP", at="protocol")
        case value if value is UNKNOWN:
            yield subscription.undecided("protocol")
        case _:
            pass


# --- databases: what the attached parameter group, or else the engine, forces -------------------------------------


class Force(NamedTuple):
    """The parameter that makes an engine refuse plain connections, and the version from which it does by itself."""

    parameter: str
    since: tuple[int, ...] | None


FORCES: Final = {
    "postgres": Force("rds.force_ssl", (15,)),
    "aurora-postgresql": Force("rds.force_ssl", (17,)),
    "mysql": Force("require_secure_transport", None),
    "mariadb": Force("require_secure_transport", (11, 8)),
    "aurora-mysql": Force("require_secure_transport", None),
    "aurora": Force("require_secure_transport", None),
    "sqlserver-ee": Force("rds.force_ssl", None),
    "sqlserver-se": Force("rds.force_ssl", None),
    "sqlserver-ex": Force("rds.force_ssl", None),
    "sqlserver-web": Force("rds.force_ssl", None),
    "docdb": Force("tls", ()),
    "neptune": Force("neptune_enforce_ssl", ()),
    "redshift": Force("require_ssl", (2,)),
}
_OFF: Final = ("0", "off", "false", "disabled")


class Attached(NamedTuple):
    """Where a database names its parameter group, and what it may take its engine from."""

    path: str
    group: str
    engine: str = ""
    origins: tuple[str, ...] = ()


DATABASES: Final = {
    "aws:rds/instance:Instance": Attached(
        "parameterGroupName", "aws:rds/parameterGroup:ParameterGroup", origins=("replicateSourceDb",)
    ),
    "aws:rds/cluster:Cluster": Attached(
        "dbClusterParameterGroupName",
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        origins=("replicationSourceIdentifier",),
    ),
    "aws:docdb/cluster:Cluster": Attached(
        "dbClusterParameterGroupName", "aws:docdb/clusterParameterGroup:ClusterParameterGroup", engine="docdb"
    ),
    "aws:neptune/cluster:Cluster": Attached(
        "neptuneClusterParameterGroupName", "aws:neptune/clusterParameterGroup:ClusterParameterGroup", engine="neptune"
    ),
    "aws:redshift/cluster:Cluster": Attached(
        "clusterParameterGroupName", "aws:redshift/parameterGroup:ParameterGroup", engine="redshift"
    ),
}


def _version(text: Any) -> tuple[int, ...]:
    match = re.search(r"(\d+)(?:\.(\d+))?", text) if isinstance(text, str) else None
    return tuple(int(part) for part in match.groups() if part) if match else ()


def _origin(database: Resource, stack: Stack) -> Resource | None:
    """Return the database in this stack that a replica follows."""
    origins = DATABASES[database.type].origins
    return next((found for path in origins for found in stack.targets(database, path, *DATABASES).sure), None)


def _said(group: Resource, parameter: str) -> bool | Missing:
    """Return whether a parameter group switches a parameter on; ABSENT when it says nothing of it."""
    for entry in items(group["parameters"]):
        name, value = dig(entry, "name"), dig(entry, "value")
        if name is UNKNOWN or (name == parameter and value is UNKNOWN):
            return UNKNOWN
        if name == parameter:
            return str(value).lower() not in _OFF
    return ABSENT


def _by_default(force: Force, version: tuple[int, ...]) -> bool | Missing:
    if force.since is None:
        return False
    return version >= force.since if version or not force.since else UNKNOWN


def forces_tls(database: Resource, stack: Stack, depth: int = 4) -> bool | Missing:
    """Return whether a database refuses plain connections; ABSENT when its engine has no such parameter."""
    table = DATABASES[database.type]
    origin = _origin(database, stack) if depth else None
    follows = any(database[path] is not ABSENT for path in table.origins)
    engine = table.engine or database.known("engine")
    version = ABSENT if table.engine else database.known("engineVersion")
    if engine is ABSENT and origin:
        engine, version = origin.known("engine"), origin.known("engineVersion")
    if engine in (UNKNOWN, ABSENT):
        return UNKNOWN
    force = FORCES.get(str(engine))
    if force is None:
        return ABSENT
    if follows and database[table.path] is ABSENT:
        return forces_tls(origin, stack, depth - 1) if origin else UNKNOWN  # A replica shares its source's group.
    if engine == "redshift":
        version = "2.0"  # Its `version` is another matter; new clusters get the group of that family.
    return _by_groups(database, stack, force, version)


def _by_groups(database: Resource, stack: Stack, force: Force, version: Any) -> bool | Missing:
    table = DATABASES[database.type]
    targets = stack.targets(database, table.path, table.group)
    if not targets.complete or any(not name.startswith("default.") for name in targets.outside):
        return UNKNOWN
    for group in targets.sure:
        said = _said(group, force.parameter)
        family = _version(group["family"])
        return _by_default(force, family or _version(version)) if said is ABSENT else said
    family = _version(targets.outside[0].removeprefix("default.")) if targets.outside else ()
    return _by_default(force, _version(version) or family)


@rule(
    "database-tls",
    family=FAMILY,
    on=DATABASES,
    severity=Severity.HIGH,
    controls=("RDS.38", "RDS.39", "RDS.41", "RDS.44"),
    why="A database that accepts plain connections gets them: from an old client, a script, a default.",
    fix="Attach a parameter group of this engine that sets rds.force_ssl (PostgreSQL, SQL Server), "
    "require_secure_transport (MySQL, MariaDB) or require_ssl (Redshift) to 1, and does not switch off tls "
    "(DocumentDB) or neptune_enforce_ssl.",
)
def database_tls(database: Resource, stack: Stack) -> Iterator[Finding]:
    at = DATABASES[database.type].path
    match forces_tls(database, stack):
        case False:
            yield database.finding("accepts plain connections", at=at)
        case value if value is UNKNOWN:
            yield database.undecided(at if database[at] is not ABSENT else "engineVersion")
        case _:
            pass


# --- buckets ------------------------------------------------------------------------------------------------------

_NEGATIVE: Final = ("bool", "stringequals", "stringequalsignorecase")


def _denies_plain(statement: dict[str, Any]) -> bool:
    """Say whether a statement denies everybody everything that does not come over TLS, and under no other condition."""
    wide = (
        statement.get("Effect") == "Deny"
        and anyone(statement.get("Principal"))
        and any(pattern in ("*", "s3:*") for pattern in words(statement.get("Action")))
    )
    return wide and [_is_plain(*condition) for condition in conditions(statement)] == [True]


def _is_plain(operator: str, key: str, values: list[str]) -> bool:
    operator = operator.removesuffix("ifexists")
    inverted = operator.startswith("stringnotequals")
    known = operator in _NEGATIVE or inverted
    return known and key == "aws:securetransport" and values == ["true" if inverted else "false"]


def tls_only(document: Any, bucket: Any) -> bool | Missing:
    """Return whether a bucket's policy refuses plain HTTP for the bucket and all of its objects."""
    found = statements(document)
    if isinstance(found, Missing):
        return UNKNOWN
    resources = [pattern for entry in found if _denies_plain(entry) for pattern in items(entry.get("Resource"))]
    if not resources:
        return False
    if not isinstance(bucket, str):
        return True if "*" in resources else UNKNOWN
    arn = f"arn:aws:s3:::{bucket}"
    shared = [re.sub(r"^arn:aws[\w-]*:", "arn:aws:", str(pattern)) for pattern in resources]
    return covers(shared, arn) and covers(shared, f"{arn}/any/object")


@rule(
    "bucket-tls",
    family=FAMILY,
    on=BUCKET,
    severity=Severity.MEDIUM,
    controls=("FSBP S3.5", "CIS 5.0 2.1.1"),
    why="S3 answers plain HTTP unless the bucket's policy denies it.",
    fix="Add a statement to the bucket's policy: Effect Deny, Principal '*', Action 's3:*', Resource the bucket and "
    "its objects, Condition {'Bool': {'aws:SecureTransport': 'false'}}, and nothing else in it.",
)
def bucket_tls(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    name = bucket.known("bucket")
    answers: list[bool | Missing] = []
    if bucket["policy"] is not ABSENT:
        answers.append(tls_only(bucket["policy"], name))
    for policy in stack.of("aws:s3/bucketPolicy:BucketPolicy"):
        targets = stack.targets(policy, "bucket", BUCKET)
        if bucket in targets.sure:
            answers.append(tls_only(policy["policy"], name))
        elif bucket in targets.maybe or targets.unknown:
            answers.append(UNKNOWN)
    if True in answers:
        return
    if UNKNOWN in answers:
        yield bucket.undecided("policy")
    else:
        yield bucket.finding("answers plain HTTP: no policy denies it", at="policy")
