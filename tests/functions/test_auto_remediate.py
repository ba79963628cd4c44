"""The first response to incidents, against moto: what is isolated, reverted and told, and what is left alone."""

import json

import pytest
from botocore.exceptions import ClientError

from functions.auto_remediate import AUTO_REMEDIATE
from functions.auto_remediate.events import Bucket, Group, Incident, Instance, Task, read
from functions.auto_remediate.handler import handle
from functions.common.entry import BadEventError
from functions.common.variables import VariableError
from tests.functions.given import ACCOUNT, REGION, actions, hidden

PRIVATE = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
BALANCER, QUARANTINE = "test-sg-alb", "test-sg-quarantine"
WORLD = [{"CidrIp": "0.0.0.0/0"}]
WHERE = f"account {ACCOUNT}, {REGION}"


@pytest.fixture
def account(aws, monkeypatch):
    """An account with a topic, and a queue that gets what is published to it."""
    topic = aws.its("sns").create_topic(Name="critical")["TopicArn"]
    queue = aws.its("sqs").create_queue(QueueName="alerts")["QueueUrl"]
    aws.its("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:alerts")
    monkeypatch.setenv("ALERT_TOPIC", topic)
    monkeypatch.setenv("PUBLIC_GROUPS", json.dumps([BALANCER]))
    monkeypatch.setenv("QUARANTINE_GROUP", QUARANTINE)

    def alerts():
        found = aws.its("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [(body["Subject"], body["Message"]) for body in (json.loads(each["Body"]) for each in found)]

    aws.alerts = alerts
    return aws


def _event(kind, detail):
    return {"detail-type": kind, "account": ACCOUNT, "region": REGION, "detail": detail}


def _finding(resource, kind="Backdoor:Runtime/C&CActivity.B", severity=8, **service):
    detail = {
        "id": "f1",
        "type": kind,
        "severity": severity,
        "title": "It talks to a known command and control server.",
        "resource": resource,
        "service": {"count": 1, **service},
    }
    return _event("GuardDuty Finding", detail)


def _call(name, parameters, **detail):
    who = {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/eve"}
    found = {"eventName": name, "requestParameters": parameters, "userIdentity": who, **detail}
    return _event("AWS API Call via CloudTrail", found)


def _compliance(kind, resource, compliance="NON_COMPLIANT"):
    detail = {
        "configRuleName": "s3-bucket-public-read-prohibited",
        "resourceType": kind,
        "resourceId": resource,
        "newEvaluationResult": {"complianceType": compliance},
    }
    return _event("Config Rules Compliance Change", detail)


def _instance(aws, interfaces=1):
    """A machine in the default VPC with a group of its own on each interface."""
    ec2 = aws.its("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    groups = [
        ec2.create_security_group(GroupName=f"own-{number}", Description="own", VpcId=subnet["VpcId"])["GroupId"]
        for number in range(interfaces)
    ]
    instance = ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[
            {"DeviceIndex": number, "SubnetId": subnet["SubnetId"], "Groups": [group]}
            for number, group in enumerate(groups)
        ],
    )["Instances"][0]["InstanceId"]
    return instance, groups


def _groups(aws, instance):
    [reservation] = aws.its("ec2").describe_instances(InstanceIds=[instance])["Reservations"]
    interfaces = reservation["Instances"][0]["NetworkInterfaces"]
    return [[group["GroupId"] for group in each["Groups"]] for each in interfaces]


def _rules(aws, group):
    return aws.its("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])[
        "SecurityGroupRules"
    ]


def _quarantine(aws):
    found = aws.its("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": [QUARANTINE]}])
    return [group["GroupId"] for group in found["SecurityGroups"]]


