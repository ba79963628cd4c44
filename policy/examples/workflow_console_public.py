"""Examples of the rule workflow-console-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.mwaa.Environment(
        "nightly",
        dag_s3_path="dags/",
        source_bucket_arn="arn:aws:s3:::quay-dags",
        execution_role_arn="arn:aws:iam::111122223333:role/airflow",
        network_configuration={"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]},
        webserver_access_mode="PUBLIC_ONLY",
    )


def passes() -> None:
    aws.mwaa.Environment(
        "nightly",
        dag_s3_path="dags/",
        source_bucket_arn="arn:aws:s3:::quay-dags",
        execution_role_arn="arn:aws:iam::111122223333:role/airflow",
        network_configuration={"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]},
        webserver_access_mode="PRIVATE_ONLY",
    )
