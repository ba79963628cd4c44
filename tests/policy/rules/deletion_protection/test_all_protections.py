"""Whatever the SDK can protect from deletion a rule asks, or somebody decided that it need not, and wrote down why."""

from __future__ import annotations

import re

from guard.model.rule import RULES
from tests.policy.rules.test_encryption import SDK, inputs

WORD = re.compile(r"(?:deletion|termination|delete)Protection(?:Enabled)?|skipFinal(?:Snapshot|Backup)", re.IGNORECASE)

DECIDED = {
    "aws:cloudformation/": "what is in it has protections of its own",
    "aws:emr/": "jobs run there, and leave what they make in buckets",
    "aws:neptune/clusterInstance": "the snapshot is its cluster's",
    "aws:quicksight/accountSettings": "on unless the program says otherwise, once an account",
    "aws:pinpoint/": "numbers and senders hold no data",
    "aws:qldb/": "AWS ended it in 2025",
}


def test_every_protection_is_asked_for() -> None:
    """A new version of the SDK shows here what is new."""
    asked = {token for rule in RULES.values() if rule.family == "deletion-protection" for token in rule.on}
    folders = sorted(path for path in SDK.iterdir() if path.is_dir())
    protected = {token for folder in folders for token, name in inputs(folder) if WORD.fullmatch(name)}
    assert len(protected) > 20
    assert {one for one in protected - asked if not one.startswith(tuple(DECIDED))} == set()
