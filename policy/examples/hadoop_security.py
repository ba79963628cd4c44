"""Examples of the rule hadoop-security."""

import pulumi_aws as aws


def fails() -> None:
    aws.emr.Cluster(
        "spark", release_label="emr-7.9.0", applications=["Spark"], service_role="arn:aws:iam::111122223333:role/emr"
    )


def passes() -> None:
    aws.emr.Cluster(
        "spark",
        release_label="emr-7.9.0",
        applications=["Spark"],
        service_role="arn:aws:iam::111122223333:role/emr",
        security_configuration="encrypted",
    )
