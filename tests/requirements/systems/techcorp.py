"""TC: the values of techcorp's ledger; where it names none, those of the stack files."""

from tests.requirements.systems import edge, functions, shapes, stores
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

BLOCKS = {"production": 0, "production-dr": 1, "production-eu": 2, "staging": 10, "development": 20}
REGIONS = {"production-dr": "us-west-2", "production-eu": "eu-west-1"}
SERVICES = ("api", "auth", "billing", "catalog", "chat", "documents", "events", "gateway", "identity", "inference", "ingest", "notifications", "reports", "search", "users")  # fmt: skip
KEY = Ref("kms.Key", output="arn")
API, TASK = {"family": "techcorp-api"}, "containerDefinitions.0."
#: The recovery region's is a copy of production's, with what production's has.
WITH_DATABASE = ("production", "production-eu", "staging", "development")
ACCOUNTS = {"staging": "222222222222", "development": "111111111111"}


def _network(stack: str) -> list[Proof]:
    block, here = BLOCKS[stack], (stack,)
    public, private, database = (
        tuple(f"10.{block}.{first + zone}.0/24" for zone in (1, 2, 3)) for first in (0, 10, 20)
    )
    zones = tuple(f"{REGIONS.get(stack, 'us-east-1')}{letter}" for letter in "abc")
    found: list[Proof] = [
        StackProof("TC-NET-05", shapes.all_subnets, (public + private + database, zones), ("ec2.Subnet",), here),
        *(StackProof("TC-NET-05", shapes.placed, (cidrs, zones), ("ec2.Subnet",), here) for cidrs in (public, private, database)),
        StackProof("TC-NET-06", shapes.to_internet, (public,), ("ec2.InternetGateway",), here),
        StackProof("TC-NET-07", shapes.through_nat, (private, 3), ("ec2.NatGateway", "ec2.Eip"), here),
        StackProof("TC-NET-08", shapes.through_nat, (private, 3), ("ec2.Route",), here),
        StackProof("TC-NET-09", shapes.isolated, (database,), ("ec2.RouteTableAssociation",), here),
        StackProof("TC-LB-01", edge.balancer_in, (public,), ("lb.LoadBalancer",), here),
        StackProof("TC-CMP-03", shapes.in_subnets, (private,), ("ecs.Service",), here),
        StackProof("TC-CACHE-04", shapes.stores_in, (database, "elasticache.SubnetGroup"), ("elasticache.SubnetGroup",), here),
    ]  # fmt: skip
    if stack != "production-dr":
        found.append(
            StackProof("TC-DB-10", shapes.stores_in, (database, "rds.SubnetGroup"), ("rds.SubnetGroup",), here)
        )
    if stack == "production":
        found += [
            ClassProof("TC-NET-01", "ec2.Vpc", {"cidrBlock": "10.0.0.0/16"}, count=1),
            StackProof("TC-NET-02", shapes.placed, (public, zones), ("ec2.Subnet",)),
            StackProof("TC-NET-02", shapes.to_internet, (public,), ("ec2.Route",)),
            StackProof("TC-NET-03", shapes.placed, (private, zones), ("ec2.Subnet",)),
            StackProof("TC-NET-03", shapes.through_nat, (private, 3), ("ec2.Route",)),
            StackProof("TC-NET-04", shapes.placed, (database, zones), ("ec2.Subnet",)),
            StackProof("TC-LB-06", shapes.in_subnets, (private,), ("ecs.Service",)),
            StackProof("TC-LB-06", edge.balancer_in, (public,), ("lb.LoadBalancer",)),
        ]
    return found


