"""Examples of the rule session-logs-at-rest."""

import json

import pulumi_aws as aws


def fails() -> None:
    aws.ssm.Document(
        "sessions",
        document_type="Session",
        content=json.dumps(
            {
                "schemaVersion": "1.0",
                "sessionType": "Standard_Stream",
                "inputs": {"s3BucketName": "sessions", "s3EncryptionEnabled": False},
            }
        ),
    )


def passes() -> None:
    aws.ssm.Document(
        "sessions",
        document_type="Session",
        content=json.dumps(
            {
                "schemaVersion": "1.0",
                "sessionType": "Standard_Stream",
                "inputs": {"s3BucketName": "sessions", "s3EncryptionEnabled": True},
            }
        ),
    )
