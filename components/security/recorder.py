"""The recorder: how every resource is configured and was, and the rules that it is held against."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.facts import Facts
from components.handles import NamedBucket
from components.iam import Statement, allow, deferred, document
from components.service_principals import ACCOUNT, ACL, grant_to
from components.service_role import role_policy, service_role
from settings.tables.detection import CONFIG_RULES

#: AWS's own list of what the recorder reads: hundreds of actions that grow with every service.
READS = "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"


@dataclass(frozen=True, kw_only=True)
class RecorderArgs(Args):
    """Where the recorder delivers, and the key."""

    bucket: NamedBucket | None  #: None where the account has its recorder already
    key: pulumi.Input[str]  #: ARN of the stack's key


class Recorder(Component):
    """AWS Config: a history of every resource, and AWS's rules about them.

    Creates six managed rules, and a conformance pack of the same rules, which scores the account as a whole; the
    recorder, its role and its delivery to the bucket, unless the account has its recorder already.
    """

    pack_arn: pulumi.Output[str]  #: of the conformance pack

    def __init__(self, name: str, args: RecorderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        on = [self._recorder(args, args.bucket)] if args.bucket else []
        for rule, identifier in CONFIG_RULES.items():
            aws.cfg.Rule(
                self.child("rule", rule),
                name=rule,
                source={"owner": "AWS", "source_identifier": identifier},
                tags=self.named(rule),
                opts=self.owned(depends_on=on),
            )
        pack = aws.cfg.ConformancePack(
            self.child("pack"),
            name=args.names.of("pack", "baseline"),
            template_body=_template(),
            opts=self.owned(depends_on=on),
        )
        self.pack_arn = pack.arn
        self.register_outputs({"pack_arn": self.pack_arn})

    def _recorder(self, args: RecorderArgs, bucket: NamedBucket) -> aws.cfg.RecorderStatus:
        """A recorder that runs: it can be switched on only when it can deliver."""
        physical = args.names.of("config")
        role, policies = self._role(args, bucket)
        recorder = aws.cfg.Recorder(
            self.child("recorder"),
            name=physical,
            role_arn=role.arn,
            recording_group={"all_supported": True, "include_global_resource_types": True},
            opts=self.owned(depends_on=policies),
        )
        channel = aws.cfg.DeliveryChannel(
            self.child("channel"),
            name=physical,
            s3_bucket_name=bucket.resource.bucket,
            s3_kms_key_arn=args.key,
            snapshot_delivery_properties={"delivery_frequency": "TwentyFour_Hours"},
            opts=self.owned(depends_on=[recorder, bucket.policy]),
        )
        return aws.cfg.RecorderStatus(
            self.child("status"), name=recorder.name, is_enabled=True, opts=self.owned(depends_on=[channel])
        )

    def _role(self, args: RecorderArgs, bucket: NamedBucket) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        physical = args.names.of("role", "config")
        role = service_role(
            self,
            "role",
            physical,
            "config",
            args.facts,
            "Lets AWS Config read how resources are configured and deliver it to its bucket",
        )
        reads = aws.iam.RolePolicyAttachment(self.child("reads"), role=role.name, policy_arn=READS, opts=self.owned())
        delivers = document(
            allow(["s3:GetBucketAcl", "s3:ListBucket"], [bucket.arn]),
            allow(["s3:PutObject"], [f"{bucket.arn}/AWSLogs/{args.facts.account}/Config/*"]),
        )
        encrypts = deferred(allow(["kms:Decrypt", "kms:GenerateDataKey"], [args.key]))
        return role, [
            reads,
            role_policy(self, "delivers", role, physical, delivers, [bucket.component]),
            role_policy(self, "encrypts", role, physical, encrypts),
        ]


def _template() -> str:
    """The conformance pack: the same rules, which Config deploys and scores as one."""
    resources = {
        "".join(word.capitalize() for word in rule.split("-")): {
            "Type": "AWS::Config::ConfigRule",
            "Properties": {
                "ConfigRuleName": rule,
                "Source": {"Owner": "AWS", "SourceIdentifier": identifier},
            },
        }
        for rule, identifier in CONFIG_RULES.items()
    }
    return json.dumps({"Resources": resources}, sort_keys=True)


def recorder_deliveries(facts: Facts, bucket: str) -> list[Statement]:
    """What the policy of the recorder's bucket grants: AWS Config may look at it and deliver, for this account only."""
    mine = {ACCOUNT: facts.account}
    return [
        grant_to("config", "bucket", ["s3:GetBucketAcl", "s3:ListBucket"], [bucket], says=mine, sid="ConfigLooks"),
        grant_to(
            "config",
            "bucket",
            ["s3:PutObject"],
            [f"{bucket}/AWSLogs/{facts.account}/Config/*"],
            says={**mine, ACL: "bucket-owner-full-control"},
            sid="ConfigDelivers",
        ),
    ]
