"""The verdict of a policy pack on a stack: of its first preview, and of its update with all ids known."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

#: A policy that speaks of the whole configuration: only what it says of the run with everything known holds.
LAST_WORD = "exemptions-unused"


@dataclass(frozen=True, order=True)
class Note:
    """One thing that the pack has to say about one resource."""

    rule: str
    urn: str
    message: str
    fix: str
    severity: str  #: low, medium, high, critical or empty
    policy: str
    update_only: bool = False  #: it shows with every id known, as in an update; the engine's preview cannot tell


@dataclass(frozen=True, order=True)
class Exempted:
    """A breach that the stack file gives a reason for."""

    rule: str
    urn: str
    message: str
    reason: str
    owner: str
    expires: str  #: the last day, as 2026-12-31, or empty
    decision: str  #: the file of the decision's record, or empty


@dataclass(frozen=True)
class PackVerdict:
    """What the pack says of a stack."""

    violations: tuple[Note, ...] = ()  #: of mandatory rules: they block the deployment
    advisories: tuple[Note, ...] = ()
    exemptions: tuple[Exempted, ...] = ()  #: what would block, had the stack file not given a reason
    undecided: tuple[Note, ...] = ()  #: what cannot be judged before the deployment
    profile: str = ""  #: how much the stack asks of itself

    @property
    def clean(self) -> bool:
        """Whether the stack may be deployed."""
        return not self.violations

    def with_update(self, later: "PackVerdict") -> "PackVerdict":
        """This verdict on the first preview, joined with the one on the update, in which every id is known.

        A finding of both is one; what neither could decide stays undecided.
        """
        known = {(each.rule, each.urn) for each in self.exemptions}
        return PackVerdict(
            violations=_sum(self.violations, later.violations),
            advisories=_sum((n for n in self.advisories if n.policy != LAST_WORD), later.advisories),
            exemptions=tuple(
                sorted([*self.exemptions, *(each for each in later.exemptions if (each.rule, each.urn) not in known)])
            ),
            undecided=later.undecided,
            profile=self.profile,
        )


def _sum(first: Iterable[Note], later: Iterable[Note]) -> tuple[Note, ...]:
    """Notes of both, each finding once; those of the second alone are marked."""
    found = [*first]
    known = {(each.rule, each.urn, each.policy) for each in found}
    for each in later:
        if each.policy == LAST_WORD:
            found.append(each)
        elif (each.rule, each.urn, each.policy) not in known:
            found.append(replace(each, update_only=True))
    return tuple(sorted(found))
