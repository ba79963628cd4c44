"""The servers, and the images' processes."""

import pytest

from app.tests import servers, shared


def pytest_configure(config: pytest.Config) -> None:
    shared.register(config)


@pytest.fixture(scope="session")
def redis_url(cache_server: servers.Environment) -> str:
    """As the secret says it, but for the TLS that the server lacks."""
    password, host = cache_server["CACHE_TOKEN"], cache_server["CACHE_HOST"]
    return f"redis://:{password}@{host}:{cache_server['CACHE_PORT']}/0"
