"""DNSSEC: the zone's answers are signed, so that resolvers can tell forged ones."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.iam import document, grant
from components.service_principals import ACCOUNT, ARN, FOR_AWS, grant_to
from settings.tables.edge import US_EAST_1

SIGNER: Final = "dnssec-route53"


@dataclass(frozen=True, kw_only=True)
class DnssecArgs(Args):
    """The zone that is signed."""

    zone: pulumi.Input[str]  #: its id
    protect: bool  #: Pulumi refuses to delete it


class Dnssec(Component):
    """The signatures of a zone.

    Creates the key in KMS that Route 53 signs the zone's own keys with, its use as the zone's key-signing key, and
    switches signing on. The registrar must then be given the DS record (docs/runbooks/dnssec.md).
    """

    ds_record: pulumi.Output[str]

    def __init__(self, name: str, args: DnssecArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        key = self._key(args)
        signing = aws.route53.KeySigningKey(
            self.child("signing-key"),
            name=args.names.of("ksk").replace("-", "_"),  # no hyphens are allowed
            hosted_zone_id=args.zone,
            key_management_service_arn=key.arn,
            opts=self.owned(protect=args.protect),
        )
        aws.route53.HostedZoneDnsSec(
            self.child("signing"), hosted_zone_id=signing.hosted_zone_id, opts=self.owned(protect=args.protect)
        )
        self.ds_record = signing.ds_record
        self.register_outputs({"ds_record": self.ds_record})

    def _key(self, args: DnssecArgs) -> aws.kms.Key:
        physical = args.names.of("kms", "dnssec")
        key = aws.kms.Key(
            self.child("key"),
            region=US_EAST_1,
            description=f"Signs the keys of the zone of {args.names.prefix}",
            customer_master_key_spec="ECC_NIST_P256",
            key_usage="SIGN_VERIFY",
            deletion_window_in_days=30,
            policy=_policy(args),
            tags=self.named(physical),
            opts=self.owned(protect=args.protect),
        )
        aws.kms.Alias(
            self.child("alias"),
            region=US_EAST_1,
            name=f"alias/{physical}",
            target_key_id=key.key_id,
            opts=self.owned(),
        )
        return key


def _policy(args: DnssecArgs) -> str:
    """Route 53 may sign, on behalf of this account's zones (Route 53 developer guide, customer managed keys)."""
    zones = {ACCOUNT: args.facts.account, ARN: args.facts.zones}
    reads = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]
    whole = ["*"]  # in a key's policy, the key itself
    return document(
        grant({"AWS": args.facts.root}, ["kms:*"], whole, sid="AccountDecidesByIam"),
        grant_to(SIGNER, "key", reads, whole, says=zones, sid="ZonesSign"),
        grant_to(SIGNER, "key", ["kms:CreateGrant"], whole, says={FOR_AWS: "true"}, sid="SigningGoesOn"),
    )