NETWORK: list[Proof] = [
    *(row for stack in BLOCKS for row in _network(stack)),
    StackProof("TC-NET-10", shapes.flow_logs, (), ("ec2.FlowLog",)),
    StackProof("TC-SG-01", shapes.group, ("alb", [("tcp", 80, shapes.ANYWHERE), ("tcp", 443, shapes.ANYWHERE)], None, "ALB-SG"), ("vpc.SecurityGroupIngressRule",)),
    StackProof("TC-SG-02", shapes.group, ("app", [("tcp", 8080, "alb")], None, "ECS-SG"), ("vpc.SecurityGroupIngressRule",)),
    StackProof("TC-SG-03", shapes.group, ("rds", [("tcp", 5432, "app")], None, "RDS-SG"), ("vpc.SecurityGroupIngressRule",), WITH_DATABASE),
    StackProof("TC-SG-04", shapes.group, ("redis", [("tcp", 6379, "app")], None, "Redis-SG"), ("vpc.SecurityGroupIngressRule",)),
    StackProof("TC-SG-05", shapes.open_to_the_world, ((80, 443),), ("vpc.SecurityGroupIngressRule",)),
    StackProof("TC-NACL-03", shapes.flow_logs, (), ("ec2.FlowLog",)),
    ClassProof("TC-LB-02", "lb.Listener", {"protocol": "HTTPS", "certificateArn": AnyValue(), "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}, {"port": 443}, 1),
    ClassProof("TC-LB-04", "lb.LoadBalancer", {"accessLogs.enabled": True, "accessLogs.bucket": Matches("alb-logs$")}, count=1),
    ClassProof("TC-LB-06", "lb.LoadBalancer", {"enableCrossZoneLoadBalancing": one_of(ABSENT, True)}, count=1),
]  # fmt: skip
COMPUTE: list[Proof] = [
    ClassProof("TC-CMP-01", "ecs.Cluster", count=1),
    ClassProof("TC-CMP-01", "ecs.ClusterCapacityProviders", {"capacityProviders": holds("FARGATE")}, count=1),
    ClassProof("TC-CMP-02", "ecs.Service", count=15),
    ClassProof("TC-CMP-04", "ecs.TaskDefinition", {"cpu": "2048", "memory": "4096"}, count=15),
    ClassProof("TC-CMP-05", "ecs.TaskDefinition", {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"]}, API, 1),
    ClassProof("TC-CMP-06", "ecs.TaskDefinition", {TASK + "name": "api", TASK + "image": Matches(r"^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/techcorp/api:[\w.-]+$"), TASK + "portMappings.0.containerPort": 8080, TASK + "portMappings.0.protocol": "tcp", TASK + "portMappings.1": ABSENT}, API, 1),
    ClassProof("TC-CMP-07", "ecs.TaskDefinition", {TASK + "environment": holds({"name": "NODE_ENV", "value": "production"}, {"name": "LOG_LEVEL", "value": "info"})}, API, 1),
    ClassProof("TC-CMP-10", "ecs.TaskDefinition", {TASK + "healthCheck.command": ["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"], TASK + "healthCheck.interval": 30, TASK + "healthCheck.timeout": 5, TASK + "healthCheck.retries": 3}, API, 1),
    StackProof("TC-CMP-08", stores.given_as_secrets, (("API_KEY", "DATABASE_URL"),), ("ecs.TaskDefinition", "secretsmanager.Secret"), WITH_DATABASE),
    StackProof("TC-CMP-11", shapes.every_container, ({"readonlyRootFilesystem": True},), ("ecs.TaskDefinition",)),
    StackProof("TC-CMP-12", shapes.every_container, ({"user": "1000"},), ("ecs.TaskDefinition",)),
    ClassProof("TC-CMP-13", "ecs.TaskDefinition", {TASK + "privileged": one_of(ABSENT, False)}),
    ClassProof("TC-CMP-16", "ecs.Service", {"desiredCount": 2}, count=15),
    ClassProof("TC-CMP-16", "appautoscaling.Target", {"minCapacity": 2, "maxCapacity": 50}, count=15),
    ClassProof("TC-SCALE-01", "appautoscaling.Target", {"minCapacity": 10, "maxCapacity": 50}, count=15),
    StackProof("TC-SCALE-02", shapes.every_target_scales, (), ("appautoscaling.Policy",)),
    StackProof("TC-IAM-01", shapes.least_privilege, (), ("iam.RolePolicy",)),
    ClassProof("TC-IAM-02", "iam.Policy", {"policy": holds('"aws:MultiFactorAuthPresent": "false"', '"Effect": "Deny"')}, {"policy": holds("aws:MultiFactorAuthPresent")}, 1),
    StackProof("TC-IAM-05", shapes.execution_roles_read_their_own, (), ("iam.Role",), ("production", "production-eu", "staging", "development")),
    ClassProof("TC-IAM-05", "ecs.TaskDefinition", {"executionRoleArn": Matches(":role/"), "taskRoleArn": Matches(":role/")}),
    ClassProof("TC-LOG-01", "cloudwatch.LogGroup", {"retentionInDays": 90}, {"name": Matches("^/ecs/")}),
    ClassProof("TC-LOG-02", "cloudwatch.LogGroup", {"retentionInDays": 90}, {"name": Matches("^/aws/lambda/")}),
    ClassProof("TC-LOG-03", "cloudwatch.LogGroup", {"retentionInDays": 30}, {"name": Matches("flow-logs$")}, 1),
    StackProof("TC-LOG-06", shapes.may, ("techcorp-api", "cloudwatch:PutMetricData", {"StringEquals": {"cloudwatch:namespace": "TechCorp/Api"}}), ("iam.RolePolicy",)),
]  # fmt: skip
DATA: list[Proof] = [
    ClassProof("TC-DB-01", "rds.Instance", {"engine": "postgres", "engineVersion": Matches(r"^15(\.|$)")}, {"logical": "database-instance"}),
    ClassProof("TC-DB-02", "rds.Instance", {"instanceClass": "db.r6g.2xlarge"}, {"logical": "database-instance"}),
    ClassProof("TC-DB-03", "rds.Instance", {"multiAz": True}, {"logical": "database-instance"}),
    ClassProof("TC-DB-04", "rds.Instance", {"allocatedStorage": 500, "storageType": "gp3"}, {"logical": "database-instance"}),
    ClassProof("TC-DB-06", "rds.Instance", {"backupWindow": Matches("^03:00-")}, {"logical": "database-instance"}),
    ClassProof("TC-DB-07", "rds.Instance", {"backupRetentionPeriod": 30}, {"logical": "database-instance"}),
    ClassProof("TC-DB-19", "rds.Instance", {"replicateSourceDb": ABSENT, "engine": "postgres"}, count=1),
    StackProof("TC-DB-19", shapes.none_of, ("rds.InstanceAutomatedBackupsReplication",), ()),
    *(
        ClassProof(id_, "rds.Instance", values, {"logical": "database-instance"}, 1, stacks=("production", "production-eu", "staging", "development"))
        for id_, values in (
            ("TC-DB-05", {"storageEncrypted": True, "kmsKeyId": KEY}),
            ("TC-DB-11", {"vpcSecurityGroupIds": Ref("ec2.SecurityGroup", {"name": "RDS-SG"}), "publiclyAccessible": one_of(ABSENT, False)}),
            ("TC-DB-14", {"enabledCloudwatchLogsExports": holds("postgresql")}),
        )
    ),
    *(
        StackProof(id_, stores.parameters, ("postgres15", values), ("rds.ParameterGroup",), ("production", "production-eu", "staging", "development"))
        for id_, values in (
            ("TC-DB-12", {}),
            ("TC-DB-13", {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"}),
            ("TC-DB-14", {"shared_preload_libraries": "pgaudit", "pgaudit.log": "ddl,role,write"}),
        )
    ),
    ClassProof("TC-CACHE-01", "elasticache.ReplicationGroup", {"engine": "redis", "engineVersion": "7.0", "numNodeGroups": 3, "replicasPerNodeGroup": 2, "automaticFailoverEnabled": True, "clusterMode": "enabled"}, count=1),
    StackProof("TC-CACHE-01", stores.cluster, (9,), ("elasticache.ParameterGroup", "cloudwatch.MetricAlarm")),
    ClassProof("TC-CACHE-02", "elasticache.ReplicationGroup", {"nodeType": "cache.r6g.large"}, count=1),
    ClassProof("TC-CACHE-03", "elasticache.ReplicationGroup", {"transitEncryptionEnabled": True, "atRestEncryptionEnabled": True, "kmsKeyId": KEY}, count=1),
    ClassProof("TC-CACHE-04", "elasticache.ReplicationGroup", {"securityGroupIds": Ref("ec2.SecurityGroup", {"name": "Redis-SG"})}, count=1),
    *(
        proof
        for stack, suffix in (("production", ""), ("production-eu", "-eu"), ("staging", "-staging"), ("development", "-development"))
        for proof in (
            StackProof("TC-STORE-01", stores.versioned, (f"techcorp-customer-data{suffix}", "Enabled"), ("s3.Bucket",), (stack,)),
            StackProof("TC-STORE-02", stores.lifecycle, (f"techcorp-backups{suffix}", (90, "GLACIER"), None), ("s3.BucketLifecycleConfiguration",), (stack,)),
            StackProof("TC-STORE-04", stores.versioned, (f"techcorp-ml-models{suffix}", "Enabled"), ("s3.Bucket",), (stack,)),
        )
    ),
    *(StackProof(id_, stores.every_bucket, ("s3.BucketServerSideEncryptionConfiguration", {}), ("s3.BucketServerSideEncryptionConfiguration",)) for id_ in ("TC-STORE-01", "TC-STORE-02", "TC-STORE-04")),
    *(StackProof("TC-STORE-06", stores.copied, (f"techcorp-{word}", f"techcorp-{word}-dr", "arn:aws:kms:us-west-2:333333333333:alias/techcorp-production-dr-kms"), ("s3.BucketReplicationConfig", "s3.BucketVersioning", "iam.RolePolicy")) for word in ("customer-data", "backups", "ml-models")),
    ClassProof("TC-STORE-14", "s3.BucketVersioning", {"versioningConfiguration.status": "Enabled"}, {"logical": Matches("^bucket-state-")}, 1),
    ClassProof("TC-STORE-14", "dynamodb.Table", {"hashKey": "LockID", "attributes.0.type": "S"}, count=1),
    *(StackProof("TC-STORE-16", stores.versioned, (f"techcorp-{word}-dr", "Enabled"), ("s3.BucketVersioning",)) for word in ("customer-data", "backups", "ml-models")),
    ClassProof("TC-STORE-16", "s3.BucketServerSideEncryptionConfiguration", {"rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": "aws:kms", "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId": KEY}, {"logical": Matches("^bucket-(customer-data|backups|ml-models)-")}, 3),
    ClassProof("TC-STORE-11", "efs.FileSystem", {"encrypted": True, "kmsKeyId": KEY, "performanceMode": "generalPurpose"}, count=1),
    ClassProof("TC-STORE-12", "efs.BackupPolicy", {"backupPolicy.status": "ENABLED"}, count=1),
    *(StackProof("TC-STORE-13", stores.files_mounted_from, (tuple(f"10.{block}.{zone}.0/24" for zone in (11, 12, 13)),), ("efs.MountTarget", "vpc.SecurityGroupIngressRule"), (stack,)) for stack, block in (("production", 0), ("production-eu", 2))),
    StackProof("TC-DR-04", stores.files_backed_up_daily, (), ("backup.Plan", "backup.Selection")),
    StackProof("TC-KMS-01", stores.own_key, ("alb-logs",), ("s3.BucketServerSideEncryptionConfiguration", "kms.Key")),
    ClassProof("TC-KMS-02", "kms.Key", {"enableKeyRotation": True}),
    *(ClassProof("TC-KMS-03", "kms.Alias", {"name": f"alias/techcorp-{stack}-kms"}, count=1, stacks=(stack,)) for stack in BLOCKS),
    ClassProof("TC-KMS-04", "elasticache.ReplicationGroup", {"atRestEncryptionEnabled": True}, count=1),
    StackProof("TC-KMS-04", stores.every_bucket, ("s3.BucketServerSideEncryptionConfiguration", {}), ("s3.BucketServerSideEncryptionConfiguration",)),
    *(StackProof("TC-DB-18", stores.users_of_their_own, (count,), ("secretsmanager.SecretVersion", "ecs.TaskDefinition", "iam.RolePolicy"), (stack,)) for stack, count in (("production", 15), ("production-eu", 2), ("staging", 2), ("development", 2))),
    *(StackProof(id_, stores.database_secrets_rotate, (90,), ("secretsmanager.SecretRotation", "lambda_.Permission", "lambda_.Function")) for id_ in ("TC-SEC-02", "TC-SEC-03")),
    ClassProof("TC-SEC-01", "secretsmanager.Secret", {"kmsKeyId": KEY}),
]  # fmt: skip
OPERATIONS: list[Proof] = [
    StackProof("TC-WAF-01", edge.waf_has, (), ("wafv2.WebAclAssociation",)),
    StackProof("TC-WAF-02", edge.waf_has, ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet"), ("wafv2.WebAcl",)),
    StackProof("TC-WAF-03", edge.waf_rate, (2000,), ("wafv2.WebAcl",)),
    StackProof("TC-WAF-04", edge.waf_blocks_countries, (), ("wafv2.WebAcl",)),
    ClassProof("TC-DETECT-01", "guardduty.Detector", {"enable": True}, count=1),
    ClassProof("TC-DETECT-02", "guardduty.Detector", {"enable": True}, count=1),
    ClassProof("TC-DETECT-02", "securityhub.Account", count=1),
    ClassProof("TC-DETECT-04", "securityhub.StandardsSubscription", {}, {"standardsArn": Matches("cis-aws-foundations-benchmark")}, 1),
    ClassProof("TC-AUDIT-01", "cloudtrail.Trail", {"cloudWatchLogsGroupArn": AnyValue(), "s3BucketName": AnyValue(), "enableLogFileValidation": True, "isMultiRegionTrail": True}, count=1),
    ClassProof("TC-AUDIT-02", "cloudwatch.LogGroup", {"retentionInDays": 365}, {"name": Matches("/cloudtrail$")}, 1),
    StackProof("TC-ALARM-01", shapes.count_of, (50, "cloudwatch.MetricAlarm", "cloudwatch.CompositeAlarm"), ("cloudwatch.MetricAlarm",)),
    ClassProof("TC-CICD-14", "ecr.RegistryScanningConfiguration", {"rules.0.scanFrequency": one_of("SCAN_ON_PUSH", "CONTINUOUS_SCAN")}, count=1),
    ClassProof("TC-CICD-15", "ecr.RegistryScanningConfiguration", {"scanType": "ENHANCED", "rules.0.scanFrequency": "CONTINUOUS_SCAN"}, count=1),
    ClassProof("TC-CICD-16", "ecr.LifecyclePolicy", {"policy": AnyValue()}, count=1),
    StackProof("TC-DOC-03", shapes.account, ("333333333333", "us-east-1"), ()),
    StackProof("TC-DOC-04", shapes.account, ("333333333333", "us-west-2"), ()),
    StackProof("TC-DOC-05", shapes.account, ("333333333333", "eu-west-1"), ()),
    StackProof("TC-DOC-05", shapes.names_no_other_region, ("eu-west-1", "us-"), ()),
]  # fmt: skip
EVENTS: list[Proof] = [
    StackProof("TC-AUTO-01", functions.whole, (25,), ("lambda_.Function", "cloudwatch.LogGroup", "lambda_.FunctionEventInvokeConfig")),
    StackProof("TC-AUTO-02", functions.runtimes, (20, 11), ("lambda_.Function",)),
    StackProof("TC-AUTO-03", functions.reserved, (100,), ("lambda_.Function",)),
    StackProof("TC-AUTO-04", functions.started, (), ("lambda_.Permission", "cloudwatch.EventTarget", "cloudwatch.EventRule", "s3.BucketNotification")),
    StackProof("TC-LOG-04", functions.traced, ("public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0",), ("ecs.TaskDefinition", "iam.RolePolicy", "lambda_.Function")),
    *(
        StackProof("TC-DASH-06", functions.told_to_datadog, (site,), ("iam.Role", "iam.RolePolicy", "iam.RolePolicyAttachment", "ecs.TaskDefinition"), (stack,))
        for stack, site in (("production", "datadoghq.com"), ("production-eu", "datadoghq.eu"))
    ),
    ClassProof("TC-LOG-05", "xray.SamplingRule", {"fixedRate": 0.1, "reservoirSize": 0, "serviceName": "*", "urlPath": "*"}, count=1),
]  # fmt: skip
ROWS = [*NETWORK, *COMPUTE, *DATA, *OPERATIONS, *EVENTS]
