"""What the table of backups refuses, and what it advises."""

from pathlib import Path

import pytest

from settings.tables.data import BackupTable
from tests.settings.changed import problems, update

WINDOW = "backup.at: the database makes its own backups at {}; keep an hour away from that"
CASES = [
    ("prod", update("backup", copy_to={"region": "us-east-1"}),
     "backup.copy-to.region: us-east-1 is where the backups already are; name another region"),
    ("prod", lambda it: it.pop("cloudplatform:alerts"),
     "backup: nobody would hear of a backup that failed; add cloudplatform:alerts"),
    ("shared", lambda it: (it.update({"cloudplatform:backup": {}}), it.pop("cloudplatform:tables")),
     "backup: there is nothing to back up; add a database or a table, or remove this"),
    ("prod", update("backup", at="02:00"), WINDOW.format("03:00-04:00")),
    ("prod", update("backup", at="04:00"), WINDOW.format("03:00-04:00")),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, stack: str, change, wanted: str) -> None:
    assert wanted in problems(tmp_path, stack, change)


@pytest.mark.parametrize(("window", "at", "fits"), [
    ("03:00-04:00", "01:59", True),
    ("03:00-04:00", "04:01", True),
    ("23:30-00:30", "22:29", True),
    ("23:30-00:30", "00:10", False),
    ("00:10-00:40", "23:30", False),
    ("00:10-00:40", "23:00", True),
])  # fmt: skip
def test_an_hour_is_kept_over_midnight_too(tmp_path: Path, window: str, at: str, fits: bool) -> None:
    def change(config) -> None:
        config["cloudplatform:database"]["backup-window"] = window
        config["cloudplatform:backup"] |= {"at": at, "copy-to": {"region": "us-east-1"}}  # so that there is a problem

    found = problems(tmp_path, "prod", change)
    assert len(found) == 1 + (not fits)
    assert (WINDOW.format(window) in found) is not fits


def test_what_is_not_said() -> None:
    """Thirty-five days, no lock, no copy; and at no time at which the default windows of RDS are."""
    table = BackupTable()
    assert (table.at, table.keep_days, table.lock, table.copy_to) == ("07:00", 35, None, None)
