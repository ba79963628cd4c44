"""What the task is told: variables of its task definition, and secrets that ECS puts beside them."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The environment, a field a variable: DATABASE_HOST is `database_host`. What has no default must be given."""

    # A complaint about a missing variable would otherwise quote all the others, passwords included.
    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    environment: str = "local"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    port: int = 8000
    drain_seconds: float = Field(default=5, ge=0, description="time to serve on, no longer ready, after SIGTERM")

    database_host: str
    database_port: int = 5432
    database_name: str
    database_user: str
    database_password: SecretStr
    database_tls: bool = True
    database_ca: Path | None = Field(default=None, description="the certificates to trust; none: the system's")
    database_secret: str = Field(default="", description="where to ask for a new password; see `credentials`")

    cache_host: str
    cache_port: int = 6379
    cache_token: SecretStr
    cache_tls: bool = True

    rate_limit: int = Field(default=0, ge=0, description="requests a minute and client; 0: no limit")
    proxies: int = Field(default=1, ge=1, description="how many of our own stand before us: the load balancer is one")

    @property
    def credentials(self) -> str:
        """The secret that is asked when the database refuses our password."""
        return self.database_secret or f"/{self.environment}/database/credentials"
