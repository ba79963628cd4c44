"""The registry, and where the services' images come from."""

from dataclasses import dataclass

from components.compute.image import Image, ImageArgs
from components.compute.registry import Registry, RegistryArgs
from components.compute.service import ServiceImage, repository_of
from components.platform.context import Context
from components.platform.part import Part, Parts
from settings.tables.compute import ServiceTable


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


def image_of(context: Context, parts: Parts, word: str, table: ServiceTable) -> ServiceImage:
    """A service's image: given, or built here and pushed to this stack's repository."""
    if table.image.uri:
        return ServiceImage(uri=table.image.uri, repository=repository_of(table.image.uri))
    assert table.image.build is not None  # settings see to it
    own = parts.of(Images).registry
    args = ImageArgs(folder=table.image.build, repository_url=own.urls[word], **context.common)
    image = Image(f"image-{word}", args, context.options)
    return ServiceImage(uri=image.uri, repository=context.facts.repository(own.names[word]), makers=[own, image])
