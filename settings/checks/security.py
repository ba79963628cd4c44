"""Secrets: each path is made once, and found where it is named."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.connections import CONNECTIONS
from settings.tables.table import Complaint
from settings.words import either


@check("services", "secrets", *CONNECTIONS)
def secrets_exist(s: Settings) -> Iterator[Complaint]:
    paths = s.secret_paths
    for name, service in s.services.items():
        for variable, reference in service.secrets.items():
            if reference.split("#")[0] not in paths:
                message = f"there is no secret {reference.split('#')[0]!r}; use one of {', '.join(sorted(paths))}"
                yield Complaint(
                    ("services", name, "secrets", variable),
                    message if paths else "there are no secrets; add cloudplatform:secrets",
                )


@check("secrets", *CONNECTIONS)
def secret_paths_are_unique(s: Settings) -> Iterator[Complaint]:
    seen: set[str] = set()
    for path in s.secret_paths:
        if path in seen:
            yield Complaint(("secrets",), f"two secrets have the path {path!r}; give each its own")
        seen.add(path)


@check("services", "network", *CONNECTIONS)
def rotations_reach_what_they_call(s: Settings) -> Iterator[Complaint]:
    """The function stands beside the services that connect, and is let through where they are (ledger CP-SEC-08)."""
    for store, table in s.stores.items():
        if not table.secret.rotate_days:
            continue
        path, clients = (store, "secret", "rotate-days"), list(s.clients(store).values())
        if not clients:
            yield Complaint(path, "the function that renews it stands beside a service that connects, and none does")
            continue
        endpoints = s.network.endpoints.interface if s.network and s.network.endpoints else ()
        missing = [name for name in CONNECTIONS[store].rotation if name not in endpoints]
        beside = [service for service in s.services.values() if service.group == clients[0].group]
        if missing and not any(service.internet for service in beside):
            message = f"the function that renews it could not call {either(missing)}; "
            yield Complaint(path, message + "add that to network.endpoints.interface, or internet: true to a service")
