"""Rows of the family encrypt-in-transit."""

from __future__ import annotations

from tests.policy.declare import (
    BALANCER,
    BUCKET,
    NETWORK_BALANCER,
    ONE_OF_TWO,
    OTHER,
    TO_HTTPS,
    Row,
    bucket_policy,
    cdn,
    db,
    deny,
    https,
    listener,
    origin,
    parameters,
    r,
    unknown,
)
from tests.policy.engine import Declared

ROWS = [
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
