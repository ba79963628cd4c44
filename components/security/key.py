"""The key: one customer managed key that encrypts all the stack's data."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedRole
from components.iam import Statement, document, grant
from components.service_principals import ACCOUNT, OF_LOGS, OF_TOPIC, TO_PUBLISH, call_of, grant_to
from settings.tables.security import KeyTable

# What an administrator may do; no action that encrypts or decrypts (KMS developer guide, default key policy).
ADMINISTER = [
    f"kms:{action}"
    for action in (
        "CancelKeyDeletion",
        "Create*",
        "Delete*",
        "Describe*",
        "Disable*",
        "Enable*",
        "Get*",
        "List*",
        "Put*",
        "Revoke*",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "Update*",
    )
]


@dataclass(frozen=True, kw_only=True)
class KeyArgs(Args):
    """The key's table, and the roles that its policy names."""

    table: KeyTable
    administrators: Sequence[NamedRole]
    readers: Sequence[NamedRole]  #: may decrypt
    writers: Sequence[NamedRole]  #: may make data keys too: they put objects under the key (note N-43)
    publishers: Sequence[str] = ()  #: services of AWS that publish to the stack's topics
    grants: Sequence[Statement] = ()  #: to services of AWS that are not publishers
    protect: bool  #: Pulumi refuses to delete it
    word: str = ""  #: tells it from the stack's other key
    region: str | None = None  #: default: the stack's; `facts` are of the same


class Key(Component):
    """The stack's key for databases, caches, buckets, secrets and logs, rotated every year.

    Creates the key with its policy, and an alias.
    """

    arn: pulumi.Output[str]
    key_id: pulumi.Output[str]

    def __init__(self, name: str, args: KeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("kms", *filter(None, [args.word]))
        named = [*args.administrators, *args.readers, *args.writers]
        key = aws.kms.Key(
            self.child("key"),
            region=args.region,
            description=f"Encrypts the data of {args.names.prefix}",
            enable_key_rotation=True,
            deletion_window_in_days=args.table.deletion_days,
            policy=document(*_statements(args)),
            tags=self.named(physical),
            # KMS refuses a policy that names a role which does not exist.
            opts=self.owned(protect=args.protect, depends_on=_distinct(named)),
        )
        aws.kms.Alias(
            self.child("alias"),
            region=args.region,
            name=f"alias/{physical}",
            target_key_id=key.key_id,
            opts=self.owned(),
        )
        self.arn = key.arn
        self.key_id = key.key_id
        self.register_outputs({"arn": self.arn, "key_id": self.key_id})


def _statements(args: KeyArgs) -> list[Statement]:
    whole = ["*"]  # in a key's policy, the key itself
    statements = [
        # Whoever deploys must stay able to change the policy, and RDS and ElastiCache use the key by the deployer's
        # grants: the account's IAM policies decide who.
        grant({"AWS": args.facts.root}, ["kms:*"], whole, sid="AccountDecidesByIam"),
        grant_to(
            "logs.{region}",
            "key",
            ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            whole,
            says={OF_LOGS: args.facts.log_group("*")},
            sid="LogGroupsOfThisAccount",
            region=args.facts.region,
        ),
    ]
    for sid, roles, actions in (
        ("Administrators", args.administrators, ADMINISTER),
        ("Readers", args.readers, ["kms:Decrypt"]),
        ("Writers", args.writers, ["kms:GenerateDataKey*"]),
    ):
        if roles:
            statements.append(grant({"AWS": sorted(role.arn for role in roles)}, actions, whole, sid=sid))
    return [*statements, *(_publisher(args, service) for service in args.publishers), *args.grants]


def _publisher(args: KeyArgs, service: str) -> Statement:
    """A service may publish to the stack's topics, which the key encrypts, and use it for nothing else."""
    topics = {OF_TOPIC: args.facts.topic(args.names.of("topic", "*"))}
    account = {ACCOUNT: args.facts.account} if ACCOUNT in call_of(service, "key").sends else {}
    sid = f"{service.capitalize()}ToTopics"
    return grant_to(service, "key", TO_PUBLISH, ["*"], says={**topics, **account}, sid=sid)


def _distinct(roles: Sequence[NamedRole]) -> list[aws.iam.Role]:
    return list({role.name: role.resource for role in roles}.values())
