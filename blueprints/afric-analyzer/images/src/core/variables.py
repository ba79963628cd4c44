"""What a task is told: secrets and variables of its task definition."""

from collections.abc import Mapping

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from redis.asyncio import Redis


class TaskVariables(BaseSettings):
    """The environment, a field a variable. The scheme of REDIS_URL decides on TLS: nothing here differs in AWS."""

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    redis_url: SecretStr
    database_url: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    api_keys: SecretStr = SecretStr("")  #: tenant=key, with commas
    batch_size: int = 100
    batch_timeout_ms: int = 1000
    aws_region: str = "eu-west-1"  #: Fargate gives it; boto3 itself reads another variable
    threat_feeds: str = ""  #: HTTPS addresses of lists of addresses, with commas

    @property
    def tenants(self) -> Mapping[str, str]:
        """The tenant of each API key."""
        pairs = (each.partition("=") for each in self.api_keys.get_secret_value().split(",") if each)
        return {key.strip(): tenant.strip() for tenant, _, key in pairs if key.strip()}

    def redis(self) -> Redis:
        """A client: redis:// in clear, rediss:// over verified TLS, the database by its number in the path."""
        return Redis.from_url(self.redis_url.get_secret_value(), socket_connect_timeout=5)
