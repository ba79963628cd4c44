"""What a system's staging is asked after each update, before production is changed (systems-up.yml).

`pytest tests/acceptance/test_staging.py -m deployed --system web-platform --stack staging`
"""

from typing import Any

import pytest

from tests.acceptance.deployed import Deployed
from tests.requirements.reading import of
from tests.stacks import BLUEPRINT_STACKS

staging = pytest.mark.parametrize("stack", [each for each in BLUEPRINT_STACKS if each.endswith("/staging")])


@pytest.mark.deployed
@staging
def test_every_public_name_answers(deployed: Deployed, stack: str) -> None:
    """Through DNS, certificate and load balancer, a container behind each name says that it is well."""
    settings, asked = deployed.settings, 0
    for host in settings.hosts:
        path = settings.health_path(host)
        if path and not host.startswith("*"):
            answer = deployed.web.ask(f"https://{host}{path}")
            assert 200 <= answer.status < 400, (host, path, answer.status)
            asked += 1
    assert asked, "no name of the stack can be asked"


@pytest.mark.deployed
@staging
def test_every_service_runs(deployed: Deployed, stack: str) -> None:
    """As many tasks as are wanted, of one revision, and no deployment under way."""
    names = [str(each["name"]) for each in of(deployed.recording, "ecs.Service")]
    cluster = deployed.name("ecs.Cluster")
    found: list[dict[str, Any]] = []
    for first in range(0, len(names), 10):  # the most that ECS describes at once
        part = deployed.client("ecs").describe_services(cluster=cluster, services=names[first : first + 10])
        found += part["services"]
    assert sorted(each["serviceName"] for each in found) == sorted(names)
    for each in found:
        assert each["runningCount"] == each["desiredCount"] > 0, each["serviceName"]
        assert [row["rolloutState"] for row in each["deployments"]] == ["COMPLETED"], each["serviceName"]
