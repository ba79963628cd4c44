"""The first response to incidents, against moto: what is isolated, reverted and told, and what is left alone."""

import pytest
from botocore.exceptions import ClientError

from functions.auto_remediate import AUTO_REMEDIATE
from functions.auto_remediate.events import Instance, OpenBucket, SecurityIncident, Task, read
from functions.auto_remediate.handler import handle
from functions.common.entry import BadEventError
from functions.common.variables import VariableError
from tests.functions.emulated import actions
from tests.functions.remediation import (
    WHERE,
    bridge_event,
    call_event,
    compliance_event,
    finding_event,
    make_group,
    opened_event,
    quarantine_group,
    run_instance,
    run_task,
    sources_of,
    task_finding,
)

PRIVATE = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)


WORLD = [{"CidrIp": "0.0.0.0/0"}]


@pytest.mark.requirement("CP-AUTO-12", stacks=["shared"])
@pytest.mark.parametrize(
    ("event", "what"),
    [
        (call_event("PutBucketAcl", {"bucketName": "open"}), "PutBucketAcl by arn:aws:sts::123456789012:"),
        (call_event("PutBucketPolicy", {"bucketName": "open"}), "PutBucketPolicy by "),
        (call_event("PutBucketPublicAccessBlock", {"bucketName": "open"}), "PutBucketPublicAccessBlock by "),
        (call_event("DeleteBucketPublicAccessBlock", {"bucketName": "open"}), "DeleteBucketPublicAccessBlock by "),
        (
            compliance_event("AWS::S3::Bucket", "open"),
            "AWS::S3::Bucket open breaks the rule s3-bucket-public-read-prohibited",
        ),
        (
            finding_event({"s3BucketDetails": [{"name": "open"}]}, kind="Policy:S3/BucketAnonymousAccessGranted"),
            "GuardDuty, severity 8: ",
        ),
    ],
    ids=["acl", "policy", "block", "no-block", "config", "guardduty"],
)
@pytest.mark.parametrize("before", [None, {**PRIVATE, "RestrictPublicBuckets": False}], ids=["none", "part"])
def test_a_public_bucket_is_closed(account, context, event, what, before):
    """However it came to be open and whoever tells: all four parts of the block are on, and people are told."""
    s3 = account.its("s3")
    s3.create_bucket(Bucket="open")
    if before:
        s3.put_public_access_block(Bucket="open", PublicAccessBlockConfiguration=before)
    handle(event, context)
    assert s3.get_public_access_block(Bucket="open")["PublicAccessBlockConfiguration"] == PRIVATE
    [(subject, message)] = account.alerts()
    assert subject.startswith(what[:97])
    assert "makes the bucket open private again" in message


def test_a_private_bucket_is_left_alone(account, context):
    """A deployment puts a policy on a bucket whose block is whole; nobody is told. So ends our own change, too."""
    account.its("s3").create_bucket(Bucket="private")
    account.its("s3").put_public_access_block(Bucket="private", PublicAccessBlockConfiguration=PRIVATE)
    handle(call_event("PutBucketPolicy", {"bucketName": "private"}), context)
    handle(call_event("PutBucketPublicAccessBlock", {"bucketName": "private"}), context)
    assert account.actions == ["s3:GetBucketPublicAccessBlock"] * 2


def test_a_bucket_that_is_gone_is_left_alone(account, context):
    handle(call_event("PutBucketPolicy", {"bucketName": "gone"}), context)
    assert account.actions == ["s3:GetBucketPublicAccessBlock"]


@pytest.mark.parametrize(
    "event",
    [
        call_event("PutBucketPolicy", None, errorCode="AccessDenied"),
        compliance_event("AWS::S3::Bucket", "private", "COMPLIANT"),
        compliance_event("AWS::EC2::SecurityGroup", "sg-1", "NOT_APPLICABLE"),
    ],
)
def test_what_did_not_happen_needs_no_response(account, context, event):
    handle(event, context)
    assert account.calls == []


