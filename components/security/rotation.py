"""Rotation: a secret's value that a function renews."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component


@dataclass(frozen=True, kw_only=True)
class RotationArgs(Args):
    """The secret, how often, and the function that renews it."""

    secret_arn: pulumi.Input[str]
    days: int  #: from one renewal to the next
    hours: int | None = None  #: of that day, in which it may begin; None: all of them
    function: pulumi.Input[str]  #: ARN
    #: The function and its permission, what the secret opens, what was started with it, and the network path to both.
    after: Sequence[pulumi.Resource]


class Rotation(Component):
    """A secret whose value is renewed every so many days; for the first time at once.

    Creates the rotation.
    """

    days: int

    def __init__(self, name: str, args: RotationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.days = args.days
        rules: Any = {"automatically_after_days": args.days, **({"duration": f"{args.hours}h"} if args.hours else {})}
        aws.secretsmanager.SecretRotation(
            self.child("schedule"),
            secret_id=args.secret_arn,
            rotation_lambda_arn=args.function,
            rotation_rules=rules,
            # What Pulumi's state knows is worth nothing from then on.
            rotate_immediately=True,
            opts=self.owned(depends_on=args.after),
        )
        self.register_outputs({"days": self.days})
