"""The recorded stacks, and what their resources say, for tables and diagrams."""

import json
from pathlib import Path
from typing import Any

from preview.engine import open_stack, run
from preview.lookup import Recordings
from preview.recording import RecordedResource

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ("dev", "staging", "prod")
STACKS = (*ENVIRONMENTS, "shared")


def recordings() -> Recordings:
    """Every stack, recorded with every id known."""
    return {stack: run(open_stack(stack, folder=ROOT), known=True) for stack in STACKS}


def statements(document: str) -> list[dict[str, Any]]:
    """Those of a policy document."""
    return json.loads(document)["Statement"]


def tier(subnet: RecordedResource) -> str:
    """The tier of a subnet, which stands in its logical name: `network-subnet-<tier>-<zone>`."""
    return subnet.name.removesuffix(f"-{subnet['availabilityZone']}").rpartition("-")[2]


def service_name(endpoint: RecordedResource) -> str:
    """What an endpoint leads to: `ecr.api`."""
    return ".".join(str(endpoint["serviceName"]).split(".")[3:])
