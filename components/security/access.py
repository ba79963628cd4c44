"""Access: the people's roles, and what nobody may do, whatever else allows it (docs/roles.md lists them)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.iam import Statement, allow, deny, document, trust_people
from settings.tables.delivery import AccessTable

ADMINISTRATOR: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
#: What remains to somebody without MFA: to set it up (IAM user guide, "self-manage MFA").
ENROLL: Final = (
    *("iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetUser", "iam:ListMFADevices"),
    *("iam:ListVirtualMFADevices", "iam:ResyncMFADevice", "iam:ChangePassword", "sts:GetSessionToken"),
)


@dataclass(frozen=True, kw_only=True)
class AccessArgs(Args):
    """The table of access, and what it guards."""

    table: AccessTable
    buckets: Sequence[str]  #: names of the stack's buckets
    services: Sequence[str]
    after: Sequence[pulumi.Resource] = ()  #: what the policies name


class Access(Component):
    """Roles of people, and denies: of production for whoever may change it, of security services for everybody.

    Creates a developers' role outside production; in production the break-glass role; the denies, attached to these
    roles and to those that deploy the stack; in the shared stack the group of console users.
    """

    roles: Mapping[str, pulumi.Output[str]]  #: ARNs of the people's roles, by what they are for

    def __init__(self, name: str, args: AccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        self._denies = {word: self._policy(f"deny-{word}", *made) for word, made in self._denied().items()}
        people = [*self._developers(), *self._break_glass()]
        for word, role in (*((word, role.name) for word, role in people), *self._deployers()):
            self._deny(word, role)
        if args.table.console:
            self._console()
        self.roles = {word: role.arn for word, role in people}
        self.register_outputs({"roles": self.roles})

    # What nobody may.

    def _denied(self) -> dict[str, tuple[str, list[Statement]]]:
        """What each deny is for and says, by its word; which of them there are depends on what the stack is."""
        table = self._args.table
        found: dict[str, tuple[str, list[Statement]]] = {}
        if table.break_glass:
            found |= {
                "database-deletion": ("Nobody deletes a database of production", [self._keep_databases()]),
                "open-groups": ("Security groups change by the program only", [self._keep_groups()]),
                "public-buckets": ("Buckets stay closed to the public", self._keep_buckets_closed()),
            }
        if table.break_glass or table.developers or table.deployers:
            found["security-off"] = ("Nobody switches detection or the trail off", [_keep_security()])
        if table.out_of_reach:
            found["other-environments"] = ("Production is out of reach", self._keep_away())
        return found

    def _keep_databases(self) -> Statement:
        any_ = f"{self._args.names.prefix}-*"
        facts = self._args.facts
        return deny(
            ["rds:DeleteDBCluster", "rds:DeleteDBInstance"], [facts.database(any_), facts.database_cluster(any_)]
        )

    def _keep_groups(self) -> Statement:
        """IAM cannot tell one address from another (note N-18): all changes of this environment's groups."""
        return deny(
            ["ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"],
            [self._args.facts.security_group("*")],
            condition={"StringEquals": {"aws:ResourceTag/Environment": self._args.names.environment}},
        )

    def _keep_buckets_closed(self) -> list[Statement]:
        buckets = [self._args.facts.bucket(name) for name in self._args.buckets]
        return [
            deny(["s3:PutBucketAcl", "s3:PutBucketPublicAccessBlock"], buckets),
            deny(["s3:PutAccountPublicAccessBlock"], ["*"]),
        ]

    def _keep_away(self) -> list[Statement]:
        """By tag what has tags, by name what AWS judges by name alone."""
        facts, words = self._args.facts, self._args.table.out_of_reach
        names: list[str] = []
        for word in words:
            other = self._args.names.at(word)
            prefix = f"{other.prefix}-*"
            names += [
                *(facts.bucket(prefix), facts.bucket(f"{prefix}/*"), facts.role(prefix)),
                *(facts.database(prefix), facts.service(prefix, "*"), facts.log_group(f"*{other.of('log', '*')}")),
                *(facts.secret(other.of("secret", "*")), facts.parameter(other.of("parameter", "*"))),
            ]
        return [
            deny(["*"], ["*"], condition={"StringEquals": {"aws:ResourceTag/Environment": list(words)}}),
            deny(["*"], names),
        ]

    # Whom that binds.

    def _deny(self, word: str, role: pulumi.Input[str]) -> None:
        for deny_word, policy in self._denies.items():
            # The infrastructure's role opens the load balancer's group and closes the buckets: IAM cannot tell that
            # from the opposite, so the policy pack binds it there (note N-44).
            if word == "infrastructure" and deny_word in ("open-groups", "public-buckets"):
                continue
            aws.iam.RolePolicyAttachment(
                self.child(word, deny_word), role=role, policy_arn=policy.arn, opts=self.owned()
            )

    def _deployers(self) -> list[tuple[str, str]]:
        deployers = self._args.table.deployers
        if not deployers:
            return []
        return [("application", deployers.application), ("infrastructure", deployers.infrastructure)]

    # People.

    def _developers(self) -> list[tuple[str, aws.iam.Role]]:
        table = self._args.table.developers
        if not table:
            return []
        role = self._role("developer", "Looks at this environment and restarts its services", table.assumed_by)
        aws.iam.RolePolicy(
            self.child("developer"),
            name=f"{self._args.names.of('role', 'developer')}-work",
            role=role.name,
            policy=document(*self._work()),
            opts=self.owned(depends_on=self._args.after),
        )
        return [("developer", role)]

    def _work(self) -> list[Statement]:
        facts, names = self._args.facts, self._args.names
        cluster = names.of("ecs-cluster")
        logs = [facts.log_group(f"*{names.of('log', '*')}"), *map(facts.log_group, self._logs_elsewhere())]
        return [
            allow(["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ecs:DescribeTaskDefinition"], ["*"]),
            allow(["elasticache:DescribeReplicationGroups", "rds:DescribeDBInstances", "rds:DescribeEvents"], ["*"]),
            allow(["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "logs:GetQueryResults"], ["*"]),
            allow(["logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"], logs),
            allow(["ssm:GetParameter", "ssm:GetParametersByPath"], [facts.parameter(names.of("parameter", "*"))]),
            allow(
                ["ecs:DescribeServices", "ecs:UpdateService"],
                [facts.service(cluster, names.of("ecs-service", service)) for service in self._args.services],
            ),
        ]

    def _logs_elsewhere(self) -> list[str]:
        """The log groups of services that the stack file calls otherwise than the stack's other log groups."""
        names = self._args.names
        paths = [names.of("service-log", service) for service in self._args.services]
        return [path for path in paths if names.of("log", "") not in path]

    def _break_glass(self) -> list[tuple[str, aws.iam.Role]]:
        table = self._args.table.break_glass
        if not table:
            return []
        role = self._role("break-glass", "Administers production in an emergency", table.assumed_by, hours=1)
        aws.iam.RolePolicyAttachment(
            self.child("break-glass", "administrator"), role=role.name, policy_arn=ADMINISTRATOR, opts=self.owned()
        )
        return [("break-glass", role)]

    def _role(self, word: str, description: str, assumed_by: Sequence[str], hours: int = 8) -> aws.iam.Role:
        physical = self._args.names.of("role", word)
        return aws.iam.Role(
            self.child(word),
            name=physical,
            description=description,
            assume_role_policy=trust_people(assumed_by, self._args.facts.root),
            max_session_duration=hours * 3600,
            tags=self.named(physical),
            opts=self.owned(),
        )

    def _console(self) -> None:
        """Whoever is put into the group may do nothing without MFA but set it up."""
        physical = self._args.names.of("group", "console")
        group = aws.iam.Group(self.child("console"), name=physical, opts=self.owned())
        without: Mapping[str, Mapping[str, str]] = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
        statement: Statement = {
            "Effect": "Deny",
            "NotAction": sorted(ENROLL),
            "Resource": ["*"],
            "Condition": without,
        }
        policy = self._policy("mfa", "Without MFA nothing but its set-up", [statement])
        aws.iam.GroupPolicyAttachment(
            self.child("console", "mfa"), group=group.name, policy_arn=policy.arn, opts=self.owned()
        )

    def _policy(self, word: str, description: str, statements: Sequence[Statement]) -> aws.iam.Policy:
        physical = self._args.names.of("policy", word)
        return aws.iam.Policy(
            self.child(word),
            name=physical,
            description=description,
            policy=document(*statements),
            tags=self.named(physical),
            opts=self.owned(depends_on=self._args.after),
        )


def _keep_security() -> Statement:
    return deny(
        [
            *("cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail"),
            *("guardduty:DeleteDetector", "guardduty:UpdateDetector"),
            *("config:DeleteConfigurationRecorder", "config:StopConfigurationRecorder"),
            *("securityhub:DisableSecurityHub", "inspector2:Disable", "access-analyzer:DeleteAnalyzer"),
        ],
        ["*"],
    )
