"""How much a stack must survive: one word that decides protection, snapshots and recovery together."""

from dataclasses import dataclass
from typing import Literal

PostureWord = Literal["expendable", "recoverable", "protected"]


@dataclass(frozen=True, kw_only=True)
class Posture:
    """What a posture means for the resources that hold data. A table may strengthen a part, never weaken it."""

    protect: bool  #: Pulumi refuses to delete or replace it
    deletion_protection: bool  #: AWS refuses to delete it
    final_snapshot: bool  #: a database leaves a snapshot behind
    force_destroy: bool  #: a bucket or registry goes with what is in it
    secret_days: int  #: days in which a deleted secret can be restored; 0 is at once


POSTURES: dict[PostureWord, Posture] = {
    "expendable": Posture(
        protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True, secret_days=0
    ),
    "recoverable": Posture(
        protect=False, deletion_protection=False, final_snapshot=True, force_destroy=False, secret_days=7
    ),
    "protected": Posture(
        protect=True, deletion_protection=True, final_snapshot=True, force_destroy=False, secret_days=30
    ),
}
