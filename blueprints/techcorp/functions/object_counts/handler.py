"""Counts what comes to a bucket and what goes, in objects and in bytes."""

import json
import os
import sys
from datetime import datetime
from typing import Any

NAMESPACE = "TechCorp/Functions"
KINDS = {"Object Created": "created", "Object Deleted": "deleted"}


def handle(event: dict[str, Any], context: object) -> None:
    """One event of S3: a line of CloudWatch's embedded metric format, from which CloudWatch makes the metrics.

    S3 says no size of what is deleted. Raises KeyError for any other event.
    """
    kind, detail = KINDS[event["detail-type"]], event["detail"]
    size = detail["object"].get("size")
    counted: dict[str, int] = {"Objects": 1, **({"Bytes": size} if size is not None else {})}
    metrics = [{"Name": name, "Unit": "Bytes" if name == "Bytes" else "Count"} for name in counted]
    line = {
        "_aws": {
            "Timestamp": int(datetime.fromisoformat(event["time"]).timestamp() * 1000),
            "CloudWatchMetrics": [
                {"Namespace": NAMESPACE, "Dimensions": [["Environment", "Bucket", "Kind"]], "Metrics": metrics}
            ],
        },
        "Environment": os.environ["ENVIRONMENT"],
        "Bucket": detail["bucket"]["name"],
        "Kind": kind,
        **counted,
    }
    sys.stdout.write(f"{json.dumps(line)}\n")
