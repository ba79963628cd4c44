"""Breaches of who may do what."""

from typing import Any

from tests.requirements import test_access as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, Mutation, change, drop, plant, statement, text

POLICY, ATTACHED = "iam.Policy", "iam.RolePolicyAttachment"


def _planted(id_: str, proof: Any, mutation: Mutation, stack: str = "prod") -> Breach:
    return Breach(id_, proof, mutation, stack)


def _without(action: str) -> Mutation:
    """A deny that no longer says one action."""
    return change(POLICY, policy=lambda old: old.replace(f'"{action}"', '"iam:GetUser"'))


def _only_first(old: Any) -> Any:
    return {**old, "Statement": old["Statement"][:1]}


BREACHES = [
    _planted("CP-IAM-17", AREA.test_break_glass_takes_mfa_and_is_recorded,
             change("iam.Role", "break-glass",
                    assumeRolePolicy=lambda old: old.replace('"true"', '"false"'))),
    _planted("CP-IAM-17", AREA.test_break_glass_takes_mfa_and_is_recorded,
             drop(ATTACHED, "break-glass-security-off")),
    _planted("CP-IAM-18", AREA.test_developers_look_and_restart,
             change("iam.RolePolicy", "developer", policy=statement(Action="rds:StopDBInstance", Resource="*")), "dev"),
    _planted("CP-IAM-18", AREA.test_developers_look_and_restart,
             drop(ATTACHED, "developer-other-environments"), "staging"),
    _planted("CP-IAM-19", AREA.test_nobody_deletes_a_database, _without("rds:DeleteDBInstance")),
    _planted("CP-IAM-19", AREA.test_nobody_deletes_a_database,
             drop(ATTACHED, "infrastructure-database-deletion")),
    _planted("CP-IAM-20", AREA.test_groups_are_opened_by_the_program_only, drop(ATTACHED, "break-glass-open-groups")),
    _planted("CP-IAM-20", AREA.test_groups_are_opened_by_the_program_only,
             plant("vpc.SecurityGroupIngressRule", securityGroupId="sg-other", cidrIpv4="0.0.0.0/0")),
    _planted("CP-IAM-21", AREA.test_nobody_switches_the_watch_off, _without("guardduty:UpdateDetector")),
    _planted("CP-IAM-22", AREA.test_nobody_makes_a_bucket_public, plant("s3.Bucket", bucket="other")),
    _planted("CP-IAM-22", AREA.test_nobody_makes_a_bucket_public, drop(ATTACHED, "application-public-buckets")),
    _planted("CP-IAM-23", AREA.test_production_is_changed_by_the_pipeline_or_break_glass,
             change("iam.RolePolicy", "rotate-database", policy=statement(Action="rds:ModifyDBInstance",
                                                                          Resource="arn:aws:rds:::db:x"))),
    _planted("CP-IAM-23", AREA.test_production_is_changed_by_the_pipeline_or_break_glass,
             change(ATTACHED, "monitoring", policyArn=AREA.ADMINISTRATOR)),
    _planted("CP-IAM-24", AREA.test_no_identity_of_theirs_reaches_production,
             change("iam.RolePolicy", "task-objects",
                    policy=statement(Action="s3:GetObject", Resource="arn:aws:s3:::cloudplatform-prod-assets/*")),
             "dev"),
    _planted("CP-IAM-24", AREA.test_no_identity_of_theirs_reaches_production,
             change(POLICY, "other-environments", policy=text(_only_first)), "staging"),
    _planted("CP-IAM-25", AREA.test_nor_can_they_switch_the_watch_off,
             drop(ATTACHED, "application-security-off"), "dev"),
    _planted("CP-IAM-27", AREA.test_console_users_do_nothing_without_mfa, drop("iam.GroupPolicyAttachment"), "shared"),
    _planted("CP-IAM-27", AREA.test_console_users_do_nothing_without_mfa,
             change(POLICY, "access-mfa", policy=lambda old: old.replace("iam:GetUser", "iam:PutUserPolicy")),
             "shared"),
]  # fmt: skip
