"""What the tables of audit, detection, delivery, access and CloudFront refuse, and what they advise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.file import reading, stackfile
from settings.file.problems import InvalidSettings

ROOT = Path(__file__).parents[2]
Config = dict[str, Any]


def problems(folder: Path, stack: str, change: Callable[[Config], object]) -> list[str]:
    """What is wrong with a stack file after a change of its tables, without the places."""
    content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())
    change(content["config"])
    file = folder / f"Pulumi.{stack}.yaml"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(InvalidSettings) as caught:
        reading.read(stackfile.read(file, "cloudplatform"), project="cloudplatform", stack=stack, file=file)
    return [f"{each.field}: {each.message}" for each in caught.value.problems]


def _update(table: str, *path: str, **words: Any) -> Callable[[Config], object]:
    def change(config: Config) -> None:
        found = config[f"cloudplatform:{table}"]
        for word in path:
            found = found[word]
        found.update({key.replace("_", "-"): value for key, value in words.items()})

    return change


CASES = [
    ("shared", _update("audit", "trail", bucket=None),
     "audit.trail.bucket: what is created here is kept in a bucket; name one of cloudplatform:buckets"),
    ("shared", _update("audit", "recorder", mode="adopt"),
     "audit.recorder.bucket: what is not created here has its bucket already; remove it, or use mode: create"),
    ("shared", _update("audit", "trail", mode="adopt", bucket=None),
     "audit.trail.log-group: filters read an adopted trail's log group; name it here"),
    ("shared", _update("audit", "trail", log_group="/x"),
     "audit.trail.log-group: this stack names its own trail's log group; remove it, or use mode: adopt"),
    ("shared", _update("audit", "trail", data_events=["state", "cloudtrail"]),
     "audit.trail.data-events[1]: the trail's own bucket would record its deliveries without end; remove it"),
    ("shared", _update("audit", "trail", data_events=["state", "state"]),
     "audit.trail.data-events[1]: state is named twice; name it once"),
    ("shared", _update("audit", "recorder", bucket="nowhere"),
     "audit.recorder.bucket: there is no bucket 'nowhere'; use cloudtrail, config or state"),
    ("shared", _update("buckets", "cloudtrail", lock=None),
     "buckets.cloudtrail: it keeps the trail, which nobody may change; add versioned: true and lock: {days: 90} or the "
     "like"),
    ("shared", _update("detection", "guardduty", mode="adopt"),
     "detection.guardduty.detector: an adopted detector is known by its id; add it (aws guardduty list-detectors)"),
    ("shared", _update("detection", "guardduty", detector="0" * 32),
     "detection.guardduty.detector: only an adopted detector has its id here; remove it, or use mode: adopt"),
    ("shared", _update("detection", "guardduty", features=["s3", "s3"]),
     "detection.guardduty.features[1]: s3 is named twice; name it once"),
    ("shared", _update("delivery", "environments", "dev", github="production"),
     "delivery.environments.prod.github: another environment has the GitHub environment production too; give "
     "each its own"),
    ("shared", _update("delivery", "environments", shared={}),
     "delivery.environments.shared: this stack's own environment has its role anyway; remove it here"),
    ("shared", _update("delivery", state="nowhere"),
     "delivery.state: there is no bucket 'nowhere'; use cloudtrail, config or state"),
    ("prod", _update("access", developers={}),
     "access.developers: a stack with break-glass has no developers' role; remove one of the two"),
    ("shared", lambda config: config.update({"cloudplatform:cdn": {}}),
     "cdn: CloudFront needs a load balancer as its origin; add cloudplatform:load-balancer"),
    ("shared", _update("dns", health_checks=True),
     "dns.health-checks: no service has routes, so there is no name to check; remove it"),
    ("dev", _update("dns", dnssec=True),
     "dns.dnssec: only the stack that owns the zone can sign it; remove it here, and add it to that stack's file"),
    ("prod", _update("services", "fastapi", shell=True),
     "services.fastapi.shell: a protected stack allows no shell in its containers; remove this, or choose a "
     "weaker posture"),
    ("dev", _update("services", "fastapi", shell=True, internet=False),
     "services.fastapi.shell: a shell cannot reach ssmmessages; add that to network.endpoints.interface, or "
     "internet: true here"),
    ("dev", _update("services", "fastapi", archive="nowhere"),
     "services.fastapi.archive: there is no bucket 'nowhere'; use assets, backups or logs"),
    ("dev", _update("access", out_of_reach=["prod", "prod"]),
     "access.out-of-reach[1]: prod is named twice; name it once"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "message"), CASES, ids=[case[2].split(":")[0] for case in CASES])
def test_what_is_refused(tmp_path: Path, stack: str, change: Callable[[Config], object], message: str) -> None:
    assert message in problems(tmp_path, stack, change)
