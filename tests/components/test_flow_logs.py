"""Flow logs: the log group, and the role that may write to it and to nothing else."""

import json

from tests.components.examples import KEY, counted, example, only, waits_for


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
