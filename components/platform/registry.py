"""The registry, and where the services' images come from."""

from dataclasses import dataclass

from components.compute.image import Image, ImageArgs
from components.compute.registry import Registry, RegistryArgs
from components.compute.service import ServiceImage, repository_of
from components.platform.context import Context
from components.platform.part import Part, Parts
from settings.tables.compute import TaskContainer


@dataclass(frozen=True, kw_only=True)
class Images(Part):
    """The stack's own repositories."""

    registry: Registry


def registry(context: Context, parts: Parts) -> Images | None:
    """Build the repositories."""
    settings = context.settings
    if not settings.repositories:
        return None
    args = RegistryArgs(
        repositories=settings.repositories,
        key=context.key,
        force_destroy=settings.protection.force_destroy,
        protect=settings.protection.protect,
        **context.common,
    )
    built = Registry("registry", args, context.options)
    return Images(registry=built, exports={"repository_urls": dict(built.urls)})


def image_of(context: Context, parts: Parts, container: TaskContainer, architecture: str) -> ServiceImage:
    """A container's image: given, one of this stack's repository, or built here and pushed to that."""
    table = container.table.image
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
