"""Examples of the rule trail-events."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudtrail.Trail(
        "objects",
        s3_bucket_name="audit",
        event_selectors=[
            {
                "include_management_events": False,
                "data_resources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}],
            }
        ],
    )


def passes() -> None:
    aws.cloudtrail.Trail(
        "objects",
        s3_bucket_name="audit",
        event_selectors=[
            {
                "include_management_events": True,
                "data_resources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}],
            }
        ],
    )
