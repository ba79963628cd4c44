"""Which module each component belongs to, where the design of a system divides the program into modules."""

import ast
from collections.abc import Mapping
from typing import Final

from docgen.reading import ROOT
from preview.lookup import Recordings
from preview.markdown import table

#: The modules in the order of the design, each after those that it depends on: what it builds, and what it needs.
MODULES: Final[Mapping[str, tuple[str, str]]] = {
    "backend": ("the lock of the state, whose bucket is one of storage's, in the stack `global`", ""),
    "networking": ("the VPC, its subnets and filters, the load balancer, and what is before it", "backend"),
    "storage": ("databases, caches, buckets, files, and their backups", "networking"),
    "security": ("IAM, KMS, security groups, secrets, and who watches the account", "backend"),
    "ECR": ("repositories, and images in them", "security"),
    "compute": ("the cluster, its services and their scaling, functions, and hosts", "security, networking, ECR"),
    "monitoring": ("logs, metrics, alarms, dashboards, and who is told", "compute, storage"),
}
#: By the folder that a component stands in, and by its own name where that is another's.
FOLDERS: Final[Mapping[str, str]] = {
    "network": "networking",
    "edge": "networking",
    "data": "storage",
    "security": "security",
    "compute": "compute",
    "operations": "monitoring",
}
APART: Final[Mapping[str, str]] = {
    "Dynamo": "backend",
    "LoadBalancer": "networking",
    "Firewall": "security",
    "Registry": "ECR",
    "Image": "ECR",
    "FlowLogs": "monitoring",
}


def components() -> dict[str, str]:
    """The folder of every component, by its class, in the order of the files."""
    return {
        node.name: file.parent.name
        for file in sorted((ROOT / "components").glob("*/*.py"))
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Component" for base in node.bases)
    }


def modules(_: Recordings) -> str:
    """A row a module, with the components that build it."""
    placed = {name: APART.get(name) or FOLDERS[folder] for name, folder in components().items()}
    rows = [
        [module, builds, needs, ", ".join(f"`{name}`" for name, its in sorted(placed.items()) if its == module)]
        for module, (builds, needs) in MODULES.items()
    ]
    return table(["module", "builds", "after", "components"], rows)
