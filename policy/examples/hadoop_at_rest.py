"""Examples of the rule hadoop-at-rest."""

import json

import pulumi_aws as aws


def fails() -> None:
    aws.emr.SecurityConfiguration(
        "encrypted",
        configuration=json.dumps({"EncryptionConfiguration": {"EnableAtRestEncryption": False}}),
    )


def passes() -> None:
    aws.emr.SecurityConfiguration(
        "encrypted",
        configuration=json.dumps(
            {
                "EncryptionConfiguration": {
                    "EnableAtRestEncryption": True,
                    "AtRestEncryptionConfiguration": {
                        "S3EncryptionConfiguration": {"EncryptionMode": "SSE-S3"},
                        "LocalDiskEncryptionConfiguration": {
                            "EncryptionKeyProviderType": "AwsKms",
                            "AwsKmsKey": "alias/spark",
                        },
                    },
                }
            }
        ),
    )
