"""The API contract: what the load balancer's rules send to a service is what its image answers."""

import fnmatch

import pytest

from src.api.main import app as analyse
from src.ingest.main import app as ingest
from tests.stack_files import config

APIS = {"repo1-api": ingest, "repo2-api": analyse}
#: What the APIs answer, and no more.
PATHS = {
    "repo1-api": {"/api/logs/ingest": {"post"}, "/admin/queue": {"get"}, "/health": {"get"}},
    "repo2-api": {
        "/api/v1/logs": {"get"},
        "/alerts": {"get"},
        "/stats": {"get"},
        "/health/live": {"get"},
        "/health/ready": {"get"},
    },
}


@pytest.mark.parametrize("service", APIS)
def test_the_paths_are_those_of_the_contract(service: str) -> None:
    assert {path: {*operations} for path, operations in APIS[service].openapi()["paths"].items()} == PATHS[service]


@pytest.mark.parametrize("stack", ["afric-analyzer/starter", "afric-analyzer/staging", "afric-analyzer/prod"])
def test_every_path_is_routed_to_its_service(stack: str) -> None:
    """In the order of the rules, of which the first that fits decides; and every rule leads to something."""
    services = config(stack)["cloudplatform:services"]
    rules = sorted(
        (route["order"], service, pattern)
        for service in APIS
        for route in services[service]["routes"].values()
        for pattern in route["paths"]
    )
    reached: set[str] = set()
    for service, paths in PATHS.items():
        for path in paths:
            found = next((rule for rule in rules if fnmatch.fnmatchcase(path, rule[2])), None)
            assert found, path
            assert found[1] == service, path
            reached.add(found[2])
    assert reached == {pattern for _, _, pattern in rules}
