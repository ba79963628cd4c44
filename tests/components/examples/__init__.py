"""Arguments for every component, made by hand, and a way to record one alone: a file a tier."""

from collections.abc import Callable
from typing import Any

from components.component import Args, Component
from preview.recording import Recording
from tests.components.examples import compute, data, edge, network, operations, security
from tests.components.examples.common import (
    BY_ZONE,
    COMMON,
    FACTS,
    KEY,
    SUBNETS,
    TOPICS,
    built,
    counted,
    named_role,
    only,
    waits_for,
)
from tests.components.examples.compute import (
    bastion_args,
    cluster_args,
    function,
    function_args,
    load_balancer_args,
    scaling_args,
    service_args,
    service_table,
)
from tests.components.examples.data import (
    backup_args,
    cache_args,
    database_args,
    files_args,
    replication_args,
    users_args,
)
from tests.components.examples.edge import cdn_args, site_args
from tests.components.examples.network import client_vpn_args, network_table
from tests.components.examples.operations import ALERTS, subjects
from tests.components.examples.security import access_args, delivery_args, detection_args, recorder_args, trail_args

__all__ = [
    "ALERTS",
    "BY_ZONE",
    "COMMON",
    "EXAMPLES",
    "FACTS",
    "KEY",
    "SUBNETS",
    "TOPICS",
    "access_args",
    "backup_args",
    "bastion_args",
    "built",
    "cache_args",
    "cdn_args",
    "client_vpn_args",
    "cluster_args",
    "counted",
    "database_args",
    "delivery_args",
    "detection_args",
    "example",
    "files_args",
    "function",
    "function_args",
    "load_balancer_args",
    "named_role",
    "network_table",
    "only",
    "recorder_args",
    "replication_args",
    "scaling_args",
    "service_args",
    "service_table",
    "site_args",
    "subjects",
    "trail_args",
    "users_args",
    "waits_for",
]

#: Arguments for every component of the platform, rich enough that all its children are there.
#: They take `names`, `facts` and, where wanted, `tags`.
EXAMPLES: dict[type[Component], Callable[..., Args]] = {
    **network.EXAMPLES,
    **security.EXAMPLES,
    **data.EXAMPLES,
    **compute.EXAMPLES,
    **edge.EXAMPLES,
    **operations.EXAMPLES,
}


def example(component: type[Component], known: bool = True, opts: Any = None, **given: Any) -> Recording:
    """One component with its example's arguments, as `it`, and the neighbours that it needs."""

    def program() -> None:
        options = opts() if opts else None
        component("it", EXAMPLES[component](**(COMMON | given)), options)  # pyright: ignore[reportArgumentType]

    return built(program, known)
