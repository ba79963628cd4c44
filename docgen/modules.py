"""Which module each component belongs to, where the design of a system divides the program into modules."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from docgen.reading import ROOT
from preview.lookup import Recordings
from preview.markdown import table


@dataclass(frozen=True, kw_only=True)
class Division:
    """How a design divides the program into modules."""

    modules: Mapping[str, tuple[str, str]]  #: in its order: what each builds, and which it comes after
    folders: Mapping[str, str]  #: the module of a component, by the folder that it stands in
    apart: Mapping[str, str]  #: and by its own name, where that is another's


BY_TASK: Final = Division(
    modules={
        "backend": ("the lock of the state, whose bucket is one of storage's, in the stack `global`", ""),
        "networking": ("the VPC, its subnets and filters, the load balancer, and what is before it", "backend"),
        "storage": ("databases, caches, buckets, files, and their backups", "networking"),
        "security": ("IAM, KMS, security groups, secrets, and who watches the account", "backend"),
        "ECR": ("repositories, and images in them", "security"),
        "compute": ("the cluster, its services and their scaling, functions, and hosts", "security, networking, ECR"),
        "monitoring": ("logs, metrics, alarms, dashboards, and who is told", "compute, storage"),
    },
    folders={
        "network": "networking",
        "edge": "networking",
        "data": "storage",
        "security": "security",
        "compute": "compute",
        "operations": "monitoring",
    },
    apart={
        "Dynamo": "backend",
        "LoadBalancer": "networking",
        "Firewall": "security",
        "Registry": "ECR",
        "Image": "ECR",
        "FlowLogs": "monitoring",
    },
)
BY_SERVICE: Final = Division(
    modules={
        "vpc": ("the VPC, its subnets, NAT, network ACLs, flow logs, and the VPN into it", ""),
        "ecs": ("the cluster, services, scaling, load balancer, images and their pipelines, functions, hosts", ""),
        "rds": ("databases and caches, tables, and their backups", ""),
        "s3": ("buckets and their copies, files, and sites that show them", ""),
        "security": ("security groups, web ACLs, keys, secrets, and who watches the account", ""),
        "monitoring": ("logs, metrics, alarms, dashboards, costs, and who is told", ""),
        "global/iam": ("roles, and who may take them", ""),
        "global/route53": ("zone, records, certificates, health checks", ""),
    },
    folders={
        "network": "vpc",
        "compute": "ecs",
        "data": "rds",
        "edge": "global/route53",
        "security": "security",
        "operations": "monitoring",
    },
    apart={
        **dict.fromkeys(("Firewall", "WebAcl"), "security"),
        **dict.fromkeys(("Bucket", "Replication", "Files", "Site", "Cdn"), "s3"),
        **dict.fromkeys(("Access", "Roles", "Delivery", "PipelineRoles"), "global/iam"),
        "ImagePipeline": "ecs",
    },
)
#: By the name of the page's generated part.
DIVISIONS: Final[Mapping[str, Division]] = {"modules": BY_TASK, "modules by service": BY_SERVICE}


def components() -> dict[str, str]:
    """The folder of every component, by its class, in the order of the files."""
    return {
        node.name: file.parent.name
        for file in sorted((ROOT / "components").glob("*/*.py"))
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Component" for base in node.bases)
    }


def modules(name: str, _: Recordings) -> str:
    """A row a module of a division, with the components that build it."""
    division = DIVISIONS[name]
    placed = {each: division.apart.get(each) or division.folders[folder] for each, folder in components().items()}
    ordered = any(needs for _, needs in division.modules.values())
    rows = [
        [
            module,
            builds,
            *([needs] if ordered else []),
            ", ".join(f"`{each}`" for each, its in sorted(placed.items()) if its == module),
        ]
        for module, (builds, needs) in division.modules.items()
    ]
    return table(["module", "builds", *(["after"] if ordered else []), "components"], rows)


def on(page: Path) -> Mapping[str, Callable[[Recordings], str]]:
    """What of this a page has a place for."""
    text = page.read_text() if page.is_file() else ""
    return {name: partial(modules, name) for name in DIVISIONS if f"<!-- generated: {name} -->" in text}
