"""Examples of the rule studio-internet."""

import pulumi_aws as aws


def fails() -> None:
    aws.sagemaker.Domain(
        "lab",
        domain_name="lab",
        auth_mode="IAM",
        vpc_id="vpc-1",
        subnet_ids=["subnet-1"],
        default_user_settings={"execution_role": "arn:aws:iam::111122223333:role/lab"},
    )


def passes() -> None:
    aws.sagemaker.Domain(
        "lab",
        domain_name="lab",
        auth_mode="IAM",
        vpc_id="vpc-1",
        subnet_ids=["subnet-1"],
        default_user_settings={"execution_role": "arn:aws:iam::111122223333:role/lab"},
        app_network_access_type="VpcOnly",
    )
