"""The data stores' secrets that a function renews."""

import json

from components.compute.function import Function, Scope
from components.platform.connections import STORES, BuiltStore
from components.platform.context import Context
from components.platform.functions import function
from components.platform.network import Vpc
from components.platform.part import Part, Parts
from components.platform.services import Services
from components.platform.stores import Stores
from components.security.rotation import Rotation, RotationArgs


def rotation(context: Context, parts: Parts) -> Part | None:
    """Build, for each data store whose table says when, the function that renews its secret and what runs it."""
    deployed = parts.find(Services)
    if not deployed:
        return None
    built = parts.of(Stores).stores
    due = [word for word, table in context.settings.stores.items() if table.secret.rotate_days]
    return Part(functions=[_rotation(context, parts, deployed, word, built[word]) for word in due])


def _rotation(context: Context, parts: Parts, deployed: Services, word: str, store: BuiltStore) -> Function:
    """The function that renews a store's secret, and then the tasks of the services that connect to it.

    It is placed beside a service that connects: whatever is placed there is let through to the store.
    """
    declaration, clients = STORES[word].rotation(context.settings), context.settings.clients(word)
    table = context.settings.stores[word].secret
    assert declaration is not None  # settings see to all
    assert clients
    assert table.rotate_days
    vpc, client = parts.of(Vpc), next(iter(clients.values()))
    secret = store.connection.secret
    renewer = function(
        context,
        parts,
        declaration,
        scopes={**store.scopes, "secret": Scope([secret.arn]), "services": deployed.scope(context, list(clients))},
        variables={
            **store.variables,
            "CLUSTER": deployed.cluster.name,
            "SERVICES": json.dumps([deployed.services[each].service_name for each in clients]),
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
