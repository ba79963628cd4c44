"""For every rule: stacks that keep it, break it and leave it open; real tokens, the properties a program sets."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from tests.policy.engine import Declared

Verdict = Literal["ok", "breach", "undecided"]


class Row(NamedTuple):
    rule: str
    verdict: Verdict
    about: str
    stack: tuple[Declared, ...]


def r(token: str, name: str = "it", /, *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    """Declare a resource by its short token, e.g. rds/instance:Instance."""
    return Declared(name, f"aws:{token}", props, refs or {})


# Something whose outputs are unknown and lead to no resource that a rule looks for.
OTHER = r("ssm/parameter:Parameter", "other", type="String")


def unknown(*paths: str) -> dict[str, str]:
    return dict.fromkeys(paths, "other.value")


VPC = r("ec2/vpc:Vpc", "net", cidrBlock="10.61.0.0/16")
GATE = r("ec2/internetGateway:InternetGateway", "gate", refs={"vpcId": "net.id"})
DATA = r("ec2/subnet:Subnet", "data", refs={"vpcId": "net.id"}, cidrBlock="10.61.20.0/24")
TABLE = r("ec2/routeTable:RouteTable", "tbl", refs={"vpcId": "net.id"})
LINK = r(
    "ec2/routeTableAssociation:RouteTableAssociation", "link", refs={"subnetId": "data.id", "routeTableId": "tbl.id"}
)
GROUP = r("rds/subnetGroup:SubnetGroup", "grp", refs={"subnetIds[0]": "data.id"})
MOUNT = r("efs/mountTarget:MountTarget", "mt", refs={"subnetId": "data.id", "fileSystemId": "share.id"})
SHARE = r("efs/fileSystem:FileSystem", "share", encrypted=True)
PLACE = (VPC, GATE, DATA, TABLE, LINK, SHARE, MOUNT)


def route(name: str = "out", via: str = "gate.id", at: str = "gatewayId", **props: Any) -> Declared:
    return r("ec2/route:Route", name, refs={"routeTableId": "tbl.id", at: via}, **props)


def inline(*routes: dict[str, Any], **refs: str) -> Declared:
    return r("ec2/routeTable:RouteTable", "tbl", refs={"vpcId": "net.id", **refs}, routes=list(routes))


def db(name: str = "it", *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    return r("rds/instance:Instance", name, refs=refs, **{"engine": "postgres", "engineVersion": "16.4", **props})


def parameters(
    engine: str = "rds/parameterGroup:ParameterGroup", family: str = "postgres14", **values: Any
) -> Declared:
    entries = [{"name": name.replace("__", "."), "value": value} for name, value in values.items()]
    return r(engine, "tune", family=family, parameters=entries)


BALANCER = r("lb/loadBalancer:LoadBalancer", "front", loadBalancerType="application")
NETWORK_BALANCER = r("lb/loadBalancer:LoadBalancer", "front", loadBalancerType="network")
TO_HTTPS = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}


def listener(name: str = "it", *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    return r("lb/listener:Listener", name, refs={"loadBalancerArn": "front.arn"} if refs is None else refs, **props)


def https(policy: str | None) -> Declared:
    extra = {"sslPolicy": policy} if policy else {}
    return listener(port=443, protocol="HTTPS", defaultActions=[{"type": "forward"}], **extra)


def cdn(**props: Any) -> Declared:
    good = {
        "enabled": True,
        "defaultCacheBehavior": {"viewerProtocolPolicy": "redirect-to-https"},
        "origins": [
            {
                "originId": "o",
                "customOriginConfig": {"originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1.2"]},
            }
        ],
        "viewerCertificate": {
            "acmCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/1",
            "minimumProtocolVersion": "TLSv1.2_2021",
        },
    }
    return r("cloudfront/distribution:Distribution", **{**good, **props})


def origin(**config: Any) -> list[dict[str, Any]]:
    return [{"originId": "o", "customOriginConfig": config}]


def bucket_policy(*statements: dict[str, Any], bucket: str = "arn:aws:s3:::parcels") -> Declared:
    import json

    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return r("s3/bucketPolicy:BucketPolicy", "door", refs={"bucket": "it.id"}, policy=document)


def deny(**changes: Any) -> dict[str, Any]:
    good = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::parcels", "arn:aws:s3:::parcels/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


BUCKET = r("s3/bucket:Bucket", bucket="parcels")

ONE_OF_TWO: list[tuple[Verdict, str]] = [("breach", "us-east-1"), ("ok", "us-west-2")]

AT_REST = [
    Row("cache-node-at-rest", "breach", "valkey", (r("elasticache/cluster:Cluster", engine="valkey"),)),
    Row("store-at-rest", "ok", "a database says so", (db(storageEncrypted=True),)),
    Row("store-at-rest", "ok", "as a word", (r("redshift/cluster:Cluster", encrypted="true"),)),
    Row("store-at-rest", "ok", "a warehouse, unset", (r("redshift/cluster:Cluster", nodeType="ra3.large"),)),
    Row("store-at-rest", "breach", "a warehouse, the word false", (r("redshift/cluster:Cluster", encrypted="false"),)),
    Row("store-at-rest", "breach", "unset", (db(),)),
    Row(
        "store-at-rest",
        "breach",
        "a key does not switch it on",
        (db(refs={"kmsKeyId": "seal.arn"}), r("kms/key:Key", "seal")),
    ),
    Row("store-at-rest", "undecided", "an unknown switch", (OTHER, db(refs=unknown("storageEncrypted")))),
    Row("store-at-rest", "undecided", "restored from a snapshot elsewhere", (db(snapshotIdentifier="rds:last-week"),)),
    Row("store-at-rest", "breach", "restored, and says no", (db(snapshotIdentifier="rds:x", storageEncrypted=False),)),
    Row(
        "store-at-rest",
        "ok",
        "restored in this stack",
        (
            db("src", storageEncrypted=True),
            db(
                restoreToPointInTime={"useLatestRestorableTime": True},
                refs={"restoreToPointInTime.sourceDbInstanceIdentifier": "src.identifier"},
            ),
        ),
    ),
    Row(
        "store-at-rest",
        "breach",
        "a snapshot of a clear database",
        (db("src"), r("rds/snapshot:Snapshot", refs={"dbInstanceIdentifier": "src.identifier"})),
    ),
    Row(
        "store-at-rest",
        "ok",
        "a copy with a key",
        (r("rds/snapshotCopy:SnapshotCopy", sourceDbSnapshotIdentifier="s", kmsKeyId="alias/k"),),
    ),
    Row(
        "store-at-rest",
        "breach",
        "a copy of a clear snapshot",
        (
            db("src"),
            r("rds/snapshot:Snapshot", "snap", refs={"dbInstanceIdentifier": "src.identifier"}),
            r("rds/snapshotCopy:SnapshotCopy", refs={"sourceDbSnapshotIdentifier": "snap.dbSnapshotArn"}),
        ),
    ),
    Row(
        "store-at-rest",
        "ok",
        "serverless clusters are encrypted",
        (r("rds/cluster:Cluster", engine="aurora-mysql", engineMode="serverless"),),
    ),
    Row(
        "store-at-rest",
        "undecided",
        "an unknown mode",
        (OTHER, r("rds/cluster:Cluster", engine="aurora-mysql", refs=unknown("engineMode"))),
    ),
    Row(
        "store-at-rest",
        "ok",
        "a secondary of an encrypted global cluster",
        (
            r("rds/globalCluster:GlobalCluster", "all", storageEncrypted=True),
            r("rds/cluster:Cluster", engine="aurora-mysql", refs={"globalClusterIdentifier": "all.id"}),
        ),
    ),
    Row(
        "store-at-rest",
        "breach",
        "a global cluster, unset",
        (r("rds/globalCluster:GlobalCluster", engine="aurora-mysql"),),
    ),
    Row("store-at-rest", "breach", "a document database", (r("docdb/cluster:Cluster"),)),
    Row("store-at-rest", "breach", "a graph database", (r("neptune/cluster:Cluster", storageEncrypted=False),)),
    Row(
        "store-at-rest",
        "ok",
        "a valkey group, unset",
        (r("elasticache/replicationGroup:ReplicationGroup", engine="valkey"),),
    ),
    Row(
        "store-at-rest",
        "breach",
        "a valkey group, off",
        (r("elasticache/replicationGroup:ReplicationGroup", engine="valkey", atRestEncryptionEnabled=False),),
    ),
    Row(
        "store-at-rest",
        "undecided",
        "a group of unknown engine",
        (OTHER, r("elasticache/replicationGroup:ReplicationGroup", refs=unknown("engine"))),
    ),
    Row("file-system-at-rest", "ok", "", (SHARE,)),
    Row("file-system-at-rest", "breach", "off", (r("efs/fileSystem:FileSystem", encrypted=False),)),
    Row("file-system-at-rest", "undecided", "", (OTHER, r("efs/fileSystem:FileSystem", refs=unknown("encrypted")))),
    Row("search-at-rest", "ok", "", (r("opensearch/domain:Domain", encryptAtRest={"enabled": True}),)),
    Row("search-at-rest", "breach", "unset", (r("opensearch/domain:Domain"),)),
    Row(
        "search-at-rest",
        "breach",
        "the old service",
        (r("elasticsearch/domain:Domain", encryptAtRest={"enabled": False}),),
    ),
    Row("search-at-rest", "undecided", "", (OTHER, r("opensearch/domain:Domain", refs=unknown("encryptAtRest")))),
    Row("accelerator-at-rest", "ok", "", (r("dax/cluster:Cluster", serverSideEncryption={"enabled": True}),)),
    Row("accelerator-at-rest", "breach", "", (r("dax/cluster:Cluster"),)),
    Row(
        "accelerator-at-rest",
        "undecided",
        "",
        (OTHER, r("dax/cluster:Cluster", refs=unknown("serverSideEncryption.enabled"))),
    ),
    Row("api-cache-at-rest", "ok", "", (r("appsync/apiCache:ApiCache", atRestEncryptionEnabled=True),)),
    Row("api-cache-at-rest", "breach", "", (r("appsync/apiCache:ApiCache"),)),
    Row(
        "api-cache-at-rest",
        "undecided",
        "",
        (OTHER, r("appsync/apiCache:ApiCache", refs=unknown("atRestEncryptionEnabled"))),
    ),
    Row("desktop-root-at-rest", "ok", "", (r("workspaces/workspace:Workspace", rootVolumeEncryptionEnabled=True),)),
    Row("desktop-root-at-rest", "breach", "", (r("workspaces/workspace:Workspace"),)),
    Row(
        "desktop-root-at-rest",
        "undecided",
        "",
        (OTHER, r("workspaces/workspace:Workspace", refs=unknown("rootVolumeEncryptionEnabled"))),
    ),
    Row("desktop-user-at-rest", "ok", "", (r("workspaces/workspace:Workspace", userVolumeEncryptionEnabled=True),)),
    Row("desktop-user-at-rest", "breach", "", (r("workspaces/workspace:Workspace"),)),
    Row(
        "desktop-user-at-rest",
        "undecided",
        "",
        (OTHER, r("workspaces/workspace:Workspace", refs=unknown("userVolumeEncryptionEnabled"))),
    ),
    Row("cache-node-at-rest", "ok", "memcached keeps nothing", (r("elasticache/cluster:Cluster", engine="memcached"),)),
    Row(
        "cache-node-at-rest",
        "ok",
        "a member of a group",
        (
            r(
                "elasticache/replicationGroup:ReplicationGroup",
                "g",
                atRestEncryptionEnabled=True,
                transitEncryptionEnabled=True,
            ),
            r("elasticache/cluster:Cluster", refs={"replicationGroupId": "g.id"}),
        ),
    ),
    Row("cache-node-at-rest", "breach", "", (r("elasticache/cluster:Cluster", engine="redis"),)),
    Row("cache-node-at-rest", "undecided", "", (OTHER, r("elasticache/cluster:Cluster", refs=unknown("engine")))),
    Row("queue-at-rest", "ok", "unset", (r("sqs/queue:Queue"),)),
    Row(
        "queue-at-rest",
        "ok",
        "a key of its own",
        (
            r("kms/key:Key", "seal"),
            r("sqs/queue:Queue", sqsManagedSseEnabled=False, refs={"kmsMasterKeyId": "seal.id"}),
        ),
    ),
    Row("queue-at-rest", "breach", "off", (r("sqs/queue:Queue", sqsManagedSseEnabled=False),)),
    Row("queue-at-rest", "undecided", "", (OTHER, r("sqs/queue:Queue", refs=unknown("sqsManagedSseEnabled")))),
    Row(
        "topic-at-rest",
        "ok",
        "a key made in the same run",
        (r("kms/key:Key", "seal"), r("sns/topic:Topic", refs={"kmsMasterKeyId": "seal.id"})),
    ),
    Row("topic-at-rest", "breach", "", (r("sns/topic:Topic"),)),
    Row("topic-at-rest", "breach", "an empty word", (r("sns/topic:Topic", kmsMasterKeyId=""),)),
    Row("stream-at-rest", "ok", "", (r("kinesis/stream:Stream", encryptionType="KMS", kmsKeyId="alias/aws/kinesis"),)),
    Row("stream-at-rest", "breach", "NONE", (r("kinesis/stream:Stream", encryptionType="NONE"),)),
    Row("stream-at-rest", "undecided", "", (OTHER, r("kinesis/stream:Stream", refs=unknown("encryptionType")))),
    Row(
        "delivery-stream-at-rest",
        "ok",
        "",
        (r("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", serverSideEncryption={"enabled": True}),),
    ),
    Row(
        "delivery-stream-at-rest",
        "ok",
        "fed by a stream",
        (r("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", kinesisSourceConfiguration={"roleArn": "r"}),),
    ),
    Row(
        "delivery-stream-at-rest",
        "breach",
        "",
        (r("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", destination="extended_s3"),),
    ),
    Row(
        "delivery-stream-at-rest",
        "undecided",
        "",
        (
            OTHER,
            r("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", refs=unknown("serverSideEncryption.enabled")),
        ),
    ),
    Row(
        "api-stage-cache-at-rest",
        "ok",
        "no cache",
        (r("apigateway/methodSettings:MethodSettings", settings={"metricsEnabled": True}),),
    ),
    Row(
        "api-stage-cache-at-rest",
        "ok",
        "",
        (r("apigateway/methodSettings:MethodSettings", settings={"cachingEnabled": True, "cacheDataEncrypted": True}),),
    ),
    Row(
        "api-stage-cache-at-rest",
        "breach",
        "",
        (r("apigateway/methodSettings:MethodSettings", settings={"cachingEnabled": True}),),
    ),
    Row(
        "api-stage-cache-at-rest",
        "undecided",
        "",
        (
            OTHER,
            r(
                "apigateway/methodSettings:MethodSettings",
                settings={"cachingEnabled": True},
                refs=unknown("settings.cacheDataEncrypted"),
            ),
        ),
    ),
    Row("volume-at-rest", "ok", "", (r("ebs/volume:Volume", encrypted=True),)),
    Row("volume-at-rest", "breach", "unset", (r("ebs/volume:Volume", availabilityZone="eu-west-1a"),)),
    Row(
        "volume-at-rest",
        "ok",
        "by the region's default",
        (r("ebs/encryptionByDefault:EncryptionByDefault", "d"), r("ebs/volume:Volume", availabilityZone="eu-west-1a")),
    ),
    Row(
        "volume-at-rest",
        "breach",
        "the default is off",
        (r("ebs/encryptionByDefault:EncryptionByDefault", "d", enabled=False), r("ebs/volume:Volume")),
    ),
    Row(
        "volume-at-rest",
        "undecided",
        "the default is unknown",
        (OTHER, r("ebs/encryptionByDefault:EncryptionByDefault", "d", refs=unknown("enabled")), r("ebs/volume:Volume")),
    ),
    Row("volume-at-rest", "undecided", "from a snapshot elsewhere", (r("ebs/volume:Volume", snapshotId="snap-1"),)),
    Row(
        "volume-at-rest",
        "ok",
        "from an encrypted volume's snapshot",
        (
            r("ebs/volume:Volume", "v", encrypted=True),
            r("ebs/snapshot:Snapshot", "s", refs={"volumeId": "v.id"}),
            r("ebs/volume:Volume", refs={"snapshotId": "s.id"}),
        ),
    ),
    Row("volume-at-rest", "ok", "a machine", (r("ec2/instance:Instance", rootBlockDevice={"encrypted": True}),)),
    Row(
        "volume-at-rest",
        "breach",
        "a machine's second volume",
        (
            r(
                "ec2/instance:Instance",
                rootBlockDevice={"encrypted": True},
                ebsBlockDevices=[{"deviceName": "/dev/xvdb", "encrypted": True}, {"deviceName": "/dev/xvdc"}],
            ),
        ),
    ),
    Row(
        "volume-at-rest",
        "breach",
        "a machine's root, unsaid",
        (r("ec2/instance:Instance", ebsBlockDevices=[{"encrypted": True}]),),
    ),
    Row(
        "volume-at-rest",
        "ok",
        "a machine from a template",
        (
            r("ec2/launchTemplate:LaunchTemplate", "lt", blockDeviceMappings=[{"ebs": {"encrypted": "true"}}]),
            r("ec2/instance:Instance", refs={"launchTemplate.id": "lt.id"}),
        ),
    ),
    Row(
        "volume-at-rest",
        "ok",
        "a template, an instance store beside",
        (
            r(
                "ec2/launchTemplate:LaunchTemplate",
                blockDeviceMappings=[{"ebs": {"encrypted": "true"}}, {"virtualName": "ephemeral0"}],
            ),
        ),
    ),
    Row(
        "volume-at-rest",
        "breach",
        "the second of two mappings",
        (
            r(
                "ec2/launchTemplate:LaunchTemplate",
                blockDeviceMappings=[{"ebs": {"encrypted": "true"}}, {"ebs": {"volumeSize": 8}}],
            ),
        ),
    ),
    Row(
        "volume-at-rest",
        "breach",
        "a task's volume",
        (r("ecs/service:Service", volumeConfiguration={"name": "v", "managedEbsVolume": {"sizeInGb": 10}}),),
    ),
    Row(
        "volume-at-rest",
        "ok",
        "a task's volume",
        (r("ecs/service:Service", volumeConfiguration={"name": "v", "managedEbsVolume": {"encrypted": True}}),),
    ),
    Row("volume-at-rest", "breach", "a copied image", (r("ec2/amiCopy:AmiCopy", sourceAmiId="ami-1"),)),
]

IN_TRANSIT = [
    Row("listener-plain", "ok", "redirects", (BALANCER, listener(port=80, protocol="HTTP", defaultActions=[TO_HTTPS]))),
    Row(
        "listener-plain",
        "ok",
        "a network balancer, unset",
        (NETWORK_BALANCER, listener(port=5432, defaultActions=[{"type": "forward"}])),
    ),
    Row(
        "listener-plain",
        "breach",
        "answers by itself",
        (BALANCER, listener(port=80, protocol="HTTP", defaultActions=[{"type": "fixed-response"}])),
    ),
    Row(
        "listener-plain",
        "breach",
        "one of two actions",
        (BALANCER, listener(port=80, protocol="HTTP", defaultActions=[TO_HTTPS, {"type": "forward"}])),
    ),
    Row(
        "listener-plain",
        "breach",
        "an existing balancer",
        (
            listener(
                refs={},
                loadBalancerArn="arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/x/1",
                port=80,
                defaultActions=[{"type": "forward"}],
            ),
        ),
    ),
    Row(
        "listener-plain",
        "undecided",
        "an unknown protocol",
        (
            OTHER,
            BALANCER,
            listener(
                refs={"loadBalancerArn": "front.arn", **unknown("protocol")}, defaultActions=[{"type": "forward"}]
            ),
        ),
    ),
    Row(
        "listener-plain",
        "undecided",
        "unknown actions",
        (
            OTHER,
            BALANCER,
            listener(refs={"loadBalancerArn": "front.arn", **unknown("defaultActions")}, protocol="HTTP"),
        ),
    ),
    Row(
        "listener-rule-plain",
        "breach",
        "a rule forwards in clear",
        (
            BALANCER,
            listener("tap", port=80, protocol="HTTP", defaultActions=[TO_HTTPS]),
            r("lb/listenerRule:ListenerRule", actions=[{"type": "forward"}], refs={"listenerArn": "tap.arn"}),
        ),
    ),
    Row(
        "listener-rule-plain",
        "ok",
        "on the TLS listener",
        (
            BALANCER,
            listener("tap", port=443, protocol="HTTPS", defaultActions=[TO_HTTPS]),
            r("lb/listenerRule:ListenerRule", actions=[{"type": "forward"}], refs={"listenerArn": "tap.arn"}),
        ),
    ),
    Row(
        "listener-rule-plain",
        "breach",
        "an alias of the token",
        (
            BALANCER,
            r(
                "applicationloadbalancing/listener:Listener",
                "tap",
                protocol="HTTP",
                defaultActions=[TO_HTTPS],
                refs={"loadBalancerArn": "front.arn"},
            ),
            r("alb/listenerRule:ListenerRule", actions=[{"type": "forward"}], refs={"listenerArn": "tap.arn"}),
        ),
    ),
    Row(
        "listener-rule-plain",
        "undecided",
        "a listener elsewhere",
        (
            r(
                "lb/listenerRule:ListenerRule",
                actions=[{"type": "forward"}],
                listenerArn="arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/x/1/2",
            ),
        ),
    ),
    *(
        Row("listener-tls-policy", "ok", name, (BALANCER, https(name)))
        for name in (
            "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "ELBSecurityPolicy-TLS13-1-3-2021-06",
            "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
            "ELBSecurityPolicy-FS-1-2-Res-2020-10",
            "ELBSecurityPolicy-TLS-1-2-2017-01",
        )
    ),
    *(
        Row("listener-tls-policy", "breach", name or "unset", (BALANCER, https(name)))
        for name in (
            None,
            "ELBSecurityPolicy-2016-08",
            "ELBSecurityPolicy-TLS13-1-0-2021-06",
            "ELBSecurityPolicy-TLS13-1-1-2021-06",
            "ELBSecurityPolicy-FS-2018-06",
            "ELBSecurityPolicy-FS-1-1-2019-08",
            "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04",
            "my-policy",
        )
    ),
    Row("listener-tls-policy", "ok", "plain TCP has none", (NETWORK_BALANCER, listener(port=5432, protocol="TCP"))),
    Row(
        "listener-tls-policy",
        "undecided",
        "",
        (OTHER, BALANCER, listener(protocol="TLS", refs={"loadBalancerArn": "front.arn", **unknown("sslPolicy")})),
    ),
    Row(
        "classic-listener-plain",
        "ok",
        "",
        (r("elb/loadBalancer:LoadBalancer", listeners=[{"lbProtocol": "https", "lbPort": 443}]),),
    ),
    Row(
        "classic-listener-plain",
        "breach",
        "the second",
        (r("elb/loadBalancer:LoadBalancer", listeners=[{"lbProtocol": "https"}, {"lbProtocol": "HTTP"}]),),
    ),
    Row(
        "classic-listener-plain",
        "undecided",
        "",
        (OTHER, r("elb/loadBalancer:LoadBalancer", refs=unknown("listeners[0].lbProtocol"))),
    ),
    Row("cdn-viewer-plain", "ok", "", (cdn(),)),
    Row(
        "cdn-viewer-plain",
        "breach",
        "an ordered behaviour",
        (cdn(orderedCacheBehaviors=[{"viewerProtocolPolicy": "https-only"}, {"viewerProtocolPolicy": "allow-all"}]),),
    ),
    Row(
        "cdn-viewer-plain",
        "undecided",
        "",
        (
            OTHER,
            Declared(
                "it",
                "aws:cloudfront/distribution:Distribution",
                {**cdn().props, "defaultCacheBehavior": {}},
                unknown("defaultCacheBehavior.viewerProtocolPolicy"),
            ),
        ),
    ),
    Row(
        "cdn-viewer-tls",
        "ok",
        "2025",
        (cdn(viewerCertificate={"acmCertificateArn": "a", "minimumProtocolVersion": "TLSv1.3_2025"}),),
    ),
    Row(
        "cdn-viewer-tls",
        "breach",
        "1.1",
        (cdn(viewerCertificate={"acmCertificateArn": "a", "minimumProtocolVersion": "TLSv1.1_2016"}),),
    ),
    Row("cdn-viewer-tls", "breach", "unset", (cdn(viewerCertificate={"acmCertificateArn": "a"}),)),
    Row(
        "cdn-viewer-tls",
        "breach",
        "default certificate",
        (cdn(viewerCertificate={"cloudfrontDefaultCertificate": True, "minimumProtocolVersion": "TLSv1.2_2021"}),),
    ),
    Row(
        "cdn-viewer-tls",
        "undecided",
        "",
        (
            OTHER,
            Declared(
                "it",
                "aws:cloudfront/distribution:Distribution",
                cdn().props,
                unknown("viewerCertificate.minimumProtocolVersion"),
            ),
        ),
    ),
    Row("cdn-origin-plain", "ok", "a bucket", (cdn(origins=[{"originId": "o", "domainName": "b.s3.amazonaws.com"}]),)),
    Row("cdn-origin-plain", "breach", "http-only", (cdn(origins=origin(originProtocolPolicy="http-only")),)),
    Row(
        "cdn-origin-plain",
        "ok",
        "as secure viewers do",
        (cdn(origins=origin(originProtocolPolicy="match-viewer", originSslProtocols=["TLSv1.2"])),),
    ),
    Row(
        "cdn-origin-plain",
        "breach",
        "as any viewer does",
        (
            cdn(
                defaultCacheBehavior={"viewerProtocolPolicy": "allow-all"},
                origins=origin(originProtocolPolicy="match-viewer"),
            ),
        ),
    ),
    Row(
        "cdn-origin-plain",
        "breach",
        "one old protocol",
        (cdn(origins=origin(originProtocolPolicy="https-only", originSslProtocols=["TLSv1.2", "TLSv1"])),),
    ),
    Row(
        "cdn-origin-plain",
        "breach",
        "the second origin",
        (cdn(origins=[*cdn().props["origins"], *origin(originProtocolPolicy="http-only")]),),
    ),
    Row(
        "cdn-origin-plain",
        "breach",
        "many tenants",
        (
            r(
                "cloudfront/multitenantDistribution:MultitenantDistribution",
                origins=[{"customOriginConfigs": [{"originProtocolPolicy": "http-only"}]}],
            ),
        ),
    ),
    Row(
        "cdn-origin-plain",
        "undecided",
        "",
        (
            OTHER,
            Declared(
                "it",
                "aws:cloudfront/distribution:Distribution",
                {**cdn().props, "origins": []},
                unknown("origins[0].customOriginConfig.originProtocolPolicy"),
            ),
        ),
    ),
    Row(
        "vpc-origin-plain",
        "ok",
        "",
        (
            r(
                "cloudfront/vpcOrigin:VpcOrigin",
                vpcOriginEndpointConfig={
                    "originProtocolPolicy": "https-only",
                    "originSslProtocols": {"items": ["TLSv1.2"], "quantity": 1},
                },
            ),
        ),
    ),
    Row(
        "vpc-origin-plain",
        "breach",
        "",
        (r("cloudfront/vpcOrigin:VpcOrigin", vpcOriginEndpointConfig={"originProtocolPolicy": "http-only"}),),
    ),
    Row(
        "vpc-origin-plain",
        "breach",
        "old TLS",
        (
            r(
                "cloudfront/vpcOrigin:VpcOrigin",
                vpcOriginEndpointConfig={
                    "originProtocolPolicy": "https-only",
                    "originSslProtocols": {"items": ["TLSv1.2", "TLSv1.1"]},
                },
            ),
        ),
    ),
    Row(
        "vpc-origin-plain",
        "undecided",
        "",
        (OTHER, r("cloudfront/vpcOrigin:VpcOrigin", refs=unknown("vpcOriginEndpointConfig.originProtocolPolicy"))),
    ),
    Row("api-domain-tls", "ok", "", (r("apigateway/domainName:DomainName", securityPolicy="TLS_1_2"),)),
    Row(
        "api-domain-tls",
        "ok",
        "a newer name",
        (r("apigateway/domainName:DomainName", securityPolicy="SecurityPolicy_TLS13_1_2_2021_06"),),
    ),
    Row("api-domain-tls", "breach", "", (r("apigateway/domainName:DomainName", securityPolicy="TLS_1_0"),)),
    Row(
        "api-domain-tls",
        "undecided",
        "",
        (OTHER, r("apigateway/domainName:DomainName", refs=unknown("securityPolicy"))),
    ),
    Row(
        "cache-in-transit",
        "ok",
        "required",
        (
            r(
                "elasticache/replicationGroup:ReplicationGroup",
                transitEncryptionEnabled=True,
                transitEncryptionMode="required",
            ),
        ),
    ),
    Row(
        "cache-in-transit",
        "ok",
        "valkey, unset",
        (r("elasticache/replicationGroup:ReplicationGroup", engine="valkey"),),
    ),
    Row(
        "cache-in-transit",
        "breach",
        "preferred",
        (
            r(
                "elasticache/replicationGroup:ReplicationGroup",
                transitEncryptionEnabled=True,
                transitEncryptionMode="preferred",
            ),
        ),
    ),
    Row(
        "cache-in-transit",
        "breach",
        "redis, unset",
        (r("elasticache/replicationGroup:ReplicationGroup", atRestEncryptionEnabled=True),),
    ),
    Row(
        "cache-in-transit",
        "breach",
        "valkey, off",
        (r("elasticache/replicationGroup:ReplicationGroup", engine="valkey", transitEncryptionEnabled=False),),
    ),
    Row(
        "cache-in-transit",
        "undecided",
        "",
        (
            OTHER,
            r(
                "elasticache/replicationGroup:ReplicationGroup",
                transitEncryptionEnabled=True,
                refs=unknown("transitEncryptionMode"),
            ),
        ),
    ),
    Row(
        "cache-node-in-transit",
        "ok",
        "",
        (r("elasticache/cluster:Cluster", engine="memcached", transitEncryptionEnabled=True),),
    ),
    Row("cache-node-in-transit", "breach", "", (r("elasticache/cluster:Cluster", engine="memcached"),)),
    Row(
        "cache-node-in-transit",
        "undecided",
        "",
        (OTHER, r("elasticache/cluster:Cluster", refs=unknown("transitEncryptionEnabled"))),
    ),
    Row("search-node-to-node", "ok", "", (r("opensearch/domain:Domain", nodeToNodeEncryption={"enabled": True}),)),
    Row(
        "search-node-to-node",
        "breach",
        "the old service",
        (r("elasticsearch/domain:Domain", nodeToNodeEncryption={"enabled": False}),),
    ),
    Row(
        "search-node-to-node",
        "undecided",
        "",
        (OTHER, r("opensearch/domain:Domain", refs=unknown("nodeToNodeEncryption.enabled"))),
    ),
    Row(
        "search-endpoint-tls",
        "ok",
        "https is the block's default",
        (r("opensearch/domain:Domain", domainEndpointOptions={"tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}),),
    ),
    Row("search-endpoint-tls", "breach", "no block", (r("opensearch/domain:Domain"),)),
    Row(
        "search-endpoint-tls",
        "breach",
        "plain allowed",
        (
            r(
                "opensearch/domain:Domain",
                domainEndpointOptions={"enforceHttps": False, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"},
            ),
        ),
    ),
    Row(
        "search-endpoint-tls",
        "breach",
        "TLS 1.0",
        (
            r(
                "opensearch/domain:Domain",
                domainEndpointOptions={"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"},
            ),
        ),
    ),
    Row(
        "search-endpoint-tls",
        "breach",
        "no policy",
        (r("opensearch/domain:Domain", domainEndpointOptions={"enforceHttps": True}),),
    ),
    Row(
        "search-endpoint-tls",
        "undecided",
        "",
        (OTHER, r("opensearch/domain:Domain", refs=unknown("domainEndpointOptions"))),
    ),
    Row("memory-database-tls", "ok", "unset", (r("memorydb/cluster:Cluster"),)),
    Row("memory-database-tls", "breach", "", (r("memorydb/cluster:Cluster", tlsEnabled=False),)),
    Row("memory-database-tls", "undecided", "", (OTHER, r("memorydb/cluster:Cluster", refs=unknown("tlsEnabled")))),
    Row("accelerator-tls", "ok", "", (r("dax/cluster:Cluster", clusterEndpointEncryptionType="TLS"),)),
    Row("accelerator-tls", "breach", "unset", (r("dax/cluster:Cluster"),)),
    Row(
        "accelerator-tls",
        "undecided",
        "",
        (OTHER, r("dax/cluster:Cluster", refs=unknown("clusterEndpointEncryptionType"))),
    ),
    Row("api-cache-in-transit", "ok", "", (r("appsync/apiCache:ApiCache", transitEncryptionEnabled=True),)),
    Row("api-cache-in-transit", "breach", "", (r("appsync/apiCache:ApiCache"),)),
    Row(
        "api-cache-in-transit",
        "undecided",
        "",
        (OTHER, r("appsync/apiCache:ApiCache", refs=unknown("transitEncryptionEnabled"))),
    ),
    Row("kafka-clients-tls", "ok", "unset", (r("msk/cluster:Cluster"),)),
    Row(
        "kafka-clients-tls",
        "breach",
        "both",
        (r("msk/cluster:Cluster", encryptionInfo={"encryptionInTransit": {"clientBroker": "TLS_PLAINTEXT"}}),),
    ),
    Row(
        "kafka-clients-tls",
        "undecided",
        "",
        (OTHER, r("msk/cluster:Cluster", refs=unknown("encryptionInfo.encryptionInTransit.clientBroker"))),
    ),
    Row(
        "kafka-brokers-tls",
        "ok",
        "",
        (r("msk/cluster:Cluster", encryptionInfo={"encryptionInTransit": {"inCluster": True}}),),
    ),
    Row(
        "kafka-brokers-tls",
        "breach",
        "",
        (r("msk/cluster:Cluster", encryptionInfo={"encryptionInTransit": {"inCluster": False}}),),
    ),
    Row(
        "kafka-brokers-tls",
        "undecided",
        "",
        (OTHER, r("msk/cluster:Cluster", refs=unknown("encryptionInfo.encryptionInTransit.inCluster"))),
    ),
    Row("database-proxy-tls", "ok", "", (r("rds/proxy:Proxy", requireTls=True),)),
    Row("database-proxy-tls", "breach", "", (r("rds/proxy:Proxy", requireTls=False),)),
    Row("database-proxy-tls", "undecided", "", (OTHER, r("rds/proxy:Proxy", refs=unknown("requireTls")))),
    Row(
        "task-volume-in-transit",
        "ok",
        "",
        (
            r(
                "ecs/taskDefinition:TaskDefinition",
                volumes=[
                    {"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"}}
                ],
            ),
        ),
    ),
    Row(
        "task-volume-in-transit",
        "ok",
        "no file system",
        (r("ecs/taskDefinition:TaskDefinition", volumes=[{"name": "scratch"}]),),
    ),
    Row(
        "task-volume-in-transit",
        "breach",
        "the second",
        (
            r(
                "ecs/taskDefinition:TaskDefinition",
                volumes=[
                    {"name": "scratch"},
                    {"name": "v", "efsVolumeConfiguration": {"transitEncryption": "DISABLED"}},
                ],
            ),
        ),
    ),
    Row(
        "task-volume-in-transit",
        "undecided",
        "",
        (
            OTHER,
            r("ecs/taskDefinition:TaskDefinition", refs=unknown("volumes[0].efsVolumeConfiguration.transitEncryption")),
        ),
    ),
    Row(
        "topic-plain-subscription",
        "ok",
        "",
        (r("sns/topicSubscription:TopicSubscription", protocol="https", endpoint="https://x.example"),),
    ),
    Row(
        "topic-plain-subscription",
        "breach",
        "",
        (r("sns/topicSubscription:TopicSubscription", protocol="http", endpoint="http://x.example"),),
    ),
    Row(
        "topic-plain-subscription",
        "undecided",
        "",
        (OTHER, r("sns/topicSubscription:TopicSubscription", refs=unknown("protocol"))),
    ),
    Row("target-group-plain", "ok", "", (r("lb/targetGroup:TargetGroup", protocol="HTTPS"),)),
    Row("database-tls", "ok", "PostgreSQL 15", (db(engineVersion="15"),)),
    Row("database-tls", "breach", "PostgreSQL 14", (db(engineVersion="14.9"),)),
    Row(
        "database-tls",
        "ok",
        "14 with a group",
        (parameters(rds__force_ssl="1"), db(engineVersion="14.9", refs={"parameterGroupName": "tune.name"})),
    ),
    Row(
        "database-tls",
        "ok",
        "MySQL with a group",
        (
            parameters(family="mysql8.0", require_secure_transport="ON"),
            db(engine="mysql", engineVersion="8.0", refs={"parameterGroupName": "tune.name"}),
        ),
    ),
    Row("database-tls", "breach", "MySQL without", (db(engine="mysql", engineVersion="8.4"),)),
    Row(
        "database-tls",
        "breach",
        "an old group by AWS",
        (db(engineVersion="14", parameterGroupName="default.postgres14"),),
    ),
    Row("database-tls", "undecided", "a group elsewhere", (db(engineVersion="14", parameterGroupName="ours"),)),
    Row("database-tls", "undecided", "no version", (r("rds/instance:Instance", engine="postgres"),)),
    Row(
        "database-tls",
        "undecided",
        "an unknown parameter",
        (
            OTHER,
            Declared(
                "tune",
                "aws:rds/parameterGroup:ParameterGroup",
                {"family": "postgres14", "parameters": [{"name": "rds.force_ssl"}]},
                unknown("parameters[0].value"),
            ),
            db(refs={"parameterGroupName": "tune.name"}),
        ),
    ),
    Row("database-tls", "ok", "MariaDB 11.8", (db(engine="mariadb", engineVersion="11.8.2"),)),
    Row("database-tls", "breach", "MariaDB 11.4", (db(engine="mariadb", engineVersion="11.4"),)),
    *(
        Row(
            "database-tls",
            verdict,
            f"a group of the same name in another region, {region}",
            (
                r("rds/parameterGroup:ParameterGroup", "a", name="tls", family="postgres14", region="us-east-1"),
                r(
                    "rds/parameterGroup:ParameterGroup",
                    "b",
                    name="tls",
                    family="postgres14",
                    region="us-west-2",
                    parameters=[{"name": "rds.force_ssl", "value": "1"}],
                ),
                db(engineVersion="14", parameterGroupName="tls", region=region),
            ),
        )
        for verdict, region in ONE_OF_TWO
    ),
    Row("database-tls", "ok", "Oracle has no such parameter", (db(engine="oracle-ee", engineVersion="19"),)),
    Row(
        "database-tls",
        "breach",
        "a replica of a lax source",
        (db("src", engineVersion="13"), r("rds/instance:Instance", refs={"replicateSourceDb": "src.identifier"})),
    ),
    Row(
        "database-tls",
        "breach",
        "Aurora PostgreSQL 16",
        (r("rds/cluster:Cluster", engine="aurora-postgresql", engineVersion="16.6"),),
    ),
    Row(
        "database-tls",
        "ok",
        "Aurora PostgreSQL 17",
        (r("rds/cluster:Cluster", engine="aurora-postgresql", engineVersion="17.4"),),
    ),
    Row(
        "database-tls",
        "ok",
        "Aurora MySQL with a group",
        (
            parameters(
                "rds/clusterParameterGroup:ClusterParameterGroup", "aurora-mysql8.0", require_secure_transport=1
            ),
            r(
                "rds/cluster:Cluster",
                engine="aurora-mysql",
                engineVersion="8.0.mysql_aurora.3.08.0",
                refs={"dbClusterParameterGroupName": "tune.name"},
            ),
        ),
    ),
    Row("database-tls", "ok", "documents, by default", (r("docdb/cluster:Cluster"),)),
    Row(
        "database-tls",
        "breach",
        "documents, off",
        (
            parameters("docdb/clusterParameterGroup:ClusterParameterGroup", "docdb5.0", tls="disabled"),
            r("docdb/cluster:Cluster", refs={"dbClusterParameterGroupName": "tune.name"}),
        ),
    ),
    Row(
        "database-tls",
        "breach",
        "graph, off",
        (
            parameters("neptune/clusterParameterGroup:ClusterParameterGroup", "neptune1.3", neptune_enforce_ssl=0),
            r("neptune/cluster:Cluster", refs={"neptuneClusterParameterGroupName": "tune.name"}),
        ),
    ),
    Row(
        "database-tls",
        "breach",
        "warehouse, a group that is silent",
        (
            parameters("redshift/parameterGroup:ParameterGroup", "redshift-1.0"),
            r("redshift/cluster:Cluster", refs={"clusterParameterGroupName": "tune.name"}),
        ),
    ),
    Row("bucket-tls", "ok", "", (BUCKET, bucket_policy(deny()))),
    Row(
        "bucket-tls",
        "ok",
        "in two statements",
        (BUCKET, bucket_policy(deny(Resource="arn:aws:s3:::parcels"), deny(Resource="arn:aws:s3:::parcels/*"))),
    ),
    Row(
        "bucket-tls",
        "ok",
        "a single statement, unwrapped",
        (
            BUCKET,
            Declared(
                "door", "aws:s3/bucketPolicy:BucketPolicy", {"policy": {"Statement": deny()}}, {"bucket": "it.id"}
            ),
        ),
    ),
    Row(
        "bucket-tls",
        "ok",
        "not equal true",
        (BUCKET, bucket_policy(deny(Condition={"StringNotEquals": {"AWS:SECURETRANSPORT": "true"}}))),
    ),
    Row(
        "bucket-tls",
        "ok",
        "the deprecated token, by its name",
        (
            r("s3/bucketV2:BucketV2", bucket="parcels"),
            Declared(
                "door", "aws:s3/bucketPolicy:BucketPolicy", {"policy": {"Statement": [deny()]}, "bucket": "parcels"}
            ),
        ),
    ),
    Row("bucket-tls", "breach", "objects only", (BUCKET, bucket_policy(deny(Resource="arn:aws:s3:::parcels/*")))),
    Row(
        "bucket-tls",
        "breach",
        "another bucket",
        (BUCKET, bucket_policy(deny(Resource=["arn:aws:s3:::letters", "arn:aws:s3:::letters/*"]))),
    ),
    Row(
        "bucket-tls",
        "breach",
        "one principal",
        (BUCKET, bucket_policy(deny(Principal={"AWS": "arn:aws:iam::111122223333:root"}))),
    ),
    Row("bucket-tls", "breach", "one action", (BUCKET, bucket_policy(deny(Action="s3:GetObject")))),
    Row(
        "bucket-tls",
        "breach",
        "a second condition narrows it",
        (
            BUCKET,
            bucket_policy(
                deny(Condition={"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalTag/a": "b"}})
            ),
        ),
    ),
    Row("bucket-tls", "breach", "allows instead of denying", (BUCKET, bucket_policy(deny(Effect="Allow")))),
    Row(
        "bucket-tls",
        "breach",
        "a version is no denial of clear text",
        (BUCKET, bucket_policy(deny(Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}))),
    ),
    Row(
        "bucket-tls",
        "breach",
        "the policy is another bucket's",
        (
            BUCKET,
            r("s3/bucket:Bucket", "bis", bucket="bis"),
            Declared(
                "door", "aws:s3/bucketPolicy:BucketPolicy", {"policy": {"Statement": [deny()]}}, {"bucket": "bis.id"}
            ),
        ),
    ),
    Row(
        "bucket-tls",
        "undecided",
        "an unknown document",
        (OTHER, BUCKET, r("s3/bucketPolicy:BucketPolicy", "door", refs={"bucket": "it.id", **unknown("policy")})),
    ),
]

NETWORK = [
    Row(
        "data-subnet-public",
        "breach",
        "large together",
        (*PLACE, route("a", destinationCidrBlock="64.0.0.0/9"), route("b", destinationCidrBlock="64.128.0.0/9")),
    ),
    Row(
        "data-subnet-public",
        "undecided",
        "an association nobody can place",
        (
            OTHER,
            *PLACE[:4],
            SHARE,
            MOUNT,
            Declared("link", LINK.type, {}, {"routeTableId": "tbl.id", **unknown("subnetId")}),
        ),
    ),
    Row("data-subnet-public", "ok", "no way out", PLACE),
    Row("data-subnet-public", "breach", "a route", (*PLACE, route(destinationCidrBlock="0.0.0.0/0"))),
    Row("data-subnet-public", "breach", "host bits", (*PLACE, route(destinationCidrBlock="10.0.0.1/0"))),
    Row(
        "data-subnet-public",
        "breach",
        "two halves",
        (*PLACE, route("a", destinationCidrBlock="0.0.0.0/1"), route("b", destinationCidrBlock="128.0.0.0/1")),
    ),
    Row("data-subnet-public", "breach", "all public IPv6", (*PLACE, route(destinationIpv6CidrBlock="2000::/3"))),
    Row("data-subnet-public", "breach", "another spelling", (*PLACE, route(destinationIpv6CidrBlock="0::/0"))),
    Row("data-subnet-public", "ok", "a partner's range", (*PLACE, route(destinationCidrBlock="203.0.113.0/24"))),
    Row(
        "data-subnet-public",
        "ok",
        "NAT",
        (
            *PLACE,
            r("ec2/natGateway:NatGateway", "nat"),
            route(at="natGatewayId", via="nat.id", destinationCidrBlock="0.0.0.0/0"),
        ),
    ),
    Row(
        "data-subnet-public",
        "ok",
        "a private gateway",
        (*PLACE, r("ec2/vpnGateway:VpnGateway", "vgw"), route(via="vgw.id", destinationCidrBlock="0.0.0.0/0")),
    ),
    Row(
        "data-subnet-public",
        "undecided",
        "an unknown gateway",
        (OTHER, *PLACE, route(via="other.value", destinationCidrBlock="0.0.0.0/0")),
    ),
    Row(
        "data-subnet-public",
        "undecided",
        "an unknown destination",
        (
            OTHER,
            *PLACE,
            Declared(
                "out",
                "aws:ec2/route:Route",
                {},
                {"routeTableId": "tbl.id", "gatewayId": "gate.id", **unknown("destinationCidrBlock")},
            ),
        ),
    ),
    Row("data-subnet-public", "undecided", "a prefix list elsewhere", (*PLACE, route(destinationPrefixListId="pl-1"))),
    Row(
        "data-subnet-public",
        "breach",
        "a prefix list's separate entry",
        (
            *PLACE,
            r("ec2/managedPrefixList:ManagedPrefixList", "all", maxEntries=1),
            r(
                "ec2/managedPrefixListEntry:ManagedPrefixListEntry",
                "e",
                cidr="0.0.0.0/0",
                refs={"prefixListId": "all.id"},
            ),
            Declared(
                "out",
                "aws:ec2/route:Route",
                {},
                {"routeTableId": "tbl.id", "gatewayId": "gate.id", "destinationPrefixListId": "all.id"},
            ),
        ),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "the adopted main table",
        (
            VPC,
            GATE,
            DATA,
            SHARE,
            MOUNT,
            r(
                "ec2/defaultRouteTable:DefaultRouteTable",
                "main",
                routes=[{"cidrBlock": "0.0.0.0/0"}],
                refs={"defaultRouteTableId": "net.defaultRouteTableId", "routes[0].gatewayId": "gate.id"},
            ),
        ),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a route into the untouched main table",
        (
            VPC,
            GATE,
            DATA,
            SHARE,
            MOUNT,
            r(
                "ec2/route:Route",
                "out",
                destinationCidrBlock="0.0.0.0/0",
                refs={"routeTableId": "net.mainRouteTableId", "gatewayId": "gate.id"},
            ),
        ),
    ),
    Row(
        "data-subnet-public",
        "ok",
        "the old main table is open, a closed one replaced it",
        (
            VPC,
            GATE,
            DATA,
            SHARE,
            MOUNT,
            TABLE,
            r(
                "ec2/route:Route",
                "out",
                destinationCidrBlock="0.0.0.0/0",
                refs={"routeTableId": "net.defaultRouteTableId", "gatewayId": "gate.id"},
            ),
            r(
                "ec2/mainRouteTableAssociation:MainRouteTableAssociation",
                "m",
                refs={"vpcId": "net.id", "routeTableId": "tbl.id"},
            ),
        ),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a default subnet",
        (SHARE, r("ec2/defaultSubnet:DefaultSubnet", "data", availabilityZone="eu-west-1a"), MOUNT),
    ),
    Row(
        "data-subnet-public",
        "ok",
        "a default subnet with a table of its own",
        (SHARE, VPC, TABLE, LINK, r("ec2/defaultSubnet:DefaultSubnet", "data", availabilityZone="eu-west-1a"), MOUNT),
    ),
    Row(
        "data-subnet-public",
        "undecided",
        "a subnet elsewhere",
        (SHARE, r("efs/mountTarget:MountTarget", subnetId="subnet-1")),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a subnet elsewhere, linked here",
        (
            VPC,
            GATE,
            r("efs/mountTarget:MountTarget", subnetId="subnet-1"),
            r("ec2/routeTable:RouteTable", "tbl", routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]),
            r(
                "ec2/routeTableAssociation:RouteTableAssociation",
                "link",
                subnetId="subnet-1",
                refs={"routeTableId": "tbl.id"},
            ),
        ),
    ),
    Row("data-subnet-public", "breach", "no subnet group", (db(),)),
    Row("data-subnet-public", "breach", "the default group", (db(dbSubnetGroupName="default"),)),
    Row("data-subnet-public", "undecided", "a group elsewhere", (db(dbSubnetGroupName="theirs"),)),
    Row(
        "data-subnet-public",
        "ok",
        "a replica follows its source",
        (
            VPC,
            DATA,
            TABLE,
            LINK,
            GROUP,
            db("src", refs={"dbSubnetGroupName": "grp.name"}),
            r("rds/instance:Instance", refs={"replicateSourceDb": "src.identifier"}),
        ),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a cache without subnets",
        (r("elasticache/serverlessCache:ServerlessCache", engine="valkey"),),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "brokers",
        (
            *PLACE[:5],
            route(destinationCidrBlock="0.0.0.0/0"),
            r("msk/cluster:Cluster", refs={"brokerNodeGroupInfo.clientSubnets[0]": "data.id"}),
        ),
    ),
    Row("data-subnet-public", "ok", "search outside a VPC is another family's", (r("opensearch/domain:Domain"),)),
    Row(
        "data-subnet-public",
        "undecided",
        "unknown subnets",
        (OTHER, r("elasticache/serverlessCache:ServerlessCache", engine="valkey", refs=unknown("subnetIds"))),
    ),
]

SG = r("ec2/securityGroup:SecurityGroup", "vault", refs={"vpcId": "net.id"})
CLIENT = r("ec2/securityGroup:SecurityGroup", "client", refs={"vpcId": "net.id"})
STORE = db("store", refs={"vpcSecurityGroupIds[0]": "vault.id"})
TASK = r("ecs/service:Service", "crew", refs={"networkConfiguration.securityGroups[0]": "vault.id"})
FRONT = r("lb/loadBalancer:LoadBalancer", "front", refs={"securityGroups[0]": "vault.id"})
INTERNAL = r("lb/loadBalancer:LoadBalancer", "front", internal=True, refs={"securityGroups[0]": "vault.id"})


def ingress(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    about = {"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432, **props}
    refs = {"securityGroupId": "vault.id"} | (refs or {})
    return r("vpc/securityGroupIngressRule:SecurityGroupIngressRule", refs=refs, **about)


def legacy(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    about = {"type": "ingress", "protocol": "tcp", "fromPort": 5432, "toPort": 5432, **props}
    return r("ec2/securityGroupRule:SecurityGroupRule", refs={"securityGroupId": "vault.id"} | (refs or {}), **about)


BETWEEN = [
    Row(
        "sg-to-sg-only",
        "ok",
        "a group",
        (VPC, SG, CLIENT, STORE, ingress(refs={"referencedSecurityGroupId": "client.id"})),
    ),
    Row("sg-to-sg-only", "ok", "itself", (VPC, SG, STORE, legacy(self=True))),
    Row("sg-to-sg-only", "breach", "one address", (VPC, SG, STORE, ingress(cidrIpv4="10.61.4.7/32"))),
    Row("sg-to-sg-only", "breach", "IPv6", (VPC, SG, STORE, ingress(cidrIpv6="fd00::/8"))),
    Row(
        "sg-to-sg-only",
        "breach",
        "a list beside itself",
        (VPC, SG, STORE, legacy(self=True, cidrBlocks=["10.0.0.0/8"])),
    ),
    Row("sg-to-sg-only", "breach", "an unknown address", (OTHER, VPC, SG, STORE, ingress(refs=unknown("cidrIpv4")))),
    Row("sg-to-sg-only", "breach", "a prefix list by AWS", (VPC, SG, STORE, legacy(prefixListIds=["pl-1"]))),
    Row(
        "sg-to-sg-only",
        "ok",
        "egress is another family's",
        (VPC, SG, STORE, legacy(type="egress", cidrBlocks=["10.0.0.0/8"])),
    ),
    Row(
        "sg-to-sg-only",
        "ok",
        "empty lists",
        (VPC, SG, CLIENT, STORE, legacy(cidrBlocks=[], ipv6CidrBlocks=[], refs={"sourceSecurityGroupId": "client.id"})),
    ),
    Row("sg-to-sg-only", "breach", "containers", (VPC, SG, TASK, ingress(cidrIpv4="10.61.0.0/16"))),
    Row("sg-to-sg-only", "ok", "the edge", (VPC, SG, FRONT, ingress(cidrIpv4="0.0.0.0/0"))),
    Row("sg-to-sg-only", "breach", "the edge shares its group", (VPC, SG, FRONT, TASK, ingress(cidrIpv4="0.0.0.0/0"))),
    Row("sg-to-sg-only", "breach", "an internal balancer", (VPC, SG, INTERNAL, ingress(cidrIpv4="10.61.0.0/16"))),
    Row(
        "sg-to-sg-only",
        "undecided",
        "a balancer of unknown kind",
        (
            OTHER,
            VPC,
            SG,
            r("lb/loadBalancer:LoadBalancer", "front", refs={"securityGroups[0]": "vault.id", **unknown("internal")}),
            ingress(cidrIpv4="0.0.0.0/0"),
        ),
    ),
    Row("sg-to-sg-only", "ok", "nobody carries it", (VPC, SG, ingress(cidrIpv4="10.61.0.0/16"))),
    Row(
        "sg-to-sg-only",
        "breach",
        "an endpoint",
        (
            VPC,
            SG,
            r(
                "ec2/vpcEndpoint:VpcEndpoint",
                "ep",
                vpcEndpointType="Interface",
                refs={"securityGroupIds[0]": "vault.id"},
            ),
            ingress(cidrIpv4="10.61.0.0/16", fromPort=443, toPort=443),
        ),
    ),
    Row(
        "sg-to-sg-only",
        "breach",
        "a machine's template",
        (
            VPC,
            SG,
            r("ec2/launchTemplate:LaunchTemplate", "lt", refs={"networkInterfaces[0].securityGroups[0]": "vault.id"}),
            ingress(cidrIpv4="10.61.0.0/16"),
        ),
    ),
    Row(
        "sg-to-sg-only",
        "breach",
        "a group elsewhere, by its id",
        (
            db("store", vpcSecurityGroupIds=["sg-1"]),
            Declared(
                "it",
                "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
                {"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8"},
            ),
        ),
    ),
    Row(
        "sg-to-sg-only",
        "breach",
        "the default group of a store without one",
        (
            VPC,
            r(
                "ec2/defaultSecurityGroup:DefaultSecurityGroup",
                "vault",
                ingress=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8"]}],
                refs={"vpcId": "net.id"},
            ),
            db("store"),
        ),
    ),
    Row(
        "sg-to-sg-only",
        "undecided",
        "an unknown group",
        (OTHER, STORE, SG, VPC, ingress(cidrIpv4="10.0.0.0/8", refs=unknown("securityGroupId"))),
    ),
    Row(
        "sg-to-sg-only",
        "undecided",
        "unknown inline rules",
        (OTHER, r("ec2/securityGroup:SecurityGroup", "vault", refs=unknown("ingress")), STORE),
    ),
]

ROWS = [*AT_REST, *IN_TRANSIT, *NETWORK, *BETWEEN]
