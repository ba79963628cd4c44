"""The account keeps its evidence: trails and recorders are on, whole, and cannot be changed unseen."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from guard.aws.accounts import same_account, same_region
from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, dig, items, truth
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "logging"
TRAIL: Final = "aws:cloudtrail/trail:Trail"

register(
    FAMILY,
    Switch(
        "trail-everywhere",
        {TRAIL: "isMultiRegionTrail"},
        good=("true",),
        text="records one region only",
        fix="Set is_multi_region_trail=True.",
        why="An intruder works where nobody looks: in the regions that the company does not use.",
        controls=("FSBP CloudTrail.1", "CIS 5.0 3.1"),
        severity=Severity.HIGH,
        remediate=True,
    ),
    Switch(
        "trail-validation",
        {TRAIL: "enableLogFileValidation"},
        good=("true",),
        text="does not sign its files: a changed one looks like any other",
        fix="Set enable_log_file_validation=True.",
        why="Evidence that can be changed unseen is none.",
        controls=("FSBP CloudTrail.4", "CIS 5.0 3.2"),
        remediate=True,
    ),
    Switch(
        "trail-off",
        {TRAIL: "enableLogging"},
        bad=("false",),
        text="is switched off",
        fix="Drop enable_logging=False.",
        why="To switch off the trail is an intruder's first step; it should not be in the program.",
        controls=("FSBP CloudTrail.3",),
        severity=Severity.HIGH,
    ),
    Switch(
        "event-store-off",
        {"aws:cloudtrail/eventDataStore:EventDataStore": "suspend"},
        bad=("true",),
        text="takes in no more events",
        fix="Drop suspend='true'.",
        why="A store that takes nothing in answers every question with what was before.",
    ),
    Switch(
        "trail-key",
        {TRAIL: "kmsKeyId"},
        text="is encrypted with a key that everybody who reads the bucket may use",
        fix="Set kms_key_id to a key whose policy lets CloudTrail encrypt and few decrypt.",
        why="With a key of its own a trail is read by those who may use the key, not by all who may read buckets.",
        controls=("FSBP CloudTrail.2", "CIS 5.0 3.5"),
        level=EnforcementLevel.ADVISORY,
    ),
)


# --- what a trail records -----------------------------------------------------------------------------------------

Kinds = frozenset[str]  # of management events: reading and writing ones
BOTH: Final[Kinds] = frozenset({"read", "write"})
NONE: Final[Kinds] = frozenset()
_TYPES: Final = {"all": BOTH, "readonly": frozenset({"read"}), "writeonly": frozenset({"write"})}
_READ_ONLY: Final = {"true": frozenset({"read"}), "false": frozenset({"write"})}


def records_management(trail: Resource) -> Answer:
    """Return whether a trail records everything that is done to the account; without selectors it does."""
    selectors = [*map(_basic, items(trail["eventSelectors"])), *map(_advanced, items(trail["advancedEventSelectors"]))]
    known = [one for one in selectors if not isinstance(one, Missing)]
    if not selectors or NONE.union(*known) == BOTH:
        return True
    return False if len(known) == len(selectors) else UNKNOWN


def _basic(selector: Any) -> Kinds | Missing:
    included = truth(dig(selector, "includeManagementEvents"), absent=True)
    kind = dig(selector, "readWriteType")
    if included is False:
        return NONE
    if UNKNOWN in (included, kind):
        return UNKNOWN
    return BOTH if kind is ABSENT else _TYPES.get(str(kind).lower(), BOTH)


def _advanced(selector: Any) -> Kinds | Missing:
    fields = {dig(one, "field"): items(dig(one, "equals")) for one in items(dig(selector, "fieldSelectors"))}
    category, read_only = fields.get("eventCategory", []), fields.get("readOnly", [])
    if UNKNOWN in (selector, *fields, *category, *read_only):
        return UNKNOWN
    if "Management" not in category:
        return NONE
    return _READ_ONLY[str(read_only[0]).lower()] if len(read_only) == 1 else BOTH


def _covers(other: Resource, trail: Resource) -> Answer:
    """Return whether another trail records what is done where a trail stands."""
    there = some((other.switch("isMultiRegionTrail"), same_region(other, trail)))
    return every((same_account(other, trail), there, records_management(other)))


@rule(
    "trail-events",
    family=FAMILY,
    on=TRAIL,
    severity=Severity.MEDIUM,
    controls=("FSBP CloudTrail.1", "CIS 5.0 3.1"),
    why="A trail of data events alone does not tell who made the role, opened the group or deleted the key.",
    fix="Let one event selector have include_management_events=True and read_write_type='All', or leave all out.",
)
def trail_events(trail: Resource, stack: Stack) -> Iterator[Finding]:
    at = "eventSelectors" if trail["advancedEventSelectors"] is ABSENT else "advancedEventSelectors"
    own = records_management(trail)
    whole = own if own is not False else some(_covers(other, trail) for other in stack.of(TRAIL))
    if whole is UNKNOWN:
        yield trail.undecided(at)
    elif not whole:
        yield trail.finding("leaves out management events, and no other trail here has them", at=at)


# --- the recorder -------------------------------------------------------------------------------------------------

RECORDER: Final = "aws:cfg/recorder:Recorder"
STATUS: Final = "aws:cfg/recorderStatus:RecorderStatus"


@rule(
    "recorder-off",
    family=FAMILY,
    on=(RECORDER, STATUS),
    severity=Severity.MEDIUM,
    controls=("FSBP Config.1", "CIS 5.0 3.3"),
    why="A recorder records nothing until its status says so; what a resource was like last week is then unknown.",
    fix="Add an aws.cfg.RecorderStatus with the recorder's name and is_enabled=True, after the delivery channel.",
)
def recorder_off(resource: Resource, stack: Stack) -> Iterator[Finding]:
    if resource.type == STATUS:
        match resource.switch("isEnabled"):
            case True:
                pass
            case False:
                yield resource.finding("keeps the recorder off", at="isEnabled")
            case _:
                yield resource.undecided("isEnabled")
        return
    # A status that says no is a finding of its own.
    match attached(stack, resource, STATUS, "name").some(lambda _: True):
        case True:
            pass
        case False:
            yield resource.finding("is never started: it has no status")
        case _:
            yield resource.unclear("may be started: `name` of a status is not known yet")


@rule(
    "recorder-scope",
    family=FAMILY,
    on=RECORDER,
    severity=Severity.LOW,
    controls=("FSBP Config.1", "CIS 5.0 3.3"),
    why="A list of types leaves out every type that AWS adds, and whatever nobody thought of.",
    fix="Drop resource_types and set recording_group={'all_supported': True, 'include_global_resource_types': True}.",
    level=EnforcementLevel.ADVISORY,
)
def recorder_scope(recorder: Resource) -> Iterator[Finding]:
    strategies = items(recorder["recordingGroup.recordingStrategies.useOnly"])
    match recorder.switch("recordingGroup.allSupported", absent=True):
        case False if not strategies or "INCLUSION_BY_RESOURCE_TYPES" in strategies:
            yield recorder.finding("records some types of resources only", at="recordingGroup.allSupported")
        case True | False:
            pass
        case _:
            yield recorder.undecided("recordingGroup.allSupported")
