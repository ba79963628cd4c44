"""Examples of the rule document-shared."""

import pulumi_aws as aws


def fails() -> None:
    aws.ssm.Document(
        "patch",
        document_type="Command",
        content='{"schemaVersion": "2.2", "mainSteps": []}',
        permissions={"type": "Share", "account_ids": "All"},
    )


def passes() -> None:
    aws.ssm.Document(
        "patch",
        document_type="Command",
        content='{"schemaVersion": "2.2", "mainSteps": []}',
        permissions={"type": "Share", "account_ids": "444455556666"},
    )
