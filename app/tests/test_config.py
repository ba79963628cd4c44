"""Configuration from the environment, which ECS fills from the task definition and from Secrets Manager."""

import pytest
from pydantic import ValidationError

from app.config import Settings
from app.tests.servers import Environment

pytestmark = pytest.mark.requirement("CP-APP-03")


def test_each_variable_is_read(environment: Environment) -> None:
    """Addresses, credentials and switches arrive with their types."""
    settings = Settings()
    assert settings.environment == "test"
    assert settings.database_host == environment["DATABASE_HOST"]
    assert settings.database_port == int(environment["DATABASE_PORT"])
    assert settings.database_password.get_secret_value() == environment["DATABASE_PASSWORD"]
    assert settings.cache_token.get_secret_value() == environment["CACHE_TOKEN"]
    assert (settings.database_tls, settings.cache_tls) == (False, False)


def test_what_is_not_said_is_safe(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS to both stores, the port of the load balancer, and the secret of the task's own environment."""
    for name in ("DATABASE_TLS", "CACHE_TLS", "LOG_LEVEL"):
        monkeypatch.delenv(name)
    settings = Settings()
    assert (settings.database_tls, settings.cache_tls, settings.port, settings.log_level) == (True, True, 8000, "info")
    assert settings.credentials == "/test/database/credentials"


def test_what_is_missing_is_said_at_once_and_no_secret_with_it(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All missing names in one message, and none of the values that are there."""
    monkeypatch.delenv("DATABASE_HOST")
    monkeypatch.delenv("CACHE_TOKEN")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert [each["loc"] for each in caught.value.errors()] == [("log_level",), ("database_host",), ("cache_token",)]
    assert environment["DATABASE_PASSWORD"] not in str(caught.value)
    assert "input_value" not in str(caught.value)  # pydantic would quote all variables, shortened by chance


def test_secrets_do_not_show(environment: Environment) -> None:
    """Whoever prints the settings prints no secret."""
    shown = repr(Settings())
    assert "database_password=SecretStr('**********')" in shown
    assert environment["DATABASE_PASSWORD"] not in shown
    assert environment["CACHE_TOKEN"] not in shown


def test_nothing_else_is_read(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of others are left alone: the task has some that this application does not use."""
    monkeypatch.setenv("JWT_SECRET", "a-signing-key")
    assert "a-signing-key" not in Settings().model_dump_json()