@pytest.mark.parametrize(
    ("event", "incident"),
    [
        (
            finding_event({"instanceDetails": {"instanceId": "i-1"}}, severity=7),
            SecurityIncident(what="GuardDuty, severity 7: …", subjects=(Instance(id="i-1"),), where=WHERE, first=True),
        ),
        (
            finding_event({"instanceDetails": {"instanceId": "i-1"}}, severity=6.9),
            SecurityIncident(what="GuardDuty, severity 6.9: …", subjects=(), where=WHERE, first=True),
        ),
        (
            finding_event({"instanceDetails": {"instanceId": "i-99999999"}}, additionalInfo={"sample": True}),
            SecurityIncident(what="[SAMPLE] GuardDuty, severity 8: …", subjects=(), where=WHERE, first=True),
        ),
        (
            finding_event({"accessKeyDetails": {"userName": "eve"}}, count=3),
            SecurityIncident(what="GuardDuty, severity 8: …", subjects=(), where=WHERE, first=False),
        ),
        (
            finding_event({"ecsClusterDetails": {"arn": "c", "taskDetails": {"arn": "t"}}, "instanceDetails": {}}),
            SecurityIncident(
                what="GuardDuty, severity 8: …", subjects=(Task(cluster="c", arn="t"),), where=WHERE, first=True
            ),
        ),
        (
            finding_event(
                {"s3BucketDetails": [{"name": "a"}, {"name": "b"}]}, kind="Policy:S3/BucketPublicAccessGranted"
            ),
            SecurityIncident(
                what="GuardDuty, severity 8: …",
                subjects=(OpenBucket(name="a"), OpenBucket(name="b")),
                where=WHERE,
                first=True,
            ),
        ),
        (
            finding_event({"s3BucketDetails": [{"name": "a"}]}, kind="Exfiltration:S3/AnomalousBehavior"),
            SecurityIncident(what="GuardDuty, severity 8: …", subjects=(), where=WHERE, first=True),
        ),
    ],
    ids=["high", "medium", "sample", "access-key", "task", "buckets", "exfiltration"],
)
def test_what_findings_say(event, incident):
    """Below 7, in samples and where nothing can be isolated, there is no subject: it is told only."""
    found = read(event)
    assert found
    start = incident.what.removesuffix("…")
    assert found.what.startswith(start)
    assert (found.subjects, found.where, found.first) == (incident.subjects, incident.where, incident.first)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "the event lacks what its kind should have: KeyError('detail')"),
        (
            bridge_event("EC2 Instance State-change Notification", {}),
            "no response is known to EC2 Instance State-change",
        ),
        (bridge_event("GuardDuty Finding", {}), "the event lacks what its kind should have: KeyError('type')"),
        (bridge_event("GuardDuty Finding", None), "the event lacks what its kind should have: TypeError"),
        (call_event("RunInstances", {}), "no response is known to the call RunInstances"),
        (call_event("PutBucketAcl", None), "the event lacks what its kind should have: TypeError"),
        (call_event("ModifySecurityGroupRules", {}), "the event lacks what its kind should have: KeyError"),
        (
            call_event("AuthorizeSecurityGroupIngress", {}, responseElements={"securityGroupRuleSet": {"items": []}}),
            "the event lacks what its kind should have: IndexError",
        ),
        (
            compliance_event("AWS::IAM::User", "eve"),
            "no response is known to AWS::IAM::User that breaks s3-bucket-public",
        ),
    ],
)
def test_a_bad_event_is_raised(account, context, event, message):
    """It ends in the dead-letter queue: a rule sends what it should not."""
    with pytest.raises(BadEventError) as raised:
        handle(event, context)
    assert message in str(raised.value)
    assert account.calls == []


