"""AA: the values of afric-analyzer's ledger."""

from tests.requirements.systems import edge, shapes, sites, stores
from tests.requirements.systems.table import (
    ABSENT,
    AnyValue,
    AtLeast,
    ClassProof,
    Matches,
    Proof,
    Ref,
    StackProof,
    holds,
    one_of,
)

PUBLIC, PRIVATE = ("10.0.1.0/24", "10.0.2.0/24"), ("10.0.10.0/24", "10.0.11.0/24")
ISOLATED = ("10.0.20.0/24", "10.0.21.0/24")
ZONES = ("eu-west-1a", "eu-west-1b")
SMALL, PROD = ("starter", "staging"), ("prod",)
SERVICES = ("repo1-api", "repo2-api", "repo2-consumer")
CLOSED = {"mapPublicIpOnLaunch": one_of(ABSENT, False)}
TASK = "containerDefinitions.0."
STACK_KEY = Ref("kms.Key", {"region": ABSENT}, "arn")  # the other encrypts what CloudFront needs in us-east-1


def _subnet(id_: str, cidr: str, zone: str, values: dict[str, object] = CLOSED) -> ClassProof:
    return ClassProof(id_, "ec2.Subnet", {"availabilityZone": zone, **values}, {"cidrBlock": cidr}, 1)


def _task(id_: str, service: str, values: dict[str, object], stacks: tuple[str, ...] = ()) -> ClassProof:
    return ClassProof(id_, "ecs.TaskDefinition", values, {"family": Matches(f"{service}$")}, 1, stacks)


NETWORK: list[Proof] = [
    ClassProof("AA-NET-01", "ec2.Vpc", {"cidrBlock": "10.0.0.0/16"}, count=1),
    StackProof("AA-NET-02", shapes.account, ("123456789012", "eu-west-1"), ()),
    StackProof("AA-NET-02", shapes.all_subnets, (PUBLIC + PRIVATE + ISOLATED, ZONES), ("ec2.Subnet",)),
    StackProof("AA-NET-03", shapes.all_subnets, (PUBLIC + PRIVATE + ISOLATED, ZONES), ("ec2.Subnet",)),
    *(StackProof("AA-NET-03", shapes.placed, (cidrs, ZONES), ("ec2.Subnet",)) for cidrs in (PUBLIC, PRIVATE, ISOLATED)),
    _subnet("AA-NET-04", PUBLIC[0], ZONES[0], {}),
    StackProof("AA-NET-04", shapes.to_internet, (PUBLIC,), ("ec2.Route",)),
    _subnet("AA-NET-05", PUBLIC[1], ZONES[1], {}),
    StackProof("AA-NET-05", shapes.to_internet, (PUBLIC,), ("ec2.Route",)),
    _subnet("AA-NET-06", PRIVATE[0], ZONES[0]),
    _subnet("AA-NET-07", PRIVATE[1], ZONES[1]),
    _subnet("AA-NET-08", ISOLATED[0], ZONES[0]),
    _subnet("AA-NET-09", ISOLATED[1], ZONES[1]),
    StackProof("AA-NET-10", shapes.to_internet, (PUBLIC,), ("ec2.Route", "ec2.InternetGateway")),
    StackProof("AA-NET-11", shapes.through_nat, (PRIVATE, 2), ("ec2.NatGateway",)),
    StackProof("AA-NET-12", shapes.through_nat, (PRIVATE, 1), ("ec2.NatGateway",)),
    StackProof("AA-NET-13", shapes.through_nat, (PRIVATE, 2), ("ec2.Route",), PROD),
    StackProof("AA-NET-13", shapes.through_nat, (PRIVATE, 1), ("ec2.Route",), SMALL),
    StackProof("AA-NET-14", shapes.isolated, (ISOLATED,), ("ec2.RouteTableAssociation",)),
    StackProof("AA-NET-15", shapes.holds_only, (PUBLIC,), ("ec2.NatGateway",)),
    StackProof("AA-NET-16", shapes.in_subnets, (PRIVATE,), ("ecs.Service",)),
    StackProof("AA-NET-17", shapes.stores_in, (ISOLATED, "rds.SubnetGroup", "elasticache.SubnetGroup"), ("rds.SubnetGroup", "elasticache.SubnetGroup")),
    StackProof("AA-SG-03", shapes.group, ("redis", [("tcp", 6379, "app")], []), ("vpc.SecurityGroupIngressRule",)),
    StackProof("AA-SG-04", shapes.group, ("rds", [("tcp", 5432, "app")], []), ("vpc.SecurityGroupIngressRule",)),
    StackProof("AA-SG-05", shapes.none_of, ("ec2.Instance", "ec2.KeyPair"), ()),
    ClassProof("AA-SG-05", "vpc.SecurityGroupIngressRule", {"fromPort": one_of(80, 443, 5432, 6379, 8000, 8080)}),
]  # fmt: skip
EDGE: list[Proof] = [
    StackProof("AA-LB-01", edge.balancer_in, (PUBLIC,), ("lb.LoadBalancer",)),
    ClassProof("AA-LB-04", "lb.TargetGroup", {"port": 8080, "targetType": "ip", "healthCheck.path": "/health", "healthCheck.interval": 30, "healthCheck.timeout": 5}, {"name": Matches("repo1-tg$")}, 1),
    ClassProof("AA-DNS-01", "route53.Zone", {}, {"name": "your-domain.com"}, 1, PROD),
    ClassProof("AA-DNS-01", "route53.Record", {"zoneId": "Z0123456789ABCDEFGHIJ"}, stacks=SMALL),
    StackProof("AA-DNS-05", edge.alias_to_balancer, ("api.your-domain.com",), ("route53.Record",), PROD),
    *(StackProof("AA-DNS-05", edge.alias_to_balancer, (f"api.{each}.your-domain.com",), ("route53.Record",), (each,)) for each in SMALL),
    ClassProof("AA-DNS-07", "acm.Certificate", {"domainName": Matches(r"^api\."), "region": one_of(ABSENT, "eu-west-1")}, {"domainName": Matches(r"^api\.")}, 1),
    ClassProof("AA-DNS-08", "acm.Certificate", {"validationMethod": "DNS"}),
    ClassProof("AA-DNS-08", "route53.Record", {}, {"type": "CNAME"}),
]  # fmt: skip


