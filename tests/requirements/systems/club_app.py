"""CA: the values of club-app's ledger."""

from tests.requirements.systems import edge, shapes, sites, stores
from tests.requirements.systems.shapes import ANYWHERE
from tests.requirements.systems.table import (
    ABSENT,
    AnyValue,
    ClassProof,
    Matches,
    Proof,
    Ref,
    StackProof,
    holds,
    one_of,
)

PUBLIC, PRIVATE = ("10.0.1.0/24", "10.0.2.0/24"), ("10.0.10.0/24", "10.0.11.0/24")
ZONES = ("us-east-1a", "us-east-1b")
ACCOUNT = "425687053209"
WEB = "containerDefinitions.0."


def _subnet(id_: str, cidr: str, zone: str, name: str) -> ClassProof:
    return ClassProof(
        id_,
        "ec2.Subnet",
        {"availabilityZone": zone, "tags.Name": Matches(f"{name}$"), "mapPublicIpOnLaunch": one_of(ABSENT, False)},
        {"cidrBlock": cidr},
        1,
    )


NETWORK: list[Proof] = [
    ClassProof("CA-NET-01", "ec2.Vpc", {"cidrBlock": "10.0.0.0/16", "tags.Name": "clubapp-dev-vpc"}, count=1),
    ClassProof("CA-NET-02", "ec2.Vpc", {"enableDnsHostnames": True, "enableDnsSupport": True}, count=1),
    StackProof("CA-NET-03", shapes.all_subnets, (PUBLIC + PRIVATE, ZONES), ("ec2.Subnet",)),
    StackProof("CA-NET-04", shapes.to_internet, (PUBLIC,), ("ec2.Route",)),
    ClassProof("CA-NET-04", "ec2.Subnet", count=4),
    ClassProof("CA-NET-05", "ec2.Subnet", {"availabilityZone": ZONES[0], "tags.Name": Matches("pub-a$")}, {"cidrBlock": PUBLIC[0]}, 1),
    StackProof("CA-NET-05", shapes.to_internet, (PUBLIC,), ("ec2.Route",)),
    ClassProof("CA-NET-06", "ec2.Subnet", {"availabilityZone": ZONES[1], "tags.Name": Matches("pub-b$")}, {"cidrBlock": PUBLIC[1]}, 1),
    StackProof("CA-NET-06", shapes.to_internet, (PUBLIC,), ("ec2.Route",)),
    _subnet("CA-NET-07", PRIVATE[0], ZONES[0], "priv-a"),
    StackProof("CA-NET-07", shapes.through_nat, (PRIVATE[:1], 2), ("ec2.Route",)),
    _subnet("CA-NET-08", PRIVATE[1], ZONES[1], "priv-b"),
    StackProof("CA-NET-08", shapes.through_nat, (PRIVATE[1:], 2), ("ec2.Route",)),
    ClassProof("CA-NET-09", "ec2.InternetGateway", {"vpcId": Ref("ec2.Vpc")}, count=1),
    ClassProof("CA-NET-10", "ec2.NatGateway", {"allocationId": AnyValue()}, {"subnetId": Ref("ec2.Subnet", {"cidrBlock": PUBLIC[0]})}, 1),
    ClassProof("CA-NET-11", "ec2.NatGateway", {"allocationId": AnyValue()}, {"subnetId": Ref("ec2.Subnet", {"cidrBlock": PUBLIC[1]})}, 1),
    ClassProof("CA-NET-10", "ec2.Eip", {"domain": "vpc"}, count=2),
    ClassProof("CA-NET-11", "ec2.Eip", {"domain": "vpc"}, count=2),
    StackProof("CA-NET-12", shapes.through_nat, (PRIVATE, 2), ("ec2.NatGateway",)),
    StackProof("CA-NET-13", shapes.to_internet, (PUBLIC,), ("ec2.Route",)),
    ClassProof("CA-NET-13", "ec2.Route", {"destinationCidrBlock": ANYWHERE}, {"gatewayId": Ref("ec2.InternetGateway")}, 1),
    StackProof("CA-NET-14", shapes.through_nat, (PRIVATE[:1], 2), ("ec2.Route",)),
    StackProof("CA-NET-15", shapes.through_nat, (PRIVATE[1:], 2), ("ec2.Route",)),
    StackProof("CA-SG-03", shapes.group, ("rds", [("tcp", 5432, "app")], None, "clubapp-dev-rds-sg"), ("vpc.SecurityGroupIngressRule",)),
    StackProof("CA-SG-04", shapes.group, ("redis", [("tcp", 6379, "app")], None, "clubapp-dev-redis-sg"), ("vpc.SecurityGroupIngressRule",)),
    StackProof("CA-SG-05", shapes.open_to_the_world, ((80, 443),), ("vpc.SecurityGroupIngressRule",)),
]  # fmt: skip
EDGE: list[Proof] = [
    ClassProof("CA-LB-01", "lb.LoadBalancer", {"name": "clubapp-dev-alb", "ipAddressType": one_of("ipv4", ABSENT)}, count=1),
    StackProof("CA-LB-01", edge.balancer_in, (PUBLIC,), ("lb.LoadBalancer",)),
    ClassProof("CA-LB-02", "lb.Listener", {"protocol": "HTTP", "defaultActions.0.type": "redirect", "defaultActions.0.redirect.protocol": "HTTPS", "defaultActions.0.redirect.port": "443"}, {"port": 80}, 1),
    ClassProof("CA-LB-03", "lb.Listener", {"protocol": "HTTPS", "certificateArn": Ref("acm.CertificateValidation", {"certificateArn": Ref("acm.Certificate", {"domainName": "api.desh.co"}, "arn")}, "certificateArn"), "defaultActions.0.targetGroupArn": Ref("lb.TargetGroup", {"name": "clubapp-dev-tg"}, "arn")}, {"port": 443}, 1),
    ClassProof("CA-LB-04", "lb.Listener", {"sslPolicy": "ELBSecurityPolicy-TLS-1-2-2017-01"}, {"port": 443}, 1),
    ClassProof("CA-LB-05", "lb.TargetGroup", {"protocol": "HTTP", "port": 3000, "targetType": "ip", "vpcId": Ref("ec2.Vpc")}, {"name": "clubapp-dev-tg"}, 1),
    ClassProof("CA-LB-06", "lb.TargetGroup", {"healthCheck.protocol": "HTTP", "healthCheck.path": "/health", "healthCheck.port": one_of("traffic-port", ABSENT), "healthCheck.matcher": "200", "healthCheck.interval": 30, "healthCheck.timeout": 5, "healthCheck.healthyThreshold": 2, "healthCheck.unhealthyThreshold": 3}, count=1),
    ClassProof("CA-LB-07", "lb.TargetGroup", {"deregistrationDelay": 30}, count=1),
    ClassProof("CA-LB-08", "lb.TargetGroup", {"loadBalancingAlgorithmType": one_of("round_robin", ABSENT), "slowStart": one_of(0, ABSENT)}, count=1),
    ClassProof("CA-LB-11", "lb.TargetGroup", {"connectionTermination": one_of(False, ABSENT), "preserveClientIp": one_of(False, ABSENT), "proxyProtocolV2": one_of(False, ABSENT)}, count=1),
    ClassProof("CA-DNS-01", "route53.Zone", {"vpcs": ABSENT}, {"name": "desh.co"}, 1),
    StackProof("CA-DNS-02", edge.alias_to_balancer, ("api.desh.co",), ("route53.Record",)),
    ClassProof("CA-DNS-04", "acm.Certificate", {"validationMethod": "DNS"}, {"domainName": "api.desh.co"}, 1),
    ClassProof("CA-DNS-04", "acm.CertificateValidation", {}, {"certificateArn": Ref("acm.Certificate", {"domainName": "api.desh.co"}, "arn")}, 1),
    StackProof("CA-DNS-03", sites.alias_to_distribution, ("assets.desh.co",), ("cloudfront.Distribution", "route53.Record")),
    StackProof("CA-DNS-05", sites.certificate_covers, (("assets.desh.co",),), ("acm.Certificate", "acm.CertificateValidation")),
    StackProof("CA-EDGE-01", sites.reads, ("assets.desh.co", "clubapp-dev-assets"), ("cloudfront.Distribution",)),
    StackProof("CA-EDGE-02", sites.reads, ("assets.desh.co", "clubapp-dev-assets"), ("cloudfront.Distribution",)),
    StackProof("CA-EDGE-03", sites.by_access_control, ("assets.desh.co",), ("cloudfront.OriginAccessControl", "cloudfront.Distribution")),
    StackProof("CA-EDGE-03", sites.private_to, ("clubapp-dev-assets", "assets.desh.co"), ("s3.BucketPolicy",)),
    StackProof("CA-EDGE-04", sites.by_https, (), ("cloudfront.Distribution",)),
    StackProof("CA-EDGE-04", sites.certificate_is_shown, (), ("acm.Certificate",)),
    StackProof("CA-STORE-11", sites.private_to, ("clubapp-dev-assets", "assets.desh.co"), ("s3.BucketPolicy", "s3.BucketPublicAccessBlock", "cloudfront.Distribution")),
]  # fmt: skip
COMPUTE: list[Proof] = [
    ClassProof("CA-CMP-02", "ecs.ClusterCapacityProviders", {"defaultCapacityProviderStrategies.0.capacityProvider": "FARGATE", "defaultCapacityProviderStrategies.1": ABSENT}, count=1),
    ClassProof("CA-CMP-04", "ecs.TaskDefinition", {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "1024", "memory": "2048"}, {"family": "clubapp-backend-task"}, 1),
    ClassProof("CA-CMP-06", "ecs.TaskDefinition", {WEB + "image": Matches(rf"^{ACCOUNT}\.dkr\.ecr\.us-east-1\.amazonaws\.com/clubapp-backend:")}, count=1),
    ClassProof("CA-CMP-07", "ecs.TaskDefinition", {WEB + "portMappings.0.containerPort": 3000, WEB + "portMappings.0.hostPort": one_of(3000, ABSENT), WEB + "portMappings.0.protocol": "tcp", WEB + "portMappings.1": ABSENT}, count=1),
    ClassProof("CA-CMP-11", "ecs.TaskDefinition", {WEB + "healthCheck.command": ["CMD-SHELL", "curl -f http://localhost:3000/health || exit 1"], WEB + "healthCheck.interval": 30, WEB + "healthCheck.timeout": 5, WEB + "healthCheck.retries": 3, WEB + "healthCheck.startPeriod": 60}, count=1),
    ClassProof("CA-CMP-13", "ecs.Service", {"cluster": Ref("ecs.Cluster", {"name": "clubapp-dev-ecs"}, "arn"), "platformVersion": one_of("LATEST", ABSENT), "desiredCount": 1}, {"name": "clubapp-dev-svc"}, 1),
    ClassProof("CA-CMP-14", "ecs.Service", {"deploymentMinimumHealthyPercent": 100, "deploymentMaximumPercent": 200, "deploymentController": one_of(ABSENT, {"type": "ECS"})}, count=1),
    ClassProof("CA-CMP-15", "ecs.Service", {"healthCheckGracePeriodSeconds": 60}, count=1),
    ClassProof("CA-CMP-16", "ecs.Service", {"loadBalancers.0.containerName": "web", "loadBalancers.0.containerPort": 3000, "loadBalancers.0.targetGroupArn": Ref("lb.TargetGroup", output="arn"), "loadBalancers.1": ABSENT}, count=1),
    StackProof("CA-CMP-17", shapes.in_subnets, (PRIVATE,), ("ecs.Service",)),
    ClassProof("CA-CMP-18", "ecs.Service", {"placementConstraints": one_of(ABSENT, [])}, count=1),
    ClassProof("CA-CMP-12", "ecs.TaskDefinition", {"executionRoleArn": Ref("iam.Role", {"name": "ecsTaskExecutionRole"}, "arn"), "taskRoleArn": Ref("iam.Role", {"name": "ecsTaskRole"}, "arn")}, count=1),
    ClassProof("CA-SCALE-01", "appautoscaling.Target", {"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "minCapacity": 1, "maxCapacity": 4, "resourceId": "service/clubapp-dev-ecs/clubapp-dev-svc"}, count=1),
    ClassProof("CA-SCALE-02", "appautoscaling.Policy", {"policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration.targetValue": 70, "targetTrackingScalingPolicyConfiguration.scaleOutCooldown": 60, "targetTrackingScalingPolicyConfiguration.scaleInCooldown": 300}, {"targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType": "ECSServiceAverageCPUUtilization"}, 1),
    ClassProof("CA-IAM-01", "iam.Role", {"assumeRolePolicy": holds("ecs-tasks.amazonaws.com"), "assumeRolePolicy.Statement.1": ABSENT}, {"name": "ecsTaskExecutionRole"}, 1),
    ClassProof("CA-IAM-04", "iam.Role", {"assumeRolePolicy": holds("ecs-tasks.amazonaws.com"), "assumeRolePolicy.Statement.1": ABSENT}, {"name": "ecsTaskRole"}, 1),
    ClassProof("CA-LOG-01", "cloudwatch.LogGroup", {"retentionInDays": 30}, {"name": "/ecs/clubapp-backend"}, 1),
    ClassProof("CA-IAM-16", "iam.RolePolicyAttachment", {}, {"policyArn": Matches("/AmazonRDSEnhancedMonitoringRole$")}, 1),
    StackProof("CA-IAM-18", shapes.least_privilege, (), ("iam.RolePolicy",)),
]  # fmt: skip
DATABASE: list[Proof] = [
    ClassProof(id_, "rds.Instance", values, count=1)
    for id_, values in {
        "CA-DB-01": {"identifier": "clubapp-dev-postgres", "engine": "postgres", "engineVersion": Matches(r"^16(\.|$)")},
        "CA-DB-02": {"instanceClass": "db.t4g.medium"},
        "CA-DB-03": {"allocatedStorage": 100, "maxAllocatedStorage": 512},
        "CA-DB-04": {"storageType": "gp3", "iops": ABSENT, "storageThroughput": ABSENT},
        "CA-DB-05": {"storageEncrypted": True, "kmsKeyId": Ref("kms.Key", output="arn")},
        "CA-DB-06": {"multiAz": True},
        "CA-DB-07": {"backupRetentionPeriod": 7},
        "CA-DB-08": {"backupWindow": "03:00-04:00"},
        "CA-DB-09": {"maintenanceWindow": "sun:04:00-sun:05:00"},
        "CA-DB-10": {"publiclyAccessible": False},
        "CA-DB-11": {"vpcSecurityGroupIds": Ref("ec2.SecurityGroup", {"name": "clubapp-dev-rds-sg"})},
        "CA-DB-12": {"dbSubnetGroupName": "clubapp-dev-rds-subnets"},
        "CA-DB-13": {"iamDatabaseAuthenticationEnabled": one_of(ABSENT, False)},
        "CA-DB-14": {"username": "app", "port": one_of(5432, ABSENT), "dbName": one_of("postgres", ABSENT)},
        "CA-DB-17": {"monitoringInterval": 60, "monitoringRoleArn": Ref("iam.Role", {"assumeRolePolicy": holds("monitoring.rds.amazonaws.com")}, "arn")},
        "CA-DB-18": {"performanceInsightsEnabled": True, "performanceInsightsRetentionPeriod": one_of(7, ABSENT)},
        "CA-DB-19": {"enabledCloudwatchLogsExports": holds("postgresql")},
    }.items()
]  # fmt: skip
DATABASE += [
    ClassProof("CA-DB-12", "rds.SubnetGroup", {"name": "clubapp-dev-rds-subnets", "subnetIds": Ref("ec2.Subnet", {"cidrBlock": one_of(*PRIVATE)})}, count=1),
    StackProof("CA-DB-06", shapes.stores_in, (PRIVATE, "rds.SubnetGroup"), ("rds.SubnetGroup",)),
    StackProof("CA-DB-15", stores.password_is_secret, (), ("rds.Instance",)),
    StackProof("CA-DB-19", stores.parameters, ("postgres16", {"log_min_duration_statement": "1000"}), ("rds.ParameterGroup",)),
    StackProof("CA-DB-20", stores.parameters, ("postgres16", {"log_statement": "none"}), ("rds.ParameterGroup",)),
    StackProof("CA-DB-21", stores.parameters, ("postgres16", {}, ("max_connections",)), ("rds.ParameterGroup",)),
    StackProof("CA-DB-22", stores.parameters, ("postgres16", {}, ("shared_buffers",)), ("rds.ParameterGroup",)),
    StackProof("CA-DB-23", stores.parameters, ("postgres16", {"effective_cache_size": "{DBInstanceClassMemory*3/32768}"}), ("rds.ParameterGroup",)),
    ClassProof("CA-DB-28", "dynamodb.Table", {"name": Matches("^clubapp-dev-")}, {"hashKey": one_of("room", "pk")}),
    ClassProof("CA-DB-29", "dynamodb.Table", {"pointInTimeRecovery.enabled": True, "pointInTimeRecovery.recoveryPeriodInDays": one_of(ABSENT, 35)}, {"name": Matches("presence")}, 1),
    ClassProof("CA-DB-30", "dynamodb.Table", {"serverSideEncryption.enabled": True}, {"name": Matches("presence")}, 1),
]  # fmt: skip
CACHE: list[Proof] = [
    ClassProof(id_, "elasticache.ReplicationGroup", values, count=1)
    for id_, values in {
        "CA-CACHE-01": {"replicationGroupId": "clubapp-dev-redis", "engine": "redis", "engineVersion": "7.1", "port": 6379},
        "CA-CACHE-02": {"nodeType": "cache.t4g.micro"},
        "CA-CACHE-03": {"numCacheClusters": 2, "numNodeGroups": ABSENT, "replicasPerNodeGroup": ABSENT, "clusterMode": one_of(ABSENT, "disabled")},
        "CA-CACHE-04": {"preferredCacheClusterAzs": [*ZONES]},
        "CA-CACHE-05": {"automaticFailoverEnabled": True, "multiAzEnabled": True},
        "CA-CACHE-06": {"subnetGroupName": "clubapp-dev-redis-subnet-group"},
        "CA-CACHE-07": {"securityGroupIds": Ref("ec2.SecurityGroup", {"name": "clubapp-dev-redis-sg"})},
        "CA-CACHE-08": {"transitEncryptionEnabled": True},
        "CA-CACHE-09": {"atRestEncryptionEnabled": True, "kmsKeyId": Ref("kms.Key", output="arn")},
        "CA-CACHE-10": {"authToken": AnyValue()},
        "CA-CACHE-13": {"autoMinorVersionUpgrade": True},
    }.items()
]  # fmt: skip
CACHE += [
    ClassProof("CA-CACHE-06", "elasticache.SubnetGroup", {"name": "clubapp-dev-redis-subnet-group", "subnetIds": Ref("ec2.Subnet", {"cidrBlock": one_of(*PRIVATE)})}, count=1),
    ClassProof("CA-CACHE-10", "secretsmanager.Secret", {}, {"name": "clubapp/dev/redis"}, 1),
]  # fmt: skip
STORES: list[Proof] = [
    *(ClassProof(f"CA-STORE-0{n}", "s3.Bucket", {}, {"bucket": f"clubapp-dev-{word}"}, 1) for n, word in enumerate(("assets", "receipts", "logs", "tfstate"), 1)),
    StackProof("CA-STORE-05", stores.every_bucket, ("s3.BucketPublicAccessBlock", {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True}), ("s3.BucketPublicAccessBlock",)),
    StackProof("CA-STORE-07", stores.versioned, ("clubapp-dev-assets", "Enabled"), ("s3.BucketVersioning",)),
    StackProof("CA-STORE-08", stores.versioned, ("clubapp-dev-receipts", "Enabled"), ("s3.BucketVersioning",)),
    StackProof("CA-STORE-09", stores.versioned, ("clubapp-dev-tfstate", "Enabled"), ("s3.BucketVersioning",)),
    StackProof("CA-STORE-10", stores.versioned, ("clubapp-dev-logs", None), ("s3.Bucket",)),
    ClassProof("CA-STORE-16", "s3.Bucket", {"objectLockEnabled": one_of(ABSENT, False)}, {"bucket": "clubapp-dev-receipts"}, 1),
    StackProof("CA-STORE-17", stores.lifecycle, ("clubapp-dev-receipts", (365, "GLACIER"), 2555), ("s3.BucketLifecycleConfiguration",)),
    StackProof("CA-STORE-18", stores.lifecycle, ("clubapp-dev-logs", (7, "GLACIER"), 30), ("s3.BucketLifecycleConfiguration",)),
    ClassProof("CA-STORE-21", "s3.Bucket", {"objectLockEnabled": one_of(ABSENT, False)}, {"bucket": "clubapp-dev-tfstate"}, 1),
    ClassProof("CA-STORE-23", "dynamodb.Table", {"hashKey": "LockID", "attributes.0.name": "LockID", "attributes.0.type": "S", "billingMode": "PAY_PER_REQUEST", "ttl": ABSENT}, {"name": "clubapp-dev-tfstate-lock"}, 1),
    ClassProof("CA-KMS-02", "rds.Instance", {"storageEncrypted": True}, count=1),
    ClassProof("CA-KMS-02", "elasticache.ReplicationGroup", {"atRestEncryptionEnabled": True}, count=1),
    ClassProof("CA-KMS-02", "dynamodb.Table", {"serverSideEncryption.enabled": True}, {"name": Matches("presence")}, 1),
    *(ClassProof(id_, "secretsmanager.Secret", {"kmsKeyId": Ref("kms.Key", output="arn")}, {"name": f"clubapp/dev/{word}"}, 1) for id_, word in (("CA-SEC-05", "jwt-secret"), ("CA-SEC-06", "stripe"), ("CA-SEC-07", "sendgrid"), ("CA-SEC-08", "sentry"))),
    ClassProof("CA-SEC-09", "secretsmanager.Secret", {"name": Matches("^clubapp/dev/")}, count=6),
    ClassProof("CA-SEC-10", "secretsmanager.Secret", {"kmsKeyId": Ref("kms.Key", output="arn")}),
    ClassProof("CA-SEC-11", "iam.RolePolicy", {"policy": holds("ecs:UpdateService")}, {"logical": Matches("rotate-database"), "policy": holds("ecs:UpdateService")}, 1),
]  # fmt: skip
OPERATIONS: list[Proof] = [
    ClassProof("CA-DETECT-01", "guardduty.Detector", {"enable": True}, count=1),
    ClassProof("CA-DETECT-02", "cfg.Recorder", {"recordingGroup.allSupported": True}, count=1),
    ClassProof("CA-DETECT-02", "cfg.DeliveryChannel", count=1),
    ClassProof("CA-DETECT-02", "cfg.RecorderStatus", {"isEnabled": True}, count=1),
    ClassProof("CA-AUDIT-01", "cloudtrail.Trail", {"enableLogging": one_of(ABSENT, True), "s3BucketName": AnyValue()}, count=1),
    ClassProof("CA-AUDIT-02", "cloudtrail.Trail", {"advancedEventSelectors.1.fieldSelectors.2.startsWiths": ["arn:aws:s3:::clubapp-dev-assets/"]}, count=1),
    ClassProof("CA-AUDIT-03", "cloudtrail.Trail", {"advancedEventSelectors.0.fieldSelectors.0.equals": ["Management"]}, count=1),
    ClassProof("CA-ALARM-06", "cloudwatch.MetricAlarm", {"namespace": "AWS/ECS", "threshold": 80, "dimensions.ServiceName": "clubapp-dev-svc"}, {"metricName": "MemoryUtilization", "namespace": "AWS/ECS"}, 1),
    ClassProof("CA-ALARM-07", "sns.Topic", {"name": Matches("^clubapp-dev-")}),
    ClassProof("CA-DASH-01", "cloudwatch.Dashboard", {}, {"dashboardName": "clubapp-dev-overview"}, 1),
    StackProof("CA-DASH-03", shapes.charted, ("overview", ("DatabaseConnections", "ReadLatency", "FreeStorageSpace")), ("cloudwatch.Dashboard",)),
    ClassProof("CA-AUTO-01", "lambda_.Function", {"name": "aws-secretsmanager-clubapp-dev"}, {"name": Matches("^aws-secretsmanager-")}, 1),
    ClassProof("CA-AUTO-01", "secretsmanager.SecretRotation", {"rotationLambdaArn": Ref("lambda_.Function", {"name": Matches("^aws-secretsmanager-")}, "arn")}, count=1),
    ClassProof("CA-AUTO-03", "lambda_.Permission", {"action": "lambda:InvokeFunction"}, {"principal": "secretsmanager.amazonaws.com"}, 1),
    ClassProof("CA-AUTO-04", "lambda_.Function", {"vpcConfig.subnetIds": Ref("ec2.Subnet", {"cidrBlock": one_of(*PRIVATE)}), "vpcConfig.securityGroupIds": Ref("ec2.SecurityGroup", {"name": "clubapp-dev-ecs-sg"})}, {"name": Matches("^aws-secretsmanager-")}, 1),
    ClassProof("CA-CICD-01", "ecr.Repository", {}, {"name": "clubapp-backend"}, 1),
    ClassProof("CA-CICD-02", "ecr.Repository", {"imageScanningConfiguration.scanOnPush": True}, {"name": "clubapp-backend"}, 1),
    ClassProof("CA-CICD-04", "ecr.LifecyclePolicy", {"policy": Matches('"countNumber": 10, "countType": "imageCountMoreThan", "tagStatus": "any"')}, count=1),
    ClassProof("CA-CICD-05", "ecr.LifecyclePolicy", {"policy": Matches('"countNumber": 7, "countType": "sinceImagePushed", "countUnit": "days", "tagStatus": "untagged"')}, count=1),
    ClassProof("CA-TAG-01", "s3.Bucket", {"tagsAll.Environment": "dev", "tagsAll.Project": "clubapp"}),
    ClassProof("CA-TAG-01", "ecs.Service", {"tagsAll.Environment": "dev", "tagsAll.Project": "clubapp"}, count=1),
    StackProof("CA-DOC-01", shapes.account, (ACCOUNT, "us-east-1"), ()),
    ClassProof("CA-DOC-02", "s3.Bucket", {"bucket": Matches("^clubapp-dev-")}),
    ClassProof("CA-DOC-02", "ec2.SecurityGroup", {"name": Matches("^clubapp-dev-")}),
    ClassProof("CA-DOC-02", "sns.Topic", {"name": Matches("^clubapp-dev-")}),
    ClassProof("CA-DOC-02", "dynamodb.Table", {"name": Matches("^clubapp-dev-")}),
]  # fmt: skip
ROWS = [*NETWORK, *EDGE, *COMPUTE, *DATABASE, *CACHE, *STORES, *OPERATIONS]
