"""The trail, and who hears of findings."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.table import Complaint


@check("audit", "buckets")
def the_trail_cannot_be_changed(s: Settings) -> Iterator[Complaint]:
    word = s.audit.trail and s.audit.trail.bucket
    if word and word in s.buckets and not s.buckets[word].lock:
        message = "it keeps the trail, which nobody may change; add versioned: true and lock: {days: 90} or the like"
        yield Complaint(("buckets", word), message)


@check("audit", "detection", "alerts")
def findings_tell_somebody(s: Settings) -> Iterator[Complaint]:
    if s.watchers and not s.alerts:
        table = "audit" if s.watchers[0] in ("trail", "recorder") else "detection"
        message = f"nobody would hear of what {s.watchers[0]} finds; add cloudplatform:alerts"
        yield Complaint((table, s.watchers[0]), message)


@check("audit", "detection", "alerts")
def responses_have_their_events(s: Settings) -> Iterator[Complaint]:
    if s.detection.response and "trail" not in s.watchers:
        message = "the response acts on events of the trail, and the stack has none; add audit.trail"
        yield Complaint(("detection", "response"), message)
    duty = s.detection.guardduty
    if s.detection.response and duty and duty.mode != "skip" and "runtime" not in duty.features:
        message = "the response isolates tasks, of which GuardDuty finds nothing without runtime; add it"
        yield Complaint(("detection", "guardduty", "features"), message)
    hub = s.detection.security_hub
    if hub and hub.report and not s.alerts:
        message = "the report goes to the addresses of alerts; add cloudplatform:alerts"
        yield Complaint(("detection", "security-hub", "report"), message)


@check("detection", "region")
def findings_come_from_elsewhere(s: Settings) -> Iterator[Complaint]:
    hub = s.detection.security_hub
    if hub and s.region in hub.gathers:
        path = ("detection", "security-hub", "gathers", hub.gathers.index(s.region))
        yield Complaint(path, f"{s.region} is this stack's own region; remove it")
