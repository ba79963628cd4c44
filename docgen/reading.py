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


def systems() -> list[Path]:
    """The folders of the systems below blueprints/: a Pulumi project each."""
    return sorted(file.parent for file in ROOT.glob("blueprints/*/Pulumi.yaml"))


def stacks(folder: Path) -> tuple[str, ...]:
    """The stacks of the project in a folder; the main system's in the order in which a change reaches them."""
    return STACKS if folder == ROOT else tuple(file.name.split(".")[1] for file in sorted(folder.glob("Pulumi.*.yaml")))


def recordings(folder: Path = ROOT) -> Recordings:
    """Every stack of the project in a folder, recorded with every id known."""
    return {stack: run(open_stack(stack, folder=folder), known=True) for stack in stacks(folder)}


def statements(document: str) -> list[dict[str, Any]]:
    """Those of a policy document."""
    return json.loads(document)["Statement"]


def tier(subnet: RecordedResource) -> str:
    """The tier of a subnet, which stands in its logical name: `network-subnet-<tier>-<zone>`."""
    return subnet.name.removesuffix(f"-{subnet['availabilityZone']}").rpartition("-")[2]


def service_name(endpoint: RecordedResource) -> str:
    """What an endpoint leads to: `ecr.api`."""
    return ".".join(str(endpoint["serviceName"]).split(".")[3:])
