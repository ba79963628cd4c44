"""The vault, its plan, its lock and its copies elsewhere."""

import json

import pytest

from components.data.backup import Backup
from tests.components.examples import KEY, backup_args, built, counted, only, waits_for

VAULT, LOCK = "aws:backup/vault:Vault", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"


def recorded(changes=None, **given):
    return built(lambda: Backup("backup", backup_args(changes, **given)) and None)


def test_a_vault_alone():
    """Without lock and copy: one vault under the stack's key, and what fills it."""
    recording = recorded({"lock": None, "copy-to": None})
    assert counted(recording) == {
        VAULT: 1,
        "aws:backup/plan:Plan": 1,
        "aws:backup/selection:Selection": 1,
        "aws:cloudwatch/eventRule:EventRule": 1,
        "aws:cloudwatch/eventTarget:EventTarget": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 2,
    }
    [rule] = only(recording, "aws:backup/plan:Plan")["rules"]
    assert (rule["schedule"], rule["lifecycle"]) == ("cron(0 7 * * ? *)", {"deleteAfter": 35})
    assert "copyActions" not in rule
    assert only(recording, VAULT)["kmsKeyArn"] == KEY


def test_copies_stand_in_another_region_under_a_key_of_their_own():
    """A key does not leave its region, so the copies have one there, which rotates as the first does."""
    recording = recorded()
    copies = only(recording, VAULT, "backup-vault-copies")
    key = only(recording, "aws:kms/key:Key")
    assert (copies["region"], key["region"], key["enableKeyRotation"]) == ("eu-west-3", "eu-west-3", True)
    assert copies["kmsKeyArn"] == key.outputs["arn"]
    [rule] = only(recording, "aws:backup/plan:Plan")["rules"]
    [copied] = rule["copyActions"]
    assert copied == {"destinationVaultArn": copies.outputs["arn"], "lifecycle": {"deleteAfter": 14}}
    assert {each["minRetentionDays"] for each in recording.of(LOCK)} == {35, 14}


def test_a_weekly_backup():
    """One day of the week, and a name that says so."""
    [rule] = only(recorded({"day": "sun", "at": "05:30"}), "aws:backup/plan:Plan")["rules"]
    assert (rule["ruleName"], rule["schedule"]) == ("weekly", "cron(30 5 ? * SUN *)")


def test_the_databases_own_backups_are_copied_too():
    """Under the key of the copies, for as long as the table says; AWS takes them where they go to."""
    type_ = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
    recording = recorded({"copy-to": {"region": "eu-west-3", "copied-days": 30}}, stores={"database": "arn:a"})
    key = only(recording, "aws:kms/key:Key")
    wanted = {"region": "eu-west-3", "sourceDbInstanceArn": "arn:a", "retentionPeriod": 30}
    assert only(recording, type_).inputs == {**wanted, "kmsKeyId": key.outputs["arn"]}
    assert not recorded().of(type_)


@pytest.mark.parametrize(("mode", "grace"), [("governance", None), ("compliance", 3)])
def test_a_lock(mode, grace):
    """Governance can be taken off by who may; compliance by nobody, once three days are over."""
    recording = recorded({"lock": mode, "copy-to": None})
    lock = only(recording, LOCK)
    assert lock["backupVaultName"] == "acme-test-vault"
    assert lock.inputs.get("changeableForDays") == grace


@pytest.mark.parametrize("guarded", [False, True])
def test_a_vault_is_guarded_as_the_posture_says(guarded):
    vault = only(recorded({"copy-to": None}, protect=guarded, force_destroy=not guarded), VAULT)
    assert (vault.options.protect, vault["forceDestroy"]) == (guarded, not guarded)


def test_the_role_may_do_its_work_before_the_plan_chooses():
    """Else the first backup fails; and AWS Backup takes it, which does not say for which account it acts."""
    recording = recorded({"copy-to": None})
    chosen = only(recording, "aws:backup/selection:Selection")
    assert {"backup-backups", "backup-restores"} <= set(waits_for(recording, chosen))
    [trust] = json.loads(only(recording, "aws:iam/role:Role")["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "backup.amazonaws.com"}
    assert "Condition" not in trust


def test_everything_is_chosen_in_the_same_order():
    """Whatever order the tables stand in."""
    stores = {"table-b": "arn:b", "database": "arn:a"}
    chosen = only(recorded(stores=stores), "aws:backup/selection:Selection")
    assert chosen["resources"] == ["arn:a", "arn:b"]
