"""Examples of the rule recorder-scope."""

import pulumi_aws as aws


def fails() -> None:
    aws.cfg.Recorder(
        "some",
        role_arn="arn:aws:iam::111122223333:role/config",
        recording_group={"all_supported": False, "resource_types": ["AWS::S3::Bucket"]},
    )


def passes() -> None:
    aws.cfg.Recorder(
        "all",
        role_arn="arn:aws:iam::111122223333:role/config",
        recording_group={"all_supported": True, "include_global_resource_types": True},
    )
