"""Volumes: whatever disk anybody makes in the account and region is encrypted, with the stack's key."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component


@dataclass(frozen=True, kw_only=True)
class VolumesArgs(Args):
    """The key."""

    key: pulumi.Input[str]  #: ARN of the stack's key


class Volumes(Component):
    """The account's defaults for the volumes and snapshots of machines, of which the platform itself has none.

    Creates the switch that encrypts them all, and says with which key. Whoever makes a volume needs permission to use
    that key, which the account's IAM policies give.
    """

    key: pulumi.Output[str]

    def __init__(self, name: str, args: VolumesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        default = aws.ebs.DefaultKmsKey(self.child("key"), key_arn=args.key, opts=self.owned())
        aws.ebs.EncryptionByDefault(self.child("encrypted"), enabled=True, opts=self.owned(depends_on=[default]))
        self.key = default.key_arn
        self.register_outputs({"key": self.key})
