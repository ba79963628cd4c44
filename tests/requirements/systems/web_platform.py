"""WP: the values of web-platform's ledger; where it names none, those of the stack files."""

from tests.requirements.systems import edge, shapes, stores
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

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
BLOCKS = {"staging": 1, "production": 0}
KEY = Ref("kms.Key", {"region": ABSENT}, "arn")
DATABASE = Ref("rds.Instance", output="arn")
AWAY = {"region": "us-west-2"}  #: where the copies of the backups are


def _cidrs(stack: str, first: int) -> tuple[str, ...]:
    return tuple(f"10.{BLOCKS[stack]}.{first + zone}.0/24" for zone in (1, 2, 3))


def _network(stack: str) -> list[Proof]:
    public, private = _cidrs(stack, 0), _cidrs(stack, 10)
    here = (stack,)
    return [
        ClassProof("WP-NET-01", "ec2.Vpc", {"cidrBlock": f"10.{BLOCKS[stack]}.0.0/16"}, count=1, stacks=here),
        StackProof("WP-NET-02", shapes.all_subnets, (public + private, ZONES), ("ec2.Subnet",), here),
        StackProof("WP-NET-03", shapes.placed, (public, ZONES), ("ec2.Subnet",), here),
        StackProof("WP-NET-03", shapes.to_internet, (public,), ("ec2.Route",), here),
        StackProof("WP-NET-04", shapes.placed, (private, ZONES), ("ec2.Subnet",), here),
        StackProof("WP-NET-04", shapes.through_nat, (private, 3), ("ec2.Route",), here),
        StackProof("WP-NET-05", shapes.to_internet, (public,), ("ec2.InternetGateway",), here),
        StackProof("WP-NET-06", shapes.through_nat, (private, 3), ("ec2.NatGateway", "ec2.Eip"), here),
        StackProof("WP-NET-07", shapes.through_nat, (private, 3), ("ec2.Route",), here),
        StackProof("WP-NET-09", shapes.in_subnets, (private,), ("ecs.Service",), here),
        StackProof("WP-NET-09", shapes.stores_in, (private, "rds.SubnetGroup", "elasticache.SubnetGroup"), ("rds.SubnetGroup",), here),
        ClassProof("WP-NACL-01", "ec2.NetworkAcl", {"subnetIds": Ref("ec2.Subnet", {"cidrBlock": one_of(*public)})}, {"tags.Name": Matches("public")}, 1, here),
        ClassProof("WP-NACL-01", "ec2.NetworkAcl", {"subnetIds": Ref("ec2.Subnet", {"cidrBlock": one_of(*private)})}, {"tags.Name": Matches("private")}, 1, here),
        StackProof("WP-LB-01", edge.balancer_in, (public,), ("lb.LoadBalancer",), here),
        StackProof("WP-CMP-07", shapes.in_subnets, (private,), ("ecs.Service",), here),
        ClassProof("WP-CMP-10", "ec2.Instance", {"subnetId": Ref("ec2.Subnet", {"cidrBlock": public[0]})}, {"logical": f"bastion-{ZONES[0]}"}, 1, here),
        ClassProof("WP-CMP-10", "ec2.Instance", {"subnetId": Ref("ec2.Subnet", {"cidrBlock": public[1]})}, {"logical": f"bastion-{ZONES[1]}"}, 1, here),
        StackProof("WP-DB-03", shapes.stores_in, (private, "rds.SubnetGroup"), ("rds.SubnetGroup",), here),
        StackProof("WP-CACHE-02", shapes.stores_in, (private, "elasticache.SubnetGroup"), ("elasticache.SubnetGroup",), here),
    ]  # fmt: skip


