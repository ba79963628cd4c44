"""The hours in which the environment runs."""

import json

from components.compute.function import Scope
from components.operations.shutdown import Shutdown, ShutdownArgs
from components.operations.watch.delivery import rule_subjects
from components.platform.context import Context
from components.platform.functions import function
from components.platform.part import Part, Parts
from components.platform.services import Services
from components.platform.stores import Stores
from functions.environment_schedule import SCALE_DOWN, SCALE_UP

#: Application Auto Scaling asks for permission on all targets or none, but says what kind they are; what may be changed
#: of one is then bounded by ECS, which asks for permission on the service.
OF_SERVICES = {
    "StringEquals": {
        "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
        "application-autoscaling:service-namespace": "ecs",
    }
}


def hours(context: Context, parts: Parts) -> Part | None:
    """Build what stops services and database in the evening, and starts them in the morning."""
    settings, deployed, database = context.settings, parts.find(Services), parts.of(Stores).stores.get("database")
    if not settings.hours or not deployed or not database:
        return None
    counts = {each.service_name: settings.services[word].count.min for word, each in deployed.services.items()}
    down, up = (
        function(
            context,
            parts,
            definition,
            scopes={
                "services": deployed.scope(context, list(deployed.services)),
                "scaling-targets": Scope([context.facts.scalable_targets], OF_SERVICES),
                "database": Scope([context.facts.database(database.name)]),
            },
            variables={
                "CLUSTER": deployed.cluster.name,
                "SERVICES": json.dumps(counts, sort_keys=True),
                "DATABASE": database.name,
            },
            after=[deployed.cluster, *deployed.services.values(), database.component],
            name=context.names.of("hours-lambda", definition.name),
        )
        for definition in (SCALE_DOWN, SCALE_UP)
    )
    args = ShutdownArgs(hours=settings.hours, down=down, up=up, **context.common)
    built = Shutdown("shutdown", args, context.options)
    rules = {down.word: built.down_rule, up.word: built.up_rule}
    return Part(subjects=rule_subjects(rules, built), functions=[down, up])