def _sites(stack: str) -> list[Proof]:
    """The static sites of one stack, by its domain."""
    domain = "your-domain.com" if stack == "prod" else f"{stack}.your-domain.com"
    app, www, only = f"app.{domain}", f"www.{domain}", (stack,)
    dashboard, landing = f"siem-{stack}-dashboard", f"siem-{stack}-landing"
    found, record, files = (
        ("cloudfront.Distribution",),
        ("cloudfront.Distribution", "route53.Record"),
        ("s3.BucketPolicy", "s3.BucketPublicAccessBlock", "cloudfront.Distribution"),
    )
    control = ("cloudfront.OriginAccessControl", "cloudfront.Distribution")
    return [
        StackProof("AA-DNS-02", sites.alias_to_distribution, (domain,), record, only),
        StackProof("AA-DNS-03", sites.alias_to_distribution, (www,), record, only),
        StackProof("AA-DNS-04", sites.alias_to_distribution, (app,), record, only),
        StackProof("AA-DNS-06", sites.certificate_covers, ((domain, www, app),), ("acm.Certificate", "acm.CertificateValidation"), only),
        StackProof("AA-EDGE-01", sites.reads, (app, dashboard), found, only),
        StackProof("AA-EDGE-02", sites.by_access_control, (app,), control, only),
        StackProof("AA-EDGE-03", sites.falls_back, (app,), found, only),
        StackProof("AA-EDGE-04", sites.cached, (app,), found, only),
        StackProof("AA-EDGE-05", sites.certificate_is_shown, (), ("acm.Certificate",), only),
        StackProof("AA-EDGE-07", sites.reads, (www, landing), found, only),
        StackProof("AA-EDGE-07", sites.apart, (app, www), found, only),
        StackProof("AA-EDGE-08", sites.like_the_other, (www,), control, only),
        StackProof("AA-EDGE-10", sites.redirects, (domain, www), ("cloudfront.Function", "cloudfront.Distribution"), only),
        StackProof("AA-EDGE-11", sites.by_https, (), found, only),
        StackProof("AA-STORE-01", sites.private_to, (dashboard, app), files, only),
        StackProof("AA-STORE-02", sites.private_to, (landing, www), files, only),
        StackProof("AA-COST-06", sites.from_files, ((app, www),), found, only),
    ]  # fmt: skip


