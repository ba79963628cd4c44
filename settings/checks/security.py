"""Secrets: each path is made once, and found where it is named."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.checks.outward import way_out
from settings.settings import Settings
from settings.tables.connections import CONNECTIONS
from settings.tables.regions import region_of
from settings.tables.table import Complaint, Path
from settings.words import either


@check("services", "secrets", *CONNECTIONS)
def secrets_exist(s: Settings) -> Iterator[Complaint]:
    paths = s.secret_paths
    for container in s.containers:
        for variable, reference in container.secrets.items():
            if reference.split("#")[0] not in paths:
                message = f"there is no secret {reference.split('#')[0]!r}; use {either(sorted(paths))}"
                yield Complaint(
                    (*container.path, "secrets", variable),
                    message if paths else "there are no secrets; add cloudplatform:secrets",
                )


@check("secrets", *CONNECTIONS)
def secret_paths_are_unique(s: Settings) -> Iterator[Complaint]:
    seen: set[str] = set()
    for path in s.secret_paths:
        if path in seen:
            yield Complaint(("secrets",), f"two secrets have the path {path!r}; give each its own")
        seen.add(path)


@check("secrets", "secret-copies", "region")
def copies_of_secrets_are_elsewhere(s: Settings) -> Iterator[Complaint]:
    for word, table in s.secrets.items():
        if table.arn and region_of(table.arn) != s.region:
            message = f"tasks here read the copy in {s.region}, not the secret in {region_of(table.arn)}; name the copy"
            yield Complaint(("secrets", word, "arn"), message)
    for region, key in s.secret_copies.items():
        path = ("secret-copies", region)
        if region == s.region:
            yield Complaint(path, f"{region} is where the secrets are; name another region")
        elif region_of(key) != region:
            yield Complaint(path, f"the key encrypts in {region_of(key)} only; give one of {region}")


@check("secrets", "services")
def rotated_texts_have_readers(s: Settings) -> Iterator[Complaint]:
    for word, table in s.rotated_texts.items():
        if not s.readers(table.path):
            message = f"no service reads {table.path}, so that nobody would have the new value; remove this, or add "
            yield Complaint(("secrets", word, "rotate-days"), message + "it to the secrets of a service")


@check("services", "network", *CONNECTIONS)
def rotations_reach_what_they_call(s: Settings) -> Iterator[Complaint]:
    """The function runs in the subnets and the security group of a service that connects to the store."""
    for path, store in _rotated(s):
        words = list(s.clients(store))
        if not words:
            message = f"the function that rotates it runs where a service connects to the {store}, and none does; "
            yield Complaint(path, message + f"add {store} to the connects of a service, or remove this")
            continue
        endpoints = s.network.endpoints.interface if s.network and s.network.endpoints else ()
        missing = [name for name in CONNECTIONS[store].rotation if name not in endpoints]
        if missing and not s.gets_out(s.services[words[0]]):
            message = f"the function that rotates it cannot reach {either(missing)}; add that to "
            message += f"network.endpoints.interface, or {way_out(s, s.services[words[0]])} to services.{words[0]}"
            yield Complaint(path, message)


def _rotated(s: Settings) -> Iterator[tuple[Path, str]]:
    """Where a rotation beside a store is asked for, and the store."""
    for store, table in s.stores.items():
        if table.secret.rotate_days:
            yield (store, "secret", "rotate-days"), store
    if s.database_users:
        yield ("database", "users", "rotate-days"), "database"
