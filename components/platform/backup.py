"""Backups of data stores and tables."""

from components.data.backup import Backup, BackupArgs
from components.operations.watch.delivery import rule_subjects
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.part import Part, Parts


def backup(context: Context, parts: Parts) -> Part | None:
    """Build the vault and the plan for all data stores and tables built before."""
    table, alerts, posture = context.settings.backup, parts.find(Alerts), context.settings.protection
    if not table or not alerts:
        return None
    args = BackupArgs(
        table=table,
        stores={word: arn for part in parts for word, arn in part.backed_up.items()},
        key=context.key,
        topic=alerts.by_grade["warning"],
        force_destroy=posture.force_destroy,
        protect=posture.protect,
        **context.common,
    )
    built = Backup("backup", args, context.options)
    return Part(
        exports={"backup_vault": built.vault, "backup_role_arn": built.role_arn},
        subjects=rule_subjects({"backup-failed": built.rule}, built),
    )
