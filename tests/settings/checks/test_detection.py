"""What the tables of audit and detection refuse, and what they advise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.settings.changed import Config, problems, update


def counting(log: str, **more: Any):
    """A row of metrics that counts the lines of a log."""
    row = {"namespace": "Acme/Log", "name": "Seen", "counts": {"log": log, "pattern": "ERROR"}, **more}
    return lambda config: config.update({"cloudplatform:metrics": {"seen": row}})


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
    ("shared", update("detection", "security-hub", gathers=["eu-west-1", "eu-west-1"]),
     "detection.security-hub.gathers[1]: eu-west-1 is named twice; name it once"),
    ("shared", update("detection", "security-hub", gathers=["us-east-1"]),
     "detection.security-hub.gathers[0]: us-east-1 is this stack's own region; remove it"),
    ("dev", counting("trail"), "metrics.seen.counts.log: this stack keeps no such log; add audit.trail"),
    ("shared", counting("flow-logs"), "metrics.seen.counts.log: this stack keeps no such log; add network.flow-logs"),
    ("shared", counting("trail", dimensions={"A": "b"}),
     "metrics.seen.dimensions: what is counted in a log has none here; remove them"),
    ("shared", counting("trail", namespace="AWS/Logs"),
     "metrics.seen.namespace: AWS keeps AWS/ for its own metrics; use another"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "message"), CASES, ids=[case[2].split(":")[0] for case in CASES])
def test_what_is_refused(tmp_path: Path, stack: str, change: Callable[[Config], object], message: str) -> None:
    assert message in problems(tmp_path, stack, change)
