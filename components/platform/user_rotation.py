"""The secrets of the services' users of the database, which one function renews."""

import json
from collections.abc import Iterator

from components.compute.function import Function, Scope
from components.platform.connections import USER_ROTATIONS
from components.platform.context import Context
from components.platform.functions import function
from components.platform.network import Vpc
from components.platform.part import Parts
from components.platform.services import Services
from components.platform.stores import Stores
from components.security.rotation import Rotation, RotationArgs
from functions.common.function import ANY


def user_rotation(context: Context, parts: Parts, deployed: Services) -> Iterator[Function]:
    """The one function that makes and renews the services' users of the database, and then each service's tasks.

    It is placed as the one that renews the administrator's password, whose secret it reads. Beside a replica it waits:
    from the promotion on there is something to renew, and no role has to be made for that.
    """
    rows, database = context.settings.database_users, context.settings.database
    if not rows or not database or not database.users:
        return
    store, client = parts.of(Stores).stores["database"], next(iter(context.settings.clients("database").values()))
    vpc, administrator = parts.of(Vpc), store.connection.secret
    renewer = function(
        context,
        parts,
        USER_ROTATIONS[database.engine],
        scopes={
            ANY: Scope(["*"]),  # a random password is no resource
            "administrator": Scope([administrator.arn]),
            "secret": Scope([secret.arn for secret in store.users.values()]),
            "services": deployed.scope(context, list(rows)),
        },
        variables={
            "ADMIN_SECRET": administrator.arn,
            "CLUSTER": deployed.cluster.name,
            "DATABASE_HOST": store.connection.variables["HOST"],
            "CONNECTIONS": json.dumps({row.user: row.connections for row in rows.values()}),
            "GRANTS": json.dumps({row.user: row.grants for row in rows.values()}),
            "SERVICES": json.dumps({row.user: [deployed.services[each].service_name] for each, row in rows.items()}),
        },
        after=[deployed.cluster, *deployed.services.values(), store.component],
        placement=vpc.placement(client.tier, client.group),
    )
    for service, secret in store.users.items():
        permission = renewer.permit(service, "secretsmanager", secret.arn)
        if database.source:
            continue
        args = RotationArgs(
            secret_arn=secret.arn,
            days=database.users.rotate_days,
            function=renewer.arn,
            after=[permission, renewer, store.component, secret.writer, deployed.services[service], *vpc.path],
            **context.common,
        )
        Rotation(f"rotation-user-{service}", args, context.options)
    yield renewer
