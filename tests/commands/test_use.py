"""What only use decides, by resource: none of it is missing in silence."""

from dataclasses import replace

import pytest

from costs.estimate import estimate
from preview.figures import kind
from preview.recording import RecordedResource
from tests.commands.test_estimate import made
from tests.stacks import recorded

RULE = {"statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesBotControlRuleSet"}}}


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (made("rds/instance:Instance", backupRetentionPeriod=7), {"backups"}),
        (made("rds/instance:Instance", backupRetentionPeriod=7, replicateSourceDb="first"), set[str]()),
        (made("rds/instance:Instance", backupRetentionPeriod=0), set[str]()),
        (made("backup/plan:Plan", rules=[{"ruleName": "daily"}]), {"backups"}),
        (made("backup/plan:Plan", rules=[{"copyActions": [{}]}]), {"backups", "copied backups", "followed"}),
        (made("elasticache/replicationGroup:ReplicationGroup", snapshotRetentionLimit=1), set[str]()),
        (made("elasticache/replicationGroup:ReplicationGroup", snapshotRetentionLimit=2), {"cache backups"}),
        (made("efs/backupPolicy:BackupPolicy", backupPolicy={"status": "ENABLED"}), {"file backups"}),
        (made("efs/backupPolicy:BackupPolicy", backupPolicy={"status": "DISABLED"}), set[str]()),
        (made("efs/fileSystem:FileSystem"), {"files"}),
        (made("efs/fileSystem:FileSystem", availabilityZoneName="us-east-1a"), {"files in one zone"}),
        (made("ecs/service:Service", networkConfiguration={"subnets": ["a"]}), set[str]()),
        (made("ecs/service:Service", networkConfiguration={"subnets": ["a", "b"]}), {"between zones"}),
        (made("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", rules=[
            {"transitions": [{"storageClass": "GLACIER"}, {"storageClass": "DEEP_ARCHIVE"}]}]),
         {"moved objects", "deep objects"}),
        (made("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", rules=[
            {"transitions": [{"storageClass": "INTELLIGENT_TIERING"}]}]), {"tiered objects"}),
        (made("wafv2/webAcl:WebAcl", rules=[RULE]), {"requests", "bot requests"}),
        (made("cloudfront/function:Function"), {"edge calls"}),
        (made("iam/rolePolicy:RolePolicy", policy='{"Action": "cloudwatch:PutMetricData"}'), {"own metrics"}),
        (made("iam/rolePolicy:RolePolicy", policy='{"Action": "events:PutEvents"}'), {"own events"}),
        (made("iam/rolePolicy:RolePolicy", policy="{}"), set[str]()),
        (made("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"), {"archived logs"}),
        (made("cloudtrail/trail:Trail", insightSelectors=[{}]), {"trail copies", "trail insights"}),
        (made("codebuild/project:Project", environment={"computeType": "BUILD_GENERAL1_SMALL"}),
         {"small build minutes"}),
    ],
    ids=lambda value: kind(value.type) if isinstance(value, RecordedResource) else "",
)  # fmt: skip
def test_what_only_use_decides_is_asked_for(resource: RecordedResource, words: set[str]) -> None:
    """What is not assumed is said, so nothing that AWS bills by use is missing in silence."""
    stack = replace(recorded("dev", True), resources={resource.urn: resource})
    assert {use.word for use in estimate(stack, {}).unassumed} == words
