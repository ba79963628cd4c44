"""Rows of the account's own records: the trail, the recorder."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import OTHER, Row, r, three, unknown
from tests.policy.engine import Declared

TRAIL = "cloudtrail/trail:Trail"
STORE = "cloudtrail/eventDataStore:EventDataStore"


def basic(**selector: Any) -> Declared:
    return r(TRAIL, eventSelectors=[selector])


def advanced(*fields: tuple[str, str], name: str = "it") -> Declared:
    selectors = [{"field": field, "equals": [value]} for field, value in fields]
    return r(TRAIL, name, advancedEventSelectors=[{"fieldSelectors": selectors}])


RECORDER = r("cfg/recorder:Recorder", "rec", roleArn="arn:aws:iam::1:role/cfg")


def started(name: str = "rec.name", *, enabled: bool) -> Declared:
    return r("cfg/recorderStatus:RecorderStatus", "status", refs={"name": name}, isEnabled=enabled)


ACCOUNT = [
    *three("trail-everywhere", TRAIL, {"isMultiRegionTrail": True}, {}, "isMultiRegionTrail"),
    *three("trail-validation", TRAIL, {"enableLogFileValidation": True}, {}, "enableLogFileValidation"),
    *three("trail-off", TRAIL, {}, {"enableLogging": False}, "enableLogging"),
    *three("event-store-off", STORE, {"suspend": "false"}, {"suspend": "true"}, "suspend"),
    *three("trail-key", TRAIL, {"kmsKeyId": "alias/audit"}, {}),
    Row("trail-events", "ok", "without selectors all management events", (r(TRAIL),)),
    Row("trail-events", "ok", "unset is all", (basic(dataResources=[{"type": "AWS::S3::Object", "values": ["a"]}]),)),
    Row("trail-events", "breach", "data events only", (basic(includeManagementEvents=False),)),
    Row("trail-events", "breach", "only what writes", (basic(readWriteType="WriteOnly"),)),
    Row(
        "trail-events",
        "ok",
        "both halves",
        (r(TRAIL, eventSelectors=[{"readWriteType": "WriteOnly"}, {"readWriteType": "ReadOnly"}]),),
    ),
    Row("trail-events", "ok", "the newer form", (advanced(("eventCategory", "Management")),)),
    Row("trail-events", "breach", "the newer form, data only", (advanced(("eventCategory", "Data")),)),
    Row("trail-events", "breach", "half", (advanced(("eventCategory", "Management"), ("readOnly", "false")),)),
    Row(
        "trail-events",
        "ok",
        "another trail has them",
        (advanced(("eventCategory", "Data")), r(TRAIL, "main")),
    ),
    Row(
        "trail-events",
        "breach",
        "another trail has them, of another region",
        (
            r(TRAIL, eventSelectors=[{"includeManagementEvents": False}], region="eu-west-1"),
            r(TRAIL, "main", region="us-east-1"),
        ),
    ),
    Row("trail-events", "undecided", "", (OTHER, r(TRAIL, refs=unknown("eventSelectors[0].readWriteType")))),
    Row(
        "trail-events",
        "undecided",
        "the newer form",
        (OTHER, r(TRAIL, refs=unknown("advancedEventSelectors[0].fieldSelectors"))),
    ),
    Row("recorder-off", "ok", "", (RECORDER, started(enabled=True))),
    Row("recorder-off", "breach", "never started", (RECORDER,)),
    Row("recorder-off", "breach", "stopped", (RECORDER, started(enabled=False))),
    Row("recorder-off", "breach", "one of two", (r("cfg/recorder:Recorder", "twin"), RECORDER, started(enabled=True))),
    Row("recorder-off", "undecided", "whose status", (OTHER, RECORDER, started("other.value", enabled=True))),
    Row(
        "recorder-off",
        "undecided",
        "started or not",
        (OTHER, RECORDER, r("cfg/recorderStatus:RecorderStatus", refs={"name": "rec.name", **unknown("isEnabled")})),
    ),
    *three(
        "recorder-scope",
        "cfg/recorder:Recorder",
        {"recordingGroup": {"allSupported": True}},
        {"recordingGroup": {"allSupported": False, "resourceTypes": ["AWS::S3::Bucket"]}},
        "recordingGroup.allSupported",
    ),
    Row("recorder-scope", "ok", "unset", (RECORDER,)),
    Row(
        "recorder-scope",
        "ok",
        "all but some",
        (
            r(
                "cfg/recorder:Recorder",
                recordingGroup={
                    "allSupported": False,
                    "recordingStrategies": [{"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}],
                },
            ),
        ),
    ),
]

ROWS = ACCOUNT
