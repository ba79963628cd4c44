"""Measures how old the newest object of a bucket is: copies that nobody makes any more are noticed."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import boto3

NAMESPACE = "TechCorp/Functions"


def handle(event: dict[str, Any], context: object) -> None:
    """List the bucket and tell the age of its newest object, in CloudWatch's embedded metric format.

    Raises LookupError where the bucket is empty: nothing was ever copied, or all of it is gone.
    """
    bucket, now = os.environ["BUCKET"], datetime.now(UTC)
    storage = cast(Any, boto3).client("s3")
    pages = storage.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    changes: Iterator[datetime] = (each["LastModified"] for page in pages for each in page.get("Contents", ()))
    newest = max(changes, default=None)
    if newest is None:
        raise LookupError(f"{bucket} is empty")
    metric = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Environment", "Bucket"]],
        "Metrics": [{"Name": "NewestObjectAge", "Unit": "Seconds"}],
    }
    line = {
        "_aws": {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [metric]},
        "Environment": os.environ["ENVIRONMENT"],
        "Bucket": bucket,
        "NewestObjectAge": int((now - newest).total_seconds()),
    }
    sys.stdout.write(f"{json.dumps(line)}\n")