@pytest.mark.requirement("CP-AUTO-10", stacks=["shared"])
def test_a_compromised_instance_is_isolated(account, context):
    """Every interface has one group without any rule, its former ones stand in a tag, and people are told."""
    instance, groups = _instance(account, interfaces=2)
    handle(_finding({"resourceType": "Instance", "instanceDetails": {"instanceId": instance}}), context)
    [quarantine] = _quarantine(account)
    assert _groups(account, instance) == [[quarantine], [quarantine]]
    assert _rules(account, quarantine) == []
    tags = account.its("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["groups-before-quarantine"]}])["Tags"]
    assert sorted(tag["Value"] for tag in tags) == sorted(groups)
    [(subject, message)] = account.alerts()
    assert (
        subject
        == "GuardDuty, severity 8: It talks to a known command and control server. (Backdoor:Runtime/C&CActiv..."
    )
    assert len(subject) == 100
    alert = json.loads(message)
    assert alert["incident"].endswith("(Backdoor:Runtime/C&CActivity.B, f1)")
    assert (alert["where"], alert["next"]) == (WHERE, "docs/runbooks/incident-response.md")
    assert [line.partition(":")[0] for line in alert["done"]] == [f"isolates {instance}"] * 2
    assert f"gets only the group {QUARANTINE}, before {groups[0]}" in alert["done"][0]


def test_a_second_finding_on_an_isolated_instance_is_told_only(account, context):
    """Nothing is changed again, and the tag keeps the groups of before."""
    instance, groups = _instance(account)
    resource = {"instanceDetails": {"instanceId": instance}}
    handle(_finding(resource), context)
    account.calls.clear()
    handle(_finding(resource), context)
    assert not {"ec2:CreateTags", "ec2:ModifyNetworkInterfaceAttribute", "ec2:CreateSecurityGroup"} & set(
        account.actions
    )
    tags = account.its("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["groups-before-quarantine"]}])["Tags"]
    assert [tag["Value"] for tag in tags] == groups
    assert "Nothing was done automatically." in account.alerts()[1][1]


def test_the_same_finding_counted_again_tells_nobody(account, context):
    """GuardDuty sends a finding again when it goes on; what was isolated stays so."""
    instance, _ = _instance(account)
    resource = {"instanceDetails": {"instanceId": instance}}
    handle(_finding(resource), context)
    handle(_finding(resource, count=2), context)
    assert len(account.alerts()) == 1


def test_a_quarantine_group_that_was_filled_is_emptied(account, context):
    """Rules in it would let an isolated machine talk."""
    instance, _ = _instance(account)
    resource = {"instanceDetails": {"instanceId": instance}}
    handle(_finding(resource), context)
    [quarantine] = _quarantine(account)
    for open_ in ("authorize_security_group_ingress", "authorize_security_group_egress"):
        permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        getattr(account.its("ec2"), open_)(GroupId=quarantine, IpPermissions=[permission])
    assert len(_rules(account, quarantine)) == 2
    handle(_finding(resource), context)
    assert _rules(account, quarantine) == []
    assert _quarantine(account) == [quarantine]


def _task(aws):
    """A task on Fargate whose overrides hold a secret."""
    ecs, ec2 = aws.its("ecs"), aws.its("ec2")
    ecs.create_cluster(clusterName="cluster")
    ecs.register_task_definition(
        family="api",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "api", "image": "repository/api:1", "memory": 512}],
    )
    secret = hidden()
    network = {
        "subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
        "securityGroups": [ec2.create_security_group(GroupName="task", Description="task")["GroupId"]],
    }
    [task] = ecs.run_task(
        cluster="cluster",
        taskDefinition="api",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
        overrides={"containerOverrides": [{"name": "api", "environment": [{"name": "TOKEN", "value": secret}]}]},
    )["tasks"]
    return task["clusterArn"], task["taskArn"], secret


def _task_finding(cluster, task):
    details = {"arn": cluster, "taskDetails": {"arn": task, "containers": [{"name": "api"}]}}
    return _finding({"resourceType": "ECSCluster", "ecsClusterDetails": details})


