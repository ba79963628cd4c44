"""Backups that outlive what they are of: a vault, and what is put into it every day or week."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.iam import document, grant
from components.service_role import service_role
from settings.tables.backup import BackupTable, CopyTable

#: What AWS Backup needs in order to make backups, and to restore from them.
POLICIES: Final = {
    "backups": "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "restores": "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
}
#: A job that ends otherwise than well. It may also never start, if the one before still runs.
FAILED: Final = ("ABORTED", "EXPIRED", "FAILED")
GRACE: Final = 3  #: days in which a compliance lock can be taken back, the fewest that AWS allows
START: Final = 60  #: minutes after the time, in which a job must have begun
END: Final = 480  #: minutes after its start, in which it must have ended


@dataclass(frozen=True, kw_only=True)
class BackupArgs(Args):
    """The backups' table, what is backed up, and who hears of a failure."""

    table: BackupTable
    stores: Mapping[str, pulumi.Input[str]]  #: ARNs, by the words of what has them
    key: pulumi.Input[str]  #: ARN of the stack's key
    topic: pulumi.Input[str]  #: ARN
    force_destroy: bool  #: it goes with what is in it
    protect: bool  #: Pulumi refuses to delete it


class Backup(Component):
    """Daily or weekly backups of the stores, kept where deleting a store does not reach them.

    Creates a vault, encrypted with the stack's key and locked where the table says; the plan, and a role that AWS
    Backup carries it out with; a rule that tells of jobs which fail; and, where the table names another region, a vault
    there with a key of its own, which gets a copy of every backup. Such a copy may be a day or a week old: where the
    table says, the database's own backups and logs are replicated there too, minutes after they are made.
    """

    vault: str  #: its name
    role_arn: pulumi.Output[str]  #: with which a backup is restored, too
    rule: str  #: name of the rule that tells of failures

    def __init__(self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        self.vault, self.rule = args.names.of("vault"), args.names.of("rule", "backup-failed")
        vault = self._vault(args.key)
        copies = [self._copy(args.table.copy_to)] if args.table.copy_to else []
        role, attachments = self._role()
        plan = self._plan(vault, copies)
        aws.backup.Selection(
            self.child("stores"),
            name=args.names.of("backup"),
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=[arn for _, arn in sorted(args.stores.items())],
            opts=self.owned(depends_on=attachments),
        )
        self._tell()
        self.role_arn = role.arn
        self.register_outputs({"vault": self.vault, "role_arn": self.role_arn, "rule": self.rule})

    def _vault(self, key: pulumi.Input[str], region: str | None = None) -> aws.backup.Vault:
        """A vault, here or in another region, with its lock."""
        table, words = self._args.table, ["copies"] if region else []
        days = table.copy_to.keep_days if region and table.copy_to else table.keep_days
        name = self._args.names.of("vault", *words)
        vault = aws.backup.Vault(
            self.child("vault", *words),
            name=name,
            region=region,
            kms_key_arn=key,
            force_destroy=self._args.force_destroy,
            tags=self.named(name),
            opts=self.owned(protect=self._args.protect),
        )
        if table.lock:
            aws.backup.VaultLockConfiguration(
                self.child("lock", *words),
                backup_vault_name=vault.name,
                region=region,
                min_retention_days=days,
                changeable_for_days=GRACE if table.lock == "compliance" else None,
                opts=self.owned(),
            )
        return vault

    def _copy(self, table: CopyTable) -> Any:
        """The vault in the other region, and what is copied to it."""
        name = self._args.names.of("kms", "copies")
        key = aws.kms.Key(
            self.child("key", "copies"),
            region=table.region,
            description=f"Encrypts copies of the backups of {self._args.names.prefix}",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=document(
                grant({"AWS": self._args.facts.root}, ["kms:*"], ["*"], sid="AccountDecidesByIam"),
            ),
            tags=self.named(name),
            opts=self.owned(protect=self._args.protect),
        )
        vault = self._vault(key.arn, table.region)
        if table.copied_days:
            aws.rds.InstanceAutomatedBackupsReplication(
                self.child("database", "copies"),
                region=table.region,
                source_db_instance_arn=self._args.stores["database"],
                retention_period=table.copied_days,
                kms_key_id=key.arn,
                opts=self.owned(),
            )
        return {"destination_vault_arn": vault.arn, "lifecycle": {"delete_after": table.keep_days}}

    def _plan(self, vault: aws.backup.Vault, copies: list[Any]) -> aws.backup.Plan:
        name, table = self._args.names.of("backup"), self._args.table
        hour, minute = (int(part) for part in table.at.split(":"))
        days = f"? * {table.day.upper()}" if table.day else "* * ?"
        rule: Any = {
            "rule_name": "weekly" if table.day else "daily",
            "target_vault_name": vault.name,
            "schedule": f"cron({minute} {hour} {days} *)",
            "start_window": START,
            "completion_window": END,
            "lifecycle": {"delete_after": table.keep_days},
            **({"copy_actions": copies} if copies else {}),
            "recovery_point_tags": self.named(name),
        }
        return aws.backup.Plan(
            self.child("plan"),
            name=name,
            rules=[rule],
            tags=self.named(name),
            opts=self.owned(),
        )

    def _role(self) -> tuple[aws.iam.Role, list[aws.iam.RolePolicyAttachment]]:
        name = self._args.names.of("role", "backup")
        role = service_role(
            self, "role", name, "backup", self._args.facts, "Lets AWS Backup back up the stores, and restore them"
        )
        attachments = [
            aws.iam.RolePolicyAttachment(self.child(word), role=role.name, policy_arn=policy, opts=self.owned())
            for word, policy in POLICIES.items()
        ]
        return role, attachments

    def _tell(self) -> None:
        name = self.rule
        rule = aws.cloudwatch.EventRule(
            self.child("failed"),
            name=name,
            description="A backup, or the copy of one, did not come about",
            event_pattern=json.dumps(
                {
                    "source": ["aws.backup"],
                    "detail-type": ["Backup Job State Change", "Copy Job State Change"],
                    "detail": {"state": list(FAILED)},
                },
                sort_keys=True,
            ),
            tags=self.named(name),
            opts=self.owned(),
        )
        aws.cloudwatch.EventTarget(self.child("failed"), rule=rule.name, arn=self._args.topic, opts=self.owned())
