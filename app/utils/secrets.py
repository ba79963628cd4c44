"""Secrets as they are now: what ECS injected when the task started may have been rotated since."""

import asyncio
import json
from typing import Any, cast

import boto3
from botocore.config import Config

QUICK = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 2})


async def current(name: str) -> dict[str, str]:
    """The keys of a secret in Secrets Manager. Raises BotoCoreError or ClientError."""
    return await asyncio.to_thread(_read, name)


def _read(name: str) -> dict[str, str]:
    client = cast("Any", boto3.client("secretsmanager", config=QUICK))  # boto3 has no types
    return json.loads(client.get_secret_value(SecretId=name)["SecretString"])
