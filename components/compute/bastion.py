"""Bastions: hosts that people reach through Session Manager, in place of machines that the internet reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.service_role import service_role
from settings.tables.bastion import BastionTable

#: What an agent needs in order to be reached (Systems Manager's guide, configuring instance permissions).
AGENT: Final = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"


@dataclass(frozen=True, kw_only=True)
class BastionArgs(Args):
    """The bastions' table, and the parts of the network that they stand in."""

    table: BastionTable
    subnet_ids: Mapping[str, pulumi.Input[str]]  #: by zone, of those that hold one
    group: pulumi.Input[str]  #: id of the security group whose rules say who may connect, and to what
    key: pulumi.Input[str]  #: ARN of the stack's key


class Bastion(Component):
    """Hosts with no public address and no key: a session is opened by IAM, and Session Manager records who did.

    Creates the role of the agent, its instance profile, and in each zone an instance with an encrypted disk that gives
    its credentials only to whoever asks with a token.
    """

    instance_ids: Mapping[str, pulumi.Output[str]]  #: by zone

    def __init__(self, name: str, args: BastionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        profile, attachment = self._profile(args)
        self.instance_ids = {
            zone: self._host(args, zone, subnet, profile, attachment).id for zone, subnet in args.subnet_ids.items()
        }
        self.register_outputs({"instance_ids": dict(self.instance_ids)})

    def _profile(self, args: BastionArgs) -> tuple[aws.iam.InstanceProfile, aws.iam.RolePolicyAttachment]:
        name = args.names.of("role", "bastion")
        role = service_role(self, "role", name, "ec2", args.facts, "Lets Systems Manager reach the bastions")
        attachment = aws.iam.RolePolicyAttachment(
            self.child("agent"), role=role.name, policy_arn=AGENT, opts=self.owned()
        )
        profile = aws.iam.InstanceProfile(
            self.child("profile"), name=name, role=role.name, tags=self.named(name), opts=self.owned()
        )
        return profile, attachment

    def _host(
        self,
        args: BastionArgs,
        zone: str,
        subnet: pulumi.Input[str],
        profile: aws.iam.InstanceProfile,
        attachment: aws.iam.RolePolicyAttachment,
    ) -> aws.ec2.Instance:
        name = args.names.of("ec2", "bastion", zone)
        return aws.ec2.Instance(
            self.child(zone),
            ami=args.table.image,
            instance_type=args.table.instance_class,
            subnet_id=subnet,
            vpc_security_group_ids=[args.group],
            associate_public_ip_address=False,
            iam_instance_profile=profile.name,
            metadata_options={"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1},
            root_block_device={
                "encrypted": True,
                "kms_key_id": args.key,
                "volume_type": "gp3",
                "volume_size": 8,
                "tags": self.named(name),
            },
            tags=self.named(name),
            # An agent that may not register tries again only after minutes.
            opts=self.owned(depends_on=[attachment]),
        )
