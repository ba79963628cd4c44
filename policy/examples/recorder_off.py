"""Examples of the rule recorder-off."""

import pulumi_aws as aws


def fails() -> None:
    recorder = aws.cfg.Recorder("all", role_arn="arn:aws:iam::111122223333:role/config")
    aws.cfg.RecorderStatus("all", name=recorder.name, is_enabled=False)


def passes() -> None:
    recorder = aws.cfg.Recorder("all", role_arn="arn:aws:iam::111122223333:role/config")
    aws.cfg.RecorderStatus("all", name=recorder.name, is_enabled=True)
