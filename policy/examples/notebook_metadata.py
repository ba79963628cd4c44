"""Examples of the rule notebook-metadata."""

import pulumi_aws as aws


def fails() -> None:
    aws.sagemaker.NotebookInstance(
        "lab",
        role_arn="arn:aws:iam::111122223333:role/notebook",
        instance_type="ml.t3.medium",
        instance_metadata_service_configuration={"minimum_instance_metadata_service_version": "1"},
    )


def passes() -> None:
    aws.sagemaker.NotebookInstance(
        "lab",
        role_arn="arn:aws:iam::111122223333:role/notebook",
        instance_type="ml.t3.medium",
        instance_metadata_service_configuration={"minimum_instance_metadata_service_version": "2"},
    )
