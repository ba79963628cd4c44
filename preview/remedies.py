"""What keeps a rule of the policy pack, in words of a stack file: who writes one has no program to change."""

from collections.abc import Mapping
from typing import Final

from preview.recording import Recording
from preview.verdict import Note
from settings.file.namespaces import NAMESPACE

_POSTURE: Final = "posture: recoverable, or protected"
_PROTECTED: Final = "posture: protected"

#: By rule; `*` stands for the word of a row. Rules that no word of a stack file keeps are not here.
WORDS: Final[Mapping[str, str]] = {
    "balancer-deletion-protection": _PROTECTED,
    "bucket-access-logs": "buckets.*.log-to: the word of another bucket, with encryption: s3",
    "bucket-versions": "buckets.*.versioned: true",
    "cluster-insights": "cluster.insights: enabled",
    "entry-point-acl": "web-acl: {} before the load balancer, site-acl: {} before sites",
    "final-snapshot": _POSTURE,
    "force-destroy": _POSTURE,
    "image-tags-immutable": "repositories.*.moving-tags: [latest]",
    "log-group-deletion-protection": _PROTECTED,
    "over-budget": "smaller sizes, or budget.monthly, if it may cost so much",
    "secret-recovery": _POSTURE,
    "store-backups": "database.backup-days, or cache.snapshot-days: 7 or more",
    "store-deletion-protection": _PROTECTED,
    "table-deletion-protection": _PROTECTED,
    "vpc-flow-logs": "network.flow-logs: {days: 30}",
}


def remedy(recording: Recording, note: Note) -> str:
    """What would keep the rule; of a program without a stack file of ours, and elsewhere, what the pack says."""
    words = WORDS.get(note.rule) if f"{NAMESPACE}:account" in recording.config else None
    return f"In the stack file: {words}." if words else note.fix
