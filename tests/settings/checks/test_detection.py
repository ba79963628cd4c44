"""What the tables of audit and detection refuse, and what they advise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.settings.changed import Config, problems, update

CASES = [
    ("shared", update("audit", "trail", bucket=None),
     "audit.trail.bucket: what is created here is kept in a bucket; name one of cloudplatform:buckets"),
    ("shared", update("audit", "recorder", mode="adopt"),
     "audit.recorder.bucket: what is not created here has its bucket already; remove it, or use mode: create"),
    ("shared", update("audit", "trail", mode="adopt", bucket=None),
     "audit.trail.log-group: filters read an adopted trail's log group; name it here"),
    ("shared", update("audit", "trail", log_group="/x"),
     "audit.trail.log-group: this stack names its own trail's log group; remove it, or use mode: adopt"),
    ("shared", update("audit", "trail", data_events=["state", "cloudtrail"]),
     "audit.trail.data-events[1]: the trail's own bucket would record its deliveries without end; remove it"),
    ("shared", update("audit", "trail", data_events=["state", "state"]),
     "audit.trail.data-events[1]: state is named twice; name it once"),
    ("shared", update("audit", "recorder", bucket="nowhere"),
     "audit.recorder.bucket: there is no bucket 'nowhere'; use cloudtrail, config or state"),
    ("shared", update("buckets", "cloudtrail", lock=None),
     "buckets.cloudtrail: it keeps the trail, which nobody may change; add versioned: true and lock: {days: 90} or the "
     "like"),
    ("shared", update("detection", "guardduty", mode="adopt"),
     "detection.guardduty.detector: an adopted detector is known by its id; add it (aws guardduty list-detectors)"),
    ("shared", update("detection", "guardduty", detector="0" * 32),
     "detection.guardduty.detector: only an adopted detector has its id here; remove it, or use mode: adopt"),
    ("shared", update("detection", "guardduty", features=["s3", "s3"]),
     "detection.guardduty.features[1]: s3 is named twice; name it once"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "message"), CASES, ids=[case[2].split(":")[0] for case in CASES])
def test_what_is_refused(tmp_path: Path, stack: str, change: Callable[[Config], object], message: str) -> None:
    assert message in problems(tmp_path, stack, change)
