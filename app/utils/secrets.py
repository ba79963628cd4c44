"""Secrets as they are now: what ECS injected when the task started may have been rotated since."""

import asyncio
from typing import Any, cast

import boto3
from botocore.config import Config
from pydantic import BaseModel, ConfigDict, SecretStr

QUICK = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 2})


class Credentials(BaseModel):
    """What a secret of RDS holds, and we need of it."""

    model_config = ConfigDict(hide_input_in_errors=True)

    username: str
    password: SecretStr


async def current(name: str) -> Credentials:
    """The credentials in Secrets Manager. Raises BotoCoreError, ClientError, or ValueError if they are none."""
    return await asyncio.to_thread(_read, name)


def _read(name: str) -> Credentials:
    client = cast("Any", boto3.client("secretsmanager", config=QUICK))  # boto3 has no types
    return Credentials.model_validate_json(client.get_secret_value(SecretId=name).get("SecretString", ""))
