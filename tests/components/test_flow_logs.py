"""Flow logs: the log group, and the role that may write to it and to nothing else."""

import json

from components.compute.cluster_events import ClusterEvents
from preview.recording import RecordedResource, Recording
from tests.components.examples import KEY, counted, example, only, waits_for
from tests.stack_files import changed

GROUP = "aws:cloudwatch/logGroup:LogGroup"


def test_what_is_made():
    """A group under the key, a role of VPC Flow Logs for this account, one policy, the flow log."""
    from components.network.flow_logs import FlowLogs

    recording = example(FlowLogs)
    assert counted(recording) == {
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:ec2/flowLog:FlowLog": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
    }
    group = only(recording, "aws:cloudwatch/logGroup:LogGroup")
    assert (group["name"], group["retentionInDays"], group["kmsKeyId"]) == ("/test/vpc/flow-logs", 90, KEY)
    trust = json.loads(only(recording, "aws:iam/role:Role")["assumeRolePolicy"])
    assert trust["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}},
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
        }
    ]
    policy = only(recording, "aws:iam/rolePolicy:RolePolicy")
    arn = "arn:aws:logs:eu-west-1:210987654321:log-group:/test/vpc/flow-logs"
    [statement] = json.loads(policy["policy"])["Statement"]
    assert statement == {
        "Action": [
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
        ],
        "Effect": "Allow",
        "Resource": [arn, f"{arn}:*"],
    }
    assert waits_for(recording, policy) == ["it-group", "it-role"]
    log = only(recording, "aws:ec2/flowLog:FlowLog")
    assert (log["trafficType"], log["vpcId"], log["maxAggregationInterval"]) == ("ALL", "vpc-1", 600)
    assert (log["logDestinationType"], log["logDestination"]) == ("cloud-watch-logs", arn)
    assert "it-write" in waits_for(recording, log)


def test_a_log_of_several():
    """Flow logs in a group that other tables name too: no group of their own, and the role writes to that one."""
    recording = changed("web-platform/staging", lambda tables: None)
    [group] = [each for each in recording.of(GROUP) if each.name == "logs-system"]
    assert (group["name"], group["retentionInDays"]) == ("/webplatform/staging/system", 30)
    assert "flow-logs-group" not in {each.name for each in recording.of(GROUP)}
    log, policy = only(recording, "aws:ec2/flowLog:FlowLog"), _named(recording, "flow-logs-write")
    assert log["logDestination"] == group.outputs["arn"]
    assert group["name"] in policy["policy"]
    assert "logs-system" in waits_for(recording, policy)


def test_what_ecs_tells_of_its_cluster_is_logged():
    """EventBridge may write to that group alone, and the target waits until it may."""
    recording = example(ClusterEvents)
    policy = only(recording, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
    statements = json.loads(policy["policyDocument"])["Statement"]
    streams = "arn:aws:logs:eu-west-1:210987654321:log-group:/test/system:*"
    assert [(each["Principal"], each["Action"], each["Resource"]) for each in statements] == [
        ({"Service": f"{service}.amazonaws.com"}, ["logs:CreateLogStream", "logs:PutLogEvents"], [streams])
        for service in ("delivery.logs", "events")
    ]
    rule = _named(recording, "it-rule")
    assert json.loads(rule["eventPattern"]) == {
        "source": ["aws.ecs"],
        "detail": {"clusterArn": ["arn:aws:ecs:eu-west-1:210987654321:cluster/acme-test-ecs-cluster"]},
    }
    target = only(recording, "aws:cloudwatch/eventTarget:EventTarget")
    assert target["rule"] == rule["name"]
    assert {"given-log", "it-write"} <= set(waits_for(recording, target))


def _named(recording: Recording, name: str) -> RecordedResource:
    return next(each for each in recording.resources.values() if each.name == name)
