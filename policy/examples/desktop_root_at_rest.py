"""Examples of the rule desktop-root-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.workspaces.Workspace("desk", bundle_id="wsb-1b2c3d4e5", directory_id="d-90670b5e1c", user_name="mara")


def passes() -> None:
    aws.workspaces.Workspace(
        "desk",
        bundle_id="wsb-1b2c3d4e5",
        directory_id="d-90670b5e1c",
        user_name="mara",
        root_volume_encryption_enabled=True,
        volume_encryption_key="alias/aws/workspaces",
    )
