"""Examples of the rule training-in-transit."""

import pulumi_aws as aws


def fails() -> None:
    aws.sagemaker.TrainingJob(
        "prices",
        training_job_name="prices",
        role_arn="arn:aws:iam::111122223333:role/train",
        resource_config={"instance_count": 2, "instance_type": "ml.m5.large", "volume_size_in_gb": 30},
    )


def passes() -> None:
    aws.sagemaker.TrainingJob(
        "prices",
        training_job_name="prices",
        role_arn="arn:aws:iam::111122223333:role/train",
        resource_config={"instance_count": 2, "instance_type": "ml.m5.large", "volume_size_in_gb": 30},
        enable_inter_container_traffic_encryption=True,
    )
