"""Clients of AWS: made when first used, each call bounded in time and tries."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

#: Four tries with growing pauses outlast a throttled minute's burst, and a dead service costs less than a minute.
CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
    user_agent_appid="cloudplatform",
)


@cache
def client(service: str) -> Any:
    """The one client of a service, in the region that Lambda names in the environment."""
    # boto3 makes the methods at run time, from AWS's description of the service.
    return boto3.client(service, config=CONFIG)  # pyright: ignore[reportUnknownVariableType]


def refused(error: ClientError, *codes: str) -> bool:
    """Whether AWS refused a call with one of these error codes."""
    return error.response.get("Error", {}).get("Code") in codes
