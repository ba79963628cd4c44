"""The secrets that functions renew: those of the data stores, and generated texts."""

import json
from collections.abc import Iterator

from components.compute.function import Function, Scope
from components.platform.connections import STORES
from components.platform.context import Context
from components.platform.functions import function
from components.platform.network import Vpc
from components.platform.part import Part, Parts
from components.platform.secrets import StoredSecrets
from components.platform.services import Services
from components.platform.store import BuiltStore
from components.platform.stores import Stores
from components.platform.user_rotation import user_rotation
from components.security.rotation import Rotation, RotationArgs
from functions.rotate_text import ROTATE_TEXT


def rotation(context: Context, parts: Parts) -> Part | None:
    """Build the rotation of secrets: a function for each data store with `rotate-days`, one for all generated texts."""
    deployed = parts.find(Services)
    if not deployed:
        return None
    built = parts.of(Stores).stores
    due = [word for word, table in context.settings.stores.items() if table.secret.rotate_days]
    renewers = [_rotation(context, parts, deployed, word, built[word]) for word in due]
    return Part(functions=[*renewers, *user_rotation(context, parts, deployed), *_texts(context, parts, deployed)])


def _rotation(context: Context, parts: Parts, deployed: Services, word: str, store: BuiltStore) -> Function:
    """The function that renews a store's secret, and then the tasks of the services that connect to it.

    It runs in the subnets and security group of one such service, which the store already lets in.
    """
    definition, clients = STORES[word].rotation(context.settings), context.settings.clients(word)
    table = context.settings.stores[word].secret
    assert clients  # settings see to both
    assert table.rotate_days
    readers = [] if store.users else list(clients)  # users of their own read no other secret of the database
    vpc, client = parts.of(Vpc), next(iter(clients.values()))
    secret = store.connection.secret
    renewer = function(
        context,
        parts,
        definition,
        scopes={**store.scopes, "secret": Scope([secret.arn]), "services": deployed.scope(context, readers)},
        variables={
            **store.variables,
            "CLUSTER": deployed.cluster.name,
            "SERVICES": json.dumps([deployed.services[each].service_name for each in readers]),
        },
        after=[deployed.cluster, *deployed.services.values(), store.component],
        placement=vpc.placement(client.tier, client.group),
    )
    permission = renewer.permit("secret", "secretsmanager", secret.arn)
    args = RotationArgs(
        secret_arn=secret.arn,
        days=table.rotate_days,
        hours=table.rotate_hours,
        function=renewer.arn,
        after=[permission, renewer, store.component, *deployed.services.values(), *vpc.path],
        **context.common,
    )
    Rotation(f"rotation-{word}", args, context.options)
    return renewer


def _texts(context: Context, parts: Parts, deployed: Services) -> Iterator[Function]:
    """The one function that renews generated texts, and then the tasks of the services that read each."""
    settings, tables = context.settings, context.settings.rotated_texts
    if not tables:
        return
    secrets = {word: parts.of(StoredSecrets).secrets[table.path] for word, table in tables.items()}
    readers = {word: settings.readers(table.path) for word, table in tables.items()}
    every = list(dict.fromkeys(service for services in readers.values() for service in services))
    renewer = function(
        context,
        parts,
        ROTATE_TEXT,
        scopes={
            "secret": Scope([secret.arn for secret in secrets.values()]),
            "services": deployed.scope(context, every),
        },
        variables={
            "CLUSTER": deployed.cluster.name,
            "READS": json.dumps(
                {
                    deployed.services[each].service_name: [
                        context.names.of("secret", table.path)
                        for word, table in tables.items()
                        if each in readers[word]
                    ]
                    for each in every
                }
            ),
        },
        after=[deployed.cluster, *deployed.services.values()],
    )
    for word, secret in secrets.items():
        permission = renewer.permit(word, "secretsmanager", secret.arn)
        days = tables[word].rotate_days
        assert days  # those of rotated_texts
        args = RotationArgs(
            secret_arn=secret.arn,
            days=days,
            function=renewer.arn,
            after=[permission, renewer, secret.writer, *deployed.services.values()],
            **context.common,
        )
        Rotation(f"rotation-secret-{word}", args, context.options)
    yield renewer
