"""Examples of the rule document-sharing."""

import pulumi_aws as aws


def fails() -> None:
    aws.ssm.ServiceSetting(
        "sharing",
        setting_id="arn:aws:ssm:eu-west-1:111122223333:servicesetting/ssm/documents/console/public-sharing-permission",
        setting_value="Enable",
    )


def passes() -> None:
    aws.ssm.ServiceSetting(
        "sharing",
        setting_id="arn:aws:ssm:eu-west-1:111122223333:servicesetting/ssm/documents/console/public-sharing-permission",
        setting_value="Disable",
    )