def test_a_failed_remedy_is_told_and_raised(account, context):
    """Of two buckets the first cannot be closed: the second is, people read of both, and the run fails."""
    s3 = account.its("s3")
    for name in ("first", "second"):
        s3.create_bucket(Bucket=name)
    account.refuse("s3", "PutPublicAccessBlock", "AccessDenied", times=1)
    event = finding_event({"s3BucketDetails": [{"name": "first"}, {"name": "second"}]}, kind="Policy:S3/BucketPublic")
    with pytest.raises(ClientError, match="AccessDenied"):
        handle(event, context)
    assert s3.get_public_access_block(Bucket="second")["PublicAccessBlockConfiguration"] == PRIVATE
    [(_, before), (_, after)] = account.alerts()
    assert "makes the bucket second private again" in before
    assert "FAILED: makes the bucket first private again" in after
    assert "An error occurred (AccessDenied)" in after
    handle(event, context)
    assert s3.get_public_access_block(Bucket="first")["PublicAccessBlockConfiguration"] == PRIVATE


@pytest.mark.parametrize(
    ("service", "operation", "code", "event"),
    [
        (
            "ec2",
            "DescribeNetworkInterfaces",
            "RequestLimitExceeded",
            finding_event({"instanceDetails": {"instanceId": "i-1"}}),
        ),
        ("ec2", "DescribeSecurityGroups", "RequestLimitExceeded", opened_event("sg-1")),
        ("s3", "GetPublicAccessBlock", "SlowDown", call_event("PutBucketAcl", {"bucketName": "open"})),
        ("ecs", "DescribeTasks", "ThrottlingException", task_finding("cluster", "task")),
    ],
)
def test_what_cannot_be_looked_at_is_told_and_raised(account, context, service, operation, code, event):
    """Throttled for longer than the tries last is no reason to keep quiet."""
    account.refuse(service, operation, code)
    with pytest.raises(ClientError, match=code):
        handle(event, context)
    [(_, message)] = account.alerts()
    assert f"FAILED on {read(event).subjects[0]}: An error occurred ({code})" in message


def test_an_alert_that_cannot_be_sent_is_logged_and_raised(account, context, log):
    """What was done is done; the text is in the log of the failed run, which its alarm leads to."""
    group = make_group(account, ("tcp", 22, 22, "0.0.0.0/0"))
    account.refuse("sns", "Publish", "InternalError")
    with pytest.raises(ClientError, match="InternalError"):
        handle(opened_event(group), context)
    assert sources_of(account, group) == []
    lost = [record["alert"] for record in log.records if record["message"] == "could not alert"]
    assert lost[0] == lost[1]
    assert any(f"closes {group}" in line for line in lost[1]["done"])


def test_a_subject_is_one_line_of_ascii(account, context):
    """SNS refuses anything else."""
    event = finding_event({})
    event["detail"]["title"] = "Überraschung\nSubject: forged"
    handle(event, context)
    [(subject, _)] = account.alerts()
    assert subject.startswith("GuardDuty, severity 8: ?berraschung Subject: forged (Backdoor")


def test_the_role_is_what_is_called(account, context):
    """Over all kinds of incidents: no action too many, none too few."""
    instance, _ = run_instance(account)
    resource = {"instanceDetails": {"instanceId": instance}}
    handle(finding_event(resource), context)
    [quarantine] = quarantine_group(account)
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": WORLD}
    account.its("ec2").authorize_security_group_ingress(GroupId=quarantine, IpPermissions=[permission])
    handle(finding_event(resource), context)
    cluster, task, _ = run_task(account)
    account.answer("ecs", "DescribeTasks", [{"tasks": [{"lastStatus": "RUNNING", "group": "service:api"}]}])
    handle(task_finding(cluster, task), context)
    account.its("s3").create_bucket(Bucket="open")
    handle(call_event("PutBucketAcl", {"bucketName": "open"}), context)
    handle(opened_event(make_group(account, ("tcp", 22, 22, "0.0.0.0/0"))), context)
    assert set(account.actions) == actions(AUTO_REMEDIATE)


@pytest.mark.parametrize("missing", AUTO_REMEDIATE.variables)
def test_without_a_variable_nothing_is_called(account, context, monkeypatch, missing):
    monkeypatch.delenv(missing)
    with pytest.raises(VariableError, match=f"auto-remediate needs {missing} in its environment"):
        handle(opened_event("sg-1"), context)
    assert account.calls == []
