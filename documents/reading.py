"""How the documents read the recorded stacks."""

import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from preview.recorder import record
from preview.recording import Recording, Resource
from settings.file import stackfile

ROOT = Path(__file__).parent.parent
PROJECT = "cloudplatform"
ENVIRONMENTS = ("dev", "staging", "prod")
STACKS = (*ENVIRONMENTS, "shared")

Recordings = Mapping[str, Recording]  #: by stack, with every id known


def recordings() -> Recordings:
    """Every stack, recorded."""
    return {stack: recorded(stack) for stack in STACKS}


def recorded(stack: str) -> Recording:
    """One stack, with every id known."""
    found = stackfile.load(ROOT / f"Pulumi.{stack}.yaml", PROJECT)
    return record(
        lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__") and None,
        project=PROJECT,
        stack=stack,
        config=found.config,
        secret_keys=found.secret_keys,
        known=True,
    )


def of(stack: Recording, kind: str) -> list[Resource]:
    """The resources of a type by its last word and its module: `ec2.Subnet`."""
    module, _, class_ = kind.partition(".")
    return stack.of(f"aws:{module}/{class_[0].lower()}{class_[1:]}:{class_}")


def one(stack: Recording, kind: str) -> Resource:
    """The only one."""
    [found] = of(stack, kind)
    return found


def by_id(stack: Recording, kind: str) -> dict[str, Resource]:
    """The resources of a type by their id."""
    return {str(each.id): each for each in of(stack, kind)}


def statements(document: str) -> list[dict[str, Any]]:
    """Those of a policy document."""
    return json.loads(document)["Statement"]


def tier(subnet: Resource) -> str:
    """The tier of a subnet, which stands in its logical name: `network-subnet-<tier>-<zone>`."""
    return subnet.name.removesuffix(f"-{subnet['availabilityZone']}").rpartition("-")[2]


def service_name(endpoint: Resource) -> str:
    """What an endpoint leads to: `ecr.api`."""
    return ".".join(str(endpoint["serviceName"]).split(".")[3:])
