"""What the tables of CloudFront and DNS refuse, and what they advise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.settings.changed import Config, problems, update

CASES = [
    ("shared", lambda config: config.update({"cloudplatform:cdn": {}}),
     "cdn: CloudFront needs a load balancer as its origin; add cloudplatform:load-balancer"),
    ("shared", update("dns", health_checks=True),
     "dns.health-checks: no service has routes, so there is no name to check; remove it"),
    ("dev", update("dns", dnssec=True),
     "dns.dnssec: only the stack that owns the zone can sign it; remove it here, and add it to that stack's file"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "message"), CASES, ids=[case[2].split(":")[0] for case in CASES])
def test_what_is_refused(tmp_path: Path, stack: str, change: Callable[[Config], object], message: str) -> None:
    assert message in problems(tmp_path, stack, change)
