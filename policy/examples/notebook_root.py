"""Examples of the rule notebook-root."""

import pulumi_aws as aws


def fails() -> None:
    aws.sagemaker.NotebookInstance(
        "lab", role_arn="arn:aws:iam::111122223333:role/notebook", instance_type="ml.t3.medium"
    )


def passes() -> None:
    aws.sagemaker.NotebookInstance(
        "lab", role_arn="arn:aws:iam::111122223333:role/notebook", instance_type="ml.t3.medium", root_access="Disabled"
    )
