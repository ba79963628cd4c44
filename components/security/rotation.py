"""Rotation: a secret's value that a function renews."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.function import Function


@dataclass(frozen=True, kw_only=True)
class RotationArgs(Args):
    """The secret, how often, and the function that renews it."""

    secret_arn: pulumi.Input[str]
    days: int
    function: Function
    after: Sequence[pulumi.Resource]  #: what the secret opens, what was started with it, and the network path to both


class Rotation(Component):
    """A secret whose value is renewed every so many days; for the first time at once.

    Creates the permission to run the function for this secret, and the rotation.
    """

    days: int

    def __init__(self, name: str, args: RotationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.days = args.days
        permission = args.function.permit("secret", "secretsmanager.amazonaws.com", args.secret_arn)
        aws.secretsmanager.SecretRotation(
            self.child("schedule"),
            secret_id=args.secret_arn,
            rotation_lambda_arn=args.function.arn,
            rotation_rules={"automatically_after_days": args.days},
            # What Pulumi's state knows is worth nothing from then on.
            rotate_immediately=True,
            opts=self.owned(depends_on=[permission, args.function, *args.after]),
        )
        self.register_outputs({"days": self.days})
