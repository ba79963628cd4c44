"""The first response to what detection finds: isolate, revert, alert."""

from functions.common.function import ANY, FunctionDefinition

AUTO_REMEDIATE = FunctionDefinition(
    name="auto-remediate",
    purpose="Isolates what GuardDuty finds compromised, reverts public buckets and open security groups, and alerts",
    handler="functions.auto_remediate.handler.handle",
    seconds=120,
    at_once=5,  # what is compromised is isolated at once, not one after the other
    variables=("ALERT_TOPIC", "PUBLIC_GROUPS", "QUARANTINE_GROUP"),
    actions={
        # What is compromised can be anywhere in the account, so it is found before it is touched.
        ANY: (
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroupRules",
            "ec2:DescribeSecurityGroups",
        ),
        "network-interfaces": ("ec2:CreateTags", "ec2:ModifyNetworkInterfaceAttribute"),
        "security-groups": (
            "ec2:CreateSecurityGroup",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
        ),
        "clusters": ("ecs:ListTasks",),
        "tasks": ("ecs:DescribeTasks", "ecs:StopTask", "ecs:TagResource"),
        "buckets": ("s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
        "topic": ("sns:Publish",),
    },
    implied={
        "security-groups": ("ec2:ModifyNetworkInterfaceAttribute",),  # the group that an interface gets
        "vpcs": ("ec2:CreateSecurityGroup",),  # where the quarantine group is made
        "key": ("kms:Decrypt", "kms:GenerateDataKey"),  # behind the topic
    },
)
