"""Examples of the rule resource-within-unread."""

import json

import pulumi_aws as aws


def fails() -> None:
    template = {"Resources": {"Flow": {"Type": "AWS::AppFlow::Flow", "Properties": {"FlowName": "flow"}}}}
    aws.cloudformation.Stack("flows", template_body=json.dumps(template))


def passes() -> None:
    volume = {"Type": "AWS::EC2::Volume", "Properties": {"Size": 10, "Encrypted": True}}
    aws.cloudformation.Stack("disks", template_body=json.dumps({"Resources": {"Disk": volume}}))
