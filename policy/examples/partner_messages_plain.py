"""Examples of the rule partner-messages-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.transfer.Connector(
        "partner",
        access_role="arn:aws:iam::111122223333:role/as2",
        as2_config={
            "compression": "DISABLED",
            "encryption_algorithm": "NONE",
            "local_profile_id": "p-ours",
            "mdn_response": "SYNC",
            "partner_profile_id": "p-theirs",
            "signing_algorithm": "SHA256",
        },
        url="https://as2.example.com",
    )


def passes() -> None:
    aws.transfer.Connector(
        "partner",
        access_role="arn:aws:iam::111122223333:role/as2",
        as2_config={
            "compression": "DISABLED",
            "encryption_algorithm": "AES256_CBC",
            "local_profile_id": "p-ours",
            "mdn_response": "SYNC",
            "partner_profile_id": "p-theirs",
            "signing_algorithm": "SHA256",
        },
        url="https://as2.example.com",
    )
