"""The pipelines that build this stack's images and deploy its services."""

from components.operations.watch.delivery import rule_subjects
from components.platform.alerts import Alerts
from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.platform.registry import Images
from components.platform.secrets import StoredSecrets
from components.platform.services import Services
from components.platform.stores import Stores
from components.security.image_pipeline import ImagePipeline, ImagePipelineArgs


def pipelines(context: Context, parts: Parts) -> Part | None:
    """Build a pipeline a row, after the services that it names."""
    settings, alerts = context.settings, parts.find(Alerts)
    if not settings.pipelines:
        return None
    deployed = parts.of(Services)
    secrets = {**parts.of(StoredSecrets).secrets, **parts.of(Stores).secrets}
    built: dict[str, ImagePipeline] = {}
    for word, table in settings.pipelines.items():
        services = {each: settings.services[each].task_containers(each)[0].name for each in settings.deployed_by(word)}
        args = ImagePipelineArgs(
            table=table,
            word=word,
            repository=settings.repository_name(table.builds),
            services=services,
            canaries=bool({*services} & {*settings.canaries}),
            artifacts=parts.of(Buckets).buckets[table.artifacts],
            snyk=secrets[table.snyk],
            key=context.key,
            topic=alerts.by_grade["warning"] if alerts else None,
            after=parts.of(Images).registry,
            deployed=[deployed.cluster, *(deployed.services[each] for each in services)],
            **context.common,
        )
        built[word] = ImagePipeline(f"pipeline-{word}", args, context.options)
    rules = [rule_subjects({f"pipeline-{word}": each.rule}, each) for word, each in built.items() if each.rule]
    return Part(
        subjects=[subject for found in rules for subject in found],
        exports={
            "pipelines": {word: each.pipeline for word, each in built.items()},
            "connections": {word: each.connection for word, each in built.items()},
        },
    )
