"""The registry, and where the services' images come from."""

from dataclasses import dataclass

from components.compute.image import Image, ImageArgs
from components.compute.registry import Registry, RegistryArgs
from components.compute.service import ServiceImage, repository_of
from components.platform.context import Context
from components.platform.identity import Identity
from components.platform.part import Part, Parts
from components.platform.pipeline import OwnPipeline
from settings.settings import Settings
from settings.tables.compute import TaskContainer
from settings.tables.containers import PUBLIC


@dataclass(frozen=True, kw_only=True)
class Images(Part):
    """The stack's own repositories."""

    registry: Registry


def registry(context: Context, parts: Parts) -> Images | None:
    """Build the repositories that this stack owns."""
    settings = context.settings
    if not settings.repositories:
        return None
    roles, own, table = parts.of(Identity).roles, parts.find(OwnPipeline), settings.pipeline
    args = RegistryArgs(
        repositories=settings.repositories,
        key=context.key,
        force_destroy=settings.protection.force_destroy,
        protect=settings.protection.protect,
        pullers={
            word: [roles.execution[service] for service in dict.fromkeys(services)]
            for word, services in _running(settings).items()
        },
        pushers={word: [own.roles.roles["pipeline"]] for word in table.pushes} if own and table else {},
        **context.common,
    )
    built = Registry("registry", args, context.options)
    return Images(registry=built, exports={"repository_urls": dict(built.urls)})


def _running(settings: Settings) -> dict[str, list[str]]:
    """Repository → the services that run an image of it."""
    found: dict[str, list[str]] = {}
    for container in settings.containers:
        if not container.table.image.uri:
            word = container.table.image.repository or container.name
            found.setdefault(word, []).append(container.service)
    return found


def image_of(context: Context, parts: Parts, container: TaskContainer, architecture: str) -> ServiceImage:
    """A container's image: given, one of this stack's repository, or built here and pushed to that."""
    table = container.table.image
    if table.uri and table.uri.startswith(PUBLIC):
        return ServiceImage(uri=table.uri, repository=None)
    if table.uri:
        given, images = repository_of(table.uri), parts.find(Images)
        mine = images and given in map(context.facts.repository, images.registry.names.values())
        return ServiceImage(uri=table.uri, repository=given, makers=[images.registry] if images and mine else [])
    own, word = parts.of(Images).registry, table.repository or container.name
    arn = context.facts.repository(own.names[word])
    if not table.build:
        return ServiceImage(uri=context.facts.image(own.names[word], table.tag), repository=arn, makers=[own])
    args = ImageArgs(folder=table.build, architecture=architecture, repository_url=own.urls[word], **context.common)
    image = Image(f"image-{container.word}", args, context.options)
    return ServiceImage(uri=image.uri, repository=arn, makers=[own, image])
