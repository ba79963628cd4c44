"""Examples of the rule hadoop-in-transit."""

import json

import pulumi_aws as aws


def fails() -> None:
    aws.emr.SecurityConfiguration(
        "encrypted",
        configuration=json.dumps({"EncryptionConfiguration": {"EnableInTransitEncryption": False}}),
    )


def passes() -> None:
    certificates = {"CertificateProviderType": "PEM", "S3Object": "s3://certificates/spark.zip"}
    aws.emr.SecurityConfiguration(
        "encrypted",
        configuration=json.dumps(
            {
                "EncryptionConfiguration": {
                    "EnableInTransitEncryption": True,
                    "InTransitEncryptionConfiguration": {"TLSCertificateConfiguration": certificates},
                }
            }
        ),
    )