NETWORK: list[Proof] = [
    *_network("staging"),
    *_network("production"),
    ClassProof("WP-NACL-01", "ec2.NetworkAclRule", {"ruleNumber": AtLeast(1)}, {"egress": True}),
    ClassProof("WP-NACL-01", "ec2.NetworkAclRule", {"ruleNumber": AtLeast(1)}, {"egress": one_of(ABSENT, False)}),
    StackProof("WP-NET-08", shapes.flow_logs, (), ("ec2.FlowLog",)),
    ClassProof("WP-NET-09", "rds.Instance", {"publiclyAccessible": one_of(ABSENT, False)}, count=1),
    StackProof("WP-SG-01", shapes.open_to_the_world, ((80, 443),), ("vpc.SecurityGroupIngressRule",)),
    StackProof("WP-SG-04", shapes.group, ("redis", [("tcp", 6379, "app")], None), ("vpc.SecurityGroupIngressRule",)),
    StackProof("WP-SG-06", shapes.open_to_the_world, ((80, 443),), ("vpc.SecurityGroupIngressRule",)),
    StackProof("WP-SG-05", shapes.group, ("bastion", [], None), ("ec2.Instance",)),
    ClassProof("WP-LB-02", "lb.Listener", {"protocol": "HTTP", "defaultActions.0.type": "redirect", "defaultActions.0.redirect.protocol": "HTTPS", "defaultActions.0.redirect.port": "443"}, {"port": 80}, 1),
    ClassProof("WP-LB-03", "lb.Listener", {"protocol": "HTTPS", "certificateArn": AnyValue(), "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}, {"port": 443}, 1),
    ClassProof("WP-LB-05", "lb.TargetGroup", {"healthCheck.enabled": one_of(ABSENT, True), "healthCheck.path": AnyValue()}),
    ClassProof("WP-LB-06", "lb.LoadBalancer", {"accessLogs.enabled": True, "accessLogs.bucket": AnyValue()}, count=1),
]  # fmt: skip
COMPUTE: list[Proof] = [
    ClassProof("WP-CMP-01", "ecs.Cluster", count=1),
    StackProof("WP-CMP-01", shapes.on_fargate, (2,), ("ecs.TaskDefinition",)),
    ClassProof("WP-CMP-10", "ec2.Instance", {"associatePublicIpAddress": False, "metadataOptions.httpTokens": "required", "rootBlockDevice.encrypted": True, "rootBlockDevice.kmsKeyId": KEY, "iamInstanceProfile": Ref("iam.InstanceProfile", output="name")}, count=2),
    ClassProof("WP-CMP-10", "iam.InstanceProfile", {"role": Ref("iam.Role", {"logical": "bastion-role"}, "name")}, count=1),
    ClassProof("WP-CMP-10", "iam.RolePolicyAttachment", {"policyArn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}, {"role": Ref("iam.Role", {"logical": "bastion-role"}, "name")}, 1),
    *(ClassProof("WP-CMP-10", "ec2.VpcEndpoint", {"privateDnsEnabled": True, "vpcEndpointType": "Interface"}, {"serviceName": f"com.amazonaws.us-east-1.{word}"}, 1) for word in ("ssm", "ssmmessages")),
    ClassProof("WP-SCALE-01", "appautoscaling.Target", {"scalableDimension": "ecs:service:DesiredCount", "minCapacity": 3, "maxCapacity": 9}, count=1, stacks=("production",)),
    ClassProof("WP-SCALE-01", "appautoscaling.Target", {"scalableDimension": "ecs:service:DesiredCount", "minCapacity": 2, "maxCapacity": 4}, count=1, stacks=("staging",)),
    ClassProof("WP-IAM-01", "ecs.TaskDefinition", {"taskRoleArn": Ref("iam.Role", {"logical": "roles-web-ecs-task"}, "arn")}, count=1),
    ClassProof("WP-IAM-01", "iam.Role", {"assumeRolePolicy": holds("ecs-tasks.amazonaws.com")}, {"logical": "roles-web-ecs-task"}, 1),
    *(ClassProof("WP-IAM-04", "iam.Role", {"assumeRolePolicy": holds(service)}, {"assumeRolePolicy": holds(service)}, 1) for service in ("vpc-flow-logs.amazonaws.com", "cloudtrail.amazonaws.com", "monitoring.rds.amazonaws.com")),
    StackProof("WP-IAM-05", shapes.least_privilege, (), ("iam.RolePolicy",)),
    StackProof("WP-SEC-01", stores.no_secret_in_environment, (), ("ecs.TaskDefinition",)),
    ClassProof("WP-SEC-01", "ecs.TaskDefinition", {"containerDefinitions": holds('"secrets": [{"name": ', ":secretsmanager:")}, count=1),
]  # fmt: skip
DATA: list[Proof] = [
    ClassProof("WP-DB-02", "rds.Instance", {"multiAz": True}, count=1),
    ClassProof("WP-DB-04", "rds.Instance", {"backupRetentionPeriod": AtLeast(1), "backupWindow": AnyValue()}, count=1),
    ClassProof("WP-DB-05", "rds.Instance", {"backupRetentionPeriod": 30}, count=1),
    ClassProof("WP-DB-06", "rds.Instance", {"storageEncrypted": True, "kmsKeyId": KEY}, count=1),
    ClassProof("WP-CACHE-01", "elasticache.ReplicationGroup", {"engine": "redis"}, count=1),
    ClassProof("WP-CACHE-02", "elasticache.ReplicationGroup", {"preferredCacheClusterAzs": [*ZONES[:2]], "multiAzEnabled": True, "automaticFailoverEnabled": True}, count=1),
    ClassProof("WP-CACHE-03", "elasticache.ReplicationGroup", {"clusterMode": one_of(ABSENT, "disabled"), "numCacheClusters": AtLeast(2)}, count=1),
    ClassProof("WP-CACHE-04", "elasticache.ReplicationGroup", {"atRestEncryptionEnabled": True, "transitEncryptionEnabled": True}, count=1),
    *(ClassProof(id_, "s3.Bucket", {"bucket": Matches(f"^webplatform-(staging|production)-{word}$")}, {"logical": f"bucket-{word}-bucket"}, 1) for id_, word in (("WP-STORE-01", "assets"), ("WP-STORE-02", "logs"), ("WP-STORE-03", "backups"))),
    ClassProof("WP-STORE-04", "s3.BucketServerSideEncryptionConfiguration", {"rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": "AES256"}, {"logical": Matches("^bucket-logs-")}, 1),
    ClassProof("WP-STORE-04", "s3.BucketServerSideEncryptionConfiguration", {"rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": "aws:kms", "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId": KEY}, {"logical": Matches("^bucket-(assets|backups)-")}, 2),
    ClassProof("WP-STORE-07", "s3.BucketVersioning", {"versioningConfiguration.status": "Enabled"}, {"logical": Matches("^bucket-state-")}, 1),
    ClassProof("WP-STORE-07", "s3.BucketServerSideEncryptionConfiguration", count=1),
    ClassProof("WP-STORE-08", "dynamodb.Table", {"hashKey": "LockID", "attributes.0.name": "LockID", "attributes.0.type": "S"}, count=1),
    ClassProof("WP-STORE-09", "ec2.Instance", {"rootBlockDevice.encrypted": True}, count=2),
    StackProof("WP-STORE-09", stores.volumes_are_encrypted, ("web-platform/global",), ("ec2.Instance",)),
    ClassProof("WP-STORE-10", "ecr.Repository", {"encryptionConfigurations.0.encryptionType": one_of("KMS", "AES256")}, count=3),
    ClassProof("WP-KMS-01", "kms.Key", {"enableKeyRotation": True}, count=2),
    ClassProof("WP-KMS-01", "rds.Instance", {"kmsKeyId": KEY}, count=1),
    ClassProof("WP-KMS-01", "elasticache.ReplicationGroup", {"kmsKeyId": KEY}, count=1),
    ClassProof("WP-KMS-01", "s3.BucketServerSideEncryptionConfiguration", {"rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId": KEY}, {"logical": Matches("^bucket-(assets|backups)-")}, 2),
    ClassProof("WP-KMS-02", "secretsmanager.Secret", {"kmsKeyId": KEY}),
    ClassProof("WP-KMS-03", "rds.Instance", {"storageEncrypted": True}, count=1),
    StackProof("WP-KMS-03", stores.every_bucket, ("s3.BucketServerSideEncryptionConfiguration", {}), ("s3.BucketServerSideEncryptionConfiguration",)),
    ClassProof("WP-KMS-03", "ecr.Repository", {"encryptionConfigurations.0.encryptionType": one_of("KMS", "AES256")}, count=3),
]  # fmt: skip
OPERATIONS: list[Proof] = [
    ClassProof("WP-AUDIT-01", "cloudtrail.Trail", {"isMultiRegionTrail": True, "enableLogFileValidation": True, "cloudWatchLogsGroupArn": AnyValue()}, count=1),
    ClassProof("WP-AUDIT-02", "cloudtrail.Trail", {"includeGlobalServiceEvents": one_of(ABSENT, True)}, count=1),
    ClassProof("WP-LOG-03", "cloudwatch.LogGroup", {"retentionInDays": 365}, {"name": Matches("/cloudtrail$")}, 1),
    ClassProof("WP-LOG-05", "rds.Instance", {"enabledCloudwatchLogsExports": AnyValue()}, count=1),
    ClassProof("WP-LOG-05", "cloudtrail.Trail", {"cloudWatchLogsGroupArn": AnyValue()}, count=1),
    StackProof("WP-LOG-05", shapes.flow_logs, (), ("ec2.FlowLog",)),
    StackProof("WP-LOG-06", shapes.charted, ("overview", ("TargetResponseTime", "RequestCount", "HTTPCode_Target_5XX_Count")), ("cloudwatch.Dashboard",)),
    StackProof("WP-LOG-08", shapes.may, ("web", "cloudwatch:PutMetricData", {"StringEquals": {"cloudwatch:namespace": "WebPlatform/Business"}}), ("iam.RolePolicy",)),
    ClassProof("WP-ALARM-02", "cloudwatch.MetricAlarm", {"alarmActions.0": Matches("-critical$")}, {"metricName": Matches("^HTTPCode_Target_5XX_Count$")}),
    ClassProof("WP-ALARM-03", "cloudwatch.MetricAlarm", {"threshold": 70, "alarmActions.0": Matches("-warning$")}, {"metricName": "CPUUtilization", "namespace": "AWS/ECS", "threshold": 70, "logical": Matches("^alarms-")}, 1),
    ClassProof("WP-ALARM-04", "cloudwatch.MetricAlarm", {"threshold": 80, "alarmActions.0": Matches("-warning$")}, {"metricName": "MemoryUtilization", "namespace": "AWS/ECS", "threshold": 80, "logical": Matches("^alarms-")}, 1),
    ClassProof("WP-ALARM-05", "cloudwatch.MetricAlarm", {"threshold": 1, "alarmActions.0": Matches("-warning$")}, {"metricName": "TargetResponseTime"}, 1),
    ClassProof("WP-ALARM-06", "sns.Topic", {}, {"name": Matches("-info$")}, 1),
    StackProof("WP-ALARM-06", shapes.nothing_alarms_by_info, (), ()),
    ClassProof("WP-DR-01", "backup.Plan", {"rules.0.ruleName": "weekly", "rules.0.schedule": "cron(0 7 ? * SUN *)", "rules.0.lifecycle.deleteAfter": 30}, count=1),
    ClassProof("WP-DR-01", "backup.Plan", {"rules.0.targetVaultName": Ref("backup.Vault", {"region": ABSENT}, "name")}, count=1),
    ClassProof("WP-DR-01", "backup.Selection", {"planId": Ref("backup.Plan"), "resources": DATABASE}, count=1),
    ClassProof("WP-DR-02", "rds.Instance", {"backupRetentionPeriod": 30}, count=1),
    ClassProof("WP-DR-05", "rds.Instance", {"backupRetentionPeriod": AtLeast(1)}, count=1),
    ClassProof("WP-DR-06", "backup.Plan", {"rules.0.copyActions.0.destinationVaultArn": Ref("backup.Vault", AWAY, "arn"), "rules.0.copyActions.0.lifecycle.deleteAfter": 30}, count=1),
    ClassProof("WP-DR-06", "backup.Vault", {"kmsKeyArn": Ref("kms.Key", AWAY, "arn")}, AWAY, 1),
    ClassProof("WP-DR-06", "rds.InstanceAutomatedBackupsReplication", {**AWAY, "sourceDbInstanceArn": DATABASE, "kmsKeyId": Ref("kms.Key", AWAY, "arn"), "retentionPeriod": 30}, count=1),
    ClassProof("WP-DR-08", "rds.Instance", {"multiAz": True}, count=1),
    ClassProof("WP-DR-08", "elasticache.ReplicationGroup", {"automaticFailoverEnabled": True}, count=1),
    ClassProof("WP-DR-08", "ec2.NatGateway", count=3),
    ClassProof("WP-COST-01", "budgets.Budget", {"limitAmount": "600", "notifications": AnyValue()}, count=1, stacks=("production",)),
    ClassProof("WP-COST-01", "budgets.Budget", {"limitAmount": "450", "notifications": AnyValue()}, count=1, stacks=("staging",)),
]  # fmt: skip
ROWS = [*NETWORK, *COMPUTE, *DATA, *OPERATIONS]