@pytest.mark.requirement("CP-AUTO-10", stacks=["shared"])
def test_a_compromised_task_is_stopped(account, context, log):
    """After what is known of it was logged; its overrides are not, for they may carry secrets (N-19)."""
    cluster, task, secret = _task(account)
    handle(_task_finding(cluster, task), context)
    assert account.its("ecs").describe_tasks(cluster=cluster, tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED"
    assert account.actions == ["ecs:DescribeTasks", "sns:Publish", "ecs:StopTask"]
    [(_, message)] = account.alerts()
    assert f"stops {task}; its service starts another, and the function's log has what was known of it" in message
    [evidence] = [record["evidence"] for record in log.records if "evidence" in record]
    assert evidence["taskArn"] == task
    assert evidence["taskDefinitionArn"].endswith(":task-definition/api:1")
    assert secret not in log.text


def test_evidence_names_images_and_no_environment(account, context, log):
    """What ECS says of containers, less what does not help."""
    container = {"name": "api", "image": "api:1", "imageDigest": "sha256:1", "lastStatus": "RUNNING", "cpu": "256"}
    task = {"lastStatus": "RUNNING", "taskArn": "task", "group": "family:api", "containers": [container]}
    account.answer("ecs", "DescribeTasks", [{"tasks": [task]}])
    account.answer("ecs", "StopTask", [{}])
    handle(_task_finding("cluster", "task"), context)
    [evidence] = [record["evidence"] for record in log.records if "evidence" in record]
    del container["cpu"]
    assert evidence == {"lastStatus": "RUNNING", "taskArn": "task", "group": "family:api", "containers": [container]}


@pytest.mark.parametrize(
    "found", [[], [{"lastStatus": "STOPPED"}], [{"lastStatus": "DEACTIVATING", "desiredStatus": "STOPPED"}]]
)
def test_a_task_that_is_gone_is_told_only(account, context, found):
    account.answer("ecs", "DescribeTasks", [{"tasks": found}])
    handle(_task_finding("cluster", "task"), context)
    assert account.actions == ["ecs:DescribeTasks", "sns:Publish"]


def test_an_instance_that_is_gone_is_told_only(account, context):
    handle(_finding({"instanceDetails": {"instanceId": "i-0123456789abcdef0"}}), context)
    assert account.actions == ["ec2:DescribeNetworkInterfaces", "sns:Publish"]


@pytest.mark.requirement("CP-AUTO-12", stacks=["shared"])
@pytest.mark.parametrize(
    ("event", "what"),
    [
        (_call("PutBucketAcl", {"bucketName": "open"}), "PutBucketAcl by arn:aws:sts::123456789012:"),
        (_call("PutBucketPolicy", {"bucketName": "open"}), "PutBucketPolicy by "),
        (_call("PutBucketPublicAccessBlock", {"bucketName": "open"}), "PutBucketPublicAccessBlock by "),
        (_call("DeleteBucketPublicAccessBlock", {"bucketName": "open"}), "DeleteBucketPublicAccessBlock by "),
        (
            _compliance("AWS::S3::Bucket", "open"),
            "AWS::S3::Bucket open breaks the rule s3-bucket-public-read-prohibited",
        ),
        (
            _finding({"s3BucketDetails": [{"name": "open"}]}, kind="Policy:S3/BucketAnonymousAccessGranted"),
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
    handle(_call("PutBucketPolicy", {"bucketName": "private"}), context)
    handle(_call("PutBucketPublicAccessBlock", {"bucketName": "private"}), context)
    assert account.actions == ["s3:GetBucketPublicAccessBlock"] * 2


def test_a_bucket_that_is_gone_is_left_alone(account, context):
    handle(_call("PutBucketPolicy", {"bucketName": "gone"}), context)
    assert account.actions == ["s3:GetBucketPublicAccessBlock"]


def _group(aws, *permissions, name="app"):
    ec2 = aws.its("ec2")
    group = ec2.create_security_group(GroupName=name, Description=name)["GroupId"]
    for protocol, first, last, source in permissions:
        key, cidr = ("Ipv6Ranges", "CidrIpv6") if ":" in source else ("IpRanges", "CidrIp")
        ports = {} if protocol == "-1" else {"FromPort": first, "ToPort": last}
        permission = {"IpProtocol": protocol, **ports, key: [{cidr: source}]}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    return group


def _opened(group):
    """How CloudTrail tells of a rule that was added."""
    return _call("AuthorizeSecurityGroupIngress", {"groupId": group, "ipPermissions": {}})


def _sources(aws, group):
    return sorted(
        (each.get("CidrIpv4") or each.get("CidrIpv6"), each["FromPort"])
        for each in _rules(aws, group)
        if not each["IsEgress"]
    )


@pytest.mark.requirement("CP-AUTO-13", stacks=["shared"])
def test_an_opened_group_is_closed(account, context):
    """The rule that lets the world in goes, the others stay, and people are told which."""
    group = _group(account, ("tcp", 22, 22, "0.0.0.0/0"), ("tcp", 5432, 5432, "10.0.0.0/16"))
    handle(_opened(group), context)
    assert _sources(account, group) == [("10.0.0.0/16", 5432)]
    [(subject, message)] = account.alerts()
    assert subject.startswith(f"AuthorizeSecurityGroupIngress by arn:aws:sts::{ACCOUNT}:assumed-role/developer/eve")
    assert f"closes {group} (app): revokes sgr-" in message
    assert "(0.0.0.0/0, tcp 22-22)" in message


@pytest.mark.requirement("CP-AUTO-13", stacks=["shared"])
@pytest.mark.parametrize(
    ("permission", "stays"),
    [
        (("tcp", 443, 443, "0.0.0.0/0"), True),
        (("tcp", 80, 80, "0.0.0.0/0"), True),
        (("tcp", 443, 443, "::/0"), True),
        (("tcp", 80, 443, "0.0.0.0/0"), False),
        (("udp", 443, 443, "0.0.0.0/0"), False),
        (("tcp", 8080, 8080, "0.0.0.0/0"), False),
        (("-1", -1, -1, "0.0.0.0/0"), False),
    ],
)
def test_the_load_balancer_serves_the_world_on_its_two_ports(account, context, permission, stays):
    """80 and 443 over TCP and not a port more; in any other group they are no exception."""
    balancer = _group(account, permission, name=BALANCER)
    handle(_opened(balancer), context)
    assert bool(_sources(account, balancer)) is stays
    assert len(account.alerts()) == (not stays)
    other = _group(account, permission)
    handle(_opened(other), context)
    assert _sources(account, other) == []


@pytest.mark.parametrize(
    ("source", "stays"),
    [("0.0.0.0/1", False), ("128.0.0.0/1", False), ("::/0", False), ("2000::/3", False), ("10.0.0.0/8", True)],
)
def test_the_world_in_pieces_is_the_world(account, context, source, stays):
    """Two halves let everybody in as well as the whole does."""
    group = _group(account, ("tcp", 22, 22, source))
    handle(_opened(group), context)
    assert bool(_sources(account, group)) is stays


@pytest.mark.parametrize("port", [22, 443])
def test_groups_admit_groups(account, context, port):
    """A rule whose source is a group has no addresses to judge; egress to the world is no way in."""
    group = _group(account)
    pair = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": group}]}
    account.its("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])
    before = _rules(account, group)
    handle(_opened(group), context)
    assert _rules(account, group) == before
    assert any(rule.get("CidrIpv4") == "0.0.0.0/0" and rule["IsEgress"] for rule in before)
    assert account.alerts() == []


def test_every_way_to_name_the_group(account, context):
    """Modified rules, a group of the default VPC by its name, and Config's finding."""
    group = _group(account, ("tcp", 22, 22, "0.0.0.0/0"))
    answer = {"securityGroupRuleSet": {"items": [{"groupId": group, "cidrIpv4": "0.0.0.0/0"}]}}
    modified = {"ModifySecurityGroupRulesRequest": {"GroupId": group, "SecurityGroupRule": {}}}
    wanted = (Group(id=group),)
    for event in (
        _opened(group),
        _call("AuthorizeSecurityGroupIngress", {"groupName": "app"}, responseElements=answer),
        _call("ModifySecurityGroupRules", modified),
        _compliance("AWS::EC2::SecurityGroup", group),
    ):
        found = read(event)
        assert found
        assert found.subjects == wanted


def test_a_group_that_is_gone_is_left_alone(account, context):
    handle(_opened("sg-0123456789abcdef0"), context)
    assert account.actions == ["ec2:DescribeSecurityGroups"]


def test_a_replay_reverts_and_tells_once(account, context):
    group = _group(account, ("tcp", 22, 22, "0.0.0.0/0"))
    handle(_opened(group), context)
    handle(_opened(group), context)
    assert account.actions.count("ec2:RevokeSecurityGroupIngress") == 1
    assert len(account.alerts()) == 1


@pytest.mark.parametrize(
    "event",
    [
        _call("PutBucketPolicy", None, errorCode="AccessDenied"),
        _compliance("AWS::S3::Bucket", "private", "COMPLIANT"),
        _compliance("AWS::EC2::SecurityGroup", "sg-1", "NOT_APPLICABLE"),
    ],
)
def test_what_did_not_happen_needs_no_response(account, context, event):
    handle(event, context)
    assert account.calls == []


@pytest.mark.parametrize(
    ("event", "incident"),
    [
        (
            _finding({"instanceDetails": {"instanceId": "i-1"}}, severity=7),
            Incident(what="GuardDuty, severity 7: …", subjects=(Instance(id="i-1"),), where=WHERE, first=True),
        ),
        (
            _finding({"instanceDetails": {"instanceId": "i-1"}}, severity=6.9),
            Incident(what="GuardDuty, severity 6.9: …", subjects=(), where=WHERE, first=True),
        ),
        (
            _finding({"instanceDetails": {"instanceId": "i-99999999"}}, additionalInfo={"sample": True}),
            Incident(what="[SAMPLE] GuardDuty, severity 8: …", subjects=(), where=WHERE, first=True),
        ),
        (
            _finding({"accessKeyDetails": {"userName": "eve"}}, count=3),
            Incident(what="GuardDuty, severity 8: …", subjects=(), where=WHERE, first=False),
        ),
        (
            _finding({"ecsClusterDetails": {"arn": "c", "taskDetails": {"arn": "t"}}, "instanceDetails": {}}),
            Incident(what="GuardDuty, severity 8: …", subjects=(Task(cluster="c", arn="t"),), where=WHERE, first=True),
        ),
        (
            _finding({"s3BucketDetails": [{"name": "a"}, {"name": "b"}]}, kind="Policy:S3/BucketPublicAccessGranted"),
            Incident(
                what="GuardDuty, severity 8: …",
                subjects=(Bucket(name="a"), Bucket(name="b")),
                where=WHERE,
                first=True,
            ),
        ),
        (
            _finding({"s3BucketDetails": [{"name": "a"}]}, kind="Exfiltration:S3/AnomalousBehavior"),
            Incident(what="GuardDuty, severity 8: …", subjects=(), where=WHERE, first=True),
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
        (_event("EC2 Instance State-change Notification", {}), "no response is known to EC2 Instance State-change"),
        (_event("GuardDuty Finding", {}), "the event lacks what its kind should have: KeyError('type')"),
        (_event("GuardDuty Finding", None), "the event lacks what its kind should have: TypeError"),
        (_call("RunInstances", {}), "no response is known to the call RunInstances"),
        (_call("PutBucketAcl", None), "the event lacks what its kind should have: TypeError"),
        (_call("ModifySecurityGroupRules", {}), "the event lacks what its kind should have: KeyError"),
        (
            _call("AuthorizeSecurityGroupIngress", {}, responseElements={"securityGroupRuleSet": {"items": []}}),
            "the event lacks what its kind should have: IndexError",
        ),
        (_compliance("AWS::IAM::User", "eve"), "no response is known to AWS::IAM::User that breaks s3-bucket-public"),
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
    event = _finding({"s3BucketDetails": [{"name": "first"}, {"name": "second"}]}, kind="Policy:S3/BucketPublic")
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
            _finding({"instanceDetails": {"instanceId": "i-1"}}),
        ),
        ("ec2", "DescribeSecurityGroups", "RequestLimitExceeded", _opened("sg-1")),
        ("s3", "GetPublicAccessBlock", "SlowDown", _call("PutBucketAcl", {"bucketName": "open"})),
        ("ecs", "DescribeTasks", "ThrottlingException", _task_finding("cluster", "task")),
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
    group = _group(account, ("tcp", 22, 22, "0.0.0.0/0"))
    account.refuse("sns", "Publish", "InternalError")
    with pytest.raises(ClientError, match="InternalError"):
        handle(_opened(group), context)
    assert _sources(account, group) == []
    lost = [record["alert"] for record in log.records if record["message"] == "could not alert"]
    assert lost[0] == lost[1]
    assert any(f"closes {group}" in line for line in lost[1]["done"])


def test_a_subject_is_one_line_of_ascii(account, context):
    """SNS refuses anything else."""
    event = _finding({})
    event["detail"]["title"] = "Überraschung\nSubject: forged"
    handle(event, context)
    [(subject, _)] = account.alerts()
    assert subject.startswith("GuardDuty, severity 8: ?berraschung Subject: forged (Backdoor")


def test_the_role_is_what_is_called(account, context):
    """Over all kinds of incidents: no action too many, none too few."""
    instance, _ = _instance(account)
    resource = {"instanceDetails": {"instanceId": instance}}
    handle(_finding(resource), context)
    [quarantine] = _quarantine(account)
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": WORLD}
    account.its("ec2").authorize_security_group_ingress(GroupId=quarantine, IpPermissions=[permission])
    handle(_finding(resource), context)
    cluster, task, _ = _task(account)
    account.answer("ecs", "DescribeTasks", [{"tasks": [{"lastStatus": "RUNNING", "group": "service:api"}]}])
    handle(_task_finding(cluster, task), context)
    account.its("s3").create_bucket(Bucket="open")
    handle(_call("PutBucketAcl", {"bucketName": "open"}), context)
    handle(_opened(_group(account, ("tcp", 22, 22, "0.0.0.0/0"))), context)
    assert set(account.actions) == actions(AUTO_REMEDIATE)


@pytest.mark.parametrize("missing", AUTO_REMEDIATE.variables)
def test_without_a_variable_nothing_is_called(account, context, monkeypatch, missing):
    monkeypatch.delenv(missing)
    with pytest.raises(VariableError, match=f"auto-remediate needs {missing} in its environment"):
        handle(_opened("sg-1"), context)
    assert account.calls == []
