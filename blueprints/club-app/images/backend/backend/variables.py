"""What the task is told: its variables, and the secrets as Secrets Manager keeps them."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BackendVariables(BaseSettings):
    """The environment, a field a variable. DATABASE_URL is the JSON document that the rotation writes."""

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    port: int = 3000
    database_url: SecretStr
    redis_url: SecretStr
    sentry_dsn: SecretStr = SecretStr("")

    @property
    def database(self) -> Mapping[str, Any]:
        """What a connection is opened with: of the secret's six keys all but the engine."""
        found = json.loads(self.database_url.get_secret_value())
        return {
            "host": found["host"],
            "port": int(found["port"]),
            "user": found["username"],
            "password": found["password"],
            "database": found["dbname"],
        }
