"""Examples of the rule catalog-passwords-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.glue.DataCatalogEncryptionSettings(
        "catalog",
        data_catalog_encryption_settings={
            "connection_password_encryption": {"return_connection_password_encrypted": False},
            "encryption_at_rest": {"catalog_encryption_mode": "SSE-KMS"},
        },
    )


def passes() -> None:
    aws.glue.DataCatalogEncryptionSettings(
        "catalog",
        data_catalog_encryption_settings={
            "connection_password_encryption": {
                "return_connection_password_encrypted": True,
                "aws_kms_key_id": "alias/catalog",
            },
            "encryption_at_rest": {"catalog_encryption_mode": "SSE-KMS"},
        },
    )