SITES: list[Proof] = [
    *(row for stack in (*SMALL, *PROD) for row in _sites(stack)),
    StackProof("AA-ALARM-09", sites.ends_are_seen, (30,), ("cloudwatch.MetricAlarm", "sns.Topic", "sns.TopicSubscription", "acm.Certificate")),
    StackProof("AA-EDGE-06", sites.guarded, ("app.your-domain.com",), ("wafv2.WebAcl",)),
    StackProof("AA-EDGE-09", sites.guarded, ("www.your-domain.com",), ("wafv2.WebAcl",)),
    StackProof("AA-WAF-02", sites.before_every_site, (), ("wafv2.WebAcl", "cloudfront.Distribution", "kms.Key", "cloudwatch.LogGroup")),
    StackProof("AA-WAF-04", edge.waf_rate, (2000, "CLOUDFRONT"), ("wafv2.WebAcl",)),
    StackProof("AA-WAF-05", sites.searched, ("AWSManagedRulesCommonRuleSet", "/api/logs/"), ("wafv2.WebAcl",)),
    StackProof("AA-WAF-06", sites.searched, ("AWSManagedRulesKnownBadInputsRuleSet", "/api/logs/"), ("wafv2.WebAcl",)),
    StackProof("AA-WAF-07", sites.unrestricted, ("AWSManagedRulesAmazonIpReputationList",), ("wafv2.WebAcl",)),
    StackProof("AA-WAF-09", sites.stops_bots, ("/api/logs/",), ("wafv2.WebAcl",)),
    StackProof("AA-WAF-10", sites.asks_whom_it_suspects, (), ("wafv2.WebAcl",)),
    StackProof("AA-WAF-11", sites.searched, ("AWSManagedRulesSQLiRuleSet", "/api/logs/", ("REGIONAL",)), ("wafv2.WebAcl",)),
]  # fmt: skip
COMPUTE: list[Proof] = [
    ClassProof("AA-CMP-01", "ecs.Cluster", {"name": "siem-cluster"}, count=1, stacks=PROD),
    *(ClassProof("AA-CMP-01", "ecs.Cluster", {"name": f"siem-cluster-{each}"}, count=1, stacks=(each,)) for each in SMALL),
    ClassProof("AA-CMP-01", "ecs.Service", {"cluster": Ref("ecs.Cluster", output="arn")}, count=3),
    ClassProof("AA-CMP-02", "ecs.ClusterCapacityProviders", {"capacityProviders": holds("FARGATE", "FARGATE_SPOT")}, count=1),
    StackProof("AA-CMP-03", shapes.on_fargate, (), ("ecs.TaskDefinition",)),
    _task("AA-CMP-04", "repo1-api", {"cpu": "512", "memory": "1024", TASK + "portMappings.0.containerPort": 8080, TASK + "image": Matches(r"^123456789012\.dkr\.ecr\.eu-west-1\.amazonaws\.com/repo1(-\w+)?:"), "containerDefinitions.1": ABSENT}),
    ClassProof("AA-CMP-05", "ecs.Service", {"desiredCount": 2, "loadBalancers.0.containerPort": 8080, "loadBalancers.0.targetGroupArn": Ref("lb.TargetGroup", {"name": Matches("repo1-tg$")}, "arn")}, {"name": "repo1-api"}, 1),
    _task("AA-CMP-12", "repo2-consumer", {TASK + "environment": holds({"name": "BATCH_SIZE", "value": "100"}, {"name": "BATCH_TIMEOUT_MS", "value": "1000"})}),
    *(ClassProof("AA-CMP-14", "ecs.Service", {"launchType": "FARGATE", "capacityProviderStrategies": ABSENT}, {"name": each}, 1) for each in SERVICES[:2]),
    StackProof("AA-CMP-15", shapes.in_subnets, (PRIVATE,), ("ecs.Service",)),
    ClassProof("AA-CMP-15", "ecs.Service", {"availabilityZoneRebalancing": one_of("ENABLED", ABSENT)}, count=3),
    ClassProof("AA-CMP-16", "ecs.Service", {"deploymentController": one_of(ABSENT, {"type": "ECS"}), "deploymentMinimumHealthyPercent": AtLeast(50)}, count=3),
    ClassProof("AA-CMP-18", "ecr.Repository", {"name": one_of("repo1", "repo2")}, count=2, stacks=PROD),
    *(ClassProof("AA-CMP-18", "ecr.Repository", {"name": one_of(f"repo1-{each}", f"repo2-{each}")}, count=2, stacks=(each,)) for each in SMALL),
    *(_task("AA-CMP-20", each, {TASK + "image": Matches(r":(?!latest$)[\w.-]+$")}) for each in SERVICES),
    ClassProof("AA-CMP-20", "ecr.Repository", {"imageTagMutability": one_of("MUTABLE", ABSENT)}, count=2),
    *(
        ClassProof(id_, "appautoscaling.Target", {"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "minCapacity": 2, "maxCapacity": most}, {"resourceId": Matches(f"^service/siem-cluster(-\\w+)?/{service}$")}, 1)
        for id_, service, most in (("AA-SCALE-01", "repo1-api", 10), ("AA-SCALE-03", "repo2-api", 8), ("AA-SCALE-05", "repo2-consumer", 20))
    ),
    *(
        ClassProof(id_, "appautoscaling.Policy", {"policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration.targetValue": 70}, {"resourceId": Matches(f"/{service}$"), "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType": "ECSServiceAverageCPUUtilization"}, 1)
        for id_, service in (("AA-SCALE-02", "repo1-api"), ("AA-SCALE-04", "repo2-api"))
    ),
    ClassProof("AA-SCALE-08", "appautoscaling.Target", {"minCapacity": 2}, count=3),
    StackProof("AA-SCALE-08", shapes.none_of, ("appautoscaling.ScheduledAction",), ()),
    StackProof("AA-IAM-05", shapes.execution_roles_read_their_own, (), ("iam.RolePolicy",)),
    StackProof("AA-IAM-08", shapes.least_privilege, (), ("iam.RolePolicy",)),
    StackProof("AA-IAM-09", shapes.may, ("repo2-consumer", "cloudwatch:PutMetricData", {"StringEquals": {"cloudwatch:namespace": "SIEM/Application"}}), ("iam.RolePolicy",)),
    ClassProof("AA-LOG-01", "ecs.TaskDefinition", {TASK + "logConfiguration.logDriver": "awslogs", TASK + "logConfiguration.options.awslogs-group": AnyValue()}, count=3),
    ClassProof("AA-LOG-03", "ecs.Cluster", {"settings": holds({"name": "containerInsights", "value": "enabled"})}, count=1),
]  # fmt: skip
DATA: list[Proof] = [
    *(
        ClassProof(id_, "rds.Instance", values, count=1, stacks=stacks)
        for id_, values, stacks in (
            ("AA-DB-01", {"engine": "postgres", "dbName": "siem_db", "port": one_of(5432, ABSENT)}, ()),
            ("AA-DB-02", {"instanceClass": "db.t3.micro", "multiAz": False}, ()),
            ("AA-DB-03", {"instanceClass": "db.t3.medium", "multiAz": True}, ()),
            ("AA-DB-04", {"backupRetentionPeriod": 35}, ()),
            ("AA-DB-05", {"storageEncrypted": True, "kmsKeyId": STACK_KEY}, ()),
            ("AA-DB-07", {"publiclyAccessible": one_of(ABSENT, False), "dbSubnetGroupName": AnyValue()}, ()),
            ("AA-DB-08", {"autoMinorVersionUpgrade": one_of(ABSENT, True)}, ()),
        )
    ),
    StackProof("AA-DB-06", stores.parameters, ("postgres16", {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"}), ("rds.ParameterGroup",)),
    StackProof("AA-DB-07", shapes.stores_in, (ISOLATED, "rds.SubnetGroup"), ("rds.SubnetGroup",)),
    StackProof("AA-DB-07", shapes.group, ("rds", [("tcp", 5432, "app")], []), ("vpc.SecurityGroupIngressRule",)),
    # The same program and other figures in a stack file (AA-DB-02 and AA-DB-03): no code differs.
    ClassProof("AA-DB-11", "rds.Instance", {"instanceClass": "db.t3.micro", "multiAz": False}, count=1, stacks=SMALL),
    ClassProof("AA-DB-11", "rds.Instance", {"instanceClass": "db.t3.medium", "multiAz": True}, count=1, stacks=PROD),
    *(
        ClassProof(id_, "elasticache.ReplicationGroup", values, count=1)
        for id_, values in (
            ("AA-CACHE-01", {"engine": "redis", "port": 6379, "clusterMode": one_of(ABSENT, "disabled"), "numNodeGroups": one_of(ABSENT, 1)}),
            ("AA-CACHE-02", {"nodeType": "cache.t3.micro", "numCacheClusters": 1, "automaticFailoverEnabled": one_of(ABSENT, False), "multiAzEnabled": one_of(ABSENT, False)}),
            ("AA-CACHE-03", {"nodeType": "cache.t3.small", "numCacheClusters": 2, "automaticFailoverEnabled": True, "multiAzEnabled": True, "preferredCacheClusterAzs": [*ZONES]}),
            ("AA-CACHE-04", {"atRestEncryptionEnabled": True, "kmsKeyId": STACK_KEY}),
            ("AA-CACHE-05", {"transitEncryptionEnabled": True, "transitEncryptionMode": one_of(ABSENT, "required")}),
            ("AA-CACHE-06", {"authToken": AnyValue(), "userGroupIds": one_of(ABSENT, [])}),
            ("AA-CACHE-07", {"snapshotRetentionLimit": AtLeast(1)}),
            ("AA-CACHE-08", {"subnetGroupName": AnyValue()}),
            ("AA-CACHE-09", {"autoMinorVersionUpgrade": one_of(ABSENT, True)}),
        )
    ),
    StackProof("AA-CACHE-08", shapes.stores_in, (ISOLATED, "elasticache.SubnetGroup"), ("elasticache.SubnetGroup",)),
    StackProof("AA-CACHE-08", shapes.group, ("redis", [("tcp", 6379, "app")], []), ("vpc.SecurityGroupIngressRule",)),
    StackProof("AA-STORE-05", stores.tls_only, (), ("s3.BucketPolicy",)),
    *(
        ClassProof(id_, "secretsmanager.Secret", {"kmsKeyId": STACK_KEY}, {"name": f"/siem/{stack}/{word}"}, 1, (stack,))
        for id_, word in (("AA-SEC-03", "jwt-secret"), ("AA-SEC-04", "smtp-credentials"), ("AA-SEC-05", "repo1-api-keys"))
        for stack in (*SMALL, *PROD)
    ),
    StackProof("AA-SEC-08", stores.no_secret_in_environment, (), ("ecs.TaskDefinition",)),
    StackProof("AA-SEC-08", stores.password_is_secret, (), ("rds.Instance",)),
    ClassProof("AA-SEC-09", "secretsmanager.Secret", {"name": Matches("^/siem/prod/")}, count=5),
    _task("AA-SEC-10", "repo1-api", {TASK + "secrets.*.valueFrom": holds(Matches(r"secret:/siem/\w+/repo1-api-keys-"))}),
    StackProof("AA-SEC-10", shapes.execution_roles_read_their_own, (), ("iam.RolePolicy",)),
]  # fmt: skip
OPERATIONS: list[Proof] = [
    StackProof("AA-WAF-01", edge.waf_has, (), ("wafv2.WebAclAssociation",)),
    StackProof("AA-WAF-03", edge.waf_rate, (2000,), ("wafv2.WebAcl",)),
    StackProof("AA-ALARM-01", shapes.service_alarms, ("CPUUtilization", 80, 300, SERVICES), ("cloudwatch.MetricAlarm",)),
    StackProof("AA-ALARM-02", shapes.service_alarms, ("MemoryUtilization", 85, 300, SERVICES), ("cloudwatch.MetricAlarm",)),
    ClassProof("AA-ALARM-05", "cloudwatch.MetricAlarm", {"threshold": 180, "comparisonOperator": "GreaterThanThreshold", "alarmActions": AnyValue()}, {"metricName": "DatabaseConnections"}, 1, PROD),
    ClassProof("AA-ALARM-05", "cloudwatch.MetricAlarm", {"threshold": 90, "comparisonOperator": "GreaterThanThreshold", "alarmActions": AnyValue()}, {"metricName": "DatabaseConnections"}, 1, SMALL),
    ClassProof("AA-ALARM-06", "cloudwatch.MetricAlarm", {"threshold": 80, "comparisonOperator": "GreaterThanThreshold", "alarmActions": AnyValue()}, {"metricName": "DatabaseMemoryUsagePercentage"}, 2, PROD),
    ClassProof("AA-ALARM-06", "cloudwatch.MetricAlarm", {"threshold": 80, "comparisonOperator": "GreaterThanThreshold", "alarmActions": AnyValue()}, {"metricName": "DatabaseMemoryUsagePercentage"}, 1, SMALL),
    ClassProof("AA-ALARM-10", "sns.TopicSubscription", {"endpoint": "ops@your-domain.com"}, {"protocol": "email"}),
    ClassProof("AA-ALARM-11", "sns.TopicSubscription", {"endpoint": Matches("^https://events.pagerduty.com/integration/")}, {"protocol": "https"}, 1),
    StackProof("AA-DR-02", shapes.through_nat, (PRIVATE, 2), ("ec2.NatGateway",)),
    StackProof("AA-DR-02", shapes.in_subnets, (PRIVATE,), ("ecs.Service",)),
    StackProof("AA-DR-02", edge.balancer_in, (PUBLIC,), ("lb.LoadBalancer",)),
    ClassProof("AA-DR-02", "rds.Instance", {"multiAz": True}, count=1),
    ClassProof("AA-DR-02", "elasticache.ReplicationGroup", {"automaticFailoverEnabled": True, "multiAzEnabled": True}, count=1),
]  # fmt: skip
ROWS = [*NETWORK, *EDGE, *SITES, *COMPUTE, *DATA, *OPERATIONS]
