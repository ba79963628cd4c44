"""Examples of the rule catalog-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.glue.DataCatalogEncryptionSettings(
        "catalog",
        data_catalog_encryption_settings={
            "connection_password_encryption": {"return_connection_password_encrypted": True},
            "encryption_at_rest": {"catalog_encryption_mode": "DISABLED"},
        },
    )


def passes() -> None:
    aws.glue.DataCatalogEncryptionSettings(
        "catalog",
        data_catalog_encryption_settings={
            "connection_password_encryption": {"return_connection_password_encrypted": True},
            "encryption_at_rest": {"catalog_encryption_mode": "SSE-KMS", "sse_aws_kms_key_id": "alias/catalog"},
        },
    )
